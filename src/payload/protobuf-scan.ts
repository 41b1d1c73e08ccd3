/** Whether bytes could be a Protobuf message, found out without writing anything. */
import type { Cursor } from './cursor.ts';
import { maximumDepth } from './limits.ts';

const maximumField = 2 ** 29 - 1;
/** Packed numbers are told of values up to this many bytes. */
const packedBytes = 64;

export interface Tag {
  readonly field: number;
  readonly wireType: number;
}

/** Reads the tag of a field; undefined where none can begin so. */
export function readTag(cursor: Cursor): Tag | undefined {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = cursor.uint8();
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    const field = Math.floor(value / 8);
    return field < 1 || field > maximumField ? undefined : { field, wireType: value % 8 };
  }
  return undefined;
}

/**
 * Whether all of the bytes are fields, one after the other. What has a length is not looked into, so that
 * looking at every level of a message costs no more than its bytes.
 */
export function isMessage(bytes: Uint8Array): boolean {
  const groups: number[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tag = varintAt(bytes, offset);
    if (tag === undefined || tag.value >= 2 ** 32 || tag.end - offset > 5) return false;
    offset = tag.end;
    const field = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    if (field < 1) return false;
    if (wireType === 0 || wireType === 2) {
      const varint = varintAt(bytes, offset);
      if (varint === undefined) return false;
      offset = varint.end + (wireType === 2 ? varint.value : 0);
    } else if (wireType === 1) offset += 8;
    else if (wireType === 5) offset += 4;
    else if (wireType === 3) {
      if (groups.push(field) > maximumDepth) return false;
    } else if (wireType !== 4 || groups.pop() !== field) return false;
    if (offset > bytes.length) return false;
  }
  return groups.length === 0;
}

/** Two or more numbers, each in its shortest form, that fill the bytes: a packed repeated field. */
export function packedVarints(bytes: Uint8Array): bigint[] | undefined {
  if (bytes.length > packedBytes) return undefined;
  const numbers: bigint[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const varint = varintAt(bytes, offset);
    if (varint === undefined) return undefined;
    const last = varint.end - 1;
    if (last > offset && bytes[last] === 0) return undefined;
    let value = 0n;
    for (let index = last; index >= offset; index--) {
      value = (value << 7n) | BigInt((bytes[index] ?? 0) & 0x7f);
    }
    numbers.push(value);
    offset = varint.end;
  }
  return numbers.length > 1 ? numbers : undefined;
}

/** A varint of at most 64 bits; the value of a very large one is rounded. */
function varintAt(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined || (index === 9 && byte > 1)) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return undefined;
}
