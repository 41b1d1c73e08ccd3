/** A capture with statistics, driven by a virtual clock. */
import { CaptureLog } from '../../src/capture/log.ts';
import { readStatistics } from '../../src/capture/statistics/statistics-page.ts';
import type {
  StatisticsPage,
  StatisticsRequest,
} from '../../src/capture/statistics/statistics-views.ts';
import { Statistics } from '../../src/capture/statistics/statistics.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, QoS } from '../../src/mqtt/packet.ts';
import { topicOf } from './topics.ts';

/** A whole minute, so that buckets begin with it. */
export const start = 1_800_000_000_000;
export const second = 1000;

/** A capture with statistics; links 1, 2, … are of the clients named. */
export class StatisticsBench {
  readonly log: CaptureLog;
  readonly statistics: Statistics;
  readonly #withNumbers: boolean;

  /** @param withNumbers topics are entered before they are captured, as the engine does. */
  constructor(
    clients: readonly string[],
    limits = { clients: 100, topics: 100 },
    withNumbers = true,
    captureLimit = 1e9,
  ) {
    this.log = new CaptureLog(captureLimit);
    this.statistics = new Statistics(this.log, start, limits);
    this.#withNumbers = withNumbers;
    this.log.onEvict = (_first, end) => this.statistics.advance(end);
    clients.forEach((client, index) => {
      this.log.linkOpened(index + 1, `127.0.0.1:${index + 1}`, 'tcp', start);
      this.log.linkIdentified(index + 1, client, 4, undefined);
    });
  }

  packet(link: number, direction: 0 | 1, packet: ControlPacket, time: number, flags = 0): number {
    const bytes = encode(packet, 4);
    const topic = packet.type === 'publish' ? topicOf(this.log, packet.topicName) : undefined;
    const { statistics } = this;
    if (topic && this.#withNumbers && topic.statisticsNumber < statistics.firstTopicNumber) {
      statistics.enter(topic);
    }
    this.log.append(link, direction, bytes, 0, bytes.length, topic, flags, time);
    return bytes.length;
  }

  publish(
    link: number,
    direction: 0 | 1,
    topicName: string,
    time: number,
    options: { qos?: QoS; id?: number; retain?: boolean; dup?: boolean; flags?: number } = {},
  ): number {
    const { qos = 0, id = 1, retain = false, dup = false, flags } = options;
    const packet: ControlPacket = {
      type: 'publish',
      topicName,
      payload: new Uint8Array(10),
      qos,
      retain,
      dup,
      ...(qos > 0 && { packetIdentifier: id }),
    };
    return this.packet(link, direction, packet, time, flags);
  }

  read(request: Partial<StatisticsRequest> = {}, now = start + 60 * second): StatisticsPage {
    this.statistics.advance(this.log.end);
    const usual = {
      by: 'client',
      order: 'packets',
      descending: true,
      from: 0,
      count: 100,
    } as const;
    return readStatistics(this.statistics, { ...usual, filter: '', ...request }, now);
  }
}

/** An acknowledgement that says nothing more. */
export function ack(
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetIdentifier: number,
): ControlPacket {
  return { type, packetIdentifier, reasonCode: 0 };
}
