/**
 * UTF-8 as MQTT wants it (MQTT 5.0 section 1.5.4, RFC 3629): strict, and with no help from the
 * platform, so that every engine that runs this code refuses the same bytes.
 */
import { PacketError } from './errors.ts';

/** Code units given to one String.fromCharCode call: bounds the stack that it takes. */
const sliceSize = 4096;
/** ASCII text up to this many bytes is decoded by way of an array. */
const shortText = 128;
const replacement = 0xfffd;

/**
 * The text in `bytes[start, end)`. U+0000 is text; MQTT strings refuse it elsewhere.
 * U+FEFF is a character like any other, also at the start [MQTT-1.5.4-3].
 * @throws PacketError 0x81 if it is not well-formed: overlong, a surrogate, above U+10FFFF, cut off.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeValidUtf8(bytes, start, end);
  if (text !== undefined) return text;
  const invalid = findInvalidUtf8(bytes, start, end);
  // [MQTT-1.5.4-1] well-formed UTF-8, no surrogates.
  throw new PacketError(
    0x81,
    `The text is not well-formed UTF-8 at byte ${invalid - start}.`,
    'MQTT-1.5.4-1',
    invalid,
    Math.min(invalid + 1, end),
  );
}

/** The text in `bytes[start, end)`; undefined if it is not well-formed. */
export function decodeValidUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (asciiEnd(bytes, start, end) === end) return decodeAscii(bytes, start, end);
  return findInvalidUtf8(bytes, start, end) >= 0 ? undefined : decodeLoosely(bytes, start, end);
}

/** The text in `bytes[start, end)` with U+FFFD for every byte that is part of no character. */
export function decodeUtf8Lossy(bytes: Uint8Array, start: number, end: number): string {
  return decodeLoosely(bytes, start, end);
}

/** @returns the offset of the first byte that no well-formed character has there, -1 if all is well. */
export function findInvalidUtf8(bytes: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end) {
    offset = asciiEnd(bytes, offset, end);
    if (offset === end) return -1;
    const size = characterSize(bytes, offset, end);
    if (size === 0) return offset;
    offset += size;
  }
  return -1;
}

/** The text in UTF-8. A lone surrogate is written as its three bytes: ill-formed, on purpose. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}

/** Bytes that `encodeUtf8(text)` gives. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) length++;
    else if (isPair(text, index, unit)) {
      length += 2; // Two code units, four bytes.
      index++;
    } else length += 2;
  }
  return length;
}

/**
 * Writes the text at `offset`; the bytes must have room for it.
 * @returns the offset after it.
 */
export function writeUtf8(text: string, bytes: Uint8Array, offset: number): number {
  let at = offset;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, index, unit)) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++index) - 0xdc00);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at;
}

function isPair(text: string, index: number, unit: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff || index + 1 >= text.length) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

function asciiEnd(bytes: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && (bytes[offset] ?? 0x80) < 0x80) offset++;
  return offset;
}

function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= shortText) {
    // Topic names: a view of the bytes would cost more than this array.
    const units = new Array<number>(length);
    for (let index = 0; index < length; index++) units[index] = bytes[start + index] ?? 0;
    return String.fromCharCode(...units);
  }
  if (length <= sliceSize) return fromUnits(bytes.subarray(start, end));
  let text = '';
  for (let from = start; from < end; from += sliceSize) {
    text += fromUnits(bytes.subarray(from, Math.min(from + sliceSize, end)));
  }
  return text;
}

function decodeLoosely(bytes: Uint8Array, start: number, end: number): string {
  const units = new Uint16Array(Math.min(end - start, sliceSize) + 1);
  let text = '';
  let count = 0;
  for (let offset = start; offset < end;) {
    const size = characterSize(bytes, offset, end);
    const point = size === 0 ? replacement : codePoint(bytes, offset, size);
    offset += size === 0 ? 1 : size;
    if (point > 0xffff) {
      units[count++] = 0xd800 + ((point - 0x10000) >> 10);
      units[count++] = 0xdc00 + ((point - 0x10000) & 0x3ff);
    } else units[count++] = point;
    if (count >= sliceSize) {
      text += fromUnits(units.subarray(0, count));
      count = 0;
    }
  }
  return text + fromUnits(units.subarray(0, count));
}

function fromUnits(units: Uint8Array | Uint16Array): string {
  return Reflect.apply(String.fromCharCode, undefined, units) as string;
}

function codePoint(bytes: Uint8Array, offset: number, size: number): number {
  const first = bytes[offset] ?? 0;
  if (size === 1) return first;
  let point = first & (0x7f >> size);
  for (let index = 1; index < size; index++) {
    point = (point << 6) | ((bytes[offset + index] ?? 0) & 0x3f);
  }
  return point;
}

/** Bytes of the well-formed character at `offset` (Unicode table 3-7), 0 if there is none. */
function characterSize(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset] ?? 0xff;
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0; // A continuation byte, or overlong.
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size === 0 || offset + size > end) return 0;
  const second = bytes[offset + 1] ?? 0;
  // What the second byte may be excludes overlong forms, surrogates and points above U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let index = 2; index < size; index++) {
    if (((bytes[offset + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return size;
}
