/** Frames in one chunk; a power of two. */
const chunkFrames = 8192;

interface Chunk {
  /** Distance to the next frame of the same chain; 0: there is none. */
  readonly next: Uint32Array;
  /** Distance to the one before; 0: the frame begins its chain. */
  readonly previous: Uint32Array;
}

/**
 * Which frames belong together, as chains through the capture: 8 bytes a frame, and nothing for
 * stretches in which no frame has a neighbour.
 */
export class FrameChain {
  readonly #chunks = new Map<number, Chunk>();

  /** Bytes held. */
  get bytes(): number {
    return this.#chunks.size * chunkFrames * 8;
  }

  /** Puts `frame` behind `before`, an earlier frame that has no next one yet. */
  join(before: number, frame: number): void {
    this.#chunk(before).next[before % chunkFrames] = frame - before;
    this.#chunk(frame).previous[frame % chunkFrames] = frame - before;
  }

  next(frame: number): number | undefined {
    const distance = this.#chunks.get(Math.floor(frame / chunkFrames))?.next[frame % chunkFrames];
    return distance === undefined || distance === 0 ? undefined : frame + distance;
  }

  /** The frame before in the chain, which may not be held any more. */
  previous(frame: number): number | undefined {
    const chunk = this.#chunks.get(Math.floor(frame / chunkFrames));
    const distance = chunk?.previous[frame % chunkFrames];
    return distance === undefined || distance === 0 ? undefined : frame - distance;
  }

  /** Forgets chunks whose frames are all below `first`. */
  dropBefore(first: number): void {
    const firstChunk = Math.floor(first / chunkFrames);
    for (const chunk of this.#chunks.keys()) if (chunk < firstChunk) this.#chunks.delete(chunk);
  }

  clear(): void {
    this.#chunks.clear();
  }

  #chunk(frame: number): Chunk {
    const number = Math.floor(frame / chunkFrames);
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      chunk = { next: new Uint32Array(chunkFrames), previous: new Uint32Array(chunkFrames) };
      this.#chunks.set(number, chunk);
    }
    return chunk;
  }
}
