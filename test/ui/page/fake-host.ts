/**
 * Stands for the extension host and the engine: the contract over made-up traffic of any length.
 * Tests steer it through `window.fake`. Runs in the page, before the inspector.
 */
import { Channel } from '../../../src/base/channel.ts';
import { toDisposable } from '../../../src/base/disposable.ts';
import { HumanError } from '../../../src/base/errors.ts';
import type { ColumnLayout } from '../../../src/engine/columns-contract.ts';
import type {
  BrokerState,
  FrameDetail,
  InspectorHostContract,
  InspectorPageContract,
  InspectorView,
  QueryState,
  SavedFilter,
} from '../../../src/engine/contract.ts';
import { everyOutcome, manyRows, reportOf } from './delivery.ts';
import { historyOf } from './history.ts';
import { answering, exchangeOf, exchangeReportOf } from './exchange.ts';
import { decodingOf, detailOf, moreBytes } from './detail.ts';
import { searchResult } from './search.ts';
import { statisticsOf, type FakeStatistics } from './statistics.ts';
import { rowOf, templates } from './templates.ts';

interface OpenQuery {
  readonly view: InspectorView;
  readonly id: number;
  /** Indexes of the templates that match, ascending. */
  readonly matching: readonly number[];
}

const running: BrokerState = {
  status: 'running',
  listeners: [
    { transport: 'tcp', url: 'mqtt://127.0.0.1:1883', host: '127.0.0.1', port: 1883 },
    { transport: 'ws', url: 'ws://127.0.0.1:8083/mqtt', host: '127.0.0.1', port: 8083 },
  ],
};

export class FakeHost {
  /** Everything that was asked, newest last. */
  requests: { method: string; params: unknown }[] = [];
  /** How deliveries are told: whether the last acknowledgement has come, how many got it. */
  acknowledged = false;
  subscribers = 0;
  /** The payload of every message as text, if it is to be another one. */
  payloadText: string | undefined;
  /** Whether each message is a little different from the one before. */
  changes = false;
  /** How many got each message, in the view Messages. */
  copies = 2;
  nobody = false;
  statistics: FakeStatistics = { isEmpty: false, manyClients: 0, more: 0 };
  #outside: (message: unknown) => void = () => undefined;
  #channel: Channel<InspectorHostContract, InspectorPageContract>;
  #queries = new Map<number, OpenQuery>();
  #nextQuery = 1;
  #first = 0;
  #end = 0;
  #generation = 0;
  #broker: BrokerState = running;
  /** Frames not yet looked at by filters. */
  #unscanned = 0;
  #held: (() => void)[] | undefined;

