/** A range smaller than this is copied rather than written as a chunk of its own. */
const smallRange = 2048;
const firstArena = 1024;
const largestArena = 64 * 1024;
/** Room for this many ranges stays with a link that has nothing to send. */
const keptRanges = 16;
/** A frame larger than this gets a buffer of its own, so that it does not waste arenas. */
const largestInArena = 16 * 1024;

const nothing = new Uint8Array(0);

/**
 * Collects what is bound for one network connection until it is written in one call. Frames of
 * others are appended by range, without a copy, and neighbours in the same buffer merge: a chunk
 * of messages forwarded to one subscriber leaves as one view of that chunk. Small ranges that don't
 * merge are copied together, since hundreds of tiny chunks cost more than the copy. Bytes once
 * handed out are never changed: an arena is only ever filled up, then left to the collector.
 */
export class Output {
  /** Bytes that wait to be taken. */
  pendingBytes = 0;
  /** Where `reserve` put the reserved bytes. */
  target: Uint8Array = nothing;

  /** Ranges; the arrays are used again, since making them anew for each message is most of its garbage. */
  readonly #buffers: Uint8Array[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #count = 0;
  #arena: Uint8Array = nothing;
  #used = 0;
  #arenaSize = firstArena;

  /** Appends `bytes[start, end)`; they must not change until they were sent. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.pendingBytes += end - start;
    const last = this.#count - 1;
    if (last >= 0) {
      if (this.#buffers[last] === bytes && this.#ends[last] === start) {
        this.#ends[last] = end;
        return;
      }
      this.#settle(last);
    }
    this.#push(bytes, start, end);
  }

  /** Appends `length` bytes to be filled in by the caller: at the offset returned, in `target`. */
  reserve(length: number): number {
    this.pendingBytes += length;
    const last = this.#count - 1;
    if (last >= 0 && this.#buffers[last] !== this.#arena) this.#settle(last);
    return this.#reserve(length);
  }

  /** Gives up everything collected, as views in order. */
  take(): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (let index = 0; index < this.#count; index++) {
      const buffer = this.#buffers[index];
      if (buffer) chunks.push(buffer.subarray(this.#starts[index], this.#ends[index]));
    }
    this.discard();
    return chunks;
  }

  /** Forgets everything collected. */
  discard(): void {
    if (this.#count > keptRanges) {
      this.#buffers.length = 0;
      this.#starts.length = 0;
      this.#ends.length = 0;
    } else {
      // The bytes themselves must not be held.
      this.#buffers.fill(nothing, 0, this.#count);
    }
    this.#count = 0;
    this.pendingBytes = 0;
    this.target = nothing;
  }

  /** The last range gets a neighbour that it cannot merge with: if it is small, copy it. */
  #settle(last: number): void {
    const buffer = this.#buffers[last];
    const start = this.#starts[last] ?? 0;
    const end = this.#ends[last] ?? 0;
    if (buffer === undefined || buffer === this.#arena || end - start >= smallRange) return;
    this.#count = last;
    const offset = this.#reserve(end - start);
    copyBytes(buffer, start, end, this.target, offset);
  }

  #reserve(length: number): number {
    if (length > largestInArena) {
      this.target = new Uint8Array(length);
      this.#push(this.target, 0, length);
      return 0;
    }
    if (this.#used + length > this.#arena.length) this.#renewArena(length);
    const offset = this.#used;
    this.#used += length;
    this.target = this.#arena;
    const last = this.#count - 1;
    if (last >= 0 && this.#buffers[last] === this.#arena && this.#ends[last] === offset) {
      this.#ends[last] = offset + length;
    } else {
      this.#push(this.#arena, offset, offset + length);
    }
    return offset;
  }

  /** Arenas grow with the traffic, so that an idle link holds little. */
  #renewArena(length: number): void {
    while (this.#arenaSize < length) this.#arenaSize *= 2;
    this.#arena = new Uint8Array(this.#arenaSize);
    this.#used = 0;
    this.#arenaSize = Math.min(this.#arenaSize * 2, largestArena);
  }

  #push(bytes: Uint8Array, start: number, end: number): void {
    const index = this.#count++;
    this.#buffers[index] = bytes;
    this.#starts[index] = start;
    this.#ends[index] = end;
  }
}

/** Copies `from[start, end)` to `to` at `offset`. A loop beats making a view for short ranges. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  offset: number,
): void {
  if (end - start > 40) {
    to.set(from.subarray(start, end), offset);
    return;
  }
  for (let index = start; index < end; index++) to[offset++] = from[index] ?? 0;
}
