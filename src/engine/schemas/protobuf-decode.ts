/**
 * Protocol Buffers with a schema, as JSON with the names of the schema. The fields are read here and not by the
 * code that protobufjs generates: that gives up at the first error, drops fields it does not know, and rounds 64 bits.
 */
import protobuf from 'protobufjs';
import { Cursor } from '../../payload/cursor.ts';
import type { Decoded } from '../../payload/decoding.ts';
import { timeText } from '../../payload/number-text.ts';
import { readTag, type Tag } from '../../payload/protobuf-scan.ts';
import { notProtobuf, readVarint } from '../../payload/protobuf.ts';
import { deeper } from '../../payload/walk.ts';
import { DecodingStop, TextWriter } from '../../payload/writer.ts';
import { JsonObject, writeNode, type JsonNode } from '../../payload/json-node.ts';
import { defaultToken, readScalar, readUnknown, wireTypeOf } from './protobuf-values.ts';

/** Field numbers that are told one by one. */
const mostTold = 10;

/** The payload as that message; where it cannot go on, what came before stays, and the problem says why. */
export function decodeMessage(type: protobuf.Type, payload: Uint8Array): Decoded {
  const reader = new MessageReader(payload);
  const writer = new TextWriter();
  const root = new JsonObject();
  let problem: string | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof DecodingStop)) throw error;
      problem ??= error.message;
    }
  };
  attempt(() => reader.read(type, root));
  attempt(() => writeNode(writer, root));
  problem ??= reader.problem;
  const notes = reader.notes;
  return {
    text: writer.text,
    truncated: payload.length - reader.offset,
    isJson: true,
    ...(problem !== undefined && { problem }),
    ...(notes.length > 0 && { notes }),
  };
}

class MessageReader {
  problem: string | undefined;
  readonly #cursor: Cursor;
  readonly #size: number;
  readonly #unknown = new Set<string>();
  readonly #mismatched = new Set<string>();

  constructor(payload: Uint8Array) {
    this.#cursor = new Cursor(payload);
    this.#size = payload.length;
  }

  get offset(): number {
    return this.#cursor.offset;
  }

  get notes(): string[] {
    const list = (fields: ReadonlySet<string>): string =>
      [...fields].slice(0, mostTold).join(', ') + (fields.size > mostTold ? '…' : '');
    const notes: string[] = [];
    if (this.#unknown.size > 0) notes.push(`Not in the schema: ${list(this.#unknown)}`);
    if (this.#mismatched.size > 0) {
      notes.push(`Sent as another type than the schema says: ${list(this.#mismatched)}`);
    }
    return notes;
  }

  /** The whole payload. @throws DecodingStop */
  read(type: protobuf.Type, into: JsonObject): void {
    this.#readFields(this.#cursor, type, into, 0, undefined);
    if (this.#cursor.end < this.#size) this.#cursor.take(1);
  }

  /** @param group whose end ends the message; undefined: it ends with its bytes. */
  #readFields(
    cursor: Cursor,
    type: protobuf.Type,
    into: JsonObject,
    depth: number,
    group: number | undefined,
  ): void {
    while (!cursor.atEnd) {
      const start = cursor.offset;
      const tag = readTag(cursor);
      if (tag === undefined) throw notProtobuf(start, 'no field begins there');
      if (tag.wireType === 4) {
        if (tag.field === group) return;
        throw notProtobuf(start, `the end of group ${tag.field}, which is not open`);
      }
      if (tag.wireType > 5) throw notProtobuf(start, `wire type ${tag.wireType} does not exist`);
      const field = type.fieldsById[tag.field];
      if (field === undefined || !this.#readField(cursor, field, tag, into, depth)) {
        this.#readOther(cursor, type, field, tag, into, depth);
      }
    }
    if (group !== undefined) throw notProtobuf(cursor.offset, `group ${group} does not end`);
  }

  /** False when it is not sent as the schema says: nothing is read then. */
  #readField(
    cursor: Cursor,
    field: protobuf.Field,
    tag: Tag,
    into: JsonObject,
    depth: number,
  ): boolean {
    for (const other of field.partOf?.oneof ?? []) if (other !== field.name) into.delete(other);
    if (field instanceof protobuf.MapField) {
      if (tag.wireType !== 2) return false;
      this.#readEntry(cursor, field, into, depth);
      return true;
    }
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Type) {
      if (tag.wireType !== 2 && tag.wireType !== 3) return false;
      const known = into.get(field.name);
      // A message that is sent in parts is one message (encoding#last-one-wins).
      const node = !field.repeated && known instanceof JsonObject ? known : new JsonObject();
      put(into, field, node);
      this.#readMessage(cursor, resolvedType, node, tag, deeper(depth));
      const time = timestampToken(resolvedType, node);
      const list = into.get(field.name);
      if (time !== undefined && Array.isArray(list)) list[list.length - 1] = time;
      else if (time !== undefined) into.set(field.name, time);
      return true;
    }
    const expected = resolvedType ? 0 : wireTypeOf(field.type);
    if (tag.wireType === expected) {
      put(into, field, this.#readValue(cursor, field));
      return true;
    }
    const isPacked = field.repeated && tag.wireType === 2 && expected !== 2;
    if (!isPacked || expected === undefined) return false;
    const part = this.#part(cursor);
    if (!into.has(field.name)) into.set(field.name, []);
    while (!part.atEnd) put(into, field, this.#readValue(part, field));
    return true;
  }

  #readMessage(
    cursor: Cursor,
    type: protobuf.Type,
    into: JsonObject,
    tag: Tag,
    depth: number,
  ): void {
    if (tag.wireType === 3) this.#readFields(cursor, type, into, depth, tag.field);
    else this.#readFields(this.#part(cursor), type, into, depth, undefined);
  }

