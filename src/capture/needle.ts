import { decodeUtf8Lossy, encodeUtf8 } from '../mqtt/utf8.ts';

/** A text looked for in bytes, in any case. */
export class Needle {
  readonly #text: string;
  readonly #ascii: boolean;
  /** Each byte of the text, and what it is in capitals. */
  readonly #lower: Uint8Array;
  readonly #upper: Uint8Array;

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
  }

  /** Where it first is within `bytes[start, end)`; -1 if it is not there. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const low = this.#lower[0] ?? 0;
    const high = this.#upper[0] ?? 0;
    const last = end - this.#lower.length;
    for (let at = start; at <= last; at++) {
      const byte = bytes[at];
      if ((byte === low || byte === high) && this.#isAt(bytes, at)) return at;
    }
    return -1;
  }

  #isAt(bytes: Uint8Array, at: number): boolean {
    const lower = this.#lower;
    for (let i = 1; i < lower.length; i++) {
      const byte = bytes[at + i];
      if (byte !== lower[i] && byte !== this.#upper[i]) return false;
    }
    // A character of several bytes could be half one case, half the other: that is another one.
    return (
      this.#ascii || decodeUtf8Lossy(bytes, at, at + lower.length).toLowerCase() === this.#text
    );
  }
}
