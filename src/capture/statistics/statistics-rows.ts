import { clientSeries } from './client-counters.ts';
import { othersRow, type NameTable } from './name-table.ts';
import type { Statistics } from './statistics.ts';
import type {
  ClientStatistics,
  LatencyView,
  Shares,
  StatisticsOrder,
  StatisticsTotals,
  TopicStatisticsRow,
} from './statistics-views.ts';
import { topicSeries } from './topic-counters.ts';

/** Characters of a name in a view. */
const longestName = 1024;

/** Messages and bytes that came to the broker within the last minute. */
export interface Minute {
  readonly messages: number;
  readonly bytes: number;
}

export interface NameView {
  readonly name: string;
  readonly isCut?: true;
  readonly isOthers?: true;
}

export function nameView(names: NameTable, row: number): NameView {
  if (row === othersRow) return { name: '', isOthers: true };
  const name = names.names[row] ?? '';
  return name.length > longestName ? { name: name.slice(0, longestName), isCut: true } : { name };
}

export function clientMinute({ clients }: Statistics, row: number, now: number): Minute {
  return {
    messages: clients.rows.minute(row, clientSeries.messages, now),
    bytes: clients.rows.minute(row, clientSeries.bytes, now),
  };
}

export function topicMinute({ topics }: Statistics, row: number, now: number): Minute {
  return {
    messages: topics.rows.minute(row, topicSeries.messages, now),
    bytes: topics.rows.minute(row, topicSeries.bytes, now),
  };
}

export function sharesOf(part: Minute, whole: Minute): Shares {
  return {
    messages: whole.messages === 0 ? 0 : part.messages / whole.messages,
    bytes: whole.bytes === 0 ? 0 : part.bytes / whole.bytes,
  };
}

export function clientRow(
  statistics: Statistics,
  row: number,
  whole: Minute,
  now: number,
): ClientStatistics {
  const { clients } = statistics;
  const { rows } = clients;
  const latency: LatencyView | undefined = clients.latencies.view(row);
  const recentOut = rows.recent(row, clientSeries.messages + 1, now);
  return {
    ...nameView(clients.names, row),
    packetsIn: clients.packets(row, 0),
    packetsOut: clients.packets(row, 1),
    bytesIn: clients.bytes(row, 0),
    bytesOut: clients.bytes(row, 1),
    messagesIn: clients.messages(row, 0),
    messagesOut: clients.messages(row, 1),
    again: clients.again(row),
    qos: clients.qos(row),
    types: clients.types(row),
    latest: clients.latest(row),
    rateIn: rows.rate(row, clientSeries.messages, now),
    rateOut: rows.rate(row, clientSeries.messages + 1, now),
    shares: sharesOf(clientMinute(statistics, row, now), whole),
    recent: rows
      .recent(row, clientSeries.messages, now)
      .map((count, index) => count + (recentOut[index] ?? 0)),
    ...(latency && { latency }),
  };
}

export function topicRow(
  statistics: Statistics,
  row: number,
  whole: Minute,
  now: number,
): TopicStatisticsRow {
  const { topics, clients } = statistics;
  const publisher = topics.publisher(row);
  return {
    ...nameView(topics.names, row),
    messagesIn: topics.messages(row, 0),
    messagesOut: topics.messages(row, 1),
    bytesIn: topics.bytes(row, 0),
    bytesOut: topics.bytes(row, 1),
    again: topics.again(row),
    qos: topics.qos(row),
    latest: topics.latest(row),
    rateIn: topics.rows.rate(row, topicSeries.messages, now),
    shares: sharesOf(topicMinute(statistics, row, now), whole),
    recent: topics.rows.recent(row, topicSeries.messages, now),
    retained: topics.retained(row),
    ...(publisher !== 0 && { publisher: nameView(clients.names, publisher).name }),
    hasSeveralPublishers: topics.hasSeveralPublishers(row),
  };
}

export function totals({ clients, topics }: Statistics, now: number): StatisticsTotals {
  const all = Array.from({ length: clients.names.length }, (_, row) => row);
  const sum = (of: (row: number) => number): number =>
    all.reduce((whole, row) => whole + of(row), 0);
  const sums = (
    length: number,
    rows: readonly number[],
    of: (row: number) => number[],
  ): number[] => {
    const whole = new Array<number>(length).fill(0);
    for (const row of rows) {
      for (const [index, count] of of(row).entries()) whole[index] = (whole[index] ?? 0) + count;
    }
    return whole;
  };
  const rate = (series: number): number => sum((row) => clients.rows.rate(row, series, now));
  // Most of many clients rest.
  const active = all.filter((row) => clients.rows.isRecent(row, now));
  const recent = (series: number): number[] =>
    sums(clients.rows.bucketCount, active, (row) => clients.rows.recent(row, series, now));
  return {
    packetsIn: sum((row) => clients.packets(row, 0)),
    packetsOut: sum((row) => clients.packets(row, 1)),
    messagesIn: sum((row) => clients.messages(row, 0)),
    messagesOut: sum((row) => clients.messages(row, 1)),
    bytesIn: sum((row) => clients.bytes(row, 0)),
    bytesOut: sum((row) => clients.bytes(row, 1)),
    qos: sums(3, all, (row) => clients.qos(row)),
    types: sums(16, all, (row) => clients.types(row)),
    rateIn: rate(clientSeries.messages),
    rateOut: rate(clientSeries.messages + 1),
    byteRateIn: rate(clientSeries.bytes),
    byteRateOut: rate(clientSeries.bytes + 1),
    recentIn: recent(clientSeries.messages),
    recentOut: recent(clientSeries.messages + 1),
    clients: clients.names.count,
    topics: topics.names.count,
    otherClientPackets: clients.packets(othersRow, 0) + clients.packets(othersRow, 1),
    otherTopicMessages: topics.messages(othersRow, 0) + topics.messages(othersRow, 1),
  };
}

/** What a client is ordered by. */
export function clientKey(
  { clients }: Statistics,
  order: StatisticsOrder,
  row: number,
  now: number,
): number {
  switch (order) {
    case 'rateIn':
      return clients.rows.rate(row, clientSeries.messages, now);
    case 'rateOut':
      return clients.rows.rate(row, clientSeries.messages + 1, now);
    case 'messagesIn':
      return clients.messages(row, 0);
    case 'messagesOut':
      return clients.messages(row, 1);
    case 'bytesIn':
      return clients.bytes(row, 0);
    case 'bytesOut':
      return clients.bytes(row, 1);
    case 'packets':
      return clients.packets(row, 0) + clients.packets(row, 1);
    case 'latency':
      return clients.latencies.view(row)?.p95 ?? 0;
    case 'latest':
      return clients.latest(row);
    case 'name':
    case 'retained':
      return 0;
  }
}

/** What a topic is ordered by. */
export function topicKey(
  { topics }: Statistics,
  order: StatisticsOrder,
  row: number,
  now: number,
): number {
  switch (order) {
    case 'rateIn':
      return topics.rows.rate(row, topicSeries.messages, now);
    case 'messagesIn':
      return topics.messages(row, 0);
    case 'messagesOut':
      return topics.messages(row, 1);
    case 'bytesIn':
      return topics.bytes(row, 0);
    case 'bytesOut':
      return topics.bytes(row, 1);
    case 'retained':
      return topics.retained(row);
    case 'latest':
      return topics.latest(row);
    case 'name':
    case 'packets':
    case 'latency':
    case 'rateOut':
      return 0;
  }
}
