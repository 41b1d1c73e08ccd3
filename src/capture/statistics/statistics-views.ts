/** What the statistics show. All of it is structured-clonable; times are milliseconds, sizes bytes on the wire. */

/** What rows can be ordered by; what a row does not have counts as nothing. */
export const statisticsOrders = [
  'name',
  'rateIn',
  'rateOut',
  'messagesIn',
  'messagesOut',
  'bytesIn',
  'bytesOut',
  'packets',
  'latency',
  'retained',
  'latest',
] as const;
export type StatisticsOrder = (typeof statisticsOrders)[number];

/** What there is a row for. */
export const statisticsSubjects = ['client', 'topic'] as const;
export type StatisticsSubject = (typeof statisticsSubjects)[number];

export interface StatisticsRequest {
  readonly by: StatisticsSubject;
  readonly order: StatisticsOrder;
  readonly descending: boolean;
  readonly from: number;
  /** At most 1000 are given. */
  readonly count: number;
  /** Part of the name, in any case; empty: all. */
  readonly filter: string;
}

/** How long a client takes to acknowledge, milliseconds. */
export interface LatencyView {
  readonly count: number;
  readonly least: number;
  readonly mean: number;
  /** To the next step of a scale whose steps grow by 1.41. */
  readonly p95: number;
  readonly most: number;
}

/** Part of what came to the broker within the last minute, 0 to 1. */
export interface Shares {
  readonly messages: number;
  readonly bytes: number;
}

interface StatisticsRow {
  /** Client identifier or address, topic name; at most 1024 characters. Empty for the others. */
  readonly name: string;
  /** The name is longer than that. */
  readonly isCut?: true;
  /** It stands for all that have no row of their own. */
  readonly isOthers?: true;
  /** PUBLISH packets to the broker; of a topic also wills and `$SYS`, once each. */
  readonly messagesIn: number;
  /** PUBLISH packets from the broker. */
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of these messages, how many were sent again (DUP). */
  readonly again: number;
  /** Messages by QoS; of a topic those to the broker. */
  readonly qos: readonly number[];
  /** Time of the last packet (of a topic: message). */
  readonly latest: number;
  /** Messages per second to the broker. */
  readonly rateIn: number;
  readonly shares: Shares;
  /** Messages of the last minute in equal steps, the oldest first; of a client both ways. */
  readonly recent: readonly number[];
}

export interface ClientStatistics extends StatisticsRow {
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Messages per second from the broker. */
  readonly rateOut: number;
  /** Packets by packet type, 0 to 15. */
  readonly types: readonly number[];
  readonly latency?: LatencyView;
}

export interface TopicStatisticsRow extends StatisticsRow {
  /** Messages to the broker with RETAIN. */
  readonly retained: number;
  /** Client that published last; absent: none. */
  readonly publisher?: string;
  /** Others have published there too. */
  readonly hasSeveralPublishers: boolean;
}

/** Everything together. */
export interface StatisticsTotals {
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly qos: readonly number[];
  readonly types: readonly number[];
  /** Messages and bytes per second. */
  readonly rateIn: number;
  readonly rateOut: number;
  readonly byteRateIn: number;
  readonly byteRateOut: number;
  /** Each second of the last minute, the oldest first. */
  readonly recentIn: readonly number[];
  readonly recentOut: readonly number[];
  /** That have a row. */
  readonly clients: number;
  readonly topics: number;
  /** Packets and messages of those that have none, because there are too many. */
  readonly otherClientPackets: number;
  readonly otherTopicMessages: number;
}

/** Who sends most to the broker. */
export interface Talker {
  readonly name: string;
  readonly isCut?: true;
  readonly isOthers?: true;
  readonly shares: Shares;
}

export interface StatisticsPage {
  /** Counted since then. */
  readonly since: number;
  readonly now: number;
  readonly totals: StatisticsTotals;
  /** The most first, at most 5. */
  readonly talkers: { readonly clients: readonly Talker[]; readonly topics: readonly Talker[] };
  readonly by: StatisticsSubject;
  /** Rows whose name matches. */
  readonly total: number;
  readonly from: number;
  /** Of clients, if that was asked for. */
  readonly clients: readonly ClientStatistics[];
  readonly topics: readonly TopicStatisticsRow[];
}
