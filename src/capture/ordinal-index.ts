/** Numbers in one chunk: dropping the front costs a chunk at a time. */
const chunkSize = 8192;

/**
 * A growing list of increasing frame numbers, addressed by ordinals that stay when the front is
 * dropped. Frame numbers may exceed 32 bits, so chunks hold doubles.
 */
export class OrdinalIndex {
  #chunks: Float64Array[] = [];
  /** The newest chunk, and how much of it is used. */
  #last: Float64Array | undefined;
  #lastLength = 0;
  /** Ordinal of the first number of the first chunk. */
  #base = 0;
  #first = 0;
  #end = 0;

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  push(frame: number): void {
    if (this.#last === undefined || this.#lastLength === chunkSize) {
      this.#last = new Float64Array(chunkSize);
      this.#lastLength = 0;
      this.#chunks.push(this.#last);
    }
    this.#last[this.#lastLength++] = frame;
    this.#end++;
  }

  /** The number at an ordinal in [first, end). */
  at(ordinal: number): number {
    const at = ordinal - this.#base;
    return this.#chunks[Math.floor(at / chunkSize)]?.[at % chunkSize] ?? -1;
  }

  /** The first ordinal whose number is at least `frame`; `end` if there is none. */
  search(frame: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle) < frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops all numbers below `frame`. */
  dropBefore(frame: number): void {
    this.#first = this.search(frame);
    const whole = Math.floor((this.#first - this.#base) / chunkSize);
    if (whole === 0) return;
    this.#chunks = this.#chunks.slice(whole);
    this.#base += whole * chunkSize;
  }
}
