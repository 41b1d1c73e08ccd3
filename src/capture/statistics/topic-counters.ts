import { CounterRows } from './counter-rows.ts';
import { NameTable } from './name-table.ts';

/** Series of a topic: of what is published to it. */
export const topicSeries = { messages: 0, bytes: 1 } as const;
const seriesCount = 2;

/** Single counters of a topic. Messages of QoS 0 are all that are not of another. */
const single = {
  latest: 0,
  delivered: 1,
  deliveredBytes: 2,
  again: 3,
  /** Of QoS 1, 2 and 3, which is malformed. */
  qos: 4,
  retained: 7,
  publisher: 8,
  several: 9,
} as const;
const singleCount = 10;

/** Characters of all topic names together, for each topic allowed. */
const charactersPerTopic = 256;

/** What was published to each topic, and what of it was delivered. */
export class TopicCounters {
  readonly names: NameTable;
  readonly rows = new CounterRows(seriesCount, singleCount, 12, 5);

  constructor(maximum: number) {
    this.names = new NameTable(maximum, maximum * charactersPerTopic);
    this.rows.reserve(0);
  }

  rowOf(name: string): number {
    const row = this.names.rowOf(name);
    this.rows.reserve(row);
    return row;
  }

  /**
   * HOT: a PUBLISH to the broker, or the first one of a message that came from no client, in the second that the rows
   * have entered.
   */
  published(row: number, firstByte: number, size: number): void {
    const { rows } = this;
    const place = rows.place(row);
    rows.add(place + topicSeries.messages, 1);
    rows.add(place + topicSeries.bytes, size);
    if ((firstByte & 15) === 0) return;
    const qos = (firstByte >> 1) & 3;
    if (qos !== 0) rows.add(rows.single(row, single.qos + qos - 1), 1);
    if ((firstByte & 1) !== 0) rows.add(rows.single(row, single.retained), 1);
    if ((firstByte & 8) !== 0) rows.add(rows.single(row, single.again), 1);
  }

  /** HOT: the client (a row, not 0) that published it. */
  publishedBy(row: number, client: number): void {
    const { rows } = this;
    const before = rows.get(row, single.publisher);
    if (before === client) return;
    rows.set(rows.single(row, single.publisher), client);
    if (before !== 0) rows.set(rows.single(row, single.several), 1);
  }

  /** HOT: a PUBLISH from the broker. */
  delivered(row: number, size: number): void {
    const { rows } = this;
    const at = rows.single(row, single.delivered);
    rows.add(at, 1);
    rows.add(at + single.deliveredBytes - single.delivered, size);
  }

  /** HOT: the time of the topic's last message. */
  seen(row: number, time: number): void {
    this.rows.set(this.rows.single(row, single.latest), time);
  }

  messages(row: number, direction: 0 | 1): number {
    return direction === 0
      ? this.rows.whole(row, topicSeries.messages)
      : this.rows.get(row, single.delivered);
  }

  bytes(row: number, direction: 0 | 1): number {
    return direction === 0
      ? this.rows.whole(row, topicSeries.bytes)
      : this.rows.get(row, single.deliveredBytes);
  }

  /** Published messages by QoS. */
  qos(row: number): number[] {
    const [one, two, malformed] = [0, 1, 2].map((qos) => this.rows.get(row, single.qos + qos));
    const all = this.messages(row, 0);
    return [all - (one ?? 0) - (two ?? 0) - (malformed ?? 0), one ?? 0, two ?? 0];
  }

  /** Published with RETAIN. */
  retained(row: number): number {
    return this.rows.get(row, single.retained);
  }

  /** Published with DUP. */
  again(row: number): number {
    return this.rows.get(row, single.again);
  }

  /** Row of the client that published last; 0: none. */
  publisher(row: number): number {
    return this.rows.get(row, single.publisher);
  }

  hasSeveralPublishers(row: number): boolean {
    return this.rows.get(row, single.several) !== 0;
  }

  /** Time of the last message; 0: none. */
  latest(row: number): number {
    return this.rows.get(row, single.latest);
  }
}
