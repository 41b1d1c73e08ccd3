import { PacketType } from '../mqtt/packet.ts';
import type { CaptureLog } from './log.ts';
import { frameBits, type Segment } from './segment.ts';

/** Messages per chunk: few, since a client that was away may be sent one of many. */
const chunkMessages = 256;
/** Copies that one cell can count; more are shown as this many. */
const mostCopies = 0xffff;
/** Estimate of a chunk besides its cells. */
const chunkOverhead = 160;

interface Chunk {
  /** Copies of each message. */
  readonly copies: Uint16Array;
  /** The newest frame that was counted here. */
  newest: number;
}

/**
 * How many copies of each application message the capture holds: PUBLISH packets from the broker that carry it, without
 * retries. Nothing is counted before somebody looks; then it goes on where it stopped. Two bytes per message.
 */
export class MessageReach {
  readonly #log: CaptureLog;
  readonly #chunks = new Map<number, Chunk>();
  #next: number;
  #generation: number;
  #prunedAt: number;

  constructor(log: CaptureLog) {
    this.#log = log;
    this.#generation = log.generation;
    this.#next = this.#prunedAt = log.first;
  }

  /** Bytes held besides the capture's own. */
  get bytes(): number {
    return this.#chunks.size * (chunkMessages * 2 + chunkOverhead);
  }

  /** Counts the frames before `end`. */
  advance(end: number): void {
    this.#followLog();
    const stop = Math.min(end, this.#log.end);
    while (this.#next < stop) {
      const segment = this.#log.segmentOf(this.#next);
      const segmentEnd = Math.min(stop, segment.first + segment.length);
      for (; this.#next < segmentEnd; this.#next++) this.#take(segment, this.#next);
    }
  }

  /** Copies of the message with this number (its low 32 bits); 65,535 may be more. */
  copiesOf(message: number): number {
    const chunk = this.#chunks.get(Math.floor(message / chunkMessages));
    return chunk?.copies[message % chunkMessages] ?? 0;
  }

  #take(segment: Segment, frame: number): void {
    const index = frame - segment.first;
    const firstByte = segment.firstByte[index] ?? 0;
    if (firstByte >> 4 !== PacketType.publish || (firstByte & 0x08) !== 0) return;
    if (((segment.bits[index] ?? 0) & frameBits.fromBroker) === 0) return;
    const message = segment.message[index] ?? 0;
    if (message === 0) return;
    const chunk = this.#chunkOf(Math.floor(message / chunkMessages));
    chunk.newest = frame;
    const cell = message % chunkMessages;
    const copies = chunk.copies[cell] ?? 0;
    if (copies < mostCopies) chunk.copies[cell] = copies + 1;
  }

  #chunkOf(number: number): Chunk {
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      chunk = { copies: new Uint16Array(chunkMessages), newest: 0 };
      this.#chunks.set(number, chunk);
    }
    return chunk;
  }

  /** Takes over what happened to the log: chunks all of whose frames were dropped go too. */
  #followLog(): void {
    const { generation, first } = this.#log;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#chunks.clear();
      this.#next = this.#prunedAt = first;
    } else if (first > this.#prunedAt) {
      this.#prunedAt = first;
      this.#next = Math.max(this.#next, first);
      for (const [number, { newest }] of this.#chunks) {
        if (newest < first) this.#chunks.delete(number);
      }
    }
  }
}
