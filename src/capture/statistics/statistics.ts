import type { TopicReference } from '../../mqtt/topic-reference.ts';
import { PacketType } from '../../mqtt/packet.ts';
import { clientOfLink } from '../frame-bytes.ts';
import type { CaptureLog } from '../log.ts';
import { frameBits, noTopic, segmentFrames, type Segment } from '../segment.ts';
import { ClientCounters } from './client-counters.ts';
import { awaited } from './latencies.ts';
import { packetIdentifierOf } from './packet-identifier.ts';
import { TopicCounters } from './topic-counters.ts';

export interface StatisticsLimits {
  /** Clients with a row; each costs 2 KB or so. */
  readonly clients: number;
  /** Topics with a row; each costs 300 bytes or so, and its name. */
  readonly topics: number;
}

export const usualLimits: StatisticsLimits = { clients: 10_000, topics: 100_000 };

/** Links whose client is at hand without a look-up; a power of two. */
const recentLinks = 256;

/**
 * What each client and each topic sent and was sent. Nothing is done as packets come: the columns of the capture are
 * counted, many frames at a time, when somebody looks, and before the frames are dropped. Each frame is counted once,
 * at the time at which it was captured.
 */
export class Statistics {
  readonly #log: CaptureLog;
  readonly #limits: StatisticsLimits;
  clients: ClientCounters;
  topics: TopicCounters;
  /** Milliseconds since the epoch. */
  since: number;
  /** Frames before this one are counted. */
  #end: number;
  /** Topic numbers from here on are of these counters; they are never used again. */
  #firstTopicNumber = 0;
  readonly #links = new Float64Array(recentLinks).fill(-1);
  readonly #rows = new Int32Array(recentLinks);
  /** Rows of the clients of the frames that are being counted, by their place in the segment. */
  readonly #clientRows = new Int32Array(segmentFrames);

  constructor(log: CaptureLog, now: number, limits = usualLimits) {
    this.#log = log;
    this.#limits = limits;
    this.clients = new ClientCounters(limits.clients);
    this.topics = new TopicCounters(limits.topics);
    this.since = now;
    this.#end = log.end;
  }

  /** HOT: a topic whose number is less than this has to be given to `enter` before it is captured. */
  get firstTopicNumber(): number {
    return this.#firstTopicNumber;
  }

  /** Numbers a topic, so that it need not be looked up by its name again. */
  enter(topic: TopicReference): void {
    topic.statisticsNumber = this.#firstTopicNumber + this.topics.rowOf(topic.topicName);
  }

  /** Frames before this one are counted. */
  get end(): number {
    return this.#end;
  }

