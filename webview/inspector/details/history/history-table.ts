import { t } from '../../../../src/base/localise.ts';
import type { HistoryMessage, TopicHistory } from '../../../../src/engine/contract.ts';
import { element, setAttribute, setText } from '../../dom.ts';
import { formatBytes, formatDelta, formatFullTime, formatTime } from '../../format.ts';
import { visibleLine } from '../../visible-text.ts';
import { valueText } from './history-text.ts';

const columns = {
  time: t('Time'),
  delta: 'Δ',
  value: t('Value'),
  qos: 'QoS',
  size: t('Size'),
  client: t('Client'),
  payload: t('Payload'),
};
type Column = keyof typeof columns;
const columnNames = Object.keys(columns) as Column[];

export interface HistoryTableEvents {
  /** The message of a frame is to be shown. */
  select(frame: number): void;
  /** Others are to be compared with the message of a frame. */
  compareWith(frame: number): void;
}

/**
 * The messages of a topic, the newest on top. The arrow keys move among the rows, of which one is a tab stop; Enter or a
 * click goes to the message, C or a click with Ctrl compares the shown one with it.
 */
export class HistoryTable {
  readonly element = element('table', {
    attributes: {
      role: 'grid',
      'aria-label': t('Messages of the topic'),
      'aria-description': t('Enter shows a message, C compares the shown one with it.'),
    },
  });
  readonly #body = element('tbody');
  readonly #events: HistoryTableEvents;
  readonly #rows = new Map<number, HTMLTableRowElement>();
  #order: readonly number[] = [];
  #current: number | undefined;
  #path: string | undefined;

  constructor(events: HistoryTableEvents) {
    this.#events = events;
    const head = columnNames.map((name) =>
      element('th', {
        className: name,
        text: columns[name],
        attributes: {
          scope: 'col',
          ...(name === 'delta' && { title: t('Seconds since the one before') }),
        },
      }),
    );
    this.element.append(
      element('thead', { children: [element('tr', { children: head })] }),
      this.#body,
    );
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
    this.#body.addEventListener('click', (event) => this.#onClick(event));
    this.#body.addEventListener('focusin', (event) => {
      this.#current = frameOf(event.target) ?? this.#current;
      this.#mark();
    });
  }

  /** @param base the message that the shown one is compared with. */
  show(history: TopicHistory, base: number | undefined): void {
    const isFirst = this.#order.length === 0 || !this.#rows.has(history.frame ?? -1);
    if (history.path !== this.#path) this.#rows.clear();
    this.#path = history.path;
    const { messages } = history;
    const order = messages.map(({ frame }) => frame).reverse();
    for (const frame of this.#rows.keys()) if (!order.includes(frame)) this.#rows.delete(frame);
    let before: HistoryMessage | undefined;
    for (const message of messages) {
      if (!this.#rows.has(message.frame)) this.#rows.set(message.frame, makeRow(message, before));
      before = message;
    }
    const isSame =
      order.length === this.#order.length && order.every((frame, i) => frame === this.#order[i]);
    const shown = order.flatMap((frame) => this.#rows.get(frame) ?? []);
    if (!isSame || this.#body.firstElementChild !== shown[0]) this.#body.replaceChildren(...shown);
    this.#order = order;
    for (const [frame, row] of this.#rows) {
      setAttribute(row, 'aria-selected', String(frame === history.frame));
      row.classList.toggle('base', frame === base);
    }
    this.element.classList.toggle('no-values', history.path === undefined);
    if (this.#current === undefined || !this.#rows.has(this.#current))
      this.#current = history.frame;
    this.#mark();
    if (isFirst) this.#rows.get(history.frame ?? -1)?.scrollIntoView({ block: 'nearest' });
  }

  focus(): void {
    this.#rows.get(this.#tabStop ?? -1)?.focus();
  }

  get #tabStop(): number | undefined {
    return this.#current !== undefined && this.#rows.has(this.#current)
      ? this.#current
      : this.#order[0];
  }

  #mark(): void {
    for (const [frame, row] of this.#rows) row.tabIndex = frame === this.#tabStop ? 0 : -1;
  }

  #onClick(event: MouseEvent): void {
    const frame = frameOf(event.target);
    if (frame === undefined) return;
    this.#rows.get(frame)?.focus();
    if (event.ctrlKey || event.metaKey) this.#events.compareWith(frame);
    else this.#events.select(frame);
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#order.indexOf(this.#tabStop ?? -1);
    const last = this.#order.length - 1;
    const current = this.#order[at];
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      this.#rows.get(this.#order[Math.min(last, Math.max(0, next))] ?? -1)?.focus();
    } else if ((event.key === 'Enter' || event.key === ' ') && current !== undefined) {
      this.#events.select(current);
    } else if (event.key.toLowerCase() === 'c' && !event.ctrlKey && !event.metaKey) {
      if (current !== undefined) this.#events.compareWith(current);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function frameOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-frame]') : null;
  return row ? Number(row.dataset['frame']) : undefined;
}

function makeRow(message: HistoryMessage, before: HistoryMessage | undefined): HTMLTableRowElement {
  const texts: Readonly<Record<Column, string>> = {
    time: formatTime(message.time),
    delta: before ? formatDelta(message.time - before.time) : '',
    value: message.value === undefined ? '' : valueText(message.value),
    qos: `${message.qos}${message.retain ? ' R' : ''}`,
    size: formatBytes(message.size),
    client: visibleLine(message.client),
    payload: message.size === 0 ? '(empty)' : visibleLine(message.preview),
  };
  const cells = columnNames.map((name) => {
    const cell = element('td', { className: name });
    setText(cell, texts[name]);
    if (name === 'time') cell.title = formatFullTime(message.time);
    return cell;
  });
  return element('tr', {
    attributes: { 'data-frame': String(message.frame), tabindex: '-1' },
    children: cells,
  });
}
