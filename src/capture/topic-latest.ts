import type { QoS } from '../mqtt/packet.ts';
import type { TopicReference } from '../mqtt/topic-reference.ts';
import type { PreviewPlace, PreviewStore } from './preview-store.ts';

/** The newest message of a topic. */
export interface LatestMessage {
  time: number;
  qos: QoS;
  /** Whole size of the payload. */
  size: number;
  /** The first bytes of the payload; valid until the next message. */
  start: Uint8Array;
}

/**
 * The newest message of a topic: a frame of the capture while it is held there, a copy of its first
 * bytes after that. Small integers only: there may be very many.
 */
export class TopicLatest implements PreviewPlace {
  /** Where the hot path leaves what is to be counted, while `awaitedIn` is set. */
  reference: TopicReference | undefined = undefined;
  /** First frame of the segment with whose end somebody has to look here; -1: none. */
  awaitedIn = -1;
  /** Low bits of the number of its frame; -1: what is copied is the newest. */
  frame = -1;
  /** Bytes of the payload. */
  size = 0;
  chunk: Uint8Array | undefined = undefined;
  offset = 0;
  capacity = 0;
  #second = 0;
  #micros = 0;
  #qosAndLength = 0;

  /** The payload's start is copied over that of the message before. */
  keep(
    store: PreviewStore,
    bytes: Uint8Array,
    start: number,
    end: number,
    qos: QoS,
    now: number,
  ): void {
    const length = store.keep(this, bytes, start, end);
    const second = Math.floor(now / 1000);
    this.#second = second;
    this.#micros = Math.floor((now - second * 1000) * 1000);
    this.size = end - start;
    this.#qosAndLength = (length << 2) | qos;
    this.frame = -1;
  }

  /** What is copied. */
  get copied(): LatestMessage | undefined {
    if (this.chunk === undefined) return undefined;
    const end = this.offset + (this.#qosAndLength >> 2);
    return {
      time: this.#second * 1000 + this.#micros / 1000,
      qos: (this.#qosAndLength & 3) as QoS,
      size: this.size,
      start: this.chunk.subarray(this.offset, end),
    };
  }
}