  /** Counts up to `frames` frames more, as far as to `end`. */
  advance(end: number, frames = Infinity): void {
    let at = Math.max(this.#end, this.#log.first);
    const stop = Math.min(end, at + frames);
    while (at < stop) {
      const segment = this.#log.segmentOf(at);
      const until = Math.min(stop, segment.first + segment.length);
      this.#count(segment, at - segment.first, until - segment.first);
      at = until;
    }
    this.#end = Math.max(this.#end, at);
  }

  /** Begins anew: what was captured before counts no more. */
  reset(now: number): void {
    this.#firstTopicNumber += this.topics.names.length;
    this.clients = new ClientCounters(this.#limits.clients);
    this.topics = new TopicCounters(this.#limits.topics);
    this.#links.fill(-1);
    this.since = now;
    this.#end = this.#log.end;
  }

  /** Counts frames of a segment, those of each second by themselves. */
  #count(segment: Segment, from: number, to: number): void {
    const { time } = segment;
    for (let start = from; start < to;) {
      const second = Math.floor((time[start] ?? 0) / 1000);
      const begins = second * 1000;
      const ends = begins + 1000;
      let end = to;
      // Mostly all of them are of one second, since times only grow.
      if ((time[to - 1] ?? 0) >= ends || (time[to - 1] ?? 0) < begins) {
        end = start + 1;
        while (end < to && (time[end] ?? 0) >= begins && (time[end] ?? 0) < ends) end++;
      }
      this.clients.rows.enter(second);
      this.topics.rows.enter(second);
      const hasTimes = this.#countClients(segment, start, end);
      this.#countTopics(segment, start, end);
      if (hasTimes) this.#measure(segment, start, end);
      start = end;
    }
  }

  /**
   * HOT, as the one below: a column at a time, in functions so small that the engine makes one of each with all that
   * they call. @returns whether there is a packet that is, or has, an acknowledgement.
   */
  #countClients(segment: Segment, from: number, to: number): boolean {
    const { clients } = this;
    const { link, size, firstByte, bits, time } = segment;
    const rows = this.#clientRows;
    let lastLink = -1;
    let client = 0;
    let others = 0;
    for (let index = from; index < to; index++) {
      const at = link[index] ?? 0;
      if (at !== lastLink) {
        lastLink = at;
        client = this.#clientOf(at);
      }
      rows[index] = client;
      const first = firstByte[index] ?? 0;
      const direction = ((bits[index] ?? 0) & frameBits.fromBroker) as 0 | 1;
      clients.count(client, direction, first, size[index] ?? 0);
      clients.seen(client, time[index] ?? 0);
      // PUBLISH with QoS 0 is nothing but its type and the flags DUP and RETAIN.
      others |= (first & 0xf6) ^ 0x30;
    }
    return others !== 0;
  }

  #countTopics(segment: Segment, from: number, to: number): void {
    const { topics } = this;
    const { topic, size, firstByte, bits, time } = segment;
    const rows = this.#clientRows;
    for (let index = from; index < to; index++) {
      const id = topic[index] ?? noTopic;
      if (id === noTopic) continue;
      const row = this.#topicOf(segment, id);
      const flags = bits[index] ?? 0;
      const bytes = size[index] ?? 0;
      if ((flags & frameBits.fromBroker) !== 0) topics.delivered(row, bytes);
      if (flags !== frameBits.fromBroker) {
        topics.published(row, firstByte[index] ?? 0, bytes);
        const client = rows[index] ?? 0;
        if (flags === 0 && client !== 0) topics.publishedBy(row, client);
      }
      topics.seen(row, time[index] ?? 0);
    }
  }

  #measure(segment: Segment, from: number, to: number): void {
    const { firstByte, bits, time } = segment;
    for (let index = from; index < to; index++) {
      const first = firstByte[index] ?? 0;
      const client = this.#clientRows[index] ?? 0;
      if (client === 0 || (first & 0xf6) === 0x30) continue;
      const direction = ((bits[index] ?? 0) & frameBits.fromBroker) as 0 | 1;
      this.#time(segment, index, client, direction, first, time[index] ?? 0);
    }
  }

  /** The packet is a beginning or an end of a time that is measured. */
  #time(
    segment: Segment,
    index: number,
    client: number,
    direction: 0 | 1,
    firstByte: number,
    time: number,
  ): void {
    const packetType = firstByte >> 4;
    const isSent =
      direction === 1 && (packetType === PacketType.publish || packetType === PacketType.pubrel);
    const isAnswer =
      direction === 0 &&
      (packetType === PacketType.puback ||
        packetType === PacketType.pubrec ||
        packetType === PacketType.pubcomp);
    if (!isSent && !isAnswer) return;
    const offset = segment.offset[index] ?? 0;
    const end = offset + (segment.size[index] ?? 0);
    const identifier = packetIdentifierOf(segment.block, offset, end);
    if (identifier === 0) return;
    const { latencies } = this.clients;
    const ofPubrel = packetType === PacketType.pubrel || packetType === PacketType.pubcomp;
    const kind = ofPubrel ? awaited.pubrel : awaited.publish;
    if (isSent) latencies.sent(client, kind, identifier, time);
    else latencies.acknowledged(client, kind, identifier, time);
  }

  #topicOf(segment: Segment, id: number): number {
    const number = segment.topicNumbers[id] ?? -1;
    if (number >= this.#firstTopicNumber) return number - this.#firstTopicNumber;
    // First seen in this segment before the last reset.
    const row = this.topics.rowOf(segment.topics[id] ?? '');
    segment.topicNumbers[id] = this.#firstTopicNumber + row;
    return row;
  }

  #clientOf(link: number): number {
    const place = link & (recentLinks - 1);
    if (this.#links[place] === link) return this.#rows[place] ?? 0;
    const row = this.clients.rowOf(clientOfLink(this.#log, link));
    // Who has not said CONNECT yet may still tell another name.
    if (this.#log.linkInfo(link)?.clientIdentifier !== undefined) {
      this.#links[place] = link;
      this.#rows[place] = row;
    }
    return row;
  }
}
