import { toDisposable, type Disposable } from '../../base/disposable.ts';
import type { ColumnLayout } from '../../engine/columns-contract.ts';
import type { DetailsTab } from '../../engine/editor-contract.ts';
import type { QueryState, SavedFilter } from '../../engine/contract.ts';
import { PageSession, type PageServices } from './page-session.ts';

/**
 * Stands between a panel's pages and the engine. VS Code destroys the page of a hidden panel and
 * makes a new one when it is shown again: each gets a session of its own, so that no answer meant
 * for one reaches the next.
 */
export class InspectorRelay implements Disposable {
  readonly #post: (message: unknown) => void;
  readonly #services: PageServices;
  #session: PageSession | undefined;
  #listener: ((message: unknown) => void) | undefined;
  #ready = false;
  /** For the page that is not up yet: the newest of each kind. */
  readonly #waiting = new Map<string, (session: PageSession) => void>();

  constructor(post: (message: unknown) => void, services: Omit<PageServices, 'ready'>) {
    this.#post = post;
    this.#services = {
      request: (method, params) => services.request(method, params),
      runCommand: (command) => services.runCommand(command),
      copy: (text) => services.copy(text),
      saveCsv: (text, name) => services.saveCsv(text, name),
      clear: () => services.clear(),
      savedFilters: () => services.savedFilters(),
      saveFilter: (filter) => services.saveFilter(filter),
      manageFilters: () => services.manageFilters(),
      bindPayload: (frame, decoder) => services.bindPayload(frame, decoder),
      columns: () => services.columns(),
      keepColumns: (columns) => services.keepColumns(columns),
      copyRow: (frame) => services.copyRow(frame),
      selected: (row) => services.selected(row),
      logError: (message) => services.logError(message),
      ready: () => this.#pageIsReady(),
    };
  }

  /** A message from the page. */
  receive(message: unknown): void {
    this.#session ??= this.#open();
    this.#listener?.(message);
  }

  /** The panel was shown or hidden. */
  set visible(visible: boolean) {
    if (!visible) this.#close();
  }

  queryChanged(state: QueryState): void {
    this.#session?.queryChanged(state);
  }

  engineCrashed(): void {
    this.#session?.engineCrashed();
  }

  engineRestarted(): void {
    this.#session?.engineRestarted();
  }

  /** The columns were arranged elsewhere; a page that comes later asks. */
  setColumns(columns: readonly ColumnLayout[]): void {
    this.#session?.setColumns(columns);
  }

  /** The saved filters have changed. */
  setSavedFilters(filters: readonly SavedFilter[]): void {
    this.#session?.setSavedFilters(filters);
  }

  /** Payloads are decoded otherwise from now on. */
  payloadsChanged(): void {
    this.#session?.payloadsChanged();
  }

  /** Puts a filter into the page's filter field, as soon as there is a page. */
  setFilter(filter: string): void {
    this.#tell('filter', (session) => session.setFilter(filter));
  }

  /** Narrows what the page shows by one more term of the filter language. */
  addFilter(term: string): void {
    this.#tell('filter', (session) => session.addFilter(term));
  }

  /** Selects a frame in the page, and opens its details at a tab. */
  goTo(frame: number, tab?: DetailsTab): void {
    this.#tell('goTo', (session) => session.goTo(frame, tab));
  }

  /** Opens the page's find widget. */
  find(): void {
    this.#tell('find', (session) => session.find());
  }

  dispose(): void {
    this.#close();
  }

  #tell(kind: string, tell: (session: PageSession) => void): void {
    if (this.#session && this.#ready) tell(this.#session);
    else this.#waiting.set(kind, tell);
  }

  #open(): PageSession {
    return new PageSession(
      {
        post: (message) => this.#post(message),
        onMessage: (listener) => {
          this.#listener = listener;
          return toDisposable(() => (this.#listener = undefined));
        },
      },
      this.#services,
    );
  }

  #close(): void {
    if (this.#session) this.#services.selected({ frame: null, kind: 'packet' });
    this.#session?.dispose();
    this.#session = undefined;
    this.#ready = false;
  }

  #pageIsReady(): void {
    this.#ready = true;
    this.#session?.setColumns(this.#services.columns());
    this.#session?.setSavedFilters(this.#services.savedFilters());
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const tell of waiting) if (this.#session) tell(this.#session);
  }
}
