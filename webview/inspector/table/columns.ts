import { columnsOf, type ColumnLayout } from '../../../src/engine/columns-contract.ts';
import type { Host, PageMemory } from '../host.ts';

/** Milliseconds until a change is kept: while a border is dragged there are many. */
const keepDelay = 300;

/** How the columns are arranged: as the host has kept it, and kept there when the person changes it. */
export class Columns {
  readonly #host: Host;
  readonly #memory: PageMemory;
  readonly #show: (columns: readonly ColumnLayout[]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, memory: PageMemory, show: (columns: readonly ColumnLayout[]) => void) {
    this.#host = host;
    this.#memory = memory;
    this.#show = show;
    show(this.#current);
    host.onNotification('setColumns', ({ columns }) => {
      // What the person is changing just now is newer.
      if (this.#timer !== undefined) return;
      memory.change({ columns });
      show(this.#current);
    });
  }

  change(change: (columns: readonly ColumnLayout[]) => readonly ColumnLayout[]): void {
    const columns = change(this.#current);
    this.#memory.change({ columns });
    this.#show(columns);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#host.request('host/setColumns', { columns: this.#current }).catch(() => {
        // The page itself remembers them too.
      });
    }, keepDelay);
  }

  get #current(): readonly ColumnLayout[] {
    return columnsOf(this.#memory.state.columns ?? columnsOfPage());
  }
}

/** What the host wrote into the page when it made it. */
function columnsOfPage(): unknown {
  try {
    return JSON.parse(document.getElementById('root')?.dataset['columns'] ?? 'null');
  } catch {
    return undefined;
  }
}
