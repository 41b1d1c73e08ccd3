/** The page's end of the wire to the extension host, and what the page remembers of itself. */
import { Channel, type Port } from '../../src/base/channel.ts';
import { toDisposable } from '../../src/base/disposable.ts';
import type { StatisticsTable } from '../../src/engine/statistics-contract.ts';
import type { ColumnLayout } from '../../src/engine/columns-contract.ts';
import type {
  InspectorHostContract,
  InspectorPageContract,
  InspectorView,
} from '../../src/engine/contract.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export type Host = Channel<InspectorPageContract, InspectorHostContract>;

/** What survives when the page is hidden, which destroys it, or the window is reloaded. */
export interface PageState {
  readonly view: InspectorView;
  /** The statistics are shown in place of the view. */
  readonly showsStatistics: boolean;
  readonly statistics: StatisticsTable;
  readonly filter: string;
  readonly follow: boolean;
  /** Frame of the selected row. */
  readonly selected: number | undefined;
  /** Frame of the first visible row: ordinals don't outlive their query. */
  readonly top: number | undefined;
  /** The capture's generation that these frames are of. */
  readonly generation: number | undefined;
  readonly detailsOpen: boolean;
  /** Share of the height that the details have, per cent. */
  readonly detailsShare: number;
  readonly tab: 'payload' | 'packet' | 'properties' | 'history' | 'flow' | 'delivery';
  /** How the columns are arranged; undefined: as the host said when it made the page. */
  readonly columns: readonly ColumnLayout[] | undefined;
  /** Filters that were applied, the newest first. */
  readonly filters: readonly string[];
}

const initialState: PageState = {
  view: 'packets',
  showsStatistics: false,
  statistics: { by: 'client', order: 'rateIn', descending: true, filter: '' },
  filter: '',
  follow: true,
  selected: undefined,
  top: undefined,
  generation: undefined,
  detailsOpen: false,
  detailsShare: 42,
  tab: 'packet',
  columns: undefined,
  filters: [],
};

/** Milliseconds until a changed state is kept. */
const saveDelay = 150;

/** Reads and keeps the page's state; many changes in short order are kept once. */
export class PageMemory {
  readonly #api: VsCodeApi;
  #state: PageState;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: VsCodeApi) {
    this.#api = api;
    const kept = api.getState();
    // What an older version kept may lack fields.
    this.#state = { ...initialState, ...(typeof kept === 'object' ? kept : undefined) };
  }

  get state(): PageState {
    return this.#state;
  }

  change(part: Partial<PageState>): void {
    this.#state = { ...this.#state, ...part };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#api.setState(this.#state);
    }, saveDelay);
  }
}

/** Connects to the extension host. Only once per page: VS Code hands its API out once. */
export function connect(): { host: Host; memory: PageMemory } {
  const api = acquireVsCodeApi();
  const port: Port = {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      const receive = (event: MessageEvent): void => listener(event.data);
      window.addEventListener('message', receive);
      return toDisposable(() => window.removeEventListener('message', receive));
    },
  };
  return { host: new Channel(port), memory: new PageMemory(api) };
}
