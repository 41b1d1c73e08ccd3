import { Channel, type Port } from '../../base/channel.ts';
import type { Disposable } from '../../base/disposable.ts';
import { HumanError, stackOf } from '../../base/errors.ts';
import type { ColumnLayout } from '../../engine/columns-contract.ts';
import type {
  EngineContract,
  InspectorHostContract,
  InspectorPageContract,
  PayloadDecoder,
  QueryState,
  SavedFilter,
} from '../../engine/contract.ts';
import type { DetailsTab, EditorHostNotifications } from '../../engine/editor-contract.ts';
import { guards, notificationGuards, type HostCommand } from './guards.ts';

type HostRequests = InspectorHostContract['requests'];
type EngineRequests = EngineContract['requests'];

/** What a page may have the extension host do. */
export interface PageServices {
  request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
  ): Promise<EngineRequests[M]['result']>;
  runCommand(command: HostCommand): Promise<void>;
  copy(text: string): Promise<void>;
  /** Asks the person before what was captured is forgotten. */
  clear(): Promise<void>;
  /** How the table's columns are arranged. */
  columns(): readonly ColumnLayout[];
  keepColumns(columns: readonly ColumnLayout[]): Promise<void>;
  savedFilters(): readonly SavedFilter[];
  /** Asks the person for a name. */
  saveFilter(filter: string): Promise<void>;
  manageFilters(): Promise<void>;
  /** Asks for which topics payloads are to be decoded so. */
  bindPayload(frame: number, decoder: PayloadDecoder): Promise<void>;
  /** Puts what a row is about on the clipboard. */
  copyRow(frame: number): Promise<void>;
  /** Another row is selected, or none. */
  selected(row: EditorHostNotifications['selected']): void;
  /** Asks for a file and writes the text into it; false: the person has chosen none. */
  saveCsv(text: string, name: string): Promise<boolean>;
  /** The page is up and listens. */
  ready(): void;
  logError(message: string): void;
}

/** Queries that one page may hold; opening one more closes its oldest. */
const maximumQueries = 8;

/**
 * One life of the inspector's page, from its first message until it is hidden, which destroys it:
 * answers its requests, and closes the queries it leaves behind.
 */
export class PageSession implements Disposable {
  readonly #channel: Channel<InspectorHostContract, InspectorPageContract>;
  readonly #services: PageServices;
  /** The queries of this page, with their newest state. */
  readonly #queries = new Map<number, QueryState>();
  #disposed = false;

  constructor(port: Port, services: PageServices) {
    this.#services = services;
    this.#channel = new Channel(port);
    this.#serve();
  }

