import { t } from '../../src/base/localise.ts';
import { HumanError, messageOf } from '../../src/base/errors.ts';
import type { InspectorView, QueryState } from '../../src/engine/contract.ts';
import type { Host } from './host.ts';
import { RowSource } from './table/row-source.ts';

export interface FilterProblem {
  readonly message: string;
  /** Character of the filter where it is wrong, from 0. */
  readonly position: number | undefined;
}

/** What a query is about. */
export interface Question {
  readonly view: InspectorView;
  readonly filter: string;
}

export type ReplaceReason = 'query' | 'cleared' | 'restarted';

export interface QueryEvents {
  /** The state of the query changed, or other rows came. */
  changed(): void;
  /** Rows begin anew: another query, the capture was cleared, or the engine restarted. */
  replaced(reason: ReplaceReason): void;
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
  /** What was asked for last. */
  #asked: Question;
  /** What the rows answer: the last that was accepted. */
  #shown: Question;
  #problem: FilterProblem | undefined;
  /** Counts openings: an answer to one that is no longer the newest is closed at once. */
  #opening = 0;
  /** Notices that came before the answer that names their query. */
  readonly #early = new Map<number, QueryState>();

  constructor(host: Host, view: InspectorView, filter: string, events: QueryEvents) {
    this.#host = host;
    this.#events = events;
    this.#asked = { view, filter };
    this.#shown = { view, filter: '' };
    this.#source = this.#createSource();
    host.onNotification('queryChanged', (state) => this.#take(state));
    host.onNotification('engineRestarted', () => {
      this.#state = undefined;
      this.#early.clear();
      this.#replace('restarted');
      void this.open(this.#asked.view, this.#asked.filter);
    });
  }

  /** The newest state; undefined before the first answer. */
  get state(): QueryState | undefined {
    return this.#state;
  }

  get source(): RowSource {
    return this.#source;
  }

  /** What the rows answer. */
  get shown(): Question {
    return this.#shown;
  }

  /** The filter that was asked for last; it may be wrong. */
  get askedFilter(): string {
    return this.#asked.filter;
  }

  /** What is wrong with what was asked for last. */
  get problem(): FilterProblem | undefined {
    return this.#problem;
  }

  /** Opens a query and then closes the one before; that stays when the filter is wrong. */
  async open(view: InspectorView, filter: string): Promise<void> {
    this.#asked = { view, filter };
    await this.#open(this.#asked, false);
  }

  /** `instead`: of one that was refused, so that its problem stays to be seen. */
  async #open(question: Question, instead: boolean): Promise<void> {
    const opening = ++this.#opening;
    let opened: QueryState;
    try {
      opened = await this.#host.request('query/open', { ...question });
    } catch (error) {
      if (opening === this.#opening) this.#refused(error);
      return;
    }
    if (opening !== this.#opening) {
      this.#close(opened.query);
      return;
    }
    const before = this.#state;
    this.#state = this.#early.get(opened.query) ?? opened;
    this.#early.clear();
    this.#shown = question;
    if (!instead) this.#problem = undefined;
    this.#replace('query');
    if (before) this.#close(before.query);
    this.#events.changed();
  }

  /** Whether the view and the filter let a frame be seen. */
  async shows(frame: number): Promise<boolean> {
    const from = await this.find(frame);
    const { state } = this;
    if (from === undefined || !state) return false;
    const page = await this.#host
      .request('query/rows', { query: state.query, from, count: 1 })
      .catch(() => undefined);
    return page?.rows[0]?.frame === frame;
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
      this.#early.set(state.query, state);
      return;
    }
    this.#state = state;
    if (before.generation !== state.generation) this.#replace('cleared');
    else this.#source.outdate();
    this.#events.changed();
  }

  #replace(reason: ReplaceReason): void {
    this.#source.close();
    this.#source = this.#createSource();
    this.#events.replaced(reason);
  }

  #createSource(): RowSource {
    return new RowSource(
      async (from, count) => {
        if (!this.#state) throw new HumanError('queryClosed', t('No query is open.'));
        return this.#host.request('query/rows', { query: this.#state.query, from, count });
      },
      () => this.#events.changed(),
      (error) => {
        if (error instanceof HumanError && error.code === 'queryClosed') {
          void this.open(this.#asked.view, this.#asked.filter);
        }
      },
    );
  }

  #refused(error: unknown): void {
    const isFilter = error instanceof HumanError && error.code === 'filter';
    const position = isFilter
      ? error.actions.find((action) => action.id === 'position')?.value
      : undefined;
    this.#problem = {
      message: messageOf(error),
      position: typeof position === 'number' ? position : undefined,
    };
    this.#events.failed(this.#problem);
    if (isFilter) {
      // A page that was opened with a wrong filter, or another view: the rows are still wanted.
      const { view } = this.#asked;
      const { filter } = this.#shown;
      if (!this.#state) void this.#open({ view, filter: '' }, true);
      else if (view !== this.#shown.view) void this.#open({ view, filter }, true);
      return;
    }
    const opening = this.#opening;
    setTimeout(() => {
      if (opening === this.#opening) void this.open(this.#asked.view, this.#asked.filter);
    }, retryDelay);
  }

  #close(query: number): void {
    this.#host.request('query/close', { query }).catch(() => {
      // Closing what an engine that is gone had open is not worth a word.
    });
  }
}
