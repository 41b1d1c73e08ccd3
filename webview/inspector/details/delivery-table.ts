import { t } from '../../../src/base/localise.ts';
import type { DeliveryReport, DeliveryRow } from '../../../src/engine/contract.ts';
import { element, setAttribute } from '../dom.ts';
import { formatFullTime, formatLatency, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import { visibleLine } from '../visible-text.ts';
import { outcomeTexts, reasonOf } from './delivery-text.ts';

const columns = {
  client: t('Client'),
  outcome: t('Outcome'),
  qos: 'QoS',
  subscription: t('Subscription'),
  sent: t('Sent'),
  acknowledged: t('Acknowledged'),
  why: t('Why'),
};
type Column = keyof typeof columns;

/**
 * One row for each client that the message was for. The arrow keys move among the rows, of which one
 * is a tab stop; Enter or a click goes to the packet.
 */
export class DeliveryTable {
  readonly element = element('table', {
    attributes: { role: 'grid', 'aria-label': t('Delivery') },
  });
  readonly #body = element('tbody');
  readonly #select: (frame: number) => void;
  #rows: readonly HTMLTableRowElement[] = [];
  /** What the row with the tab stop is about: it stays the same one when rows are made anew. */
  #current: string | undefined;
  #shown = '';

  constructor(select: (frame: number) => void) {
    this.#select = select;
    const head = Object.entries(columns).map(([className, text]) =>
      element('th', { className, text, attributes: { scope: 'col' } }),
    );
    this.element.append(
      element('thead', { children: [element('tr', { children: head })] }),
      this.#body,
    );
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
    this.#body.addEventListener('click', (event) => this.#activate(event.target));
    this.#body.addEventListener('focusin', (event) => this.#focused(event.target));
  }

  update(report: DeliveryReport, selected: number | undefined): void {
    const shown = JSON.stringify([report.rows, report.limits, report.publisher.time, selected]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const hadFocus = this.#body.contains(document.activeElement);
    const seen = new Map<string, number>();
    this.#rows = report.rows.map((row) => {
      const name = `${row.kind} ${row.client}`;
      const copy = seen.get(name) ?? 0;
      seen.set(name, copy + 1);
      return makeRow(
        row,
        report,
        `${copy} ${name}`,
        row.frame !== undefined && row.frame === selected,
      );
    });
    this.#body.replaceChildren(...this.#rows);
    setAttribute(this.element, 'aria-rowcount', String(report.total + 1));
    this.#mark();
    if (hadFocus) this.focus();
  }

  focus(): void {
    this.#rows.find((row) => row.tabIndex === 0)?.focus();
  }

  #mark(): void {
    const index = this.#rows.findIndex((row) => row.dataset['key'] === this.#current);
    for (const [at, row] of this.#rows.entries()) row.tabIndex = at === Math.max(0, index) ? 0 : -1;
  }

  #focused(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('tr') : null;
    if (!row || row.dataset['key'] === this.#current) return;
    this.#current = row.dataset['key'];
    this.#mark();
  }

  #activate(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('tr') : null;
    row?.focus();
    const frame = row?.dataset['frame'];
    if (frame !== undefined) this.#select(Number(frame));
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#rows.findIndex((row) => row.tabIndex === 0);
    const last = this.#rows.length - 1;
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last }[event.key];
    if (next !== undefined) this.#rows[Math.min(last, Math.max(0, next))]?.focus();
    else if (event.key === 'Enter' || event.key === ' ') this.#activate(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function makeRow(
  row: DeliveryRow,
  report: DeliveryReport,
  key: string,
  isSelected: boolean,
): HTMLTableRowElement {
  const { label, icon: name, tone } = outcomeTexts[row.outcome];
  const filters = row.subscriptions.map(({ topicFilter }) => visibleLine(topicFilter)).join(', ');
  const why = reasonOf(row, report);
  const cells = [
    cell('client', visibleLine(row.client), visibleLine(row.client)),
    element('td', {
      className: `outcome ${tone}`,
      children: [icon(name), element('span', { text: label })],
    }),
    cell('qos', row.qos === undefined ? '' : String(row.qos)),
    cell('subscription', filters, subscriptionTitle(row)),
    sentCell(row, report.publisher.time),
    acknowledgedCell(row),
    cell('why', why, why),
  ];
  const node = element('tr', {
    children: cells,
    attributes: { 'aria-selected': String(isSelected) },
  });
  node.dataset['key'] = key;
  if (row.frame === undefined) return node;
  node.dataset['frame'] = String(row.frame);
  node.classList.add('link');
  return node;
}

function sentCell({ sentAt }: DeliveryRow, publishedAt: number | undefined): HTMLElement {
  if (sentAt === undefined) return cell('sent', '');
  const after = publishedAt === undefined ? undefined : sentAt - publishedAt;
  const td = cell('sent', formatTime(sentAt), formatFullTime(sentAt));
  if (after !== undefined) {
    td.append(element('span', { className: 'after', text: ` +${formatLatency(after)}` }));
  }
  return td;
}

/** With the time since it was sent the last time. */
function acknowledgedCell(row: DeliveryRow): HTMLElement {
  const { qos, frame, acknowledgements } = row;
  if (frame !== undefined && qos === 0) {
    return cell(
      'acknowledged',
      '—',
      t('QoS 0 is not acknowledged: it was sent, more is not known'),
    );
  }
  const since = row.lastSentAt ?? row.sentAt;
  const texts = acknowledgements.map(({ packet, time }) =>
    since === undefined ? packet : `${packet} +${formatLatency(Math.max(0, time - since))}`,
  );
  const titles = acknowledgements.map(
    ({ packet, time, reason }) => `${packet} ${reason}, ${formatFullTime(time)}`,
  );
  return cell('acknowledged', texts.join(', '), titles.join('\n'));
}

/** Filter, QoS and options of each. */
function subscriptionTitle({ subscriptions, kind }: DeliveryRow): string {
  return subscriptions
    .map((subscription) => {
      const { topicFilter, qos, noLocal, retainAsPublished, subscriptionIdentifier } = subscription;
      const parts = [
        visibleLine(topicFilter),
        `QoS ${qos}`,
        ...(noLocal ? [t('no local')] : []),
        ...(retainAsPublished ? [t('retain as published')] : []),
        ...(subscriptionIdentifier === undefined
          ? []
          : [t('identifier {0}', subscriptionIdentifier)]),
        ...(kind === 'shared' ? [t('shared')] : []),
      ];
      return parts.join(' · ');
    })
    .join('\n');
}

function cell(column: Column, text: string, title = ''): HTMLElement {
  const td = element('td', { className: column, text });
  if (title !== '') td.title = title;
  return td;
}
