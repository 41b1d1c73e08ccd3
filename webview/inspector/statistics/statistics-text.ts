/** Numbers of the statistics as the page writes them. */
import { t } from '../../../src/base/localise.ts';
import {
  packetTypeLabels,
  type ClientStatistics,
  type LatencyView,
  type TopicStatisticsRow,
} from '../../../src/engine/statistics-contract.ts';
import { formatBytes, formatCount, formatLatency } from '../format.ts';
import { visibleLine } from '../visible-text.ts';

const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** `0`, `0.4`, `1,842`: events per second. */
export function formatRate(rate: number): string {
  if (rate === 0) return '0';
  if (rate < 0.05) return `<${oneDigit.format(0.1)}`;
  return rate < 9.95 ? oneDigit.format(rate) : formatCount(Math.round(rate));
}

/** `12.4 KB`, without the `/s`. */
export function formatByteRate(rate: number): string {
  return formatBytes(Math.round(rate));
}

/** Part of a whole, `62 %`; never 0 % or 100 % of what is just nearly so. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %';
  if (share < 1 && share > 0.995) return '>99 %';
  return `${Math.round(share * 100)} %`;
}

/** One part of several, of which only those that are not nothing are shown. */
export interface Part {
  readonly label: string;
  readonly count: number;
  /** Number of its colour; stays with it. */
  readonly colour: number;
}

export function qosParts(qos: readonly number[]): Part[] {
  return qos.map((count, level) => ({ label: `QoS ${level}`, count, colour: level }));
}

/** The packet types that came most, and what is left together. */
export function typeParts(types: readonly number[]): Part[] {
  const most = 6;
  const parts = types
    .map((count, type) => ({ label: packetTypeLabels[type] ?? '', count, colour: type }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map((part, index) => ({ ...part, colour: index }));
  if (parts.length <= most) return parts;
  const rest = parts.slice(most - 1).reduce((sum, { count }) => sum + count, 0);
  return [...parts.slice(0, most - 1), { label: t('Others'), count: rest, colour: most - 1 }];
}

/** `0`, or `0 90 % · 1 10 %` where there are several. */
export function qosText(qos: readonly number[]): string {
  const whole = qos.reduce((sum, count) => sum + count, 0);
  const used = qosParts(qos).filter(({ count }) => count > 0);
  if (used.length < 2) return used[0]?.label ?? '';
  return used
    .map(({ label, count }) => `${label.slice(4)}: ${formatShare(count / whole)}`)
    .join(' · ');
}

/** What a row is called; hostile characters are made visible. */
export function nameText(row: {
  readonly name: string;
  readonly isCut?: true;
  readonly isOthers?: true;
}): string {
  if (row.isOthers === true) return t('(all others)');
  if (row.name === '') return '(empty)';
  return `${visibleLine(row.name)}${row.isCut === true ? '…' : ''}`;
}

/** Of a topic, who published. */
export function publisherText(row: TopicStatisticsRow): string {
  if (row.publisher === undefined) return '';
  const name = visibleLine(row.publisher);
  return row.hasSeveralPublishers ? t('{0} and others', name) : name;
}

export function latencyText(latency: LatencyView | undefined): string {
  return latency ? formatLatency(latency.p95) : '';
}

/** The filter that shows the packets of a row; undefined where no filter does. */
export function packetFilter(
  by: 'client' | 'topic',
  row: Pick<ClientStatistics, 'name' | 'isCut' | 'isOthers'>,
): string | undefined {
  if (row.isCut === true || row.isOthers === true || row.name === '') return undefined;
  const { name } = row;
  const value = /[\s()"\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  return `${by}:${value}`;
}
