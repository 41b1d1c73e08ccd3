import type { InspectorView, QueryState } from '../engine/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { writeLine, type Terminal } from './output.ts';
import { packetJson, packetLine } from './packet-lines.ts';

/** Rows fetched and printed at a time. */
const pageRows = 500;

/**
 * Prints the rows of a query as they come. A reader slower than the traffic costs no memory: the
 * capture is the buffer, and what it dropped before it was printed is told.
 */
export class RowPrinter {
  readonly #view: InspectorView;
  readonly #json: boolean;
  readonly #terminal: Terminal;
  #engine: Engine | undefined;
  #query = 0;
  #next = 0;
  #state: QueryState | undefined;
  #printing: Promise<void> | undefined;

  constructor(view: InspectorView, json: boolean, terminal: Terminal) {
    this.#view = view;
    this.#json = json;
    this.#terminal = terminal;
  }

  attach(engine: Engine): void {
    this.#engine = engine;
    this.#query = engine.queries.open(this.#view, '').query;
  }

  changed(state: QueryState): void {
    this.#state = state;
    this.#printing ??= this.#print().finally(() => {
      this.#printing = undefined;
    });
  }

  /** Prints what is left. */
  async finish(): Promise<void> {
    await this.#printing;
    const state = this.#engine?.queries.state(this.#query);
    if (state) this.changed(state);
    await this.#printing;
  }

  async #print(): Promise<void> {
    while (this.#engine && this.#state && this.#next < this.#state.end) {
      const page = this.#engine.queries.rows(this.#query, this.#next, pageRows);
      if (page.from > this.#next) await this.#tellSkipped(page.from - this.#next);
      for (const row of page.rows) {
        await writeLine(this.#terminal.stdout, this.#json ? packetJson(row) : packetLine(row));
      }
      this.#next = page.from + page.rows.length;
      if (page.rows.length === 0) return;
    }
  }

  async #tellSkipped(count: number): Promise<void> {
    const line = this.#json
      ? JSON.stringify({ event: 'skipped', count })
      : `… ${count} not printed: the output was slower than the traffic`;
    await writeLine(this.#terminal.stdout, line);
  }
}
