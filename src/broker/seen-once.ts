/** Bits for hashes: of half a million different ones, one in thirty-two is taken for one that was seen. */
const bits = 2 ** 23;
/** Then all is forgotten. */
const most = 2 ** 19;

/**
 * Tells what is met again from what is met once: a Bloom filter with one bit for each hash, a mebibyte, there with the first
 * hash. Nothing that was seen is forgotten before half a million others were.
 */
export class SeenOnce {
  #words: Int32Array | undefined;
  #count = 0;

  /** Whether the hash was seen before; it is from now on. */
  has(hash: number): boolean {
    const words = (this.#words ??= new Int32Array(bits / 32));
    const bit = hash & (bits - 1);
    const word = words[bit >> 5] ?? 0;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return true;
    if (++this.#count > most) {
      words.fill(0);
      this.#count = 1;
      words[bit >> 5] = mask;
      return false;
    }
    words[bit >> 5] = word | mask;
    return false;
  }
}
