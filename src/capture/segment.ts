import type { TopicReference } from '../mqtt/topic-reference.ts';

/** Most frames in one segment. */
export const segmentFrames = 16_384;
/** Raw storage grows from this size by doubling, so that a small capture stays small. */
const firstBlock = 4096;
const firstFrames = 256;
/** Part of the storage that may stay unused: copying it costs more than it is worth. */
const slack = 1 / 16;
/** Storage of another segment is used again if it is not larger than this many times what is expected. */
const largestReuse = 1.5;
/** Column bytes per frame: 8 time, 4 each of link, offset, size, topic and message, 1 first byte, 1 bits. */
const columnBytes = 30;
/** Estimate of what a string costs besides the characters, its place in the array and its number. */
const dictionaryEntryBytes = 40;

const nothing = new Uint8Array(0);

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
  time: Float64Array;
  link: Uint32Array;
  offset: Uint32Array;
  size: Uint32Array;
  topic: Uint32Array;
  /** The low 32 bits of the application message's number; 0 for frames that carry none. */
  message: Uint32Array;
  firstByte: Uint8Array;
  bits: Uint8Array;
  /** The topic names of this segment; the topic column holds indices. One may stand there twice. */
  readonly topics: string[] = [];
  /** Their numbers in the statistics, by the same index. */
  readonly topicNumbers: number[] = [];
  #block: Uint8Array;
  readonly #target: number;
  #capacity: number;
  #blockLength = 0;
  #dictionaryBytes = 0;
  /** The range appended last, which a fan-out appends again and again. */
  #lastBytes: Uint8Array | undefined;
  #lastStart = 0;
  #lastEnd = 0;
  /**
   * Bytes of #lastBytes that are not copied yet: those of the frames that follow each other in a
   * chunk from the network are copied together, in one call.
   */
  #pendingStart = 0;
  #pendingEnd = 0;

  /**
   * @param target bytes after which the segment is full.
   * @param like a segment of the same traffic, whose size spares this one the growing.
   * @param spare one that is not held any more: its storage is used again if it fits, since under full
   * load the collector has more work with new storage than with everything else.
   */
  constructor(first: number, target: number, like?: Segment, spare?: Segment) {
    this.first = first;
    this.#target = target;
    const frames = Math.max(firstFrames, like?.length ?? 0);
    const bytes = Math.max(
      firstBlock,
      Math.min(like === undefined ? 0 : like.#blockLength, target),
    );
    if (spare && isReusable(spare.#capacity, frames) && isReusable(spare.#block.length, bytes)) {
      this.#capacity = spare.#capacity;
      this.time = spare.time;
      this.link = spare.link;
      this.offset = spare.offset;
      this.size = spare.size;
      this.topic = spare.topic;
      this.message = spare.message;
      this.firstByte = spare.firstByte;
      this.bits = spare.bits;
      this.#block = spare.#block;
      spare.length = 0;
      spare.#block = nothing;
      return;
    }
    this.#capacity = frames;
    this.time = new Float64Array(frames);
    this.link = new Uint32Array(frames);
    this.offset = new Uint32Array(frames);
    this.size = new Uint32Array(frames);
    this.topic = new Uint32Array(frames);
    this.message = new Uint32Array(frames);
    this.firstByte = new Uint8Array(frames);
    this.bits = new Uint8Array(frames);
    this.#block = new Uint8Array(bytes);
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return this.#capacity * columnBytes + this.#block.length + this.#dictionaryBytes;
  }

  /** Bytes of all frames; a frame is at its offset. Replaced when it grows: do not keep it. */
  get block(): Uint8Array {
    if (this.#pendingStart < this.#pendingEnd) this.#settle();
    return this.#block;
  }

  /**
   * Whether a frame belongs in the next segment: this one is full, or the frame is so large that
   * it gets a segment of its own. What repeats the last range stays, since its bytes are here.
   */
  refuses(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.length === segmentFrames) return true;
    const used = this.length * columnBytes + this.#blockLength + this.#dictionaryBytes;
    if (used < this.#target && end - start < this.#target) return false;
    return this.length > 0 && !this.#repeats(bytes, start, end);
  }

  /** @returns whether the memory held has grown. */
  append(
    link: number,
    bits: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: TopicReference | undefined,
    time: number,
    message: number,
  ): boolean {
    const index = this.length;
    const block = this.#block;
    const dictionaryBytes = this.#dictionaryBytes;
    const grows = index === this.#capacity;
    if (grows) this.#resizeColumns(Math.min(index * 2, segmentFrames));
    this.time[index] = time;
    this.link[index] = link;
    this.message[index] = message;
    this.bits[index] = bits;
    this.size[index] = end - start;
    this.firstByte[index] = bytes[start] ?? 0;
    this.topic[index] = this.#topicId(topic);
    this.offset[index] = this.#repeats(bytes, start, end)
      ? (this.offset[index - 1] ?? 0)
      : this.#store(bytes, start, end);
    this.length = index + 1;
    return grows || this.#block !== block || this.#dictionaryBytes !== dictionaryBytes;
  }

  /** Nothing more will be appended: gives back room, and the buffers of others that it refers to. */
  seal(): void {
    this.#settle();
    this.#lastBytes = undefined;
    if (this.length < this.#capacity * (1 - slack)) this.#resizeColumns(this.length);
    if (this.#blockLength < this.#block.length * (1 - slack)) {
      this.#block = this.#block.slice(0, this.#blockLength);
    }
  }

  /** The frame's bytes: a view, valid while the segment is held. */
  raw(index: number): Uint8Array {
    const offset = this.offset[index] ?? 0;
    return this.block.subarray(offset, offset + (this.size[index] ?? 0));
  }

  topicOf(index: number): string | undefined {
    const id = this.topic[index] ?? noTopic;
    return id === noTopic ? undefined : this.topics[id];
  }

  #repeats(bytes: Uint8Array, start: number, end: number): boolean {
    return bytes === this.#lastBytes && start === this.#lastStart && end === this.#lastEnd;
  }

  #store(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#lastBytes || start !== this.#pendingEnd) {
      this.#settle();
      this.#pendingStart = start;
    }
    this.#pendingEnd = end;
    const offset = this.#blockLength;
    const needed = offset + end - start;
    if (needed > this.#block.length) this.#growBlock(needed);
    this.#blockLength = needed;
    this.#lastBytes = bytes;
    this.#lastStart = start;
    this.#lastEnd = end;
    return offset;
  }

  /** Copies what is pending to the end of the block, where its place is. */
  #settle(): void {
    const bytes = this.#lastBytes;
    const start = this.#pendingStart;
    const end = this.#pendingEnd;
    if (bytes === undefined || start === end) return;
    const block = this.#block;
    const offset = this.#blockLength - (end - start);
    if (end - start <= 48) {
      // Shorter than the cost of a call into the runtime.
      for (let from = start, to = offset; from < end; from++, to++) block[to] = bytes[from] ?? 0;
    } else {
      block.set(bytes.subarray(start, end), offset);
    }
    this.#pendingStart = end;
  }

  #topicId(topic: TopicReference | undefined): number {
    if (topic === undefined) return noTopic;
    if (topic.captureSegment === this.first) return topic.captureTopic;
    const id = this.topics.length;
    this.topics.push(topic.topicName);
    this.topicNumbers.push(topic.statisticsNumber);
    topic.captureSegment = this.first;
    topic.captureTopic = id;
    this.#dictionaryBytes += dictionaryEntryBytes + 2 * topic.nameLength;
    return id;
  }

  #growBlock(needed: number): void {
    // Doubling, but hardly further than a full segment; one huge packet gets just its size.
    const doubled = Math.min(this.#block.length * 2, this.#target + this.#target / 4);
    const grown = new Uint8Array(Math.max(needed, Math.ceil(doubled)));
    grown.set(this.#block.subarray(0, this.#blockLength));
    this.#block = grown;
  }

  #resizeColumns(capacity: number): void {
    const { length } = this;
    this.#capacity = capacity;
    this.time = resize(this.time, length, new Float64Array(capacity));
    this.link = resize(this.link, length, new Uint32Array(capacity));
    this.offset = resize(this.offset, length, new Uint32Array(capacity));
    this.size = resize(this.size, length, new Uint32Array(capacity));
    this.topic = resize(this.topic, length, new Uint32Array(capacity));
    this.message = resize(this.message, length, new Uint32Array(capacity));
    this.firstByte = resize(this.firstByte, length, new Uint8Array(capacity));
    this.bits = resize(this.bits, length, new Uint8Array(capacity));
  }
}

function isReusable(there: number, expected: number): boolean {
  return there >= expected && there <= expected * largestReuse;
}

function resize<T extends Float64Array | Uint32Array | Uint8Array>(
  from: T,
  length: number,
  to: T,
): T {
  to.set(from.subarray(0, length));
  return to;
}
