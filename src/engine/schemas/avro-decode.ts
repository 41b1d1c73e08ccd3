/**
 * Avro's binary encoding (1.12.0) as JSON with the names of the schema. The bytes are read here and not by avsc: that
 * believes any count of items, and gives nothing of a payload that ends too early.
 */
import avsc from 'avsc';
import { decodeUtf8Lossy } from '../../mqtt/utf8.ts';
import { Cursor } from '../../payload/cursor.ts';
import type { Decoded } from '../../payload/decoding.ts';
import { JsonObject, writeNode, type JsonNode } from '../../payload/json-node.ts';
import { float32Text, jsonFloat } from '../../payload/number-text.ts';
import { deeper } from '../../payload/walk.ts';
import { DecodingStop, hexOf, TextWriter } from '../../payload/writer.ts';
import { decimalToken, integerMeaning, plainType } from './avro-logical.ts';

/** Values of one payload, at most: a null takes no byte, and a count can be any number. */
export const mostValues = 100_000;

/** Bytes before the value in single object encoding: a marker and the schema's fingerprint. */
const singleObjectMarker = [0xc3, 0x01] as const;
const singleObjectHeader = 10;
/** Bytes before the value where a schema registry is used: a zero, and the schema's number there. */
const registryHeader = 5;

/** The payload as JSON; where it cannot go on, what came before stays, and the problem says why. */
export function decodeAvro(type: avsc.Type, fingerprint: bigint, payload: Uint8Array): Decoded {
  if (payload[0] === singleObjectMarker[0] && payload[1] === singleObjectMarker[1]) {
    return decodeSingleObject(type, fingerprint, payload);
  }
  const plain = decodeValue(type, payload, 0);
  if (plain.problem === undefined || payload[0] !== 0 || payload.length < registryHeader) {
    return plain;
  }
  // It could begin with a zero all the same: what can be read without the header has none.
  const registered = decodeValue(type, payload, registryHeader);
  if (registered.problem !== undefined) return plain;
  const number = new DataView(payload.buffer, payload.byteOffset).getUint32(1);
  return withNote(registered, `Schema ${number} of a schema registry`);
}

function decodeSingleObject(type: avsc.Type, fingerprint: bigint, payload: Uint8Array): Decoded {
  const decoded = decodeValue(type, payload, singleObjectHeader);
  if (payload.length < singleObjectHeader) return decoded;
  const written = new DataView(payload.buffer, payload.byteOffset).getBigUint64(2, true);
  if (written === fingerprint) return decoded;
  return withNote(decoded, `Written with another schema: its fingerprint is ${hex(written)}`);
}

function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}

function withNote(decoded: Decoded, note: string): Decoded {
  return { ...decoded, notes: [...(decoded.notes ?? []), note] };
}

function decodeValue(type: avsc.Type, payload: Uint8Array, start: number): Decoded {
  const cursor = new Cursor(payload);
  const reader = new ValueReader(cursor);
  const writer = new TextWriter();
  let root: JsonNode | undefined;
  let problem: string | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof DecodingStop)) throw error;
      problem ??= error.message;
    }
  };
  attempt(() => {
    cursor.take(start);
    reader.read(type, (node) => (root = node), 0);
    const rest = payload.length - cursor.offset;
    if (rest > 0) {
      throw new DecodingStop(`The value ends at byte ${cursor.offset}, ${rest} more follow`);
    }
  });
  attempt(() => {
    if (root !== undefined) writeNode(writer, root);
  });
  return {
    text: writer.text,
    truncated: payload.length - cursor.offset,
    isJson: true,
    ...(problem !== undefined && { problem }),
  };
}

/** Takes a value's place before what is in it is read, so that it stays where reading stops. */
type Place = (node: JsonNode) => void;

