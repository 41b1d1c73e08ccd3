import type { QueryState } from '../../src/engine/contract.ts';
import type { RowSource } from './table/row-source.ts';

/** Rows [first, end). */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Which of a query's rows the table shows. Following, the end moves only when the rows to be seen
 * there have come, so that a flood never shows empty rows. Paused, it stays where it was: what
 * the capture drops meanwhile goes once it is out of sight.
 */
export class ShownRows {
  #range: RowRange = { first: 0, end: 0 };
  /** The end that the table goes to when its rows are here. */
  #target: number | undefined;
  #pausedAt: number | undefined;
  #pausedEnd: number | undefined;

  get range(): RowRange {
    return this.#range;
  }

  /** Frame number that the capture had come to when the table was paused. */
  get pausedAt(): number | undefined {
    return this.#pausedAt;
  }

  pause(state: QueryState): void {
    this.#pausedAt = state.capture.end;
    this.#pausedEnd = this.#range.end;
  }

  resume(): void {
    this.#pausedAt = undefined;
    this.#pausedEnd = undefined;
  }

  /** Another query: its rows are counted anew. */
  replaced(): void {
    this.#range = { first: 0, end: 0 };
    this.#target = undefined;
    this.#pausedEnd = undefined;
  }

  /** The capture was cleared: what is paused is the nothing after that. */
  cleared(state: QueryState): void {
    this.replaced();
    if (this.#pausedAt === undefined) return;
    this.#pausedAt = state.capture.first;
    this.#pausedEnd = state.first;
  }

  /** In another query, the first row after the pause is `ordinal`; undefined if there is none. */
  setPausedEnd(ordinal: number | undefined, state: QueryState): void {
    if (this.#pausedAt !== undefined) this.#pausedEnd = ordinal ?? state.end;
  }

  /** Whether it is not known yet where the pause is in this query. */
  get needsPausedEnd(): boolean {
    return this.#pausedAt !== undefined && this.#pausedEnd === undefined;
  }

  /** Goes on to what `state` says. `top` is the first visible row, `capacity` how many fit. */
  advance(
    state: QueryState,
    source: RowSource,
    view: { readonly follow: boolean; readonly top: number; readonly capacity: number },
  ): RowRange {
    if (this.#pausedAt !== undefined) {
      const end = this.#pausedEnd ?? state.end;
      // Rows in sight are still in memory.
      const kept = source.get(view.top) ? Math.min(state.first, view.top) : state.first;
      this.#range = { first: Math.min(Math.max(kept, this.#range.first), end), end };
    } else if (view.follow) {
      this.#follow(state, source, view.capacity);
    } else {
      this.#target = undefined;
      this.#range = { first: state.first, end: Math.max(state.end, state.first) };
    }
    return this.#range;
  }

  #follow(state: QueryState, source: RowSource, capacity: number): void {
    let target = this.#target;
    if (target === undefined || target <= state.first) target = state.end;
    const from = Math.max(state.first, target - capacity);
    if (source.has(from, target)) {
      this.#range = { first: Math.min(state.first, target), end: target };
      this.#target = undefined;
      if (target === state.end) return;
      target = state.end;
    }
    this.#target = target;
    source.want(Math.max(state.first, target - capacity), target);
  }
}