  constructor() {
    this.#channel = new Channel({
      // What crosses the border of a webview is cloned, later.
      post: (message) => {
        const copy: unknown = structuredClone(message);
        setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })));
      },
      onMessage: (listener) => {
        this.#outside = listener;
        return toDisposable(() => undefined);
      },
    });
    this.#serve();
  }

  /** What the page posts. */
  receive(message: unknown): void {
    const copy: unknown = structuredClone(message);
    setTimeout(() => this.#outside(copy));
  }

  /** Sets which frames the capture holds, [first, end), and tells. */
  setFrames(first: number, end: number): void {
    this.#first = first;
    this.#end = end;
    this.notify();
  }

  get end(): number {
    return this.#end;
  }

  setBroker(broker: 'running' | 'stopped' | 'starting'): void {
    this.#broker = broker === 'running' ? running : { status: broker, listeners: [] };
    this.notify();
  }

  setUnscanned(frames: number): void {
    this.#unscanned = frames;
    this.notify();
  }

  /** Holds answers to `query/rows` back until released. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
  }

  restartEngine(): void {
    this.#queries.clear();
    this.#nextQuery = 1;
    this.#channel.notify('engineRestarted', null);
  }

  setFilter(filter: string): void {
    this.#channel.notify('setFilter', { filter });
  }

  /** What commands of the editor ask of the page. */
  goTo(frame: number, tab?: 'flow' | 'delivery'): void {
    this.#channel.notify('goTo', { frame, ...(tab && { tab }) });
  }

  addFilter(term: string): void {
    this.#channel.notify('addFilter', { term });
  }

  find(): void {
    this.#channel.notify('find', null);
  }

  setSavedFilters(filters: readonly SavedFilter[]): void {
    this.#channel.notify('setSavedFilters', { filters });
  }

  payloadsChanged(): void {
    this.#channel.notify('payloadsChanged', null);
  }

  setColumns(columns: readonly ColumnLayout[]): void {
    this.#channel.notify('setColumns', { columns });
  }

  /** The state of every open query goes to the page. */
  notify(): void {
    for (const query of this.#queries.values()) {
      this.#channel.notify('queryChanged', this.#state(query));
    }
  }

  get openQueries(): number {
    return this.#queries.size;
  }

  /** How many rows the first open query has: what the page should come to. */
  rowCount(): number {
    const [query] = this.#queries.values();
    return query ? this.#before(query, this.#end) - this.#before(query, this.#first) : 0;
  }

  #withText(detail: FrameDetail): FrameDetail {
    const { payloadText: text } = this;
    if (text === undefined || !detail.payload) return detail;
    const decodings = [{ decoder: 'text' as const, label: 'Text', text, truncated: 0 }];
    return { ...detail, payload: { ...detail.payload, decodings } };
  }

  #serve(): void {
    const channel = this.#channel;
    const log = (method: string, params: unknown): void => {
      this.requests.push({ method, params });
    };
    channel.handle('query/open', (params) => {
      log('query/open', params);
      const query = {
        view: params.view,
        id: this.#nextQuery++,
        matching: matchingTemplates(params.view, params.filter),
      };
      this.#queries.set(query.id, query);
      return this.#state(query);
    });
    channel.handle('query/close', (params) => {
      log('query/close', params);
      this.#queries.delete(params.query);
      return null;
    });
    channel.handle('query/rows', async (params) => {
      log('query/rows', params);
      await new Promise<void>((resolve) => {
        if (this.#held) this.#held.push(resolve);
        else resolve();
      });
      const query = this.#query(params.query);
      const from = Math.max(params.from, this.#before(query, this.#first));
      const end = Math.min(params.from + params.count, this.#before(query, this.#end));
      const rows = [];
      for (let ordinal = from; ordinal < end; ordinal++) {
        const before = ordinal > 0 ? frameAt(query, ordinal - 1) : undefined;
        const frame = frameAt(query, ordinal);
        const row = rowOf(frame, ordinal, before);
        const exchange = query.view === 'flow' && exchangeOf(frame, this.acknowledged);
        if (exchange) rows.push({ ...row, exchange });
        else rows.push(query.view === 'messages' ? { ...row, copies: this.copies } : row);
      }
      return { query: query.id, generation: this.#generation, from, rows };
    });
    channel.handle('filter/complete', (params) => {
      log('filter/complete', params);
      const { filter, caret } = params;
      const start = filter.lastIndexOf(' ', caret - 1) + 1;
      const typed = filter.slice(start, caret);
      const blank = filter.indexOf(' ', caret);
      const items = [
        { text: 'topic:', detail: 'a topic filter matches' },
        { text: 'type:', detail: 'packet types' },
        { text: 'type:publish', detail: 'captured' },
      ];
      return {
        start,
        end: blank < 0 ? filter.length : blank,
        items: items.filter(({ text }) => text.startsWith(typed) && text !== typed),
      };
    });
    channel.handle('query/find', (params) => {
      log('query/find', params);
      const query = this.#query(params.query);
      const ordinal = this.#before(query, Math.max(params.frame, this.#first));
      return ordinal < this.#before(query, this.#end) ? ordinal : undefined;
    });
    channel.handle('capture/frame', (params) => {
      log('capture/frame', params);
      return params.frame < this.#first || params.frame >= this.#end
        ? undefined
        : this.#withText(detailOf(params.frame, this.changes));
    });
    channel.handle('capture/delivery', (params) => {
      log('capture/delivery', params);
      const template = templates[params.frame % templates.length];
      if (template?.packet !== 'PUBLISH' && template?.packet !== 'PUBACK') return undefined;
      const rows =
        this.subscribers > 0
          ? manyRows(this.subscribers, params.frame)
          : everyOutcome(params.frame, this.acknowledged);
      return reportOf(this.nobody ? [] : rows, params.outcome);
    });
    channel.handle('capture/exchange', (params) => {
      log('capture/exchange', params);
      return params.frame < this.#first || params.frame >= this.#end
        ? undefined
        : exchangeReportOf(params.frame, this.acknowledged);
    });
    channel.handle('capture/history', (params) => {
      log('capture/history', params);
      return historyOf(params.frame, this.#first, this.#end, params.path);
    });
    channel.handle('capture/payload', (params) => {
      log('capture/payload', params);
      return decodingOf(params.frame, params.decoder, this.#first);
    });
    channel.handle('capture/bytes', (params) => {
      log('capture/bytes', params);
      return moreBytes(params.start, params.end);
    });
    channel.handle('capture/clear', (params) => {
      log('capture/clear', params);
      this.#generation++;
      this.setFrames(this.#end, this.#end);
      return null;
    });
    channel.handle('statistics/read', (params) => {
      log('statistics/read', params);
      return statisticsOf(params, this.statistics);
    });
    channel.handle('statistics/reset', (params) => {
      log('statistics/reset', params);
      this.statistics.isEmpty = true;
      return null;
    });
    channel.handle('host/copyStatistics', (params) => {
      log('host/copyStatistics', params);
      return null;
    });
    channel.handle('host/saveStatistics', (params) => {
      log('host/saveStatistics', params);
      return true;
    });
    channel.handle('host/command', (params) => {
      log('host/command', params);
      if (params.command === 'startBroker') this.setBroker('running');
      return null;
    });
    channel.handle('host/bindPayload', (params) => {
      log('host/bindPayload', params);
      return null;
    });
    channel.handle('host/saveFilter', (params) => {
      log('host/saveFilter', params);
      return null;
    });
    channel.handle('host/manageFilters', (params) => {
      log('host/manageFilters', params);
      return null;
    });
    channel.handle('host/setColumns', (params) => {
      log('host/setColumns', params);
      return null;
    });
    channel.handle('query/search', (params) => {
      log('query/search', params);
      const query = this.#query(params.query);
      const [first, end] = [this.#before(query, this.#first), this.#before(query, this.#end)];
      return searchResult(params, first, end, (ordinal) =>
        rowOf(frameAt(query, ordinal), ordinal, undefined),
      );
    });
    channel.handle('host/copyRow', (params) => {
      log('host/copyRow', params);
      return null;
    });
    channel.onNotification('selected', (params) => log('selected', params));
    channel.handle('host/copy', (params) => {
      log('host/copy', params);
      return null;
    });
    channel.onNotification('ready', (params) => log('ready', params));
  }

  #query(id: number): OpenQuery {
    const query = this.#queries.get(id);
    if (!query) throw new HumanError('queryClosed', 'This view is out of date. Open it again.');
    return query;
  }

  /** How many matching frames lie before `frame`: ordinals are counted from frame 0. */
  #before(query: OpenQuery, frame: number): number {
    const { matching } = query;
    const rest = frame % templates.length;
    const rounds = Math.floor(frame / templates.length);
    return rounds * matching.length + matching.filter((index) => index < rest).length;
  }

  #state(query: OpenQuery): QueryState {
    const held = this.#end - this.#first;
    return {
      query: query.id,
      first: this.#before(query, this.#first),
      end: this.#before(query, this.#end),
      scanned: held - this.#unscanned,
      toScan: held,
      elapsed: 38,
      generation: this.#generation,
      capture: {
        first: this.#first,
        end: this.#end,
        bytes: Math.min(held * 222, 268_435_456),
        limit: 268_435_456,
        dropped: this.#generation === 0 ? this.#first : 0,
        generation: this.#generation,
      },
      messageRate: this.#end === 0 ? 0 : 1842,
      clientCount: this.#end === 0 ? 0 : 3,
      broker: this.#broker,
    };
  }
}

function frameAt({ matching }: OpenQuery, ordinal: number): number {
  const index = matching[ordinal % matching.length] ?? 0;
  return Math.floor(ordinal / matching.length) * templates.length + index;
}

/** The filter knows `type:` and plain text here; `type:nope` is an error. */
function matchingTemplates(view: InspectorView, filter: string): number[] {
  const wrong = filter.indexOf('type:nope');
  if (wrong >= 0) {
    throw new HumanError('filter', `'nope' is not a packet type (at character ${wrong + 6})`, [
      { id: 'position', title: 'Go to the error', value: wrong + 5 },
    ]);
  }
  const type = /^type:(\w+)$/.exec(filter)?.[1]?.toUpperCase();
  return templates.flatMap((template, index) => {
    if (view === 'messages' && template.packet !== 'PUBLISH') return [];
    if (view === 'flow' && answering.has(index)) return [];
    if (type !== undefined) return template.packet === type ? [index] : [];
    const text = `${template.topic ?? ''} ${template.preview ?? ''}`;
    return filter === '' || text.includes(filter) ? [index] : [];
  });
}

const fake = new FakeHost();
/** Each `query/rows` and the like, for the tests; and the page's own memory over reloads. */
Object.assign(window, {
  fake,
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => fake.receive(message),
    getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  }),
});
const parameters = new URLSearchParams(location.search);
fake.setFrames(Number(parameters.get('first') ?? 0), Number(parameters.get('end') ?? 0));
if (parameters.has('stopped')) fake.setBroker('stopped');
