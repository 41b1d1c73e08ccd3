import { copyBytes } from './output.ts';

const slabSize = 256 * 1024;

/** A large buffer that many small records share. */
class Slab {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used = 0;
  /** Bytes of records that are not released. */
  live = 0;
  /** All that were ever put here; those released or moved point elsewhere. */
  readonly records: SlabRecord[] = [];

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** Where the bytes of something are. Extend it: an object of its own for this would cost as much again. */
export class SlabRecord {
  /** Undefined while it has no bytes. */
  slab: Slab | undefined;
  start = 0;
  length = 0;
}

/**
 * Keeps the bytes of very many small things: a typed array for each would take several times the
 * bytes. Bytes once stored are never changed; a slab of which less than half is still in use is given
 * up, and what lives in it moves.
 */
export class Slabs {
  #current = new Slab(slabSize);

  /** Puts a copy of `bytes[start, end)` after `reserved` bytes that the caller fills in. The record must have none. */
  store(record: SlabRecord, reserved: number, bytes: Uint8Array, start: number, end: number): void {
    const length = reserved + end - start;
    const slab = this.#roomFor(length);
    copyBytes(bytes, start, end, slab.bytes, slab.used + reserved);
    this.#put(record, slab, length);
  }

  /** The record has no bytes any more. */
  release(record: SlabRecord): void {
    const { slab } = record;
    if (!slab) return;
    slab.live -= record.length;
    record.slab = undefined;
    if (slab !== this.#current) this.#tidy(slab);
  }

  #put(record: SlabRecord, slab: Slab, length: number): void {
    record.slab = slab;
    record.start = slab.used;
    record.length = length;
    slab.used += length;
    slab.live += length;
    slab.records.push(record);
  }

  #roomFor(length: number): Slab {
    // Something large has a slab to itself.
    if (length > slabSize / 4) return new Slab(length);
    if (this.#current.used + length > slabSize) {
      const full = this.#current;
      this.#current = new Slab(slabSize);
      this.#tidy(full);
    }
    return this.#current;
  }

  #tidy(slab: Slab): void {
    if (slab.live * 2 >= slab.used) return;
    for (const record of slab.records.splice(0)) {
      if (record.slab !== slab) continue;
      const { start, length } = record;
      const target = this.#roomFor(length);
      copyBytes(slab.bytes, start, start + length, target.bytes, target.used);
      this.#put(record, target, length);
    }
    slab.live = slab.used = 0;
  }
}
