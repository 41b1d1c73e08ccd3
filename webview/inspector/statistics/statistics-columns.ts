import { t } from '../../../src/base/localise.ts';
import type {
  ClientStatistics,
  StatisticsOrder,
  TopicStatisticsRow,
} from '../../../src/engine/statistics-contract.ts';
import { formatBytes, formatCount, formatFullTime, formatTime } from '../format.ts';
import { formatRate, latencyText, nameText, publisherText, qosText } from './statistics-text.ts';

/** A column of the table; the chart of the last minute is made by the row. */
export interface StatisticsColumn<Row> {
  readonly className: string;
  readonly title: string;
  /** What it means, where the title does not say. */
  readonly hint?: string;
  /** Absent: the rows cannot be ordered by it. */
  readonly order?: StatisticsOrder;
  /** Absent: the chart. */
  readonly text?: (row: Row) => string;
  readonly tooltip?: (row: Row) => string;
}

const count = (value: number): string => (value === 0 ? '' : formatCount(value));
const bytes = (value: number): string => (value === 0 ? '' : formatBytes(value));
const rate = (value: number): string => (value === 0 ? '' : formatRate(value));

export const clientColumns: readonly StatisticsColumn<ClientStatistics>[] = [
  {
    className: 'name',
    title: t('Client'),
    order: 'name',
    text: nameText,
    tooltip: nameText,
  },
  { className: 'chart', title: t('Last minute'), hint: t('Messages in and out in each second') },
  {
    className: 'amount rate-in',
    title: t('In/s'),
    hint: t('Messages to the broker per second'),
    order: 'rateIn',
    text: (row) => rate(row.rateIn),
  },
  {
    className: 'amount rate-out',
    title: t('Out/s'),
    hint: t('Messages from the broker per second'),
    order: 'rateOut',
    text: (row) => rate(row.rateOut),
  },
  {
    className: 'amount messages-in',
    title: t('Messages in'),
    order: 'messagesIn',
    text: (row) => count(row.messagesIn),
  },
  {
    className: 'amount messages-out',
    title: t('Messages out'),
    order: 'messagesOut',
    text: (row) => count(row.messagesOut),
  },
  {
    className: 'amount bytes-in',
    title: t('Bytes in'),
    order: 'bytesIn',
    text: (row) => bytes(row.bytesIn),
  },
  {
    className: 'amount bytes-out',
    title: t('Bytes out'),
    order: 'bytesOut',
    text: (row) => bytes(row.bytesOut),
  },
  {
    className: 'amount packets',
    title: t('Packets'),
    order: 'packets',
    text: (row) => count(row.packetsIn + row.packetsOut),
  },
  {
    className: 'qos',
    title: 'QoS',
    hint: t('QoS of its messages, in and out'),
    text: (row) => qosText(row.qos),
  },
  {
    className: 'amount latency',
    title: t('Acknowledges in'),
    hint: t('95 % of what it was sent was acknowledged at least this fast'),
    order: 'latency',
    text: (row) => latencyText(row.latency),
  },
];

export const topicColumns: readonly StatisticsColumn<TopicStatisticsRow>[] = [
  {
    className: 'name',
    title: t('Topic'),
    order: 'name',
    text: nameText,
    tooltip: nameText,
  },
  {
    className: 'chart',
    title: t('Last minute'),
    hint: t('Messages published in each five seconds'),
  },
  {
    className: 'amount rate-in',
    title: t('In/s'),
    hint: t('Messages published per second'),
    order: 'rateIn',
    text: (row) => rate(row.rateIn),
  },
  {
    className: 'amount messages-in',
    title: t('Published'),
    order: 'messagesIn',
    text: (row) => count(row.messagesIn),
  },
  {
    className: 'amount messages-out',
    title: t('Delivered'),
    order: 'messagesOut',
    text: (row) => count(row.messagesOut),
  },
  {
    className: 'amount bytes-in',
    title: t('Bytes in'),
    order: 'bytesIn',
    text: (row) => bytes(row.bytesIn),
  },
  {
    className: 'amount bytes-out',
    title: t('Bytes out'),
    order: 'bytesOut',
    text: (row) => bytes(row.bytesOut),
  },
  {
    className: 'amount retained',
    title: t('Retained'),
    hint: t('Messages published with RETAIN'),
    order: 'retained',
    text: (row) => count(row.retained),
  },
  {
    className: 'qos',
    title: 'QoS',
    hint: t('QoS of what was published'),
    text: (row) => qosText(row.qos),
  },
  {
    className: 'publisher',
    title: t('Publisher'),
    hint: t('Who published last'),
    text: publisherText,
    tooltip: publisherText,
  },
  {
    className: 'amount latest',
    title: t('Last'),
    order: 'latest',
    text: (row) => (row.latest === 0 ? '' : formatTime(row.latest).slice(0, 8)),
    tooltip: (row) => (row.latest === 0 ? '' : formatFullTime(row.latest)),
  },
];
