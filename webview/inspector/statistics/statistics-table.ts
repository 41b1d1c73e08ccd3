import { t } from '../../../src/base/localise.ts';
import type {
  ClientStatistics,
  StatisticsOrder,
  StatisticsPage,
  StatisticsSubject,
  TopicStatisticsRow,
} from '../../../src/engine/statistics-contract.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { Sparkline } from './charts.ts';
import { clientColumns, topicColumns, type StatisticsColumn } from './statistics-columns.ts';

export type AnyRow = ClientStatistics | TopicStatisticsRow;

export interface StatisticsTableEvents {
  /** Another order is wanted. */
  order(order: StatisticsOrder): void;
  /** A row was chosen. */
  select(key: string): void;
  /** Enter on a row. */
  activate(key: string): void;
  dismiss(): void;
}

/** What a row is known by: names of any form, and the row of all others. */
export function keyOf(row: Pick<AnyRow, 'name' | 'isOthers'>): string {
  return row.isOthers === true ? 'others' : `=${row.name}`;
}

interface ShownRow {
  readonly node: HTMLTableRowElement;
  update(row: AnyRow): void;
}

/**
 * A row for each client or topic. The arrow keys move among the rows, of which one is a tab stop, and choose the one
 * they come to; Enter shows its packets.
 */
export class StatisticsTable {
  readonly element = element('table', { attributes: { role: 'grid' } });
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #events: StatisticsTableEvents;
  #rows = new Map<string, ShownRow>();
  #by: StatisticsSubject | undefined;
  #selected: string | undefined;

  constructor(events: StatisticsTableEvents) {
    this.#events = events;
    this.element.append(element('thead', { children: [this.#head] }), this.#body);
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
    this.#body.addEventListener('focusin', (event) => this.#choose(event.target));
    this.#body.addEventListener('dblclick', (event) => this.#activate(event.target));
  }

  get selected(): string | undefined {
    return this.#selected;
  }

  set selected(key: string | undefined) {
    this.#selected = key;
    this.#mark();
  }

  update(page: StatisticsPage, order: StatisticsOrder, descending: boolean): void {
    if (page.by !== this.#by) this.#begin(page.by);
    this.#markOrder(order, descending);
    const given: readonly AnyRow[] = page.by === 'client' ? page.clients : page.topics;
    const before = this.#rows;
    this.#rows = new Map();
    for (const row of given) {
      const key = keyOf(row);
      const shown = before.get(key) ?? makeRow(key, page.by);
      shown.update(row);
      this.#rows.set(key, shown);
    }
    this.#place(before);
    setAttribute(this.element, 'aria-rowcount', String(page.total + 1));
    this.#mark();
  }

  focus(): void {
    this.#nodes()
      .find(({ tabIndex }) => tabIndex === 0)
      ?.focus();
  }

  #begin(by: StatisticsSubject): void {
    this.#by = by;
    this.#rows.clear();
    this.#body.replaceChildren();
    setAttribute(this.element, 'aria-label', by === 'client' ? t('Clients') : t('Topics'));
    const columns: readonly StatisticsColumn<never>[] =
      by === 'client' ? clientColumns : topicColumns;
    this.#head.replaceChildren(...columns.map((column) => this.#headCell(column)));
  }

  #headCell({ className, title, hint, order }: StatisticsColumn<never>): HTMLElement {
    const th = element('th', { className, attributes: { scope: 'col' } });
    if (hint !== undefined) th.title = hint;
    if (order === undefined) th.textContent = title;
    else {
      const button = element('button', { text: title, attributes: { type: 'button' } });
      button.addEventListener('click', () => this.#events.order(order));
      th.append(button);
      th.dataset['order'] = order;
    }
    return th;
  }

  #markOrder(order: StatisticsOrder, descending: boolean): void {
    for (const th of this.#head.children) {
      const own = th instanceof HTMLElement ? th.dataset['order'] : undefined;
      if (own === undefined) continue;
      const sort = own === order ? (descending ? 'descending' : 'ascending') : 'none';
      setAttribute(th, 'aria-sort', sort);
    }
  }

  /** Rows do not move under the pointer, nor under the keys, while they are the same ones. */
  #place(before: ReadonlyMap<string, ShownRow>): void {
    const same =
      before.size === this.#rows.size && [...before.keys()].every((key) => this.#rows.has(key));
    const isUsed = this.#body.matches(':hover') || this.#body.contains(document.activeElement);
    if (same && isUsed) {
      const rows = this.#rows;
      this.#rows = new Map(
        [...before.keys()].flatMap((key) => {
          const row = rows.get(key);
          return row ? [[key, row] as const] : [];
        }),
      );
      return;
    }
    const nodes = [...this.#rows.values()].map(({ node }) => node);
    const current = this.#nodes();
    if (nodes.length === current.length && nodes.every((node, at) => node === current[at])) return;
    const active = document.activeElement;
    const hadFocus = active !== null && this.#body.contains(active);
    this.#body.replaceChildren(...nodes);
    if (hadFocus && active instanceof HTMLElement && active.isConnected) active.focus();
  }

  #nodes(): HTMLTableRowElement[] {
    return [...this.#body.rows];
  }

  #mark(): void {
    const nodes = this.#nodes();
    const at = nodes.findIndex(({ dataset }) => dataset['key'] === this.#selected);
    for (const [index, node] of nodes.entries()) {
      node.tabIndex = index === Math.max(0, at) ? 0 : -1;
      setAttribute(node, 'aria-selected', String(index === at));
      setAttribute(node, 'aria-rowindex', String(index + 2));
    }
  }

  #choose(target: EventTarget | null): void {
    const key = keyAt(target);
    if (key === undefined || key === this.#selected) return;
    this.selected = key;
    this.#events.select(key);
  }

  #activate(target: EventTarget | null): void {
    const key = keyAt(target);
    if (key !== undefined) this.#events.activate(key);
  }

  #onKey(event: KeyboardEvent): void {
    const nodes = this.#nodes();
    const at = nodes.findIndex((node) => node === document.activeElement);
    const last = nodes.length - 1;
    const next = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: last,
    }[event.key];
    if (next !== undefined) nodes[Math.min(last, Math.max(0, next))]?.focus();
    else if (event.key === 'Enter') this.#activate(event.target);
    else if (event.key === 'Escape') this.#events.dismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function keyAt(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest('tr') : null;
  return row?.dataset['key'];
}

function makeRow(key: string, by: StatisticsSubject): ShownRow {
  const node = element('tr', { attributes: { tabindex: '-1' } });
  node.dataset['key'] = key;
  const update = by === 'client' ? cells(node, clientColumns) : cells(node, topicColumns);
  return { node, update: (row) => update(row as ClientStatistics & TopicStatisticsRow) };
}

/** Makes a row's cells. @returns what brings them to what a row of the engine tells. */
function cells<Row extends AnyRow>(
  node: HTMLElement,
  columns: readonly StatisticsColumn<Row>[],
): (row: Row) => void {
  const updates = columns.map(({ className, text, tooltip }) => {
    const td = element('td', { className });
    node.append(td);
    if (!text) {
      const chart = new Sparkline();
      td.append(chart.element);
      return (row: Row) => chart.update(row.recent, chartLabel(row));
    }
    return (row: Row) => {
      setText(td, text(row));
      setAttribute(td, 'title', tooltip?.(row));
    };
  });
  return (row) => {
    for (const update of updates) update(row);
  };
}

function chartLabel({ recent }: AnyRow): string {
  const sum = recent.reduce((total, count) => total + count, 0);
  return t('{0} messages in the last minute', formatCount(sum));
}
