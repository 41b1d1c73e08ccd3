import { t } from '../../../src/base/localise.ts';
import type { StatisticsPage } from '../../../src/engine/statistics-contract.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { formatBytes, formatCount, formatFullTime, formatPlural, formatTime } from '../format.ts';
import { Sparkline, SplitBar } from './charts.ts';
import { formatByteRate, formatRate, qosParts, typeParts } from './statistics-text.ts';

/** A number with what it is and what belongs to it. */
class Tile {
  readonly element: HTMLElement;
  readonly value = element('span', { className: 'tile-value' });
  readonly more = element('span', { className: 'tile-more' });

  constructor(title: string, chart?: Sparkline) {
    this.element = element('div', {
      className: 'tile',
      children: [
        element('dt', { text: title }),
        element('dd', { children: [this.value, this.more, ...(chart ? [chart.element] : [])] }),
      ],
    });
  }

  update(value: string, more: string): void {
    setText(this.value, value);
    setText(this.more, more);
  }
}

/** Everything together: rates, counts, and how they split. */
export class TotalsStrip {
  readonly element: HTMLElement;
  readonly #chartIn = new Sparkline();
  readonly #chartOut = new Sparkline();
  readonly #messagesIn = new Tile(t('Messages to the broker'), this.#chartIn);
  readonly #messagesOut = new Tile(t('Messages from the broker'), this.#chartOut);
  readonly #bytes = new Tile(t('Data in and out'));
  readonly #packets = new Tile(t('Packets'));
  readonly #names = new Tile(t('Clients and topics'));
  readonly #since = new Tile(t('Counted since'));
  readonly #qos = new SplitBar(t('Messages by QoS'));
  readonly #types = new SplitBar(t('Packets by type'));

  constructor() {
    const tiles = [
      this.#messagesIn,
      this.#messagesOut,
      this.#bytes,
      this.#packets,
      this.#names,
      this.#since,
    ];
    this.element = element('div', {
      className: 'totals',
      children: [
        element('dl', { className: 'tiles', children: tiles.map((tile) => tile.element) }),
        element('div', {
          className: 'splits',
          children: [this.#qos.element, this.#types.element],
        }),
      ],
    });
  }

  update({ totals, since, now }: StatisticsPage): void {
    this.#messagesIn.update(`${formatRate(totals.rateIn)}/s`, formatCount(totals.messagesIn));
    this.#messagesOut.update(`${formatRate(totals.rateOut)}/s`, formatCount(totals.messagesOut));
    this.#chartIn.update(totals.recentIn, chartLabel('to', totals.recentIn));
    this.#chartOut.update(totals.recentOut, chartLabel('from', totals.recentOut));
    this.#bytes.update(
      `${formatByteRate(totals.byteRateIn)}/s · ${formatByteRate(totals.byteRateOut)}/s`,
      t('{0} in · {1} out', formatBytes(totals.bytesIn), formatBytes(totals.bytesOut)),
    );
    this.#packets.update(
      formatCount(totals.packetsIn + totals.packetsOut),
      t('{0} in · {1} out', formatCount(totals.packetsIn), formatCount(totals.packetsOut)),
    );
    this.#names.update(
      `${formatCount(totals.clients)} · ${formatCount(totals.topics)}`,
      t('clients · topics'),
    );
    this.#since.update(formatTime(since).slice(0, 8), durationText(now - since));
    setAttribute(this.#since.value, 'title', formatFullTime(since));
    this.#qos.update(qosParts(totals.qos));
    this.#types.update(typeParts(totals.types));
  }
}

function chartLabel(way: 'to' | 'from', recent: readonly number[]): string {
  const most = formatCount(Math.max(...recent, 0));
  return way === 'to'
    ? t('Messages to the broker in each second of the last minute, {0} at most', most)
    : t('Messages from the broker in each second of the last minute, {0} at most', most);
}

/** `42 seconds`, `12 minutes`, `3 hours`. */
function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return formatPlural(seconds, t('second'), t('seconds'));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return formatPlural(minutes, t('minute'), t('minutes'));
  return formatPlural(Math.floor(minutes / 60), t('hour'), t('hours'));
}
