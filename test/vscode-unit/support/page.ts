import { usualColumns, type ColumnLayout } from '../../../src/engine/columns-contract.ts';
import { Channel, type Port } from '../../../src/base/channel.ts';
import { Emitter } from '../../../src/base/event.ts';
import type {
  InspectorHostContract,
  InspectorPageContract,
  QueryState,
  SavedFilter,
} from '../../../src/engine/contract.ts';
import { InspectorRelay } from '../../../src/vscode/inspector/inspector-relay.ts';
import type { PageServices } from '../../../src/vscode/inspector/page-session.ts';

/** A query's state that says little. */
export function queryState(query: number, end = 0): QueryState {
  const capture = { first: 0, end, bytes: 0, limit: 1, dropped: 0, generation: 0 };
  return {
    ...{ query, first: 0, end, scanned: end, toScan: end, elapsed: 0, generation: 0, capture },
    ...{ messageRate: 9, clientCount: 2, broker: { status: 'running', listeners: [] } },
  };
}

/** A relay with a fake engine behind it and pages that come and go before it. */
export class RelayBench {
  /** What the engine was asked, as `method params`. */
  readonly asked: string[] = [];
  readonly commands: string[] = [];
  readonly copied: string[] = [];
  readonly logged: string[] = [];
  columns: readonly ColumnLayout[] = usualColumns;
  savedFilters: readonly SavedFilter[] = [];
  readonly relay: InspectorRelay;
  readonly #toPage = new Emitter<unknown>();
  #nextQuery = 1;
  /** What the engine answers, by method; without one, null. */
  readonly answers = new Map<string, (params: unknown) => unknown>();

  constructor() {
    this.answers.set('query/open', () => queryState(this.#nextQuery++));
    const request: PageServices['request'] = async (method: string, params: unknown) => {
      this.asked.push(`${method} ${JSON.stringify(params)}`);
      return Promise.resolve(this.answers.get(method)?.(params) ?? null);
    };
    this.relay = new InspectorRelay((message) => this.#toPage.fire(message), {
      request,
      runCommand: (command) => Promise.resolve(void this.commands.push(command)),
      copy: (text) => Promise.resolve(void this.copied.push(text)),
      saveCsv: (text, name) => Promise.resolve(this.copied.push(`${name}: ${text}`) > 0),
      clear: () => Promise.resolve(void this.commands.push('clear')),
      savedFilters: () => this.savedFilters,
      bindPayload: (frame, decoder) =>
        Promise.resolve(void this.commands.push(`bind ${frame} ${decoder}`)),
      saveFilter: (filter) => Promise.resolve(void this.commands.push(`save ${filter}`)),
      manageFilters: () => Promise.resolve(void this.commands.push('manage filters')),
      columns: () => this.columns,
      keepColumns: (columns) => {
        this.columns = columns;
        return Promise.resolve();
      },
      copyRow: (frame) => Promise.resolve(void this.commands.push(`copy row ${frame}`)),
      selected: ({ frame, kind }) => void this.commands.push(`selected ${frame ?? 'none'} ${kind}`),
      logError: (message) => this.logged.push(message),
    });
  }

  /** A page as it is when it is loaded: it hears what is posted from now on. */
  page(): Channel<InspectorPageContract, InspectorHostContract> {
    const port: Port = {
      post: (message) => this.relay.receive(message),
      onMessage: (listener) => this.#toPage.event(listener),
    };
    return new Channel(port);
  }
}
