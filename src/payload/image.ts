/**
 * Pictures that browsers show: told from their first bytes, with their size, so that one that would take a
 * gigabyte to unfold is named and not shown. PNG (RFC 2083), JPEG (ITU T.81), GIF89a, WebP (RFC 9649), BMP.
 */
import type { Decoded } from './decoding.ts';

/** Bytes and pixels of a picture that is shown. */
const maximumBytes = 8 * 1024 * 1024;
const maximumPixels = 50_000_000;

export interface ImageFacts {
  readonly mediaType: string;
  /** `PNG`, `JPEG`… */
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What picture the bytes are; undefined when they are none that is known, or end before its size. */
export function imageOf(bytes: Uint8Array): ImageFacts | undefined {
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return png(view) ?? jpeg(view) ?? gif(view) ?? webp(view) ?? bmp(view);
  } catch (error) {
    // It ends within its head.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The picture itself for the page, and what it is as text. */
export function decodeImage(bytes: Uint8Array): Decoded {
  const facts = imageOf(bytes);
  const failed = (text: string, problem: string): Decoded => ({
    text,
    truncated: bytes.length,
    problem,
  });
  if (!facts) return failed('', 'Not an image: PNG, JPEG, GIF, WebP and BMP are known');
  const { mediaType, name, width, height } = facts;
  const text = `${name} image, ${width} × ${height} pixels`;
  if (bytes.length > maximumBytes) {
    return failed(text, `Not shown: larger than ${maximumBytes / 1024 / 1024} MiB`);
  }
  if (width * height > maximumPixels) {
    return failed(text, `Not shown: more than ${maximumPixels / 1_000_000} million pixels`);
  }
  // A copy: a view would drag what it is in to the page.
  return { text, truncated: 0, image: { mediaType, bytes: new Uint8Array(bytes) } };
}

function png(view: DataView): ImageFacts | undefined {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
  return facts('PNG', 'image/png', view.getUint32(16), view.getUint32(20));
}

function gif(view: DataView): ImageFacts | undefined {
  if (view.getUint32(0) !== 0x47494638) return undefined;
  return facts('GIF', 'image/gif', view.getUint16(6, true), view.getUint16(8, true));
}

function bmp(view: DataView): ImageFacts | undefined {
  if (view.getUint16(0) !== 0x424d || view.getUint32(6) !== 0) return undefined;
  const height = Math.abs(view.getInt32(22, true));
  return facts('BMP', 'image/bmp', view.getInt32(18, true), height);
}

function webp(view: DataView): ImageFacts | undefined {
  if (view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return undefined;
  const kind = view.getUint32(12);
  const of = (width: number, height: number) => facts('WebP', 'image/webp', width, height);
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  if (kind === 0x56503858) return of(uint24(24) + 1, uint24(27) + 1);
  if (kind === 0x56503820) {
    return of(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  }
  if (kind !== 0x5650384c) return undefined;
  const bits = view.getUint32(21, true);
  return of((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

/** The size stands in the first frame header (SOF0 to SOF15 without DHT, JPG and DAC), behind other segments. */
function jpeg(view: DataView): ImageFacts | undefined {
  if (view.getUint16(0) !== 0xffd8 || view.getUint8(2) !== 0xff) return undefined;
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return facts('JPEG', 'image/jpeg', view.getUint16(at + 7), view.getUint16(at + 5));
    }
    // Fill bytes may stand before a marker; each segment else has a length.
    at += marker === 0xff ? 1 : 2 + Math.max(2, view.getUint16(at + 2));
  }
}

function facts(
  name: string,
  mediaType: string,
  width: number,
  height: number,
): ImageFacts | undefined {
  return width > 0 && height > 0 ? { name, mediaType, width, height } : undefined;
}
