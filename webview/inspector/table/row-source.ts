import type { Row, RowsPage } from '../../../src/engine/contract.ts';

/** Rows kept beyond those asked for last. */
const keptRows = 2000;
/** Most rows asked for at a time. */
const pageSize = 500;

interface Span {
  readonly from: number;
  readonly end: number;
}

/**
 * The rows of one query, fetched when wanted: one request under way at a time, for what is wanted
 * when it starts. What was scrolled past meanwhile is never asked for.
 */
export class RowSource {
  readonly #fetch: (from: number, count: number) => Promise<RowsPage>;
  readonly #arrived: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #rows = new Map<number, Row>();
  /** Rows that may still change (exchanges that go on, messages that more may get), with the round in which they were asked for. */
  readonly #unfinished = new Map<number, number>();
  #round = 0;
  #wanted: Span = { from: 0, end: 0 };
  #inFlight = false;
  #closed = false;
  /** Ordinals below were dropped by the capture. */
  #gone = 0;

  constructor(
    fetch: (from: number, count: number) => Promise<RowsPage>,
    arrived: () => void,
    failed: (error: unknown) => void,
  ) {
    this.#fetch = fetch;
    this.#arrived = arrived;
    this.#failed = failed;
  }

  get(ordinal: number): Row | undefined {
    return this.#rows.get(ordinal);
  }

  /** Whether every row of [from, end) that still exists is here. */
  has(from: number, end: number): boolean {
    for (let ordinal = Math.max(from, this.#gone); ordinal < end; ordinal++) {
      if (!this.#rows.has(ordinal)) return false;
    }
    return true;
  }

  /** Asks for the rows of [from, end); `arrived` is called when some came. */
  want(from: number, end: number): void {
    this.#wanted = { from, end };
    this.#pump();
  }

  /** Something happened: rows of what was under way are asked for again when they are wanted, and shown until then. */
  outdate(): void {
    this.#round++;
  }

  /** Answers that come later are ignored. */
  close(): void {
    this.#closed = true;
    this.#rows.clear();
    this.#unfinished.clear();
  }

  #missing(): Span | undefined {
    let from = Math.max(this.#wanted.from, this.#gone);
    while (from < this.#wanted.end && this.#isFresh(from)) from++;
    let end = this.#wanted.end;
    while (end > from && this.#isFresh(end - 1)) end--;
    return end > from ? { from, end: Math.min(end, from + pageSize) } : undefined;
  }

  #isFresh(ordinal: number): boolean {
    return this.#rows.has(ordinal) && (this.#unfinished.get(ordinal) ?? this.#round) >= this.#round;
  }

  #pump(): void {
    const span = this.#inFlight || this.#closed ? undefined : this.#missing();
    if (!span) return;
    this.#inFlight = true;
    const round = this.#round;
    this.#fetch(span.from, span.end - span.from).then(
      (page) => {
        if (this.#closed) return;
        this.#inFlight = false;
        if (page.from > span.from) this.#gone = Math.max(this.#gone, page.from);
        this.#take(page, round);
        this.#arrived();
        // Nothing new means that it is not there yet: the next notice asks again.
        if (page.rows.length > 0) this.#pump();
      },
      (error: unknown) => {
        if (this.#closed) return;
        this.#inFlight = false;
        this.#failed(error);
      },
    );
  }

  #take(page: RowsPage, round: number): void {
    if (this.#rows.size + page.rows.length > keptRows) {
      const { from, end } = this.#wanted;
      const margin = keptRows / 4;
      for (const ordinal of this.#rows.keys()) {
        if (ordinal < from - margin || ordinal > end + margin) this.#forget(ordinal);
      }
    }
    for (const row of page.rows) {
      this.#rows.set(row.ordinal, row);
      if (row.exchange?.state === 'waiting' || row.copies !== undefined)
        this.#unfinished.set(row.ordinal, round);
      else this.#unfinished.delete(row.ordinal);
    }
  }

  #forget(ordinal: number): void {
    this.#rows.delete(ordinal);
    this.#unfinished.delete(ordinal);
  }
}
