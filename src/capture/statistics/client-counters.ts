import { PacketType } from '../../mqtt/packet.ts';
import { CounterRows } from './counter-rows.ts';
import { Latencies } from './latencies.ts';
import { NameTable } from './name-table.ts';

/** Series of a client; the outgoing one stands after the incoming one. */
export const clientSeries = { messages: 0, bytes: 2 } as const;
const seriesCount = 4;

/** Single counters of a client. Messages of QoS 0 are all that are not of another. */
const single = {
  latest: 0,
  again: 1,
  /** Of QoS 1, 2 and 3, which is malformed. */
  qos: 2,
  types: 5,
} as const;
const packetTypes = 16;
const singleCount = single.types + 2 * packetTypes;

/** Characters of all client identifiers together, for each client allowed. */
const charactersPerClient = 256;

/** What each client sent and was sent, and how long it took to acknowledge. */
export class ClientCounters {
  readonly names: NameTable;
  readonly rows = new CounterRows(seriesCount, singleCount, 60, 1);
  readonly latencies = new Latencies();

  constructor(maximum: number) {
    this.names = new NameTable(maximum, maximum * charactersPerClient);
    this.rows.reserve(0);
  }

  /** The row of a client. */
  rowOf(name: string): number {
    const row = this.names.rowOf(name);
    this.rows.reserve(row);
    return row;
  }

  /**
   * HOT: a packet of the client, in the second that the rows have entered. Only small integers are passed: a time
   * could be an object of its own with each call.
   * @param direction 0: to the broker.
   */
  count(row: number, direction: 0 | 1, firstByte: number, size: number): void {
    const { rows } = this;
    const place = rows.place(row);
    rows.add(place + clientSeries.bytes + direction, size);
    const packetType = firstByte >> 4;
    if (packetType !== PacketType.publish) {
      rows.add(rows.single(row, single.types + direction * packetTypes + packetType), 1);
      return;
    }
    rows.add(place + clientSeries.messages + direction, 1);
    if ((firstByte & 14) === 0) return;
    const qos = (firstByte >> 1) & 3;
    if (qos !== 0) rows.add(rows.single(row, single.qos + qos - 1), 1);
    if ((firstByte & 8) !== 0) rows.add(rows.single(row, single.again), 1);
  }

  /** HOT: the time of the client's last packet. */
  seen(row: number, time: number): void {
    this.rows.set(this.rows.single(row, single.latest), time);
  }

  messages(row: number, direction: 0 | 1): number {
    return this.rows.whole(row, clientSeries.messages + direction);
  }

  bytes(row: number, direction: 0 | 1): number {
    return this.rows.whole(row, clientSeries.bytes + direction);
  }

  packets(row: number, direction: 0 | 1): number {
    let sum = this.messages(row, direction);
    for (let type = 0; type < packetTypes; type++) {
      sum += this.rows.get(row, single.types + direction * packetTypes + type);
    }
    return sum;
  }

  /** Packets by packet type, both ways. */
  types(row: number): number[] {
    return Array.from({ length: packetTypes }, (_, type) =>
      type === PacketType.publish
        ? this.messages(row, 0) + this.messages(row, 1)
        : this.rows.get(row, single.types + type) +
          this.rows.get(row, single.types + packetTypes + type),
    );
  }

  /** Messages by QoS, both ways. */
  qos(row: number): number[] {
    const [one, two, malformed] = [0, 1, 2].map((qos) => this.rows.get(row, single.qos + qos));
    const all = this.messages(row, 0) + this.messages(row, 1);
    return [all - (one ?? 0) - (two ?? 0) - (malformed ?? 0), one ?? 0, two ?? 0];
  }

  /** Messages that were sent again, both ways. */
  again(row: number): number {
    return this.rows.get(row, single.again);
  }

  /** Time of the last packet; 0: none. */
  latest(row: number): number {
    return this.rows.get(row, single.latest);
  }
}
