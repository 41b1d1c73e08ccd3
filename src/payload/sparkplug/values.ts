/** Values of Sparkplug B as JSON, by the data type that a birth declares (Sparkplug 3.0.0, section 6.4.16). */
import { decodeUtf8Lossy } from '../../mqtt/utf8.ts';
import { Cursor } from '../cursor.ts';
import { JsonObject, type JsonNode } from '../json-node.ts';
import { float32Text, jsonFloat, timeText } from '../number-text.ts';
import { hexOf } from '../writer.ts';
import type { Fields } from './records.ts';
import { dataTypeOf, type DataType } from './types.ts';

const signedBits: Partial<Record<DataType, number>> = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 };

/** Text of milliseconds since 1970: a time where a calendar has it, else the number. */
export function timeToken(milliseconds: bigint): string {
  const signed = BigInt.asIntN(64, milliseconds);
  const rest = ((signed % 1000n) + 1000n) % 1000n;
  const text = timeText((signed - rest) / 1000n, Number(rest) * 1_000_000);
  return text === undefined ? String(signed) : JSON.stringify(text);
}

/** A value that is no data set, template or property set; undefined where there is none. */
export function plainValue(fields: Fields, type: DataType | undefined): JsonNode | undefined {
  if (fields.bool('isNull') === true) return 'null';
  const integer = fields.integer('long') ?? fields.integer('int');
  if (integer !== undefined) return integerToken(integer, type);
  const float = fields.float('float');
  if (float !== undefined) return jsonFloat(float, float32Text);
  const double = fields.float('double');
  if (double !== undefined) return jsonFloat(double, String);
  const boolean = fields.bool('boolean');
  if (boolean !== undefined) return String(boolean);
  const text = fields.text('string');
  if (text !== undefined) return JSON.stringify(text);
  const bytes = fields.bytes('bytes');
  return bytes && (arrayOf(bytes, type) ?? `"${hexOf(bytes)}"`);
}

/** Signed ones are sent in two's complement, of 32 bits or of as many as they have. */
function integerToken(value: bigint, type: DataType | undefined): string {
  if (type === 'DateTime') return timeToken(value);
  if (type === 'Boolean') return String(value !== 0n);
  const bits = type && signedBits[type];
  return String(bits === undefined ? value : BigInt.asIntN(bits, value));
}

/** Data sets have a type for each column, and rows of values. */
export function dataSetNode(fields: Fields): JsonObject {
  const types = fields.integers('types').map(dataTypeOf);
  const rows = fields
    .records('rows')
    .map((row) =>
      row.records('elements').map((element, index) => plainValue(element, types[index]) ?? 'null'),
    );
  return new JsonObject([
    ['columns', fields.texts('columns').map((name) => JSON.stringify(name))],
    ['types', types.map((type) => JSON.stringify(type ?? 'Unknown'))],
    ['rows', rows],
  ]);
}

/** Names and values stand in two lists of the same length. */
export function propertySetNode(fields: Fields): JsonObject {
  const values = fields.records('values');
  return new JsonObject(
    fields.texts('keys').map((key, index) => [key, propertyNode(values[index])] as const),
  );
}

function propertyNode(fields: Fields | undefined): JsonNode {
  if (!fields) return 'null';
  const set = fields.record('propertySet');
  if (set) return propertySetNode(set);
  const list = fields.record('propertySets');
  if (list) return list.records('propertySets').map(propertySetNode);
  return plainValue(fields, dataTypeOf(fields.integer('datatype'))) ?? 'null';
}

const elements: Partial<Record<DataType, readonly [bytes: number, read: (c: Cursor) => string]>> = {
  Int8Array: [1, (cursor) => String(cursor.int8())],
  Int16Array: [2, (cursor) => String(cursor.int16(true))],
  Int32Array: [4, (cursor) => String(cursor.int32(true))],
  Int64Array: [8, (cursor) => String(cursor.int64(true))],
  UInt8Array: [1, (cursor) => String(cursor.uint8())],
  UInt16Array: [2, (cursor) => String(cursor.uint16(true))],
  UInt32Array: [4, (cursor) => String(cursor.uint32(true))],
  UInt64Array: [8, (cursor) => String(cursor.uint64(true))],
  FloatArray: [4, (cursor) => jsonFloat(cursor.float32(true), float32Text)],
  DoubleArray: [8, (cursor) => jsonFloat(cursor.float64(true), String)],
  DateTimeArray: [8, (cursor) => timeToken(cursor.uint64(true))],
};

/** Arrays are packed into bytes, little endian; undefined for other types and for what does not fit. */
function arrayOf(bytes: Uint8Array, type: DataType | undefined): JsonNode[] | undefined {
  if (type === 'StringArray') return stringsOf(bytes);
  if (type === 'BooleanArray') return booleansOf(bytes);
  const element = type && elements[type];
  if (!element || bytes.length % element[0] !== 0) return undefined;
  const cursor = new Cursor(bytes);
  const values: string[] = [];
  while (!cursor.atEnd) values.push(element[1](cursor));
  return values;
}

/** Each ends with a zero byte. */
function stringsOf(bytes: Uint8Array): string[] {
  const values: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const zero = bytes.indexOf(0, start);
    const end = zero < 0 ? bytes.length : zero;
    values.push(JSON.stringify(decodeUtf8Lossy(bytes, start, end)));
    start = end + 1;
  }
  return values;
}

/** Their number in four bytes, then a bit each, from the highest of each byte on. */
function booleansOf(bytes: Uint8Array): string[] | undefined {
  if (bytes.length < 4) return undefined;
  const count = new Cursor(bytes).uint32(true);
  if (count > (bytes.length - 4) * 8) return undefined;
  const bit = (index: number): number => (bytes[4 + (index >> 3)] ?? 0) >> (7 - (index & 7));
  return Array.from({ length: count }, (_, index) => String((bit(index) & 1) === 1));
}
