import type { Filter, FramePredicate } from './filter.ts';
import type { ExchangeIndex } from './exchange/exchange-index.ts';
import type { CaptureLog } from './log.ts';
import { OrdinalIndex } from './ordinal-index.ts';
import { MessageFrames } from './message-frames.ts';
import type { MessageReach } from './message-reach.ts';
import type { Segment } from './segment.ts';
import type { InspectorView } from './views.ts';

/** Bytes of frames read in one scan, about: a text filter over huge packets is interrupted too. */
const bytesPerScan = 1024 * 1024;

/** What views know besides the frames, shared by all queries. */
export interface QueryIndexes {
  /** For the view `flow`. */
  readonly exchanges?: ExchangeIndex | undefined;
  /** For the view `messages`. */
  readonly reach?: MessageReach | undefined;
}

/**
 * The frames of a capture that a view and a filter show, as rows with ordinals. [first, end) can be
 * read; ordinals keep their meaning when old frames go. Without a filter, Packets needs no index:
 * the ordinal is the frame's number.
 */
export class CaptureQuery {
  readonly #log: CaptureLog;
  readonly #filter: Filter | undefined;
  readonly #messagesOnly: boolean;
  /** In the view `messages`: how many got each. */
  readonly reach: MessageReach | undefined;
  /** In the view `flow`: what belongs together. */
  readonly exchanges: ExchangeIndex | undefined;
  #index: OrdinalIndex | undefined;
  /** The next frame to look at. */
  #next: number;
  /** Where this generation began. */
  #start: number;
  #generation: number;
  #bound: { segment: Segment; holds: FramePredicate } | undefined;
  #messages: MessageFrames;

  constructor(
    log: CaptureLog,
    view: InspectorView,
    filter: Filter | undefined,
    { exchanges, reach }: QueryIndexes = {},
  ) {
    this.#log = log;
    this.#messages = new MessageFrames(log);
    this.#filter = filter;
    this.#messagesOnly = view === 'messages';
    this.exchanges = view === 'flow' ? exchanges : undefined;
    this.reach = this.#messagesOnly ? reach : undefined;
    this.#generation = log.generation;
    this.#start = log.first;
    this.#next = log.first;
    this.#index = this.#indexed ? new OrdinalIndex() : undefined;
  }

  get first(): number {
    this.#followLog();
    return this.#index ? this.#index.first : this.#log.first;
  }

  get end(): number {
    this.#followLog();
    return this.#index ? this.#index.end : this.#log.end;
  }

  /** Frames looked at, of those to look at: both since the query was opened or the log cleared. */
  get scanned(): number {
    this.#followLog();
    return (this.#index ? this.#next : this.#log.end) - this.#start;
  }

  get toScan(): number {
    this.#followLog();
    return this.#log.end - this.#start;
  }

  /**
   * Looks at up to `maximum` more frames, fewer when it has to read many bytes for that; true when
   * there are no more.
   */
  scan(maximum: number): boolean {
    this.#followLog();
    const index = this.#index;
    if (!index) return true;
    const end = Math.min(this.#log.end, this.#next + maximum);
    const readsBytes = this.#filter?.cost === 2;
    const { exchanges } = this;
    exchanges?.advance(end);
    this.reach?.advance(end);
    let bytesLeft = bytesPerScan;
    while (this.#next < end && bytesLeft > 0) {
      const segment = this.#log.segmentOf(this.#next);
      const { first } = segment;
      const stop = Math.min(end, first + segment.length) - first;
      const holds = this.#predicate(segment);
      let at = this.#next - first;
      if (!this.#messagesOnly && !exchanges && !readsBytes) {
        for (; at < stop; at++) if (holds(at)) index.push(first + at);
      }
      for (; at < stop && bytesLeft > 0; at++) {
        if (this.#messagesOnly && !this.#messages.has(segment, at)) continue;
        if (exchanges && !exchanges.begins(first + at)) continue;
        if (holds(at)) index.push(first + at);
        if (readsBytes) bytesLeft -= segment.size[at] ?? 0;
      }
      this.#next = first + at;
    }
    return this.#next >= this.#log.end;
  }

  /** The frame of a row; undefined outside [first, end). */
  frameAt(ordinal: number): number | undefined {
    const held = Number.isInteger(ordinal) && ordinal >= this.first && ordinal < this.end;
    if (!held) return undefined;
    return this.#index ? this.#index.at(ordinal) : ordinal;
  }

  /** The row of `frame`, or of the nearest after it, or the last; undefined when there is no row. */
  ordinalOf(frame: number): number | undefined {
    if (this.first >= this.end) return undefined;
    const ordinal = this.#index ? this.#index.search(frame) : Math.max(frame, this.first);
    return Math.min(ordinal, this.end - 1);
  }

  get #indexed(): boolean {
    return this.#messagesOnly || this.exchanges !== undefined || this.#filter !== undefined;
  }

  #predicate(segment: Segment): FramePredicate {
    if (!this.#filter) return everything;
    if (this.#bound?.segment !== segment) {
      this.#bound = { segment, holds: this.#filter.bind(this.#log, segment) };
    }
    return this.#bound.holds;
  }

  /** Takes over what happened to the log: a clear begins anew, dropped frames lose their rows. */
  #followLog(): void {
    const { generation, first } = this.#log;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#start = first;
      this.#next = first;
      this.#bound = undefined;
      this.#messages = new MessageFrames(this.#log);
      this.#index = this.#indexed ? new OrdinalIndex() : undefined;
    } else if (first > this.#start) {
      this.#start = first;
      this.#next = Math.max(this.#next, first);
      this.#index?.dropBefore(first);
      if (this.#bound && this.#bound.segment.first < first) this.#bound = undefined;
    }
  }
}

const everything: FramePredicate = () => true;
