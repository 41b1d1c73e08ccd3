import { Channel, type Port } from '../../base/channel.ts';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type {
  FrameDetail,
  InspectorHostContract,
  InspectorPageContract,
  QueryState,
} from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { guards, type HostCommand } from './guards.ts';

/** What the page may ask of the editor. */
export interface InspectorHost {
  runCommand(command: HostCommand): Promise<void>;
  copy(text: string): Promise<void>;
  /** Asks before what was captured is forgotten. */
  clear(): Promise<void>;
}

/**
 * Stands between one inspector page and the engine: checks what the page asks, hands it on, and
 * gives the page news of its own queries only, and only while it can be seen.
 */
export class InspectorRelay implements Disposable {
  readonly #engine: EngineProxy;
  readonly #channel: Channel<InspectorHostContract, InspectorPageContract>;
  readonly #disposables = new DisposableStore();
  readonly #queries = new Set<number>();
  /** The newest state of each query that came while the page was hidden. */
  readonly #held = new Map<number, QueryState>();
  #visible = true;
  #ready = false;
  #filter: string | undefined;

  constructor(port: Port, engine: EngineProxy, host: InspectorHost) {
    this.#engine = engine;
    this.#channel = new Channel(port);
    this.#disposables.add(this.#channel);
    this.#serve(host);
    this.#disposables.add(engine.onQueryChanged((state) => this.#queryChanged(state)));
    this.#disposables.add(engine.onCrash(() => this.#engineRestarted()));
  }

  /** A hidden page keeps only its last message, so it gets none. */
  set visible(visible: boolean) {
    this.#visible = visible;
    if (!visible) return;
    for (const state of this.#held.values()) this.#channel.notify('queryChanged', state);
    this.#held.clear();
  }

  /** Puts a filter into the page's field, now or as soon as the page is there. */
  setFilter(filter: string): void {
    if (this.#ready) this.#channel.notify('setFilter', { filter });
    else this.#filter = filter;
  }

  dispose(): void {
    this.#closeQueries();
    this.#disposables.dispose();
  }

  #serve(host: InspectorHost): void {
    const channel = this.#channel;
    channel.onNotification('ready', () => this.#pageLoaded());
    channel.handle('query/open', async (params) => {
      const state = await this.#engine.request('query/open', guards['query/open'](params));
      this.#queries.add(state.query);
      return state;
    });
    channel.handle('query/close', async (params) => {
      const { query } = guards['query/close'](params);
      if (!this.#queries.delete(query)) return null;
      this.#held.delete(query);
      return this.#engine.request('query/close', { query });
    });
    channel.handle('query/rows', (params) =>
      this.#engine.request('query/rows', guards['query/rows'](params)),
    );
    channel.handle('query/find', (params) =>
      this.#engine.request('query/find', guards['query/find'](params)),
    );
    channel.handle('capture/frame', async (params) => {
      const detail = await this.#engine.request('capture/frame', guards['capture/frame'](params));
      return detail && withOwnBytes(detail);
    });
    channel.handle('capture/bytes', async (params) =>
      ownBytes(await this.#engine.request('capture/bytes', guards['capture/bytes'](params))),
    );
    channel.handle('capture/clear', async () => {
      await host.clear();
      return null;
    });
    channel.handle('host/command', async (params) => {
      await host.runCommand(guards['host/command'](params).command);
      return null;
    });
    channel.handle('host/copy', async (params) => {
      await host.copy(guards['host/copy'](params).text);
      return null;
    });
  }

  /** Also after a reload of the page: its former queries are nobody's. */
  #pageLoaded(): void {
    this.#closeQueries();
    this.#ready = true;
    if (this.#filter === undefined) return;
    this.#channel.notify('setFilter', { filter: this.#filter });
    this.#filter = undefined;
  }

  #queryChanged(state: QueryState): void {
    if (!this.#queries.has(state.query)) return;
    if (this.#visible) this.#channel.notify('queryChanged', state);
    else this.#held.set(state.query, state);
  }

  #engineRestarted(): void {
    this.#queries.clear();
    this.#held.clear();
    this.#channel.notify('engineRestarted', null);
  }

  #closeQueries(): void {
    for (const query of this.#queries) {
      if (this.#engine.started) {
        void this.#engine.request('query/close', { query }).catch(() => null);
      }
    }
    this.#queries.clear();
    this.#held.clear();
  }
}

/** A view drags its whole backing store into the webview: bytes go as an array of their own. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function withOwnBytes(detail: FrameDetail): FrameDetail {
  return { ...detail, bytes: ownBytes(detail.bytes) };
}
