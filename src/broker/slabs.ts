import { copyBytes } from './output.ts';

const slabSize = 256 * 1024;

/** A large buffer that many small records share. */
export class Slab {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used = 0;
  /** Bytes of records that are not released. */
  live = 0;
  /** All that were ever put here; those released or moved are elsewhere. */
  records = new Int32Array(64);
  recordCount = 0;

  constructor(number: number, size: number) {
    this.number = number;
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** The same numbers in a larger array. */
export function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}

/**
 * Keeps the bytes of very many small things, by a number from 1 that each has: an object and a typed array for each
 * would take several times the bytes. Bytes once stored are never changed; a slab of which less than half is still in
 * use is given up, and what lives in it moves.
 */
export class Slabs {
  /** Number 0 stands for none. */
  readonly #slabs: (Slab | undefined)[] = [undefined];
  readonly #freeNumbers: number[] = [];
  #slabOf = new Int32Array(64);
  #startOf = new Int32Array(64);
  #lengthOf = new Int32Array(64);
  #current = this.#open(slabSize);

  /** Where the record's bytes are; undefined while it has none. */
  slab(record: number): Slab | undefined {
    return this.#slabs[this.#slabOf[record] ?? 0];
  }

  start(record: number): number {
    return this.#startOf[record] ?? 0;
  }

  length(record: number): number {
    return this.#lengthOf[record] ?? 0;
  }

  /** Puts a copy of `bytes[start, end)` after `reserved` bytes that the caller fills in. The record must have none. */
  store(record: number, reserved: number, bytes: Uint8Array, start: number, end: number): void {
    if (record >= this.#slabOf.length) this.#grow(record);
    const length = reserved + end - start;
    const slab = this.#roomFor(length);
    copyBytes(bytes, start, end, slab.bytes, slab.used + reserved);
    this.#put(record, slab, length);
  }

  /** The record has no bytes any more. */
  release(record: number): void {
    const slab = this.slab(record);
    if (!slab) return;
    slab.live -= this.length(record);
    this.#slabOf[record] = 0;
    if (slab !== this.#current) this.#tidy(slab);
  }

  #open(size: number): Slab {
    const slab = new Slab(this.#freeNumbers.pop() ?? this.#slabs.length, size);
    this.#slabs[slab.number] = slab;
    return slab;
  }

  #grow(record: number): void {
    const length = Math.max(record + 1, 2 * this.#slabOf.length);
    this.#slabOf = grown(this.#slabOf, length);
    this.#startOf = grown(this.#startOf, length);
    this.#lengthOf = grown(this.#lengthOf, length);
  }

  #put(record: number, slab: Slab, length: number): void {
    this.#slabOf[record] = slab.number;
    this.#startOf[record] = slab.used;
    this.#lengthOf[record] = length;
    slab.used += length;
    slab.live += length;
    if (slab.recordCount === slab.records.length) {
      slab.records = grown(slab.records, 2 * slab.recordCount);
    }
    slab.records[slab.recordCount++] = record;
  }

  #roomFor(length: number): Slab {
    // Something large has a slab to itself.
    if (length > slabSize / 4) return this.#open(length);
    if (this.#current.used + length > slabSize) {
      const full = this.#current;
      this.#current = this.#open(slabSize);
      this.#tidy(full);
    }
    return this.#current;
  }

  #tidy(slab: Slab): void {
    if (slab.live * 2 >= slab.used) return;
    for (const record of slab.records.subarray(0, slab.recordCount)) {
      if (this.#slabOf[record] !== slab.number) continue;
      const start = this.start(record);
      const length = this.length(record);
      const target = this.#roomFor(length);
      copyBytes(slab.bytes, start, start + length, target.bytes, target.used);
      this.#put(record, target, length);
    }
    this.#slabs[slab.number] = undefined;
    this.#freeNumbers.push(slab.number);
  }
}
