import type { StatisticsSubject } from '../../../src/engine/statistics-contract.ts';
import { createButton } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { formatBytes, formatCount, formatFullTime, formatLatency } from '../format.ts';
import { icon } from '../icons.ts';
import { SplitBar } from './charts.ts';
import {
  formatRate,
  formatShare,
  nameText,
  packetFilter,
  publisherText,
  qosParts,
  typeParts,
} from './statistics-text.ts';
import type { AnyRow } from './statistics-table.ts';

export interface RowDetailEvents {
  showPackets(filter: string): void;
  close(): void;
}

/** All that is known of the chosen client or topic. */
export class RowDetail {
  readonly element: HTMLElement;
  readonly #title = element('h2');
  readonly #facts = element('dl', { className: 'facts' });
  readonly #qos = new SplitBar('Messages by QoS');
  readonly #types = new SplitBar('Packets by type');
  readonly #show;
  #filter: string | undefined;
  #shown = '';

  constructor(events: RowDetailEvents) {
    this.#show = createButton({
      label: 'Show packets',
      title: 'The packets of this row in the view Packets (Enter)',
      onClick: () => {
        if (this.#filter !== undefined) events.showPackets(this.#filter);
      },
    });
    const close = createButton({
      label: 'Close',
      title: 'Close (Escape)',
      appearance: 'icon',
      icon: icon('close'),
      iconOnly: true,
      onClick: () => events.close(),
    });
    this.element = element('section', {
      className: 'row-detail',
      attributes: { 'aria-label': 'Chosen row' },
      children: [
        element('div', {
          className: 'row-detail-head',
          children: [
            this.#title,
            element('span', { className: 'space' }),
            this.#show.element,
            close.element,
          ],
        }),
        element('div', {
          className: 'row-detail-body',
          children: [
            this.#facts,
            element('div', {
              className: 'splits',
              children: [this.#qos.element, this.#types.element],
            }),
          ],
        }),
      ],
    });
    this.element.hidden = true;
  }

  get filter(): string | undefined {
    return this.#filter;
  }

  /** Undefined: nothing is chosen. */
  update(by: StatisticsSubject, row: AnyRow | undefined): void {
    setVisible(this.element, row !== undefined);
    if (!row) return;
    this.#filter = packetFilter(by, row);
    setVisible(this.#show.element, this.#filter !== undefined);
    setText(this.#title, nameText(row));
    const facts = factsOf(row);
    const text = JSON.stringify(facts);
    if (text !== this.#shown) {
      this.#shown = text;
      this.#facts.replaceChildren(
        ...facts.map(([name, value]) =>
          element('div', {
            children: [element('dt', { text: name }), element('dd', { text: value })],
          }),
        ),
      );
    }
    this.#qos.update(qosParts(row.qos));
    this.#types.update('types' in row ? typeParts(row.types) : []);
  }
}

/** What is counted, as names and values. */
function factsOf(row: AnyRow): (readonly [string, string])[] {
  const { messagesIn, messagesOut, bytesIn, bytesOut, again, latest, shares, rateIn } = row;
  const isClient = 'packetsIn' in row;
  const facts: (readonly [string, string])[] = [
    [
      isClient ? 'Messages' : 'Published, delivered',
      `${formatCount(messagesIn)} in · ${formatCount(messagesOut)} out`,
    ],
    [
      'Per second',
      isClient
        ? `${formatRate(rateIn)} in · ${formatRate(row.rateOut)} out`
        : `${formatRate(rateIn)} in`,
    ],
    ['Bytes', `${formatBytes(bytesIn)} in · ${formatBytes(bytesOut)} out`],
    [
      'Of all to the broker, last minute',
      `${formatShare(shares.messages)} of messages · ${formatShare(shares.bytes)} of bytes`,
    ],
    ['Sent again (DUP)', formatCount(again)],
    ['Last', latest === 0 ? '' : formatFullTime(latest)],
  ];
  if (!isClient) {
    facts.push(
      ['Published with RETAIN', formatCount(row.retained)],
      ['Publisher', publisherText(row) || 'no client'],
    );
    return facts;
  }
  const { packetsIn, packetsOut, latency } = row;
  facts.push(
    ['Packets', `${formatCount(packetsIn)} in · ${formatCount(packetsOut)} out`],
    ...(latency
      ? ([
          [
            'Acknowledges in',
            `mean ${formatLatency(latency.mean)} · 95 % within ${formatLatency(latency.p95)}`,
          ],
          [
            'Fastest, slowest',
            `${formatLatency(latency.least)}, ${formatLatency(latency.most)} of ${formatCount(latency.count)}`,
          ],
        ] as const)
      : ([['Acknowledges in', 'nothing was to be acknowledged']] as const)),
  );
  return facts;
}
