/** Bytes of the latest payload that are kept for its preview. */
export const previewBytes = 128;
/** Most payloads are short: a place of this size is enough for them. */
const shortBytes = 32;
const chunkBytes = 64 * 1024;

/** Where a kept payload is. */
export interface PreviewPlace {
  chunk: Uint8Array | undefined;
  offset: number;
  /** Bytes that fit. */
  capacity: number;
}

/** Keeps the first bytes of the payloads of very many topics in shared buffers: a typed array each would cost several times that. */
export class PreviewStore {
  #chunk = new Uint8Array(0);
  #used = 0;
  /** Short places that were given back for long ones. */
  readonly #free: { readonly chunk: Uint8Array; readonly offset: number }[] = [];

  /** Copies the first bytes of `bytes[start, end)` to the place, over what was there. @returns how many. */
  keep(place: PreviewPlace, bytes: Uint8Array, start: number, end: number): number {
    const length = Math.min(end - start, previewBytes);
    if (place.chunk === undefined || place.capacity < length) this.#allocate(place, length);
    const { chunk, offset } = place;
    if (chunk) for (let i = 0; i < length; i++) chunk[offset + i] = bytes[start + i] ?? 0;
    return length;
  }

  #allocate(place: PreviewPlace, length: number): void {
    if (place.chunk) this.#free.push({ chunk: place.chunk, offset: place.offset });
    place.capacity = length <= shortBytes ? shortBytes : previewBytes;
    const free = place.capacity === shortBytes ? this.#free.pop() : undefined;
    if (free) {
      place.chunk = free.chunk;
      place.offset = free.offset;
      return;
    }
    if (this.#used + place.capacity > this.#chunk.length) {
      // A first small one, so that few topics cost little.
      this.#chunk = new Uint8Array(this.#chunk.length === 0 ? chunkBytes / 16 : chunkBytes);
      this.#used = 0;
    }
    place.chunk = this.#chunk;
    place.offset = this.#used;
    this.#used += place.capacity;
  }
}
