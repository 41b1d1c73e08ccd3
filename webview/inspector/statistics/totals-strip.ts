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
  readonly #messagesIn = new Tile('Messages to the broker', this.#chartIn);
  readonly #messagesOut = new Tile('Messages from the broker', this.#chartOut);
  readonly #bytes = new Tile('Data in and out');
  readonly #packets = new Tile('Packets');
  readonly #names = new Tile('Clients and topics');
  readonly #since = new Tile('Counted since');
  readonly #qos = new SplitBar('Messages by QoS');
  readonly #types = new SplitBar('Packets by type');

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
      `${formatBytes(totals.bytesIn)} in · ${formatBytes(totals.bytesOut)} out`,
    );
    this.#packets.update(
      formatCount(totals.packetsIn + totals.packetsOut),
      `${formatCount(totals.packetsIn)} in · ${formatCount(totals.packetsOut)} out`,
    );
    this.#names.update(
      `${formatCount(totals.clients)} · ${formatCount(totals.topics)}`,
      'clients · topics',
    );
    this.#since.update(formatTime(since).slice(0, 8), durationText(now - since));
    setAttribute(this.#since.value, 'title', formatFullTime(since));
    this.#qos.update(qosParts(totals.qos));
    this.#types.update(typeParts(totals.types));
  }
}

function chartLabel(way: 'to' | 'from', recent: readonly number[]): string {
  const most = formatCount(Math.max(...recent, 0));
  return `Messages ${way} the broker in each second of the last minute, ${most} at most`;
}

/** `42 seconds`, `12 minutes`, `3 hours`. */
function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return formatPlural(seconds, 'second', 'seconds');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return formatPlural(minutes, 'minute', 'minutes');
  return formatPlural(Math.floor(minutes / 60), 'hour', 'hours');
}
