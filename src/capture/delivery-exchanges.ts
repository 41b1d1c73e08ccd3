import { PacketType, type QoS } from '../mqtt/packet.ts';
import { reasonName } from '../mqtt/reason-codes.ts';
import type { CaptureLog } from './log.ts';
import type { DeliveryAcknowledgement } from './delivery-views.ts';
import { frameBits, type Segment } from './segment.ts';
import { acknowledgementIdentifier, acknowledgementReason, publishIdentifier } from './sniff.ts';

const packetNames = {
  [PacketType.puback]: 'PUBACK',
  [PacketType.pubrec]: 'PUBREC',
  [PacketType.pubcomp]: 'PUBCOMP',
} as const;

const packetTypes = {
  [PacketType.puback]: 'puback',
  [PacketType.pubrec]: 'pubrec',
  [PacketType.pubcomp]: 'pubcomp',
} as const;

/** A PUBLISH with what answered it. */
export interface Exchange {
  readonly client: string;
  readonly frame: number;
  readonly time: number;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly packetIdentifier: number;
  /** Where it was sent the last time. */
  link: number;
  sentAgain: number;
  lastTime: number;
  readonly acknowledgements: DeliveryAcknowledgement[];
  /** Nothing more is to come. */
  isComplete: boolean;
}

/**
 * The ways of one application message through the capture: its PUBLISH from the publisher and those to
 * each client, with their acknowledgements. Works in steps over what is held, and goes on where it
 * stopped when more has come.
 */
export class MessageExchanges {
  /** The PUBLISH from the publisher, if it is held. */
  incoming: Exchange | undefined;
  /** The PUBLISHes to clients, in the order of sending. */
  readonly outgoing: Exchange[] = [];
  /** The capture lost frames before they were looked at. */
  hasGap = false;

  readonly #log: CaptureLog;
  readonly #message: number;
  readonly #isSameSession: (client: string, time: number) => boolean;
  /** Incomplete exchanges by client: those to it, and the one from it. */
  readonly #open = new Map<string, Exchange[]>();
  readonly #clients = new Map<number, string>();
  #sendsFrom: number;
  #answersFrom: number;

  /**
   * @param message the low 32 bits of its number.
   * @param isSameSession whether the session that the client had when the message was accepted goes
   *   on at a time: an acknowledgement on another network connection counts only then.
   */
  constructor(
    log: CaptureLog,
    message: number,
    isSameSession: (client: string, time: number) => boolean,
  ) {
    this.#log = log;
    this.#message = message;
    this.#isSameSession = isSameSession;
    this.#sendsFrom = this.#answersFrom = log.first;
    this.#findSends();
  }

