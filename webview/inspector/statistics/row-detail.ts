import { t } from '../../../src/base/localise.ts';
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
  readonly #qos = new SplitBar(t('Messages by QoS'));
  readonly #types = new SplitBar(t('Packets by type'));
  readonly #show;
  #filter: string | undefined;
  #shown = '';

  constructor(events: RowDetailEvents) {
    this.#show = createButton({
      label: t('Show packets'),
      title: t('The packets of this row in the view Packets (Enter)'),
      onClick: () => {
        if (this.#filter !== undefined) events.showPackets(this.#filter);
      },
    });
    const close = createButton({
      label: t('Close'),
      title: t('Close (Escape)'),
      appearance: 'icon',
      icon: icon('close'),
      iconOnly: true,
      onClick: () => events.close(),
    });
    this.element = element('section', {
      className: 'row-detail',
      attributes: { 'aria-label': t('Chosen row') },
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
      isClient ? t('Messages') : t('Published, delivered'),
      t('{0} in · {1} out', formatCount(messagesIn), formatCount(messagesOut)),
    ],
    [
      t('Per second'),
      isClient
        ? t('{0} in · {1} out', formatRate(rateIn), formatRate(row.rateOut))
        : t('{0} in', formatRate(rateIn)),
    ],
    [t('Bytes'), t('{0} in · {1} out', formatBytes(bytesIn), formatBytes(bytesOut))],
    [
      t('Of all to the broker, last minute'),
      t('{0} of messages · {1} of bytes', formatShare(shares.messages), formatShare(shares.bytes)),
    ],
    [t('Sent again (DUP)'), formatCount(again)],
    [t('Last'), latest === 0 ? '' : formatFullTime(latest)],
  ];
  if (!isClient) {
    facts.push(
      [t('Published with RETAIN'), formatCount(row.retained)],
      [t('Publisher'), publisherText(row) || t('no client')],
    );
    return facts;
  }
  const { packetsIn, packetsOut, latency } = row;
  facts.push(
    [t('Packets'), t('{0} in · {1} out', formatCount(packetsIn), formatCount(packetsOut))],
    ...(latency
      ? ([
          [
            t('Acknowledges in'),
            t(
              'mean {0} · 95 % within {1}',
              formatLatency(latency.mean),
              formatLatency(latency.p95),
            ),
          ],
          [
            t('Fastest, slowest'),
            `${formatLatency(latency.least)}, ${formatLatency(latency.most)} of ${formatCount(latency.count)}`,
          ],
        ] as const)
      : ([[t('Acknowledges in'), t('nothing was to be acknowledged')]] as const)),
  );
  return facts;
}
