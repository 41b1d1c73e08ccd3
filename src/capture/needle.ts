import { decodeUtf8Lossy, encodeUtf8 } from '../mqtt/utf8.ts';

/** A text looked for in bytes, in any case. */
export class Needle {
  readonly #text: string;
  readonly #ascii: boolean;
  /** Each byte of the text, and what it is in capitals. */
  readonly #lower: Uint8Array;
  readonly #upper: Uint8Array;
  /** How far to go on when a byte stands where the last one should, by that byte. */
  readonly #skip: Uint8Array;

  /** @param lower the text in small letters. */
  constructor(lower: string) {
    this.#text = lower;
    this.#lower = encodeUtf8(lower);
    this.#upper = this.#lower.slice();
    let at = 0;
    for (const character of lower) {
      const { length } = encodeUtf8(character);
      const capital = encodeUtf8(character.toUpperCase());
      // Where the capital takes another number of bytes, only the small letter is found.
      if (capital.length === length) this.#upper.set(capital, at);
      at += length;
    }
    this.#ascii = this.#lower.length === lower.length;
    const { length } = this.#lower;
    this.#skip = new Uint8Array(256).fill(Math.min(255, Math.max(1, length)));
    for (let i = 0; i < length - 1; i++) {
      const distance = Math.min(255, length - 1 - i);
      this.#skip[this.#lower[i] ?? 0] = distance;
      this.#skip[this.#upper[i] ?? 0] = distance;
    }
  }

  /** Where it first is within `bytes[start, end)`; -1 if it is not there. The algorithm is that of Horspool (1980). */
  find(bytes: Uint8Array, start: number, end: number): number {
    const lastIndex = this.#lower.length - 1;
    if (lastIndex < 0) return start;
    const skip = this.#skip;
    const low = this.#lower[lastIndex];
    const high = this.#upper[lastIndex];
    for (let at = start + lastIndex; at < end;) {
      const byte = bytes[at] ?? 0;
      if ((byte === low || byte === high) && this.#isAt(bytes, at - lastIndex)) {
        return at - lastIndex;
      }
      at += skip[byte] ?? 1;
    }
    return -1;
  }

  #isAt(bytes: Uint8Array, at: number): boolean {
    const lower = this.#lower;
    for (let i = 0; i < lower.length; i++) {
      const byte = bytes[at + i];
      if (byte !== lower[i] && byte !== this.#upper[i]) return false;
    }
    // A character of several bytes could be half one case, half the other: that is another one.
    return (
      this.#ascii || decodeUtf8Lossy(bytes, at, at + lower.length).toLowerCase() === this.#text
    );
  }
}
