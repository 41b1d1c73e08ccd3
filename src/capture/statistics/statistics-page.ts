import { clientSeries } from './client-counters.ts';
import type { CounterRows } from './counter-rows.ts';
import { othersRow, type NameTable } from './name-table.ts';
import type { Statistics } from './statistics.ts';
import {
  clientKey,
  clientRow,
  nameView,
  sharesOf,
  topicKey,
  topicRow,
  totals,
  type Minute,
} from './statistics-rows.ts';
import { topicSeries } from './topic-counters.ts';
import type { Shares, StatisticsPage, StatisticsRequest, Talker } from './statistics-views.ts';
import { orderedRows } from './top-rows.ts';

/** Most rows in one page, whatever is asked. */
const maximumPage = 1000;
const talkerCount = 5;

/** A page of rows with everything that stands around it. `now`: milliseconds since the epoch. */
export function readStatistics(
  statistics: Statistics,
  request: StatisticsRequest,
  now: number,
): StatisticsPage {
  const { by, from } = request;
  const rows = matchingRows(statistics, request);
  const count = Math.min(request.count, maximumPage);
  const wanted = inOrder(statistics, request, rows, from, count, now);
  const { clients, topics } = statistics;
  const clientMinutes = minutes(clients.names, clients.rows, clientSeries, now);
  const topicMinutes = minutes(topics.names, topics.rows, topicSeries, now);
  return {
    since: statistics.since,
    now,
    totals: totals(statistics, now),
    talkers: {
      clients: talkers(clients.names, clientMinutes),
      topics: talkers(topics.names, topicMinutes),
    },
    by,
    total: rows.length,
    from,
    clients:
      by === 'client'
        ? wanted.map((row) => clientRow(statistics, row, clientMinutes.whole, now))
        : [],
    topics:
      by === 'topic' ? wanted.map((row) => topicRow(statistics, row, topicMinutes.whole, now)) : [],
  };
}

/** The rows that a request is about, in no order; the others if anything was counted there. */
export function matchingRows(
  { clients, topics }: Statistics,
  { by, filter }: Pick<StatisticsRequest, 'by' | 'filter'>,
): number[] {
  const { names } = by === 'client' ? clients : topics;
  const part = filter.toLowerCase();
  const rows: number[] = [];
  const last = by === 'client' ? clients.latest(othersRow) : topics.latest(othersRow);
  if (part === '' && last > 0) rows.push(othersRow);
  for (let row = othersRow + 1; row < names.length; row++) {
    if (part === '' || names.names[row]?.toLowerCase().includes(part) === true) rows.push(row);
  }
  return rows;
}

/** Rows [from, from + count) in the order of the request; those that are alike in the order in which they came. */
export function inOrder(
  statistics: Statistics,
  { by, order, descending }: Pick<StatisticsRequest, 'by' | 'order' | 'descending'>,
  rows: readonly number[],
  from: number,
  count: number,
  now: number,
): number[] {
  const { names } = by === 'client' ? statistics.clients.names : statistics.topics.names;
  const sign = descending ? -1 : 1;
  if (order === 'name') {
    return orderedRows(rows, from, count, (a, b) => {
      const first = names[a] ?? '';
      const second = names[b] ?? '';
      return first === second ? a < b : first < second === sign > 0;
    });
  }
  const keyOf = by === 'client' ? clientKey : topicKey;
  const keys = new Float64Array(names.length);
  for (const row of rows) keys[row] = keyOf(statistics, order, row, now) * sign;
  return orderedRows(rows, from, count, (a, b) => {
    const [first = 0, second = 0] = [keys[a], keys[b]];
    return first === second ? a < b : first < second;
  });
}

interface Minutes {
  readonly whole: Minute;
  /** By row. */
  readonly messages: Float64Array;
  readonly bytes: Float64Array;
}

function minutes({ length }: NameTable, rows: CounterRows, series: Minute, now: number): Minutes {
  const [messages, bytes] = [new Float64Array(length), new Float64Array(length)];
  const whole = { messages: 0, bytes: 0 };
  for (let row = 0; row < length; row++) {
    if (!rows.isRecent(row, now)) continue;
    whole.messages += messages[row] = rows.minute(row, series.messages, now);
    whole.bytes += bytes[row] = rows.minute(row, series.bytes, now);
  }
  return { whole, messages, bytes };
}

/** Those whose part of the messages or of the bytes is greatest. */
function talkers(names: NameTable, { whole, messages, bytes }: Minutes): Talker[] {
  const shares = (row: number): Shares =>
    sharesOf({ messages: messages[row] ?? 0, bytes: bytes[row] ?? 0 }, whole);
  const greatest: { row: number; most: number; shares: Shares }[] = [];
  for (let row = 0; row < names.length; row++) {
    if (bytes[row] === 0) continue;
    const own = shares(row);
    const most = Math.max(own.messages, own.bytes);
    const at = greatest.findIndex((other) => other.most < most);
    if (at < 0 && greatest.length === talkerCount) continue;
    greatest.splice(at < 0 ? greatest.length : at, 0, { row, most, shares: own });
    if (greatest.length > talkerCount) greatest.pop();
  }
  return greatest.map((one) => ({ ...nameView(names, one.row), shares: one.shares }));
}
