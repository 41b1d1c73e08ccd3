import { t } from '../../../src/base/localise.ts';
import type { Row } from '../../../src/engine/contract.ts';
import type { ColumnName } from '../../../src/engine/columns-contract.ts';
import { element, setAttribute } from '../dom.ts';
import { stepsText, toneOfExchange, type ExchangeTone } from '../exchange-text.ts';
import { formatBytes, formatCount, formatDelta, formatLatency, formatTime } from '../format.ts';
import { visibleLine } from '../visible-text.ts';

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

  constructor(identifier: string, shown: readonly ColumnName[]) {
    this.#cells = {
      time: createCell('time'),
      delta: createCell('delta'),
      client: createCell('client'),
      direction: createCell('direction'),
      packet: createCell('packet'),
      topic: createCell('topic'),
      qos: createCell('qos'),
      flags: createCell('flags'),
      size: createCell('size'),
      payload: createCell('payload'),
    };
    this.#cells.topic.append(this.#topic, this.#problem);
    this.element = element('div', {
      className: 'row',
      attributes: { role: 'row', id: identifier },
    });
    this.arrange(shown);
  }

  /** Shows these columns in this order. */
  arrange(shown: readonly ColumnName[]): void {
    const cells = shown.map((name) => this.#cells[name]);
    cells.forEach((cell, index) => cell.setAttribute('aria-colindex', String(index + 1)));
    this.element.replaceChildren(...cells);
  }

  /** What it shows. */
  get row(): Row | undefined {
    return this.#row;
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
    setAttribute(
      cells.direction,
      'aria-label',
      row.direction === 0 ? t('to broker') : t('to client'),
    );
    cells.packet.textContent = row.copies === undefined ? row.packet : copiesText(row.copies);
    cells.packet.classList.toggle('nobody', row.copies === 0);
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

function copiesText(copies: number): string {
  return copies === 0 ? 'nobody' : formatCount(copies);
}

function createCell(name: ColumnName): HTMLElement {
  return element('div', { className: `cell ${name}`, attributes: { role: 'gridcell' } });
}
