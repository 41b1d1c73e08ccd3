/**
 * MessagePack (github.com/msgpack/msgpack, spec.md) as indented text like JSON: repeated keys, keys of
 * any type and integers of 64 bits as they were sent, `h'01ff'` for binary data, `timestamp(…)` and
 * `ext(5, h'01')` for extension types.
 *
 * Own code, because @msgpack/msgpack gives JavaScript values: repeated keys and floats of 32 bits are
 * lost, and so is all that came before an error. Limits: those of limits.ts.
 */
import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import type { Cursor } from './cursor.ts';
import type { Decoded } from './decoding.ts';
import { float32Text, floatText, timeText } from './number-text.ts';
import { deeper, writeList, writeValues } from './walk.ts';
import { DecodingStop, type TextWriter } from './writer.ts';

/** The payload as MessagePack. More than one value is told as a problem, and shown. */
export function decodeMessagePack(payload: Uint8Array): Decoded {
  return writeValues(payload, writeValue, false);
}

/** Formats whose value is read at once, by their first byte. */
const scalars = new Map<number, (cursor: Cursor) => string>([
  [0xc0, () => 'null'],
  [0xc2, () => 'false'],
  [0xc3, () => 'true'],
  [0xca, (cursor) => float32Text(cursor.float32())],
  [0xcb, (cursor) => floatText(cursor.float64())],
  [0xcc, (cursor) => String(cursor.uint8())],
  [0xcd, (cursor) => String(cursor.uint16())],
  [0xce, (cursor) => String(cursor.uint32())],
  [0xcf, (cursor) => String(cursor.uint64())],
  [0xd0, (cursor) => String(cursor.int8())],
  [0xd1, (cursor) => String(cursor.int16())],
  [0xd2, (cursor) => String(cursor.int32())],
  [0xd3, (cursor) => String(cursor.int64())],
]);

const uint8 = (cursor: Cursor): number => cursor.uint8();
const uint16 = (cursor: Cursor): number => cursor.uint16();
const uint32 = (cursor: Cursor): number => cursor.uint32();

type WriteSized = (cursor: Cursor, writer: TextWriter, size: number, depth: number) => void;

/** Formats with a number of bytes or items, by their first byte: how that is read, and what follows. */
const sized = new Map<number, readonly [size: (cursor: Cursor) => number, write: WriteSized]>([
  [0xc4, [uint8, writeBinary]],
  [0xc5, [uint16, writeBinary]],
  [0xc6, [uint32, writeBinary]],
  [0xc7, [uint8, writeExtension]],
  [0xc8, [uint16, writeExtension]],
  [0xc9, [uint32, writeExtension]],
  [0xd4, [() => 1, writeExtension]],
  [0xd5, [() => 2, writeExtension]],
  [0xd6, [() => 4, writeExtension]],
  [0xd7, [() => 8, writeExtension]],
  [0xd8, [() => 16, writeExtension]],
  [0xd9, [uint8, writeText]],
  [0xda, [uint16, writeText]],
  [0xdb, [uint32, writeText]],
  [0xdc, [uint16, writeArray]],
  [0xdd, [uint32, writeArray]],
  [0xde, [uint16, writeMap]],
  [0xdf, [uint32, writeMap]],
]);

function writeValue(cursor: Cursor, writer: TextWriter, depth: number): void {
  const start = cursor.offset;
  const first = cursor.uint8();
  const scalar = scalars.get(first);
  const format = sized.get(first);
  if (first < 0x80) writer.put(String(first));
  else if (first < 0x90) writeMap(cursor, writer, first & 0x0f, depth);
  else if (first < 0xa0) writeArray(cursor, writer, first & 0x0f, depth);
  else if (first < 0xc0) writeText(cursor, writer, first & 0x1f);
  else if (first >= 0xe0) writer.put(String(first - 0x100));
  else if (scalar) writer.put(scalar(cursor));
  else if (format) format[1](cursor, writer, format[0](cursor), depth);
  else throw new DecodingStop(`Not MessagePack at byte ${start}: 0xc1 begins no value`);
}

function writeBinary(cursor: Cursor, writer: TextWriter, length: number): void {
  writer.bytes(cursor.take(length));
}

function writeText(cursor: Cursor, writer: TextWriter, length: number): void {
  const bytes = cursor.take(length);
  const invalid = findInvalidUtf8(bytes, 0, bytes.length);
  if (invalid < 0) {
    writer.put(JSON.stringify(decodeUtf8(bytes, 0, bytes.length)));
    return;
  }
  writer.note(`A text is not valid UTF-8 at byte ${cursor.offset - length + invalid}`);
  writer.bytes(bytes);
}

function writeArray(cursor: Cursor, writer: TextWriter, count: number, depth: number): void {
  const within = deeper(depth);
  const more = (index: number): boolean => index < count;
  writeList(writer, '[', ']', more, () => writeValue(cursor, writer, within));
}

function writeMap(cursor: Cursor, writer: TextWriter, count: number, depth: number): void {
  const within = deeper(depth);
  const more = (index: number): boolean => index < count;
  writeList(writer, '{', '}', more, () => {
    writeValue(cursor, writer, within);
    writer.put(': ');
    writeValue(cursor, writer, within);
  });
}

function writeExtension(cursor: Cursor, writer: TextWriter, length: number): void {
  const type = cursor.int8();
  const bytes = cursor.take(length);
  const time = type === -1 ? timestampOf(bytes) : undefined;
  if (time !== undefined) {
    writer.put(`timestamp(${time})`);
    return;
  }
  writer.put(`ext(${type}, `);
  writer.bytes(bytes);
  writer.put(')');
}

/** The extension type -1 in its three sizes; undefined where it is no time. */
function timestampOf(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let seconds: bigint;
  let nanoseconds = 0;
  if (bytes.length === 4) seconds = BigInt(view.getUint32(0));
  else if (bytes.length === 8) {
    nanoseconds = view.getUint32(0) >>> 2;
    seconds = view.getBigUint64(0) & 0x3_ffff_ffffn;
  } else if (bytes.length === 12) {
    nanoseconds = view.getUint32(0);
    seconds = view.getBigInt64(4);
  } else return undefined;
  if (nanoseconds > 999_999_999) return undefined;
  return timeText(seconds, nanoseconds) ?? `${seconds} s, ${nanoseconds} ns`;
}