  #readValue(
    cursor: Cursor,
    { type, resolvedType }: Pick<protobuf.FieldBase, 'type' | 'resolvedType'>,
  ): string {
    if (!(resolvedType instanceof protobuf.Enum)) {
      return readScalar(cursor, type, (problem) => (this.problem ??= problem));
    }
    const value = readScalar(cursor, 'int32', () => undefined);
    const name = resolvedType.valuesById[Number(value)];
    return name === undefined ? value : JSON.stringify(name);
  }

  /** One entry of a map: a message of a key (1) and a value (2), either of which may be left out. */
  #readEntry(cursor: Cursor, field: protobuf.MapField, into: JsonObject, depth: number): void {
    const part = this.#part(cursor);
    const known = into.get(field.name);
    const entries = known instanceof JsonObject ? known : new JsonObject();
    into.set(field.name, entries);
    let key = defaultToken(field.keyType);
    const { resolvedType } = field;
    let value: JsonNode =
      resolvedType instanceof protobuf.Type ? new JsonObject() : defaultToken(field.type);
    while (!part.atEnd) {
      const start = part.offset;
      const tag = readTag(part);
      if (tag === undefined) throw notProtobuf(start, 'no field begins there');
      const expected = resolvedType instanceof protobuf.Enum ? 0 : (wireTypeOf(field.type) ?? 2);
      if (tag.field === 1 && tag.wireType === wireTypeOf(field.keyType)) {
        key = readScalar(part, field.keyType, (problem) => (this.problem ??= problem));
      } else if (tag.field === 2 && tag.wireType === expected) {
        if (value instanceof JsonObject && resolvedType instanceof protobuf.Type) {
          this.#readMessage(part, resolvedType, value, tag, deeper(depth));
          value = timestampToken(resolvedType, value) ?? value;
        } else value = this.#readValue(part, field);
      } else if (readUnknown(part, tag.wireType) === undefined) {
        throw notProtobuf(start, 'a group within an entry of a map');
      } else this.#mismatched.add(field.name);
    }
    entries.set(key.startsWith('"') ? (JSON.parse(key) as string) : key, value);
  }

  /** A field that the schema does not have, or has with another type: shown by its number. */
  #readOther(
    cursor: Cursor,
    type: protobuf.Type,
    field: protobuf.Field | undefined,
    tag: Tag,
    into: JsonObject,
    depth: number,
  ): void {
    if (field) this.#mismatched.add(`${field.name} (field ${tag.field} of ${type.name})`);
    else this.#unknown.add(`field ${tag.field} of ${type.name}`);
    let value: JsonNode | undefined = readUnknown(cursor, tag.wireType);
    if (value === undefined) {
      const group = new JsonObject();
      this.#readFields(cursor, noFields, group, deeper(depth), tag.field);
      value = group;
    }
    const name = `#${tag.field}`;
    const known = into.get(name);
    if (known === undefined) into.set(name, [value]);
    else if (Array.isArray(known)) known.push(value);
  }

  #part(cursor: Cursor): Cursor {
    return new Cursor(cursor.take(readVarint(cursor)));
  }
}

/** What is in a group that no schema tells. */
const noFields = new protobuf.Type('Group');

function put(into: JsonObject, field: protobuf.Field, value: JsonNode): void {
  const known = into.get(field.name);
  if (!field.repeated) into.set(field.name, value);
  else if (Array.isArray(known)) known.push(value);
  else into.set(field.name, [value]);
}

/** A time of the well-known type, as the JSON mapping writes it. */
function timestampToken(type: protobuf.Type, node: JsonObject): string | undefined {
  if (type.fullName !== '.google.protobuf.Timestamp') return undefined;
  const seconds = node.get('seconds') ?? '0';
  const nanoseconds = Number(node.get('nanos') ?? '0');
  if (typeof seconds !== 'string' || !(nanoseconds >= 0 && nanoseconds < 1e9)) return undefined;
  for (const key of node.keys()) if (key !== 'seconds' && key !== 'nanos') return undefined;
  const text = timeText(BigInt(seconds), nanoseconds);
  return text === undefined ? undefined : `"${text}"`;
}
