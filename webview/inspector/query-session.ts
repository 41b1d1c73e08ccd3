import { HumanError, messageOf } from '../../src/base/errors.ts';
import type { InspectorView, QueryState } from '../../src/engine/contract.ts';
import type { Host } from './host.ts';
import { RowSource } from './table/row-source.ts';

export interface FilterProblem {
  readonly message: string;
  /** Character of the filter where it is wrong, from 0. */
  readonly position: number | undefined;
}

export interface QueryEvents {
  /** The state of the query changed, or other rows came. */
  changed(): void;
  /** Rows begin anew: another query, or the capture was cleared. */
  replaced(reason: 'query' | 'cleared'): void;
  /** What was asked for could not be opened; what was open stays. */
  failed(problem: FilterProblem): void;
}

/** Milliseconds until a query that could not be opened for no fault of the filter is tried again. */
const retryDelay = 1000;

/** The one open query of the page. Another filter replaces it when it was accepted. */
export class QuerySession {
  readonly #host: Host;
  readonly #events: QueryEvents;
  #state: QueryState | undefined;
  #source: RowSource;
  #view: InspectorView;
  #filter: string;
  /** Counts openings: an answer to one that is no longer the newest is closed at once. */
  #opening = 0;
  /** A notice that came before the answer that names its query. */
  #early: QueryState | undefined;

  constructor(host: Host, view: InspectorView, filter: string, events: QueryEvents) {
    this.#host = host;
    this.#events = events;
    this.#view = view;
    this.#filter = filter;
    this.#source = this.#createSource();
    host.onNotification('queryChanged', (state) => this.#take(state));
    host.onNotification('engineRestarted', () => {
      this.#state = undefined;
      this.#replace('query');
      void this.open(this.#view, this.#filter);
    });
  }

  /** The newest state; undefined before the first answer. */
  get state(): QueryState | undefined {
    return this.#state;
  }

  get source(): RowSource {
    return this.#source;
  }

  /** What was asked for last; the rows may still be those of the query before. */
  get view(): InspectorView {
    return this.#view;
  }

  get filter(): string {
    return this.#filter;
  }

  /** Opens a query and then closes the one before. */
  async open(view: InspectorView, filter: string): Promise<void> {
    this.#view = view;
    this.#filter = filter;
    const opening = ++this.#opening;
    let opened: QueryState;
    try {
      opened = await this.#host.request('query/open', { view, filter });
    } catch (error) {
      if (opening === this.#opening) this.#refused(error);
      return;
    }
    if (opening !== this.#opening) {
      this.#close(opened.query);
      return;
    }
    const before = this.#state;
    this.#state = this.#early?.query === opened.query ? this.#early : opened;
    this.#early = undefined;
    this.#replace('query');
    if (before) this.#close(before.query);
    this.#events.changed();
  }

  /** Ordinal of the row of `frame`, or of the nearest after it. */
  async find(frame: number): Promise<number | undefined> {
    const state = this.#state;
    if (!state) return undefined;
    const ordinal = await this.#host
      .request('query/find', { query: state.query, frame })
      .catch(() => undefined);
    return this.#state?.query === state.query ? ordinal : undefined;
  }

  #take(state: QueryState): void {
    const before = this.#state;
    if (before?.query !== state.query) {
      this.#early = state;
      return;
    }
    this.#state = state;
    if (before.generation !== state.generation) this.#replace('cleared');
    this.#events.changed();
  }

  #replace(reason: 'query' | 'cleared'): void {
    this.#source.close();
    this.#source = this.#createSource();
    this.#events.replaced(reason);
  }

  #createSource(): RowSource {
    return new RowSource(
      async (from, count) => {
        if (!this.#state) throw new HumanError('queryClosed', 'No query is open.');
        return this.#host.request('query/rows', { query: this.#state.query, from, count });
      },
      () => this.#events.changed(),
      (error) => {
        if (error instanceof HumanError && error.code === 'queryClosed') {
          void this.open(this.#view, this.#filter);
        }
      },
    );
  }

  #refused(error: unknown): void {
    const isFilter = error instanceof HumanError && error.code === 'filter';
    const position = isFilter
      ? error.actions.find((action) => action.id === 'position')?.value
      : undefined;
    this.#events.failed({
      message: messageOf(error),
      position: typeof position === 'number' ? position : undefined,
    });
    if (isFilter) return;
    const opening = this.#opening;
    setTimeout(() => {
      if (opening === this.#opening) void this.open(this.#view, this.#filter);
    }, retryDelay);
  }

  #close(query: number): void {
    this.#host.request('query/close', { query }).catch(() => {
      // Closing what an engine that is gone had open is not worth a word.
    });
  }
}
