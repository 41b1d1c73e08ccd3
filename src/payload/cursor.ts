import { inputLimitText, maximumInput } from './limits.ts';
import { DecodingStop } from './writer.ts';

/** Reads values one after the other; what goes past the end stops the decoder. */
export class Cursor {
  offset = 0;
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = Math.min(bytes.length, maximumInput);
  }

  get atEnd(): boolean {
    return this.offset >= this.end;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  uint16(littleEndian = false): number {
    return this.#view.getUint16(this.#advance(2), littleEndian);
  }

  int16(littleEndian = false): number {
    return this.#view.getInt16(this.#advance(2), littleEndian);
  }

  uint32(littleEndian = false): number {
    return this.#view.getUint32(this.#advance(4), littleEndian);
  }

  int32(littleEndian = false): number {
    return this.#view.getInt32(this.#advance(4), littleEndian);
  }

  uint64(littleEndian = false): bigint {
    return this.#view.getBigUint64(this.#advance(8), littleEndian);
  }

  int64(littleEndian = false): bigint {
    return this.#view.getBigInt64(this.#advance(8), littleEndian);
  }

  float32(littleEndian = false): number {
    return this.#view.getFloat32(this.#advance(4), littleEndian);
  }

  float64(littleEndian = false): number {
    return this.#view.getFloat64(this.#advance(8), littleEndian);
  }

  /** The next byte without going past it; undefined at the end. */
  peek(): number | undefined {
    return this.atEnd ? undefined : this.#bytes[this.offset];
  }

  /** The next `length` bytes, not copied; a declared length takes no memory before they are there. */
  take(length: number | bigint): Uint8Array {
    // Lengths of 64 bits are compared before they become a number that has not all their digits.
    const start = this.#advance(length > this.end - this.offset ? Infinity : Number(length));
    return this.#bytes.subarray(start, this.offset);
  }

  #advance(length: number): number {
    const start = this.offset;
    if (length > this.end - start) {
      if (this.end < this.#bytes.length) throw new DecodingStop(`Too large: ${inputLimitText}`);
      throw new DecodingStop(`Ends within a value that begins at byte ${start}`);
    }
    this.offset = start + length;
    return start;
  }
}