class ValueReader {
  readonly #cursor: Cursor;
  #count = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** @throws DecodingStop */
  read(type: avsc.Type, place: Place, depth: number): void {
    if (++this.#count > mostValues) {
      throw new DecodingStop(`Too many values: only the first ${mostValues} are read`);
    }
    const plain = plainType(type);
    const { types } = avsc;
    if (plain instanceof types.RecordType) this.#readRecord(plain, place, deeper(depth));
    else if (plain instanceof types.ArrayType) {
      const list: JsonNode[] = [];
      place(list);
      const inner = deeper(depth);
      this.#readBlocks(() => this.read(plain.itemsType, (node) => list.push(node), inner));
    } else if (plain instanceof types.MapType) {
      const map = new JsonObject();
      place(map);
      const inner = deeper(depth);
      this.#readBlocks(() => {
        const key = this.#text();
        this.read(plain.valuesType as avsc.Type, (node) => map.set(key, node), inner);
      });
    } else if (isUnion(plain)) {
      const start = this.#cursor.offset;
      const index = this.#long();
      const branch = index < 0n || index > 0xffffn ? undefined : plain.types[Number(index)];
      if (!branch) throw notAvro(start, `the union has no branch ${index}`);
      this.read(branch, place, deeper(depth));
    } else place(this.#token(type, plain));
  }

  #readRecord(type: avsc.types.RecordType, place: Place, depth: number): void {
    const record = new JsonObject();
    place(record);
    for (const field of type.fields) {
      this.read(field.type, (node) => record.set(field.name, node), depth);
    }
  }

  /** Items come in blocks; a negative count is followed by the block's size in bytes. Zero ends them. */
  #readBlocks(readItem: () => void): void {
    for (;;) {
      let count = this.#long();
      if (count === 0n) return;
      if (count < 0n) {
        count = -count;
        this.#long();
      }
      for (; count > 0n; count--) readItem();
    }
  }

  #token(type: avsc.Type, plain: avsc.Type): string {
    const cursor = this.#cursor;
    const start = cursor.offset;
    const { types } = avsc;
    if (plain instanceof types.EnumType) {
      const index = this.#long();
      const symbol = index < 0n || index > 0xffffn ? undefined : plain.symbols[Number(index)];
      if (symbol === undefined) throw notAvro(start, `the enumeration has no symbol ${index}`);
      return JSON.stringify(symbol);
    }
    if (plain instanceof types.FixedType) return bytesToken(type, cursor.take(plain.size));
    switch (plain.typeName) {
      case 'null':
        return 'null';
      case 'boolean': {
        const byte = cursor.uint8();
        if (byte > 1) throw notAvro(start, `${byte} is no boolean`);
        return String(byte === 1);
      }
      case 'int': {
        const value = this.#long();
        if (BigInt.asIntN(32, value) !== value) throw notAvro(start, `${value} is no int`);
        return integerMeaning(type, value) ?? String(value);
      }
      case 'long': {
        const value = this.#long();
        return integerMeaning(type, value) ?? String(value);
      }
      case 'float':
        return jsonFloat(cursor.float32(true), float32Text);
      case 'double':
        return jsonFloat(cursor.float64(true), String);
      case 'bytes':
        return bytesToken(type, this.#bytes());
      case 'string':
        return JSON.stringify(this.#text());
      default:
        throw notAvro(start, `${plain.typeName} is not known`);
    }
  }

  #text(): string {
    const bytes = this.#bytes();
    return decodeUtf8Lossy(bytes, 0, bytes.length);
  }

  #bytes(): Uint8Array {
    const start = this.#cursor.offset;
    const length = this.#long();
    if (length < 0n) throw notAvro(start, `a length of ${length}`);
    return this.#cursor.take(length);
  }

  /** A varint of at most 64 bits, zigzag. */
  #long(): bigint {
    const start = this.#cursor.offset;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#cursor.uint8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (value >> 64n !== 0n) break;
      return (value >> 1n) ^ -(value & 1n);
    }
    throw notAvro(start, 'a number of more than 64 bits');
  }
}

function isUnion(
  type: avsc.Type,
): type is avsc.types.WrappedUnionType | avsc.types.UnwrappedUnionType {
  return (
    type instanceof avsc.types.WrappedUnionType || type instanceof avsc.types.UnwrappedUnionType
  );
}

function bytesToken(type: avsc.Type, bytes: Uint8Array): string {
  return decimalToken(type, bytes) ?? `"${hexOf(bytes)}"`;
}

function notAvro(offset: number, reason: string): DecodingStop {
  return new DecodingStop(`Not Avro of this schema at byte ${offset}: ${reason}`);
}
