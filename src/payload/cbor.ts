/**
 * CBOR (RFC 8949) in diagnostic notation (section 8), indented: as it was sent, with repeated keys,
 * tags, indefinite lengths (`[_ 1, 2]`), and an encoding indicator (`1_2`, section 8.1) where not the
 * shortest form was used. More than one item is a CBOR sequence (RFC 8742).
 *
 * Own code, because the libraries give values: cborg refuses indefinite strings and simple values and
 * loses repeated keys; cbor2 writes diagnostic notation, but nothing of what comes before an error.
 * Limits: those of limits.ts.
 */
import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import type { Cursor } from './cursor.ts';
import type { Decoded } from './decoding.ts';
import { fitsFloat16, float16Of, floatText, timeText } from './number-text.ts';
import { deeper, writeList, writeValues } from './walk.ts';
import { DecodingStop, type TextWriter } from './writer.ts';

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 };
const breakByte = 0xff;

/** The first bytes of an item: its major type, and its argument unless the length is indefinite. */
interface Head {
  readonly type: number;
  /** The five low bits of the first byte. */
  readonly information: number;
  readonly argument: bigint;
  readonly indefinite: boolean;
  /** `_0` to `_3` where the argument was not written as short as it could be. */
  readonly indicator: string;
  readonly start: number;
}

/** The payload as CBOR; `sequence`: more than one item is as it should be. */
export function decodeCbor(payload: Uint8Array, sequence: boolean): Decoded {
  return writeValues(payload, writeItem, sequence);
}

function readHead(cursor: Cursor): Head {
  const start = cursor.offset;
  const first = cursor.uint8();
  const information = first & 0x1f;
  const head = { type: first >> 5, information, start };
  if (information >= 24 && information < 28) {
    const bytes = 1 << (information - 24);
    const argument = argumentOf(cursor.take(bytes));
    // The least number that needs so many bytes.
    const least = bytes === 1 ? 24n : 1n << BigInt(bytes * 4);
    const indicator = argument < least ? `_${information - 24}` : '';
    return { ...head, argument, indefinite: false, indicator };
  }
  if (information < 24) {
    return { ...head, argument: BigInt(information), indefinite: false, indicator: '' };
  }
  const indefinite = head.type >= major.bytes && head.type <= major.map;
  if (information !== 31 || !indefinite) {
    const byte = `0x${first.toString(16).padStart(2, '0')}`;
    throw new DecodingStop(
      first === breakByte
        ? `A break at byte ${start} that ends nothing`
        : `Not CBOR at byte ${start}: ${byte} begins no item`,
    );
  }
  return { ...head, argument: 0n, indefinite, indicator: '' };
}

function argumentOf(bytes: Uint8Array): bigint {
  let argument = 0n;
  for (const byte of bytes) argument = (argument << 8n) | BigInt(byte);
  return argument;
}

function writeItem(cursor: Cursor, writer: TextWriter, depth: number): void {
  const head = readHead(cursor);
  const { type, argument, indicator } = head;
  if (type === major.unsigned) writer.put(`${argument}${indicator}`);
  else if (type === major.negative) writer.put(`${-1n - argument}${indicator}`);
  else if (type === major.array) writeArray(cursor, writer, head, deeper(depth));
  else if (type === major.map) writeMap(cursor, writer, head, deeper(depth));
  else if (type === major.tag) writeTag(cursor, writer, head, deeper(depth));
  else if (type === major.simple) writeSimple(writer, head);
  else if (head.indefinite) writeChunks(cursor, writer, type);
  else writeString(cursor, writer, head);
}

function writeString(cursor: Cursor, writer: TextWriter, head: Head): void {
  const bytes = cursor.take(head.argument);
  const invalid = head.type === major.text ? findInvalidUtf8(bytes, 0, bytes.length) : 0;
  if (head.type === major.text && invalid < 0) {
    writer.put(JSON.stringify(decodeUtf8(bytes, 0, bytes.length)));
  } else {
    if (head.type === major.text) {
      const at = cursor.offset - bytes.length + invalid;
      writer.note(`A text is not valid UTF-8 at byte ${at}`);
      writer.put('/ text, not UTF-8 / ');
    }
    writer.bytes(bytes);
  }
  writer.put(head.indicator);
}

