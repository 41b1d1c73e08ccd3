/**
 * Protocol Buffers without a schema (protobuf.dev/programming-guides/encoding): field numbers, wire
 * types, and each plausible reading of a value. What has a length is shown as a message where it parses
 * as one entirely, as text, or as bytes; a printable text that would also be a message is shown as both.
 *
 * Own code: of protobufjs only its Reader would be of use, which needs a package for 64-bit integers and
 * throws away where it was; a varint is the lines below. Limits: those of limits.ts.
 */
import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import { Cursor } from './cursor.ts';
import type { Decoded } from './decoding.ts';
import { float32Text, floatText } from './number-text.ts';
import { isMessage, packedVarints, readTag } from './protobuf-scan.ts';
import { deeper, writeValues } from './walk.ts';
import { DecodingStop, type TextWriter } from './writer.ts';

/** Longer values are not tried as both text and message, which would cost at every level. */
const ambiguousLength = 256;

/** The payload as fields, one a line. */
export function decodeProtobuf(payload: Uint8Array): Decoded {
  return writeValues(payload, writeField, true);
}

function writeField(cursor: Cursor, writer: TextWriter, depth: number): void {
  const start = cursor.offset;
  const tag = readTag(cursor);
  if (tag === undefined) throw notProtobuf(start, 'no field begins there');
  const { field, wireType } = tag;
  if (wireType === 0) writer.put(`${field} VARINT: ${varintText(readVarint(cursor))}`);
  else if (wireType === 1) writer.put(`${field} I64: ${fixed64Text(cursor)}`);
  else if (wireType === 2) writeLength(cursor, writer, field, depth);
  else if (wireType === 3) writeGroup(cursor, writer, field, deeper(depth));
  else if (wireType === 5) writer.put(`${field} I32: ${fixed32Text(cursor)}`);
  else if (wireType === 4) throw notProtobuf(start, `the end of group ${field}, which is not open`);
  else throw notProtobuf(start, `wire type ${wireType} does not exist`);
}

/** Why bytes are none, and where. */
export function notProtobuf(offset: number, reason: string): DecodingStop {
  return new DecodingStop(`Not Protobuf at byte ${offset}: ${reason}`);
}

/** A varint of at most 64 bits, unsigned. @throws DecodingStop */
export function readVarint(cursor: Cursor): bigint {
  const start = cursor.offset;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.uint8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (value >> 64n === 0n) return value;
    break;
  }
  throw notProtobuf(start, 'a varint of more than 64 bits');
}

/** Unsigned, and what else it may be: signed, zigzag (sint32, sint64), bool. */
function varintText(value: bigint): string {
  const readings = value < 2n ? [`bool ${value === 1n}`] : [];
  const signed = BigInt.asIntN(64, value);
  if (signed !== value) readings.push(`signed ${signed}`);
  readings.push(`zigzag ${(value >> 1n) ^ -(value & 1n)}`);
  return `${value} (${readings.join(', ')})`;
}

function fixed32Text(cursor: Cursor): string {
  const start = cursor.offset;
  const value = cursor.uint32(true);
  cursor.offset = start;
  const signed = value | 0;
  const negative = signed < 0 ? `signed ${signed}, ` : '';
  return `${value} (${negative}float ${float32Text(cursor.float32(true))})`;
}

function fixed64Text(cursor: Cursor): string {
  const start = cursor.offset;
  const value = cursor.uint64(true);
  cursor.offset = start;
  const signed = BigInt.asIntN(64, value);
  const negative = signed < 0n ? `signed ${signed}, ` : '';
  return `${value} (${negative}double ${floatText(cursor.float64(true))})`;
}

function writeLength(cursor: Cursor, writer: TextWriter, field: number, depth: number): void {
  const bytes = cursor.take(readVarint(cursor));
  writer.put(`${field} LEN ${bytes.length}: `);
  if (bytes.length > 0 && isMessage(bytes)) {
    const text = bytes.length <= ambiguousLength ? printable(bytes) : undefined;
    if (text !== undefined) writer.put(`${JSON.stringify(text)} or `);
    writeMessage(bytes, writer, deeper(depth));
    return;
  }
  const text = printable(bytes);
  if (text !== undefined) {
    writer.put(JSON.stringify(text));
    return;
  }
  writer.bytes(bytes);
  const packed = packedVarints(bytes);
  if (packed) writer.put(` (packed varints ${packed.join(', ')})`);
}

function writeMessage(bytes: Uint8Array, writer: TextWriter, depth: number): void {
  const cursor = new Cursor(bytes);
  writer.put('{');
  writer.indent();
  while (!cursor.atEnd) {
    writer.line();
    writeField(cursor, writer, depth);
  }
  writer.outdent();
  writer.line();
  writer.put('}');
}

/** A group (deprecated, wire types 3 and 4): fields up to the end with its own number. */
function writeGroup(cursor: Cursor, writer: TextWriter, field: number, depth: number): void {
  writer.put(`${field} SGROUP: {`);
  writer.indent();
  for (;;) {
    const start = cursor.offset;
    // The end of a group is no line of its own.
    const end = endOfGroup(cursor);
    if (end === undefined) {
      writer.line();
      writeField(cursor, writer, depth);
      continue;
    }
    if (end !== field) throw notProtobuf(start, `the end of group ${end} within group ${field}`);
    writer.outdent();
    writer.line();
    writer.put('}');
    return;
  }
}

/** The field number of an end of a group that is next; else nothing is read. */
function endOfGroup(cursor: Cursor): number | undefined {
  const start = cursor.offset;
  const tag = readTag(cursor);
  if (tag?.wireType === 4) return tag.field;
  cursor.offset = start;
  return undefined;
}

/** The text in UTF-8 without control characters, but for tabs and line ends; undefined if it is none. */
function printable(bytes: Uint8Array): string | undefined {
  if (findInvalidUtf8(bytes, 0, bytes.length) >= 0) return undefined;
  const control = bytes.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13);
  return control ? undefined : decodeUtf8(bytes, 0, bytes.length);
}
