/** Frames in one segment: small enough that dropping one is not felt, large enough to be rare. */
export const segmentFrames = 16_384;
/** Raw bytes after which a segment is full, whatever its number of frames. */
export const segmentBytes = 4 * 1024 * 1024;
/** Raw storage grows from this size by doubling, so that a small capture stays small. */
const firstBlock = 4096;
const firstFrames = 256;
/** Column bytes per frame: 8 time + 4 link + 4 offset + 4 size + 4 topic + 1 first byte + 1 bits. */
const columnBytes = 26;
/** Estimate of what a Map entry and a string cost besides the characters. */
const dictionaryEntryBytes = 80;

/** Topic column's value for frames without a topic. */
export const noTopic = 0xffffffff;

/** Bits of the bits column. */
export const frameBits = { fromBroker: 1, originated: 2 } as const;

/**
 * A run of frames as columns, with their raw bytes in one block and a dictionary of their topics.
 * Dropping the segment frees all of it, so distinct topics cannot grow memory for longer than the
 * frames that carried them.
 */
export class Segment {
  /** Number of the first frame. */
  readonly first: number;
  length = 0;
  time = new Float64Array(firstFrames);
  link = new Uint32Array(firstFrames);
  offset = new Uint32Array(firstFrames);
  size = new Uint32Array(firstFrames);
  topic = new Uint32Array(firstFrames);
  firstByte = new Uint8Array(firstFrames);
  bits = new Uint8Array(firstFrames);
  /** The topic names of this segment; the topic column holds indices. */
  readonly topics: string[] = [];
  readonly #topicIds = new Map<string, number>();
  #dictionaryBytes = 0;
  #raw = new Uint8Array(firstBlock);
  #rawLength = 0;
  /** The range appended last, which a fan-out appends again and again. */
  #lastBytes: Uint8Array | undefined;
  #lastStart = 0;
  #lastEnd = 0;

  constructor(first: number) {
    this.first = first;
  }

  get full(): boolean {
    return this.length >= segmentFrames || this.#rawLength >= segmentBytes;
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return this.time.length * columnBytes + this.#raw.length + this.#dictionaryBytes;
  }

  append(
    link: number,
    bits: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    topicName: string | undefined,
    time: number,
  ): void {
    const index = this.length;
    if (index === this.time.length) this.#growColumns();
    this.time[index] = time;
    this.link[index] = link;
    this.bits[index] = bits;
    this.size[index] = end - start;
    this.firstByte[index] = bytes[start] ?? 0;
    this.topic[index] = topicName === undefined ? noTopic : this.#topicId(topicName);
    if (bytes === this.#lastBytes && start === this.#lastStart && end === this.#lastEnd) {
      this.offset[index] = this.offset[index - 1] ?? 0;
    } else {
      this.offset[index] = this.#store(bytes, start, end);
    }
    this.length = index + 1;
  }

  /** The frame's bytes: a view, valid while the segment is held. */
  raw(index: number): Uint8Array {
    const offset = this.offset[index] ?? 0;
    return this.#raw.subarray(offset, offset + (this.size[index] ?? 0));
  }

  topicOf(index: number): string | undefined {
    const id = this.topic[index] ?? noTopic;
    return id === noTopic ? undefined : this.topics[id];
  }

  #store(bytes: Uint8Array, start: number, end: number): number {
    const offset = this.#rawLength;
    const needed = offset + end - start;
    if (needed > this.#raw.length) this.#growRaw(needed);
    if (end - start <= 64) {
      // Shorter than the cost of a call into the runtime.
      for (let from = start, to = offset; from < end; from++, to++) {
        this.#raw[to] = bytes[from] ?? 0;
      }
    } else {
      this.#raw.set(bytes.subarray(start, end), offset);
    }
    this.#rawLength = needed;
    this.#lastBytes = bytes;
    this.#lastStart = start;
    this.#lastEnd = end;
    return offset;
  }

  #topicId(topicName: string): number {
    const known = this.#topicIds.get(topicName);
    if (known !== undefined) return known;
    const id = this.topics.length;
    this.topics.push(topicName);
    this.#topicIds.set(topicName, id);
    this.#dictionaryBytes += dictionaryEntryBytes + 2 * topicName.length;
    return id;
  }

  #growRaw(needed: number): void {
    // Doubling, but no further than a full segment; one huge packet gets just its size.
    const doubled = Math.min(this.#raw.length * 2, segmentBytes + segmentBytes / 4);
    const grown = new Uint8Array(Math.max(needed, doubled));
    grown.set(this.#raw.subarray(0, this.#rawLength));
    this.#raw = grown;
  }

  #growColumns(): void {
    const capacity = Math.min(this.time.length * 4, segmentFrames);
    this.time = grow(this.time, new Float64Array(capacity));
    this.link = grow(this.link, new Uint32Array(capacity));
    this.offset = grow(this.offset, new Uint32Array(capacity));
    this.size = grow(this.size, new Uint32Array(capacity));
    this.topic = grow(this.topic, new Uint32Array(capacity));
    this.firstByte = grow(this.firstByte, new Uint8Array(capacity));
    this.bits = grow(this.bits, new Uint8Array(capacity));
  }
}

function grow<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