/** A string of indefinite length: `(_ h'01', h'02')`. Its chunks are strings of its type with a length. */
function writeChunks(cursor: Cursor, writer: TextWriter, type: number): void {
  if (cursor.peek() === breakByte) {
    cursor.uint8();
    writer.put(type === major.text ? '""_' : "''_");
    return;
  }
  writeList(writer, '(_', ')', beforeBreak(cursor), () => {
    const chunk = readHead(cursor);
    if (chunk.type !== type || chunk.indefinite) {
      throw new DecodingStop(`At byte ${chunk.start} is no chunk of the string`);
    }
    writeString(cursor, writer, chunk);
  });
}

function writeArray(cursor: Cursor, writer: TextWriter, head: Head, depth: number): void {
  writeList(writer, opening('[', head), ']', itemsOf(cursor, head), () => {
    writeItem(cursor, writer, depth);
  });
}

function writeMap(cursor: Cursor, writer: TextWriter, head: Head, depth: number): void {
  writeList(writer, opening('{', head), '}', itemsOf(cursor, head), () => {
    writeItem(cursor, writer, depth);
    writer.put(': ');
    writeItem(cursor, writer, depth);
  });
}

function opening(bracket: string, { indefinite, indicator }: Head): string {
  return indefinite ? `${bracket}_` : `${bracket}${indicator}`;
}

function itemsOf(cursor: Cursor, { indefinite, argument }: Head): (index: number) => boolean {
  return indefinite ? beforeBreak(cursor) : (index) => BigInt(index) < argument;
}

function beforeBreak(cursor: Cursor): () => boolean {
  return () => {
    if (cursor.peek() !== breakByte) return true;
    cursor.uint8();
    return false;
  };
}

function writeTag(cursor: Cursor, writer: TextWriter, head: Head, depth: number): void {
  writer.put(`${head.argument}${head.indicator}(`);
  const start = cursor.offset;
  writeItem(cursor, writer, depth);
  writer.put(`)${meaningOf(head.argument, cursor, start)}`);
}

/** What a number says that is hard to read otherwise: a time (tag 1), a large integer (2 and 3). */
function meaningOf(tag: bigint, cursor: Cursor, start: number): string {
  if (tag !== 1n && tag !== 2n && tag !== 3n) return '';
  const end = cursor.offset;
  cursor.offset = start;
  const head = readHead(cursor);
  let text: string | undefined;
  if (tag === 1n) {
    if (head.type === major.unsigned) text = timeText(head.argument, 0);
    else if (head.type === major.negative) text = timeText(-1n - head.argument, 0);
    else text = floatTime(floatOf(head));
  } else if (head.type === major.bytes && !head.indefinite && head.argument <= 64n) {
    const digits = [...cursor.take(head.argument)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    const value = BigInt(`0x0${digits.join('')}`);
    text = String(tag === 2n ? value : -1n - value);
  }
  cursor.offset = end;
  return text === undefined ? '' : ` / ${text} /`;
}

/** A double has microseconds in this century; more digits would be invented. */
function floatTime(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const microseconds = Math.round(value * 1e6);
  if (!Number.isSafeInteger(microseconds)) return undefined;
  const seconds = Math.floor(microseconds / 1e6);
  return timeText(BigInt(seconds), (microseconds - seconds * 1e6) * 1000);
}

const simpleValues = new Map([
  [20n, 'false'],
  [21n, 'true'],
  [22n, 'null'],
  [23n, 'undefined'],
]);

function writeSimple(writer: TextWriter, head: Head): void {
  const float = floatOf(head);
  if (float !== undefined) {
    writer.put(floatText(float) + floatIndicator(head, float));
    return;
  }
  // A simple value below 32 in two bytes is not well-formed (section 3.3).
  if (head.information === 24 && head.argument < 32n) {
    throw new DecodingStop(`Not CBOR at byte ${head.start}: simple(${head.argument}) in two bytes`);
  }
  writer.put(simpleValues.get(head.argument) ?? `simple(${head.argument})`);
}

function floatOf({ type, information, argument }: Head): number | undefined {
  if (type !== major.simple || information < 25) return undefined;
  if (information === 25) return float16Of(Number(argument));
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, argument);
  return information === 26 ? view.getFloat32(4) : view.getFloat64(0);
}

function floatIndicator({ information }: Head, value: number): string {
  const shorter =
    (information === 26 && fitsFloat16(value)) ||
    (information === 27 && (fitsFloat16(value) || Math.fround(value) === value));
  return shorter ? `_${information - 24}` : '';
}
