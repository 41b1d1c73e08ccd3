import type { CaptureLog } from '../log.ts';
import { MessageFrames } from '../message-frames.ts';
import { OrdinalIndex } from '../ordinal-index.ts';
import type { Segment } from '../segment.ts';

/**
 * The frames in which application messages of one topic, or of some, entered. It looks through what is held in steps, and goes on
 * where it stopped when more came.
 */
export class TopicMessages {
  readonly topic: string;
  readonly #log: CaptureLog;
  readonly #matches: (topicName: string) => boolean;
  readonly #messages: MessageFrames;
  readonly #frames = new OrdinalIndex();
  readonly #generation: number;
  #next: number;
  #ids: { readonly segment: Segment; known: number; readonly ids: Set<number> } | undefined;

  /** @param matches which topic names count; without it, `topic` itself. */
  constructor(
    log: CaptureLog,
    topic: string,
    matches = (topicName: string): boolean => topicName === topic,
  ) {
    this.#log = log;
    this.topic = topic;
    this.#matches = matches;
    this.#messages = new MessageFrames(log);
    this.#generation = log.generation;
    this.#next = log.first;
  }

  /** Whether the log was not cleared since: this one is of no use otherwise. */
  get isCurrent(): boolean {
    return this.#generation === this.#log.generation;
  }

  /** The frames found, by ordinal. */
  get frames(): Pick<OrdinalIndex, 'first' | 'end' | 'at' | 'search'> {
    this.#frames.dropBefore(this.#log.first);
    return this.#frames;
  }

  /** Looks at one more segment; true when there is no more. */
  step(): boolean {
    this.#next = Math.max(this.#next, this.#log.first);
    if (this.#next >= this.#log.end) return true;
    const segment = this.#log.segmentOf(this.#next);
    const ids = this.#idsOf(segment);
    const stop = segment.first + segment.length;
    if (ids.size > 0) {
      for (let index = this.#next - segment.first; index < segment.length; index++) {
        if (!ids.has(segment.topic[index] ?? 0)) continue;
        if (this.#messages.has(segment, index)) this.#frames.push(segment.first + index);
      }
    }
    this.#next = stop;
    return this.#next >= this.#log.end;
  }

  /** A segment's dictionary may name a topic twice, and grows while the segment does. */
  #idsOf(segment: Segment): Set<number> {
    if (this.#ids?.segment !== segment) this.#ids = { segment, known: 0, ids: new Set() };
    const { ids } = this.#ids;
    for (; this.#ids.known < segment.topics.length; this.#ids.known++) {
      if (this.#matches(segment.topics[this.#ids.known] ?? '')) ids.add(this.#ids.known);
    }
    return ids;
  }
}
