import type { Disposable } from '../base/disposable.ts';
import { HumanError } from '../base/errors.ts';
import { compileFilter } from '../capture/filter.ts';
import { completeFilter } from '../capture/filter-completion.ts';
import { ExchangeIndex } from '../capture/exchange/exchange-index.ts';
import { exchangeReport } from '../capture/exchange/exchange-report.ts';
import type { CaptureLog } from '../capture/log.ts';
import { MessageReach } from '../capture/message-reach.ts';
import { CaptureQuery, type QueryIndexes } from '../capture/query.ts';
import { readRows } from '../capture/rows.ts';
import { now } from '../net/clock.ts';
import type {
  ExchangeReport,
  FilterCompletion,
  InspectorView,
  QueryState,
  RowsPage,
} from './contract.ts';
import type { SearchRequest, SearchResult } from './editor-contract.ts';
import { inSlices, sliceMilliseconds } from './in-slices.ts';
import { Pulse } from './pulse.ts';
import { SearchService } from './search-service.ts';

/** Milliseconds between two notices of a query: about two frames of a screen. */
const noticeInterval = 33;
/** Frames looked at between two looks at the clock. */
const sliceFrames = 4096;
/** Most rows in one page, whatever is asked. */
const maximumPage = 1000;
/** Most queries open at a time: each holds an index of what matches. */
const maximumQueries = 64;

interface OpenQuery {
  readonly id: number;
  readonly query: CaptureQuery;
  startedAt: number;
  elapsed: number;
  caughtUp: boolean;
  notified: string;
}

/** What a query's state tells besides the query itself. */
export type Surroundings = Pick<QueryState, 'capture' | 'messageRate' | 'clientCount' | 'broker'>;

/**
 * The open queries over the capture: kept up to date in slices between the broker's work, with one
 * notice each at most per interval, however much happens.
 */
export class QueryService implements Disposable {
  readonly #log: CaptureLog;
  readonly #surroundings: () => Surroundings;
  readonly #changed: (state: QueryState) => void;
  readonly #queries = new Map<number, OpenQuery>();
  readonly #pulse = new Pulse(noticeInterval, () => this.#beat());
  readonly #searches: SearchService;
  #exchanges: ExchangeIndex | undefined;
  #reach: MessageReach | undefined;
  #scanScheduled = false;
  #nextId = 1;

  constructor(
    log: CaptureLog,
    surroundings: () => Surroundings,
    changed: (state: QueryState) => void,
  ) {
    this.#log = log;
    this.#searches = new SearchService(log);
    this.#surroundings = surroundings;
    this.#changed = changed;
  }

  /** Something changed that a query's state tells. */
  touch(): void {
    if (this.#queries.size > 0) this.#pulse.touch();
  }

  /** @throws HumanError `filter` with the position in the text, or `tooManyQueries`. */
  open(view: InspectorView, filter: string): QueryState {
    const compiled = compileFilter(filter);
    if (!compiled.ok) {
      throw new HumanError('filter', `${compiled.message} (at character ${compiled.start + 1})`, [
        { id: 'position', title: 'Go to the error', value: compiled.start },
      ]);
    }
    if (this.#queries.size >= maximumQueries) {
      throw new HumanError('tooManyQueries', 'Too many inspectors are open. Close one first.');
    }
    const entry: OpenQuery = {
      id: this.#nextId++,
      query: new CaptureQuery(this.#log, view, compiled.filter, this.#indexesFor(view)),
      startedAt: now(),
      elapsed: 0,
      caughtUp: false,
      notified: '',
    };
    this.#queries.set(entry.id, entry);
    this.#scan();
    this.#pulse.touch();
    return this.#state(entry);
  }

  /** The exchange that a frame belongs to, with those around it; undefined when the frame is not held. */
  async exchange(frame: number, around?: number): Promise<ExchangeReport | undefined> {
    const exchanges = this.#sharedExchanges;
    // In slices: the first look may have the whole capture before it.
    await inSlices(() => {
      exchanges.advance(this.#log.end, sliceFrames);
      return exchanges.end >= this.#log.end;
    });
    return exchangeReport(this.#log, exchanges, frame, around);
  }

  /** What can be typed at an offset of a filter. */
  complete(filter: string, caret: number): FilterCompletion {
    return completeFilter(filter, caret, this.#log);
  }

  /** The state of an open query, brought up to date. @throws HumanError `queryClosed`. */
  state(query: number): QueryState {
    const entry = this.#entry(query);
    while (!this.#scanSlice(entry)) continue;
    return this.#state(entry);
  }

  close(query: number): void {
    this.#searches.forget(query);
    this.#queries.delete(query);
  }

  /** @throws HumanError `queryClosed` when the query is not open (any more). */
  rows(query: number, from: number, count: number): RowsPage {
    const entry = this.#entry(query);
    const start = Math.max(from, entry.query.first);
    const rows = readRows(this.#log, entry.query, start, Math.min(count, maximumPage));
    return { query, generation: this.#log.generation, from: start, rows };
  }

  find(query: number, frame: number): number | undefined {
    return this.#entry(query).query.ordinalOf(frame);
  }

  /** Finds text in the rows. @throws HumanError `searchText`, `queryClosed`. */
  async search(request: SearchRequest): Promise<SearchResult | undefined> {
    return this.#searches.search(this.#entry(request.query).query, request);
  }

  dispose(): void {
    this.#pulse.dispose();
    this.#queries.clear();
  }

  /** One for all queries; nobody who never looks at exchanges pays for it. */
  get #sharedExchanges(): ExchangeIndex {
    return (this.#exchanges ??= new ExchangeIndex(this.#log));
  }

  #indexesFor(view: InspectorView): QueryIndexes {
    if (view === 'flow') return { exchanges: this.#sharedExchanges };
    return view === 'messages' ? { reach: (this.#reach ??= new MessageReach(this.#log)) } : {};
  }

  #entry(query: number): OpenQuery {
    const entry = this.#queries.get(query);
    if (!entry) throw new HumanError('queryClosed', 'This view is out of date. Open it again.');
    return entry;
  }

  #state({ id, query, elapsed }: OpenQuery): QueryState {
    return {
      query: id,
      first: query.first,
      end: query.end,
      scanned: query.scanned,
      toScan: query.toScan,
      elapsed,
      generation: this.#log.generation,
      ...this.#surroundings(),
    };
  }

  #beat(): void {
    this.#scan();
    for (const entry of this.#queries.values()) {
      const state = this.#state(entry);
      const text = JSON.stringify(state);
      if (text === entry.notified) continue;
      entry.notified = text;
      this.#changed(state);
    }
  }

  /** One slice for each query; what is left goes on after the sockets had their turn. */
  #scan(): void {
    let behind = false;
    for (const entry of this.#queries.values()) {
      if (!this.#scanSlice(entry)) behind = true;
    }
    if (!behind || this.#scanScheduled) return;
    this.#scanScheduled = true;
    setImmediate(() => {
      this.#scanScheduled = false;
      this.#scan();
      this.touch();
    });
  }

  #scanSlice(entry: OpenQuery): boolean {
    const start = now();
    let done = entry.query.scan(sliceFrames);
    while (!done && now() - start < sliceMilliseconds) done = entry.query.scan(sliceFrames);
    if (done && !entry.caughtUp) {
      entry.caughtUp = true;
      entry.elapsed = now() - entry.startedAt;
    }
    return done;
  }
}
