import type { FilterTerm } from './filter-syntax.ts';
import type { Filter, FramePredicate } from './filter.ts';
import type { CaptureLog } from './log.ts';
import type { CaptureQuery } from './query.ts';
import type { Segment } from './segment.ts';
import { textTerm } from './text-term.ts';

/** Matches that are counted; more are told as more. */
export const mostMatches = 10_000;
/** Bytes of frames read in one step, about. */
const bytesPerStep = 1024 * 1024;

export type SearchDirection = 'next' | 'previous';

export interface SearchMatch {
  readonly ordinal: number;
  /** Its place among all matches, from 1; undefined beyond those that are counted. */
  readonly index: number | undefined;
}

/**
 * Finds text in the rows of a query, as the filter's free text does: in topic, client and payload, in
 * any case. It goes through the rows in steps, and goes on when there are new ones. The first 10,000
 * matches are known by their place; what lies behind them is looked for from where one stands.
 */
export class RowSearch {
  readonly text: string;
  readonly #log: CaptureLog;
  readonly #query: CaptureQuery;
  readonly #filter: Filter;
  readonly #generation: number;
  /** Ordinals of the matches in [#first, #next), ascending. */
  #matches: number[] = [];
  /** The next row to look at. */
  #next: number;
  #bound: { segment: Segment; holds: FramePredicate } | undefined;

  constructor(log: CaptureLog, query: CaptureQuery, text: string) {
    this.text = text;
    this.#log = log;
    this.#query = query;
    this.#filter = textTerm(termOf(text));
    this.#generation = log.generation;
    this.#next = query.first;
  }

  /** The capture was cleared: ordinals have begun anew, and the search must too. */
  get isOutdated(): boolean {
    return this.#log.generation !== this.#generation;
  }

  /** Matches that are known, of rows that still exist. */
  get count(): number {
    this.#forget();
    return this.#matches.length;
  }

  /** Whether there are, or may be, more than `count`. */
  get hasMore(): boolean {
    return this.#matches.length >= mostMatches;
  }

  /** Looks at up to `maximum` more rows; true when all are looked at, or enough was found. */
  step(maximum: number): boolean {
    this.#forget();
    const { end } = this.#query;
    const stop = Math.min(end, this.#next + maximum);
    let bytes = bytesPerStep;
    while (this.#next < stop && !this.hasMore && bytes > 0) {
      bytes -= this.#sizeAt(this.#next);
      if (this.#holds(this.#next)) this.#matches.push(this.#next);
      this.#next++;
    }
    return this.#next >= end || this.hasMore;
  }

  /**
   * The match after (before) row `from`, or at it with `inclusive`; behind the last one comes the first.
   * All rows must have been looked at. Undefined when there is none.
   */
  *seek(
    from: number,
    direction: SearchDirection,
    inclusive: boolean,
  ): Generator<undefined, SearchMatch | undefined> {
    this.#forget();
    if (this.#matches.length === 0) return undefined;
    const isNext = direction === 'next';
    const known = isNext
      ? this.#after(inclusive ? from : from + 1)
      : this.#before(inclusive ? from : from - 1);
    if (from < this.#next && known) return known;
    const beyond = yield* this.#walk(from, isNext, inclusive);
    if (beyond !== undefined) return { ordinal: beyond, index: undefined };
    if (!isNext) return this.#match(this.#matches.length - 1);
    return this.#match(0);
  }

  /** Walks rows that are not counted, to the end or down to the counted ones, and from the other end once more. */
  *#walk(
    from: number,
    isNext: boolean,
    inclusive: boolean,
  ): Generator<undefined, number | undefined> {
    const { end } = this.#query;
    const offset = inclusive ? 0 : 1;
    if (isNext) return yield* this.#firstOf(Math.max(this.#next, from + offset), end, 1);
    const start = Math.min(end - 1, from - offset);
    // Before the first of all comes the last of all.
    if (start < this.#next && this.#before(start)) return undefined;
    return yield* this.#firstOf(start < this.#next ? end - 1 : start, this.#next - 1, -1);
  }

  *#firstOf(from: number, stop: number, step: 1 | -1): Generator<undefined, number | undefined> {
    let bytes = bytesPerStep;
    for (let ordinal = from; step > 0 ? ordinal < stop : ordinal > stop; ordinal += step) {
      if (this.#holds(ordinal)) return ordinal;
      bytes -= 16 + this.#sizeAt(ordinal);
      if (bytes > 0) continue;
      bytes = bytesPerStep;
      yield undefined;
    }
    return undefined;
  }

  #after(ordinal: number): SearchMatch | undefined {
    const at = lowerBound(this.#matches, ordinal);
    return at < this.#matches.length ? this.#match(at) : undefined;
  }

  #before(ordinal: number): SearchMatch | undefined {
    const at = lowerBound(this.#matches, ordinal + 1) - 1;
    return at >= 0 ? this.#match(at) : undefined;
  }

  #match(at: number): SearchMatch {
    return { ordinal: this.#matches[at] ?? 0, index: at + 1 };
  }

  #sizeAt(ordinal: number): number {
    const frame = this.#query.frameAt(ordinal);
    return frame === undefined ? 0 : this.#log.size(frame);
  }

  #holds(ordinal: number): boolean {
    const frame = this.#query.frameAt(ordinal);
    if (frame === undefined) return false;
    const segment = this.#log.segmentOf(frame);
    if (this.#bound?.segment !== segment) {
      this.#bound = { segment, holds: this.#filter.bind(this.#log, segment) };
    }
    return this.#bound.holds(frame - segment.first);
  }

  /** Rows that the capture has dropped are no matches any more. */
  #forget(): void {
    const { first } = this.#query;
    this.#next = Math.max(this.#next, first);
    const gone = lowerBound(this.#matches, first);
    if (gone > 0) this.#matches = this.#matches.slice(gone);
  }
}

/** The first place whose number is at least `value`. */
function lowerBound(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function termOf(value: string): FilterTerm {
  const { length: end } = value;
  return { kind: 'term', key: undefined, name: '', value, start: 0, valueStart: 0, end };
}
