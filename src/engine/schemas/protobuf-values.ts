/** Single values of Protocol Buffers as JSON tokens, by the type that a schema declares. */
import { decodeUtf8Lossy, findInvalidUtf8 } from '../../mqtt/utf8.ts';
import type { Cursor } from '../../payload/cursor.ts';
import { float32Text, jsonFloat } from '../../payload/number-text.ts';
import { readVarint } from '../../payload/protobuf.ts';

/** How each scalar type is sent (protobuf.dev/programming-guides/encoding#structure); enums are varints. */
const wireTypes: Readonly<Record<string, number>> = {
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  bool: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  string: 2,
  bytes: 2,
  fixed32: 5,
  sfixed32: 5,
  float: 5,
};

/** The wire type of a scalar type; undefined for messages, groups and enums. */
export function wireTypeOf(type: string): number | undefined {
  return Object.hasOwn(wireTypes, type) ? wireTypes[type] : undefined;
}

/** Reads a scalar. Numbers have all their digits; bytes are Base64, as in the JSON mapping of proto3. */
export function readScalar(cursor: Cursor, type: string, note: (problem: string) => void): string {
  switch (type) {
    case 'int32':
      return String(BigInt.asIntN(32, readVarint(cursor)));
    case 'int64':
      return String(BigInt.asIntN(64, readVarint(cursor)));
    case 'uint32':
      return String(BigInt.asUintN(32, readVarint(cursor)));
    case 'sint32':
      return String(zigzag(BigInt.asUintN(32, readVarint(cursor))));
    case 'sint64':
      return String(zigzag(readVarint(cursor)));
    case 'bool':
      return String(readVarint(cursor) !== 0n);
    case 'fixed32':
      return String(cursor.uint32(true));
    case 'sfixed32':
      return String(cursor.int32(true));
    case 'float':
      return jsonFloat(cursor.float32(true), float32Text);
    case 'fixed64':
      return String(cursor.uint64(true));
    case 'sfixed64':
      return String(cursor.int64(true));
    case 'double':
      return jsonFloat(cursor.float64(true), String);
    case 'string':
      return textToken(cursor, note);
    case 'bytes':
      return base64Token(cursor.take(readVarint(cursor)));
    default:
      return String(readVarint(cursor));
  }
}

/** What a field has that was not sent, where the JSON must have something: in an entry of a map. */
export function defaultToken(type: string): string {
  if (type === 'string' || type === 'bytes') return '""';
  return type === 'bool' ? 'false' : '0';
}

/** A value of a field that the schema does not have; undefined where a group begins or ends. */
export function readUnknown(cursor: Cursor, wireType: number): string | undefined {
  if (wireType === 0) return readScalar(cursor, 'uint64', () => undefined);
  if (wireType === 1) return readScalar(cursor, 'fixed64', () => undefined);
  if (wireType === 5) return readScalar(cursor, 'fixed32', () => undefined);
  return wireType === 2 ? base64Token(cursor.take(readVarint(cursor))) : undefined;
}

function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function textToken(cursor: Cursor, note: (problem: string) => void): string {
  const bytes = cursor.take(readVarint(cursor));
  const invalid = findInvalidUtf8(bytes, 0, bytes.length);
  if (invalid >= 0) {
    note(`A string is not valid UTF-8 at byte ${cursor.offset - bytes.length + invalid}`);
  }
  return JSON.stringify(decodeUtf8Lossy(bytes, 0, bytes.length));
}

function base64Token(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`;
}
