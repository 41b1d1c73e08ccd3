import { PacketType } from '../mqtt/packet.ts';
import type { CaptureLog } from './log.ts';
import { topicPredicate } from './name-predicates.ts';

/**
 * Looks backwards, in steps, for the PUBLISH before a frame that carries another message of the same
 * topic. Copies of one message, in and out, and its retries have the same number.
 */
export class PreviousMessage {
  readonly #log: CaptureLog;
  readonly #topic: string | undefined;
  readonly #message: number;
  /** One past the next frame to look at. */
  #at: number;
  /** What was found; undefined while nothing was. */
  found: number | undefined;

  /** @param frame must be held. */
  constructor(log: CaptureLog, frame: number) {
    this.#log = log;
    this.#topic = log.topic(frame);
    this.#message = log.message(frame);
    this.#at = frame;
  }

  /** Looks at up to `maximum` frames; true when it is found or there is nothing more to look at. */
  step(maximum: number): boolean {
    const topic = this.#topic;
    if (topic === undefined) return true;
    const stop = Math.max(this.#log.first, this.#at - maximum);
    while (this.#at > stop) {
      const segment = this.#log.segmentOf(this.#at - 1);
      const isTopic = topicPredicate(segment, (name) => name === topic);
      const least = Math.max(stop, segment.first) - segment.first;
      for (let index = this.#at - 1 - segment.first; index >= least; index--) {
        if ((segment.firstByte[index] ?? 0) >> 4 !== PacketType.publish || !isTopic(index))
          continue;
        const message = segment.message[index] ?? 0;
        if (message === this.#message && message !== 0) continue;
        this.found = segment.first + index;
        return true;
      }
      this.#at = segment.first + least;
    }
    return this.#at <= this.#log.first;
  }
}
