import { packetTypeName } from '../../mqtt/packet-types.ts';
import type { Statistics } from './statistics.ts';
import { inOrder, matchingRows } from './statistics-page.ts';
import { clientRow, topicRow } from './statistics-rows.ts';
import type {
  ClientStatistics,
  StatisticsRequest,
  TopicStatisticsRow,
} from './statistics-views.ts';

const nothing = { messages: 0, bytes: 0 };
const packetTypes = Array.from({ length: 15 }, (_, index) => index + 1);

interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | undefined;
}

type Shared = ClientStatistics | TopicStatisticsRow;

const shared: readonly Column<Shared>[] = [
  { title: 'messages in', of: (row) => row.messagesIn },
  { title: 'messages out', of: (row) => row.messagesOut },
  { title: 'messages sent again', of: (row) => row.again },
  { title: 'bytes in', of: (row) => row.bytesIn },
  { title: 'bytes out', of: (row) => row.bytesOut },
  { title: 'messages in per second', of: (row) => decimals(row.rateIn) },
  { title: 'QoS 0', of: (row) => row.qos[0] },
  { title: 'QoS 1', of: (row) => row.qos[1] },
  { title: 'QoS 2', of: (row) => row.qos[2] },
  {
    title: 'last',
    of: (row) => (row.latest === 0 ? '' : new Date(row.latest).toISOString()),
  },
];

const clientColumns: readonly Column<ClientStatistics>[] = [
  { title: 'client', of: nameOf },
  ...shared,
  { title: 'messages out per second', of: (row) => decimals(row.rateOut) },
  { title: 'packets in', of: (row) => row.packetsIn },
  { title: 'packets out', of: (row) => row.packetsOut },
  { title: 'acknowledgements measured', of: (row) => row.latency?.count ?? 0 },
  { title: 'least ms', of: (row) => decimals(row.latency?.least) },
  { title: 'mean ms', of: (row) => decimals(row.latency?.mean) },
  { title: '95 % ms', of: (row) => decimals(row.latency?.p95) },
  { title: 'most ms', of: (row) => decimals(row.latency?.most) },
  ...packetTypes.map((type) => ({
    title: packetTypeName(type),
    of: (row: ClientStatistics) => row.types[type],
  })),
];

const topicColumns: readonly Column<TopicStatisticsRow>[] = [
  { title: 'topic', of: nameOf },
  ...shared,
  { title: 'retained', of: (row) => row.retained },
  { title: 'publisher', of: (row) => row.publisher },
  { title: 'several publishers', of: (row) => (row.hasSeveralPublishers ? 'yes' : 'no') },
];

/**
 * All rows that match, in the order of the request, as CSV (RFC 4180: CRLF, quotes where they must be) with a row of
 * titles. Text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises.
 */
export function statisticsCsv(
  statistics: Statistics,
  request: Pick<StatisticsRequest, 'by' | 'order' | 'descending' | 'filter'>,
  now: number,
): string {
  const matching = matchingRows(statistics, request);
  const rows = inOrder(statistics, request, matching, 0, matching.length, now);
  return request.by === 'client'
    ? table(clientColumns, rows, (row) => clientRow(statistics, row, nothing, now))
    : table(topicColumns, rows, (row) => topicRow(statistics, row, nothing, now));
}

function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly number[],
  viewOf: (row: number) => Row,
): string {
  const lines = [columns.map(({ title }) => csvCell(title)).join(',')];
  for (const row of rows) {
    const view = viewOf(row);
    lines.push(columns.map(({ of }) => csvCell(of(view))).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A cell of CSV. Text that begins like a formula (`=`, `+`, `-`, `@`, tab, line end) gets an apostrophe before it. */
export function csvCell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function nameOf({ name, isOthers, isCut }: Shared): string {
  if (isOthers === true) return '(others)';
  return isCut === true ? `${name}…` : name;
}

function decimals(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value * 1000) / 1000);
}
