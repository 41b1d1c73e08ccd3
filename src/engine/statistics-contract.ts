/** The statistics of clients and topics: shared by the engine, the extension host and the page. */
import { packetTypeName } from '../mqtt/packet-types.ts';
import type {
  StatisticsOrder,
  StatisticsPage,
  StatisticsRequest,
  StatisticsSubject,
} from '../capture/statistics/statistics-views.ts';

export type {
  ClientStatistics,
  LatencyView,
  Shares,
  StatisticsOrder,
  StatisticsPage,
  StatisticsRequest,
  StatisticsSubject,
  StatisticsTotals,
  Talker,
  TopicStatisticsRow,
} from '../capture/statistics/statistics-views.ts';

/** All rows of a kind that match, in an order. */
export interface StatisticsTable {
  readonly by: StatisticsSubject;
  readonly order: StatisticsOrder;
  readonly descending: boolean;
  readonly filter: string;
}

/** What the engine answers about statistics. An alias, as for the others: an interface is no contract. */
export type StatisticsRequests = {
  /** At most 1000 rows, with totals and the top talkers. */
  'statistics/read': { params: StatisticsRequest; result: StatisticsPage };
  /** Counts begin anew; the capture stays. */
  'statistics/reset': { params: null; result: null };
};

/** What only the extension host may ask of the engine: the text can be very long. */
export type StatisticsHostRequests = StatisticsRequests & {
  'statistics/csv': { params: StatisticsTable; result: string };
};

/** What the page asks of the extension host. */
export type StatisticsPageRequests = StatisticsRequests & {
  /** Puts the rows on the clipboard as CSV. */
  'host/copyStatistics': { params: StatisticsTable; result: null };
  /** Asks for a file and writes the rows into it as CSV; false: the person has chosen none. */
  'host/saveStatistics': { params: StatisticsTable; result: boolean };
};

/** Names of the packet types, 0 to 15. */
export const packetTypeLabels: readonly string[] = Array.from({ length: 16 }, (_, type) =>
  packetTypeName(type),
);
