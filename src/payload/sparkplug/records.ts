/**
 * Messages of Protocol Buffers whose fields are known when the program is written
 * (protobuf.dev/programming-guides/encoding), read by a table of their fields.
 */
import { decodeUtf8Lossy } from '../../mqtt/utf8.ts';
import { Cursor } from '../cursor.ts';
import { readTag } from '../protobuf-scan.ts';
import { notProtobuf, readVarint } from '../protobuf.ts';
import { deeper } from '../walk.ts';
import { DecodingStop } from '../writer.ts';

/** Values that are kept of one payload: each takes memory, and two bytes of the payload may be one. */
export const mostValues = 100_000;

const wireTypes = { varint: 0, bool: 0, double: 1, text: 2, bytes: 2, float: 5 } as const;
export type Scalar = keyof typeof wireTypes;

/** Field number → name, and type: a scalar or the name of another record. */
export type RecordType = Readonly<Record<number, readonly [name: string, type: string]>>;
export type RecordTypes = Readonly<Record<string, RecordType>>;

type Value = bigint | number | boolean | string | Uint8Array | Fields;

/** The fields of one message. What is asked for with another type than it has is not there. */
export class Fields {
  readonly #values = new Map<string, Value[]>();

  add(name: string, value: Value): void {
    const known = this.#values.get(name);
    if (known) known.push(value);
    else this.#values.set(name, [value]);
  }

  /** The last one counts (encoding#last-one-wins). */
  integer(name: string): bigint | undefined {
    const value = this.#last(name);
    return typeof value === 'bigint' ? value : undefined;
  }

  float(name: string): number | undefined {
    const value = this.#last(name);
    return typeof value === 'number' ? value : undefined;
  }

  bool(name: string): boolean | undefined {
    const value = this.#last(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.#last(name);
    return typeof value === 'string' ? value : undefined;
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.#last(name);
    return value instanceof Uint8Array ? value : undefined;
  }

  record(name: string): Fields | undefined {
    const value = this.#last(name);
    return value instanceof Fields ? value : undefined;
  }

  texts(name: string): string[] {
    return this.#all(name).filter((value) => typeof value === 'string');
  }

  integers(name: string): bigint[] {
    return this.#all(name).filter((value) => typeof value === 'bigint');
  }

  records(name: string): Fields[] {
    return this.#all(name).filter((value) => value instanceof Fields);
  }

  #all(name: string): readonly Value[] {
    return this.#values.get(name) ?? [];
  }

  #last(name: string): Value | undefined {
    return this.#values.get(name)?.at(-1);
  }
}

/** Reads one payload. What came before an error stays in the fields. */
export class RecordReader {
  readonly root = new Fields();
  /** Why it could not go on. */
  problem: string | undefined;
  /** Numbers of fields that the table does not have, or has with another type; of the outermost message first. */
  readonly unknown = new Set<string>();
  readonly #types: RecordTypes;
  readonly #cursor: Cursor;
  readonly #size: number;
  #count = 0;

  constructor(types: RecordTypes, payload: Uint8Array) {
    this.#types = types;
    this.#cursor = new Cursor(payload);
    this.#size = payload.length;
  }

  /** Bytes read. */
  get offset(): number {
    return this.#cursor.offset;
  }

  /** Never throws: `problem` tells what stopped it. */
  read(type: string): Fields {
    try {
      this.#readFields(this.#cursor, type, this.root, 0);
      // Says that there was more than is read.
      if (this.#cursor.end < this.#size) this.#cursor.take(1);
    } catch (error) {
      if (!(error instanceof DecodingStop)) throw error;
      this.problem = error.message;
    }
    return this.root;
  }

  #readFields(cursor: Cursor, type: string, into: Fields, depth: number): void {
    while (!cursor.atEnd) {
      const start = cursor.offset;
      const tag = readTag(cursor);
      if (tag === undefined) throw notProtobuf(start, 'no field begins there');
      const { field, wireType } = tag;
      if (wireType > 5) throw notProtobuf(start, `wire type ${wireType} does not exist`);
      if (wireType === 3 || wireType === 4) throw notProtobuf(start, 'a group, which is not used');
      const known = this.#types[type]?.[field];
      const length = wireType === 2 ? readVarint(cursor) : undefined;
      if (!known || !this.#readValue(cursor, known, wireType, length, into, depth)) {
        this.unknown.add(`${type} ${field}`);
        skip(cursor, wireType, length);
      }
    }
  }

  /** False when it is not sent as the table says: nothing is read then. */
  #readValue(
    cursor: Cursor,
    [name, type]: readonly [name: string, type: string],
    wireType: number,
    length: bigint | undefined,
    into: Fields,
    depth: number,
  ): boolean {
    if (++this.#count > mostValues) {
      throw new DecodingStop(`Too many values: only the first ${mostValues} are read`);
    }
    if (type in this.#types) {
      if (length === undefined) return false;
      const fields = new Fields();
      into.add(name, fields);
      this.#readFields(new Cursor(cursor.take(length)), type, fields, deeper(depth));
      return true;
    }
    if (type === 'varint' && length !== undefined) {
      const packed = new Cursor(cursor.take(length));
      while (!packed.atEnd) into.add(name, readVarint(packed));
      return true;
    }
    if (wireTypes[type as Scalar] !== wireType) return false;
    into.add(name, readScalar(cursor, type as Scalar, length ?? 0n));
    return true;
  }
}

function readScalar(cursor: Cursor, type: Scalar, length: bigint): Value {
  switch (type) {
    case 'varint':
      return readVarint(cursor);
    case 'bool':
      return readVarint(cursor) !== 0n;
    case 'double':
      return cursor.float64(true);
    case 'float':
      return cursor.float32(true);
    case 'bytes':
      return cursor.take(length);
    case 'text': {
      const bytes = cursor.take(length);
      return decodeUtf8Lossy(bytes, 0, bytes.length);
    }
  }
}

function skip(cursor: Cursor, wireType: number, length: bigint | undefined): void {
  if (wireType === 0) readVarint(cursor);
  else cursor.take(length ?? (wireType === 1 ? 8 : 4));
}
