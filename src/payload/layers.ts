/**
 * Undoes what a payload is packed in, before any decoder sees it. Recognised are gzip (RFC 1952) and
 * zstd (RFC 8878) by their first bytes; zlib (RFC 1950) has two, which is too little evidence: there the
 * content type or the person must say so too.
 */
import type { Compression, PayloadLayer } from './decoding.ts';

/** Bytes that a layer is unpacked to at most. */
export const maximumUnpacked = 4 * 1024 * 1024;
/** Layers within each other that are undone. */
export const maximumLayers = 3;

/** What came out; `problem` where that is not all. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

/** Undoes a compression, to `maximum` bytes at most. It never throws. What is Node's is given in from outside. */
export type Unpack = (compression: Compression, bytes: Uint8Array, maximum: number) => Unpacked;

export interface Layered {
  /** What is within all layers; the payload itself where there are none. */
  readonly bytes: Uint8Array;
  readonly layers: readonly PayloadLayer[];
}

/** Unpacks a payload. @param expected the compression that was promised or asked for. */
export function unpackLayers(
  payload: Uint8Array,
  expected: Compression | undefined,
  unpack: Unpack,
): Layered {
  const layers: PayloadLayer[] = [];
  let bytes = payload;
  while (layers.length < maximumLayers) {
    // Only the outermost layer was promised.
    const compression = recognised(bytes, layers.length === 0 ? expected : undefined);
    if (compression === undefined) break;
    const { bytes: unpacked, problem } = unpack(compression, bytes, maximumUnpacked);
    layers.push({
      compression,
      packed: bytes.length,
      unpacked: unpacked.length,
      ...(problem !== undefined && { problem }),
    });
    // Where nothing comes out, what went in tells more.
    if (unpacked.length === 0 && problem !== undefined) break;
    bytes = unpacked;
  }
  return { bytes, layers };
}

/** Whether the first two bytes are a header of zlib whose check is right. */
export function startsLikeZlib([method = 0, flags = 0]: Uint8Array): boolean {
  // Deflate with a window of at most 32 KiB, without a preset dictionary, a multiple of 31.
  const header = method * 256 + flags;
  return (method & 0x0f) === 8 && method >> 4 <= 7 && (flags & 0x20) === 0 && header % 31 === 0;
}

function recognised(bytes: Uint8Array, expected: Compression | undefined): Compression | undefined {
  if (startsWith(bytes, 0x1f, 0x8b, 0x08)) return 'gzip';
  if (startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  return expected === 'zlib' && startsLikeZlib(bytes) ? 'zlib' : undefined;
}

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
