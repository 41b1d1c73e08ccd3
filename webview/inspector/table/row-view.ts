import type { InspectorView, Row } from '../../../src/engine/contract.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { stepsText, toneOfExchange, type ExchangeTone } from '../exchange-text.ts';
import { formatBytes, formatDelta, formatLatency, formatTime } from '../format.ts';
import { visibleLine } from '../visible-text.ts';

/**
 * The table's columns, in order. The style sheet gives widths and hides the least important. In the view Flow some tell
 * of the exchange.
 */
export const columns = [
  { name: 'time', title: 'Time' },
  {
    name: 'delta',
    title: 'Δ',
    label: 'Seconds since the row before',
    flow: { title: 'Took', label: 'From the first packet to the last' },
  },
  { name: 'client', title: 'Client' },
  { name: 'direction', title: '', label: 'Direction' },
  { name: 'packet', title: 'Packet' },
  { name: 'topic', title: 'Topic' },
  { name: 'qos', title: 'QoS' },
  { name: 'flags', title: 'Flags', label: 'Flags: D duplicate, R retain' },
  { name: 'size', title: 'Size' },
  {
    name: 'payload',
    title: 'Payload',
    flow: { title: 'Exchange', label: 'What came after the first packet, with the time between' },
  },
] as const;

type ColumnName = (typeof columns)[number]['name'];
type Cells = Readonly<Record<ColumnName, HTMLElement>>;

/** Packet types that only answer or keep alive: CONNACK, PUBACK to PUBCOMP, SUBACK, UNSUBACK, PINGs. */
const quietTypes = new Set([2, 4, 5, 6, 7, 9, 11, 12, 13]);

const exchangeTones: Readonly<Record<ExchangeTone, string | undefined>> = {
  good: undefined,
  open: undefined,
  stuck: 'warning',
  bad: 'error',
};

function toneOf(row: Row): string {
  const ofExchange = row.exchange && exchangeTones[toneOfExchange(row.exchange, Date.now())];
  if (ofExchange !== undefined && row.severity !== 'error') return ofExchange;
  if (row.severity === 'error') return 'error';
  if (row.severity === 'warning') return 'warning';
  if (quietTypes.has(row.packetType)) return 'quiet';
  return row.direction === 0 ? 'in' : 'out';
}

/** One of the rows that are recycled while the table scrolls. */
export class RowView {
  readonly element: HTMLElement;
  /** The row shown, or that is awaited; undefined while the view is not in use. */
  ordinal: number | undefined;
  readonly #cells: Cells;
  readonly #topic = element('span');
  readonly #problem = element('span', { className: 'problem' });
  #row: Row | undefined;
  #offset = Number.NaN;

  constructor(identifier: string) {
    this.#cells = {
      time: createCell(0),
      delta: createCell(1),
      client: createCell(2),
      direction: createCell(3),
      packet: createCell(4),
      topic: createCell(5),
      qos: createCell(6),
      flags: createCell(7),
      size: createCell(8),
      payload: createCell(9),
    };
    this.#cells.topic.append(this.#topic, this.#problem);
    this.element = element('div', {
      className: 'row',
      attributes: { role: 'row', id: identifier },
      children: columns.map(({ name }) => this.#cells[name]),
    });
  }

  /** Moves the row, pixels below the top of the layer of rows. */
  place(offset: number): void {
    if (this.#offset === offset) return;
    this.#offset = offset;
    this.element.style.setProperty('transform', `translateY(${offset}px)`);
  }

  /** Shows `row`, or an empty row while it is awaited. */
  show(ordinal: number, row: Row | undefined): void {
    if (this.ordinal === ordinal && this.#row === row) return;
    this.ordinal = ordinal;
    this.#row = row;
    this.element.hidden = false;
    if (row) this.#fill(row);
    else this.#blank();
  }

  /** Tells anew how long something is waited for. */
  refresh(): void {
    if (this.#row?.exchange?.state === 'waiting') this.#fill(this.#row);
  }

  /** Takes the row out of use. */
  hide(): void {
    if (this.ordinal === undefined) return;
    this.ordinal = undefined;
    this.#row = undefined;
    this.element.hidden = true;
  }

  /** Position for assistive technology and whether the row is the selected one. */
  mark(index: number, selected: boolean): void {
    setAttribute(this.element, 'aria-rowindex', String(index));
    setAttribute(this.element, 'aria-selected', String(selected));
  }

  #blank(): void {
    this.element.className = 'row waiting';
    setAttribute(this.element, 'aria-busy', 'true');
    for (const [name, cell] of Object.entries(this.#cells)) {
      if (name !== 'topic') cell.textContent = '';
    }
    this.#topic.textContent = '';
    this.#problem.textContent = '';
  }

  #fill(row: Row): void {
    const cells = this.#cells;
    const className = `row ${toneOf(row)}${row.direction === 0 ? ' from-client' : ' to-client'}`;
    if (this.element.className !== className) {
      this.element.className = className;
      this.element.removeAttribute('aria-busy');
    }
    cells.time.textContent = formatTime(row.time);
    const { exchange } = row;
    cells.delta.textContent = exchange ? tookText(exchange) : formatDelta(row.delta);
    cells.client.textContent = visibleLine(row.client);
    cells.direction.textContent = row.direction === 0 ? '→' : '←';
    setAttribute(cells.direction, 'aria-label', row.direction === 0 ? 'to broker' : 'to client');
    cells.packet.textContent = row.packet;
    this.#topic.className = row.topic === undefined ? 'summary' : 'name';
    this.#topic.textContent = visibleLine(row.topic ?? row.summary ?? '');
    // What the summary says already is not said again.
    const repeated = row.problem !== undefined && row.summary?.includes(row.problem) === true;
    this.#problem.textContent =
      repeated || row.problem === undefined ? '' : `⚠ ${visibleLine(row.problem)}`;
    cells.qos.textContent = row.qos === undefined ? '' : String(row.qos);
    cells.flags.textContent = row.flags;
    cells.size.textContent = formatBytes(row.size);
    cells.payload.textContent = exchange
      ? stepsText(exchange, Date.now())
      : row.preview === undefined
        ? ''
        : visibleLine(row.preview);
  }
}

function tookText({ stepCount, duration }: NonNullable<Row['exchange']>): string {
  return stepCount > 1 ? formatLatency(duration) : '';
}

function createCell(index: number): HTMLElement {
  return element('div', {
    className: `cell ${columns[index]?.name ?? ''}`,
    attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) },
  });
}

/** The header row; `setView` names its columns. */
export class Header {
  readonly element: HTMLElement;
  readonly #cells: readonly HTMLElement[];

  constructor() {
    this.#cells = columns.map((column, index) =>
      element('div', {
        className: `cell ${column.name}`,
        attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) },
      }),
    );
    this.element = element('div', {
      className: 'row header',
      attributes: { role: 'row', 'aria-rowindex': '1' },
      children: this.#cells,
    });
    this.setView('packets');
  }

  setView(view: InspectorView): void {
    columns.forEach((column, index) => {
      const cell = this.#cells[index];
      if (!cell) return;
      const texts: { title: string; label?: string } =
        view === 'flow' && 'flow' in column ? column.flow : column;
      setText(cell, texts.title);
      setAttribute(cell, 'aria-label', texts.label);
      setAttribute(cell, 'title', texts.label);
    });
  }
}