  /** Hands a query's new state on, if the query is this page's. */
  queryChanged(state: QueryState): void {
    if (!this.#queries.has(state.query)) return;
    this.#queries.set(state.query, state);
    this.#channel.notify('queryChanged', state);
  }

  /** The engine is gone and its queries with it: the page keeps its rows, the broker is off. */
  engineCrashed(): void {
    for (const state of this.#queries.values()) {
      this.#channel.notify('queryChanged', {
        ...state,
        messageRate: 0,
        clientCount: 0,
        broker: { status: 'stopped', listeners: [] },
      });
    }
    this.#queries.clear();
  }

  engineRestarted(): void {
    this.#queries.clear();
    this.#channel.notify('engineRestarted', null);
  }

  setFilter(filter: string): void {
    this.#channel.notify('setFilter', { filter });
  }

  goTo(frame: number, tab?: DetailsTab): void {
    this.#channel.notify('goTo', { frame, ...(tab && { tab }) });
  }

  addFilter(term: string): void {
    this.#channel.notify('addFilter', { term });
  }

  find(): void {
    this.#channel.notify('find', null);
  }

  setColumns(columns: readonly ColumnLayout[]): void {
    this.#channel.notify('setColumns', { columns });
  }

  setSavedFilters(filters: readonly SavedFilter[]): void {
    this.#channel.notify('setSavedFilters', { filters });
  }

  payloadsChanged(): void {
    this.#channel.notify('payloadsChanged', null);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#channel.dispose();
    for (const query of this.#queries.keys()) this.#closeQuery(query);
    this.#queries.clear();
  }

  #serve(): void {
    const services = this.#services;
    this.#channel.onNotification('ready', () => services.ready());
    this.#channel.onNotification('selected', (params: unknown) => this.#selected(params));
    this.#handle('query/open', (params) => this.#openQuery(params));
    this.#handle('filter/complete', (params) => services.request('filter/complete', params));
    this.#handle('query/close', ({ query }) => {
      if (this.#queries.delete(query)) this.#closeQuery(query);
      return null;
    });
    this.#handle('query/rows', (params) => this.#ofQuery('query/rows', params));
    this.#handle('query/find', (params) => this.#ofQuery('query/find', params));
    this.#handle('query/search', (params) => this.#ofQuery('query/search', params));
    this.#handle('capture/clear', async () => {
      await services.clear();
      return null;
    });
    this.#handle('capture/frame', async (params) => {
      const detail = await services.request('capture/frame', params);
      return detail && { ...detail, bytes: fresh(detail.bytes) };
    });
    this.#handle('capture/delivery', (params) => services.request('capture/delivery', params));
    this.#handle('capture/exchange', (params) => services.request('capture/exchange', params));
    this.#handle('capture/history', (params) => services.request('capture/history', params));
    this.#handle('capture/payload', (params) => services.request('capture/payload', params));
    this.#handle('capture/bytes', async (params) =>
      fresh(await services.request('capture/bytes', params)),
    );
    this.#handle('statistics/read', (params) => services.request('statistics/read', params));
    this.#handle('statistics/reset', (params) => services.request('statistics/reset', params));
    this.#handle('host/copyStatistics', async (table) => {
      await services.copy(await services.request('statistics/csv', table));
      return null;
    });
    this.#handle('host/saveStatistics', async (table) =>
      services.saveCsv(await services.request('statistics/csv', table), `mqtt-${table.by}s.csv`),
    );
    this.#handle('host/command', async ({ command }) => {
      await services.runCommand(command);
      return null;
    });
    this.#handle('host/saveFilter', async ({ filter }) => {
      await services.saveFilter(filter);
      return null;
    });
    this.#handle('host/bindPayload', async ({ frame, decoder }) => {
      await services.bindPayload(frame, decoder);
      return null;
    });
    this.#handle('host/manageFilters', async () => {
      await services.manageFilters();
      return null;
    });
    this.#handle('host/setColumns', async ({ columns }) => {
      await services.keepColumns(columns);
      return null;
    });
    this.#handle('host/copyRow', async ({ frame }) => {
      await services.copyRow(frame);
      return null;
    });
    this.#handle('host/copy', async ({ text }) => {
      await services.copy(text);
      return null;
    });
  }

  #handle<M extends keyof HostRequests>(
    method: M,
    handler: (
      params: HostRequests[M]['params'],
    ) => HostRequests[M]['result'] | Promise<HostRequests[M]['result']>,
  ): void {
    this.#channel.handle(method, async (params: unknown) => {
      try {
        return await handler(guards[method](params));
      } catch (error) {
        if (!(error instanceof HumanError)) this.#services.logError(stackOf(error));
        throw error;
      }
    });
  }

  async #openQuery(params: HostRequests['query/open']['params']): Promise<QueryState> {
    const state = await this.#services.request('query/open', params);
    if (this.#disposed) {
      this.#closeQuery(state.query);
      throw new HumanError('queryClosed', 'The page was closed.');
    }
    const [oldest] = this.#queries.keys();
    if (oldest !== undefined && this.#queries.size >= maximumQueries) {
      this.#queries.delete(oldest);
      this.#closeQuery(oldest);
    }
    this.#queries.set(state.query, state);
    return state;
  }

  #selected(params: unknown): void {
    try {
      this.#services.selected(notificationGuards.selected(params));
    } catch (error) {
      this.#services.logError(stackOf(error));
    }
  }

  /** A page sees its own queries only. */
  #ofQuery<M extends 'query/rows' | 'query/find' | 'query/search'>(
    method: M,
    params: EngineRequests[M]['params'],
  ): Promise<EngineRequests[M]['result']> {
    if (!this.#queries.has(params.query)) {
      throw new HumanError('queryClosed', 'This query is not open any more.');
    }
    return this.#services.request(method, params);
  }

  #closeQuery(query: number): void {
    this.#services.request('query/close', { query }).catch(() => {
      // The engine is gone, and its queries with it.
    });
  }
}

/**
 * A copy that stands alone: a view would drag its whole backing store to the page, and a Buffer
 * would arrive there as an object of numbers.
 */
function fresh(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
