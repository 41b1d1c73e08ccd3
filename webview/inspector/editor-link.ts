import type { DetailsTab, RowKind } from '../../src/engine/editor-contract.ts';
import { withTerm } from './filter-join.ts';
import type { Host } from './host.ts';

/** What the editor's commands have the page do. */
export interface EditorLinkServices {
  goTo(frame: number, tab: DetailsTab | undefined): void;
  filter(): string;
  setFilter(filter: string): void;
  failed(error: unknown): void;
}

/** The page's side of the commands on rows: what they are about, and what they ask of the page. */
export class EditorLink {
  readonly #host: Host;
  readonly #services: EditorLinkServices;
  #told = '';

  constructor(host: Host, services: EditorLinkServices) {
    this.#host = host;
    this.#services = services;
    host.onNotification('goTo', ({ frame, tab }) => services.goTo(frame, tab));
    host.onNotification('addFilter', ({ term }) =>
      services.setFilter(withTerm(services.filter(), term)),
    );
  }

  /** Tells which row commands are about; `kind` is undefined until the row is here. */
  selected(frame: number | undefined, kind: RowKind | undefined): void {
    // A row that was scrolled out of the page's memory is still the selected one.
    if (frame !== undefined && kind === undefined && this.#told.startsWith(`${frame} `)) return;
    const isKnown = frame !== undefined && kind !== undefined;
    const told = isKnown ? `${frame} ${kind}` : '';
    if (told === this.#told) return;
    this.#told = told;
    this.#host.notify('selected', {
      frame: isKnown ? frame : null,
      kind: kind ?? 'packet',
    });
  }

  /** Puts what a row is about on the clipboard. */
  copyRow(frame: number): void {
    this.#host.request('host/copyRow', { frame }).catch((error: unknown) => {
      this.#services.failed(error);
    });
  }
}