  /** Looks through one more segment. @returns whether everything held has been looked at. */
  step(): boolean {
    const log = this.#log;
    const first = Math.min(this.#sendsFrom, this.#answersFrom);
    if (first < log.first) {
      this.hasGap = true;
      this.#sendsFrom = Math.max(this.#sendsFrom, log.first);
      this.#answersFrom = Math.max(this.#answersFrom, log.first);
    }
    this.#findSends();
    if (this.#open.size === 0) this.#answersFrom = log.end;
    if (this.#answersFrom >= log.end) return true;
    const segment = log.segmentOf(this.#answersFrom);
    this.#findAnswers(segment, this.#answersFrom - segment.first);
    this.#answersFrom = segment.first + segment.length;
    return this.#answersFrom >= log.end;
  }

  /** Every frame that carries the message. */
  #findSends(): void {
    const log = this.#log;
    while (this.#sendsFrom < log.end) {
      const segment = log.segmentOf(this.#sendsFrom);
      const numbers = segment.message.subarray(0, segment.length);
      let index = numbers.indexOf(this.#message, this.#sendsFrom - segment.first);
      while (index >= 0) {
        this.#take(segment, index);
        index = numbers.indexOf(this.#message, index + 1);
      }
      this.#sendsFrom = segment.first + segment.length;
    }
  }

  #take(segment: Segment, index: number): void {
    const firstByte = segment.firstByte[index] ?? 0;
    const link = segment.link[index] ?? 0;
    const time = segment.time[index] ?? 0;
    const client = this.#client(link);
    const raw = segment.raw(index);
    const qos = ((firstByte >> 1) & 3) as QoS;
    const packetIdentifier = qos === 0 ? 0 : publishIdentifier(raw, 0, raw.length);
    const dup = (firstByte & 8) !== 0;
    const isOutgoing = ((segment.bits[index] ?? 0) & frameBits.fromBroker) !== 0;
    const before = dup && isOutgoing ? this.#find(client, packetIdentifier, true) : undefined;
    if (before) {
      before.link = link;
      before.sentAgain++;
      before.lastTime = time;
      return;
    }
    const exchange: Exchange = {
      client,
      frame: segment.first + index,
      time,
      qos,
      retain: (firstByte & 1) !== 0,
      dup,
      packetIdentifier,
      link,
      sentAgain: 0,
      lastTime: time,
      acknowledgements: [],
      isComplete: qos === 0,
    };
    if (isOutgoing) this.outgoing.push(exchange);
    else this.incoming ??= exchange;
    if (qos === 0) return;
    const open = this.#open.get(client);
    if (open) open.push(exchange);
    else this.#open.set(client, [exchange]);
  }

  #findAnswers(segment: Segment, from: number): void {
    const { firstByte, link, bits, length } = segment;
    for (let index = from; index < length; index++) {
      const type = (firstByte[index] ?? 0) >> 4;
      if (type < PacketType.puback || type > PacketType.pubcomp || type === PacketType.pubrel) {
        continue;
      }
      const client = this.#clients.get(link[index] ?? 0);
      // A client that came on another network connection is looked up once.
      const name = client ?? this.#client(link[index] ?? 0);
      if (!this.#open.has(name)) continue;
      const isOutgoing = ((bits[index] ?? 0) & frameBits.fromBroker) !== 0;
      this.#answer(segment, index, type as keyof typeof packetNames, name, !isOutgoing);
    }
  }

  #answer(
    segment: Segment,
    index: number,
    type: keyof typeof packetNames,
    client: string,
    isOutgoing: boolean,
  ): void {
    const raw = segment.raw(index);
    const frame = segment.first + index;
    const time = segment.time[index] ?? 0;
    const identifier = acknowledgementIdentifier(raw, 0, raw.length);
    const exchange = this.#find(client, identifier, isOutgoing, frame);
    if (!exchange || (type === PacketType.puback) !== (exchange.qos === 1)) return;
    const link = segment.link[index] ?? 0;
    if (link !== exchange.link && !this.#isSameSession(client, time)) return;
    const reasonCode = acknowledgementReason(raw, 0, raw.length);
    const isFirst = exchange.acknowledgements.length === 0;
    // PUBREC comes again where PUBLISH did; PUBCOMP ends what a PUBREC began.
    if (type === PacketType.pubrec ? !isFirst : type === PacketType.pubcomp && isFirst) return;
    const reason = reasonName(reasonCode, packetTypes[type]);
    exchange.acknowledgements.push({ packet: packetNames[type], frame, time, reasonCode, reason });
    if (type !== PacketType.pubrec || reasonCode >= 0x80) this.#complete(exchange);
  }

  /** The newest incomplete exchange with the identifier, begun before the frame. */
  #find(
    client: string,
    packetIdentifier: number,
    isOutgoing: boolean,
    before = Infinity,
  ): Exchange | undefined {
    return this.#open
      .get(client)
      ?.findLast(
        (exchange) =>
          exchange.packetIdentifier === packetIdentifier &&
          exchange.frame < before &&
          (exchange !== this.incoming) === isOutgoing,
      );
  }

  #complete(exchange: Exchange): void {
    exchange.isComplete = true;
    const open = this.#open.get(exchange.client);
    if (!open) return;
    open.splice(open.indexOf(exchange), 1);
    if (open.length === 0) this.#open.delete(exchange.client);
  }

  #client(link: number): string {
    let client = this.#clients.get(link);
    if (client === undefined) {
      const info = this.#log.linkInfo(link);
      client = info?.clientIdentifier ?? info?.remoteAddress ?? `link ${link}`;
      this.#clients.set(link, client);
    }
    return client;
  }
}
