import { utf8Length, writeUtf8 } from './utf8.ts';

/** Room before the body for the fixed header: first byte and up to four of remaining length. */
const headerRoom = 5;
const firstSize = 256;
/** A buffer that grew beyond is not kept for the next packet. */
const keptSize = 64 * 1024;
const maximumVariableByteInteger = 0x0fff_ffff;

/** Writes the data representations of MQTT 5.0 section 1.5 into a buffer that grows. */
export class Writer {
  #bytes = new Uint8Array(firstSize);
  #length = headerRoom;

  /** Begins a packet anew. */
  reset(): void {
    this.#length = headerRoom;
    if (this.#bytes.length > keptSize) this.#bytes = new Uint8Array(firstSize);
  }

  byte(value: number): void {
    check(value, 0xff, 'a byte');
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  twoByteInteger(value: number): void {
    check(value, 0xffff, 'a two byte integer');
    const at = this.#grow(2);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value & 0xff;
  }

  fourByteInteger(value: number): void {
    check(value, 0xffff_ffff, 'a four byte integer');
    const at = this.#grow(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = (value >>> 16) & 0xff;
    this.#bytes[at + 2] = (value >>> 8) & 0xff;
    this.#bytes[at + 3] = value & 0xff;
  }

  variableByteInteger(value: number): void {
    check(value, maximumVariableByteInteger, 'a variable byte integer');
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** @throws RangeError if the text takes more than 65,535 bytes. */
  utf8String(text: string): void {
    const length = utf8Length(text);
    this.twoByteInteger(lengthOf(length, 'string'));
    const at = this.#grow(length);
    writeUtf8(text, this.#bytes, at);
  }

  /** @throws RangeError if it is more than 65,535 bytes. */
  binaryData(data: Uint8Array): void {
    this.twoByteInteger(lengthOf(data.length, 'binary data'));
    this.raw(data);
  }

  raw(data: Uint8Array): void {
    const at = this.#grow(data.length);
    this.#bytes.set(data, at);
  }

  /** Where a part begins whose length comes before it; give it to `endPart`. */
  beginPart(): number {
    return this.#length;
  }

  /** Puts the length of what was written since `beginPart` before it, as variable byte integer. */
  endPart(start: number): void {
    const size = this.#length - start;
    const lengthSize = variableByteIntegerSize(size);
    this.#grow(lengthSize);
    this.#bytes.copyWithin(start + lengthSize, start, start + size);
    writeVariableByteInteger(this.#bytes, start, size);
  }

  /** The packet with its fixed header: bytes of its own. */
  finish(firstByte: number): Uint8Array {
    const size = this.#length - headerRoom;
    check(size, maximumVariableByteInteger, 'the remaining length');
    const lengthSize = variableByteIntegerSize(size);
    const start = headerRoom - 1 - lengthSize;
    this.#bytes[start] = firstByte;
    writeVariableByteInteger(this.#bytes, start + 1, size);
    return this.#bytes.slice(start, this.#length);
  }

  #grow(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#length = needed;
    return at;
  }
}

/** Bytes that a value up to 268,435,455 takes as variable byte integer (section 1.5.5). */
export function variableByteIntegerSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
}

/**
 * Writes a variable byte integer; there must be room.
 * @returns the offset after it.
 */
export function writeVariableByteInteger(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

function check(value: number, maximum: number, what: string): void {
  if (value >= 0 && value <= maximum && Number.isInteger(value)) return;
  throw new RangeError(`${value} cannot be written as ${what} (0 to ${maximum}).`);
}

function lengthOf(length: number, what: string): number {
  if (length > 0xffff) {
    throw new RangeError(`A ${what} of ${length} bytes cannot be written: 65,535 is the most.`);
  }
  return length;
}
