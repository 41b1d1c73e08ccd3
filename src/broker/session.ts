import type { ProtocolVersion, QoS, Will } from '../mqtt/packet.ts';
import type { BrokerLink } from './link.ts';
import type { Message } from './message.ts';
import type { SessionSubscription } from './subscription.ts';
import type { Timer } from './timers.ts';

/** A QoS 1 or 2 message on its way to one client: queued, then in flight. */
export interface OutboundMessage {
  /** 0 while queued. */
  packetIdentifier: number;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** Undefined once the client has it (PUBREC received). */
  message: Message | undefined;
  /** It takes a place in the Receive Maximum of the current network connection. */
  counted: boolean;
}

/** First in, first out. */
export class OutboundQueue {
  bytes = 0;
  #items: (OutboundMessage | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: OutboundMessage): void {
    this.bytes += item.message?.size ?? 0;
    this.#items.push(item);
  }

  shift(): OutboundMessage | undefined {
    const item = this.#items[this.#head];
    if (!item) return undefined;
    this.#items[this.#head++] = undefined;
    this.bytes -= item.message?.size ?? 0;
    // Moving the rest to the front now and then keeps each shift cheap.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/**
 * The state of one client that outlives its network connections (MQTT 5.0 section 4.1). What is
 * valid for the network connection only is in `BrokerLink`.
 */
export class Session {
  readonly clientIdentifier: string;
  /** The network connection while the client is connected. */
  link: BrokerLink | undefined;
  /** Seconds after the network connection closed; 0xFFFFFFFF: never. */
  expiryInterval = 0;
  readonly expiryTimer: Timer;

  /** By topic filter. */
  readonly subscriptions = new Map<string, SessionSubscription>();
  /** QoS 1 and 2 messages that wait. */
  readonly queue = new OutboundQueue();
  /** Sent and not yet completely acknowledged, by packet identifier, in the order of sending. */
  readonly inFlight = new Map<number, OutboundMessage>();
  /** Those of `inFlight` that are yet to be sent again on this network connection. */
  unsent: OutboundMessage[] = [];
  /** Packet identifiers of QoS 2 messages received and not yet released by PUBREL. */
  readonly receivedIdentifiers = new Set<number>();

  /** Will of the last CONNECT while it may still be published. */
  will: Will | undefined;
  readonly willTimer: Timer;

  /** What is shown of the last network connection. */
  protocolVersion: ProtocolVersion = 4;
  userName: string | undefined;
  connectedAt = 0;
  keepAlive = 0;
  cleanStart = true;

  #lastPacketIdentifier = 0;

  constructor(clientIdentifier: string, expiryTimer: Timer, willTimer: Timer) {
    this.clientIdentifier = clientIdentifier;
    this.expiryTimer = expiryTimer;
    this.willTimer = willTimer;
  }

  /** A packet identifier that is not in use [MQTT-2.2.1-4]. The in-flight limit leaves some free. */
  takePacketIdentifier(): number {
    let identifier = this.#lastPacketIdentifier;
    do identifier = identifier === 65_535 ? 1 : identifier + 1;
    while (this.inFlight.has(identifier));
    this.#lastPacketIdentifier = identifier;
    return identifier;
  }
}

/** The lower of two qualities of service. */
export function lowerQoS(a: QoS, b: QoS): QoS {
  return a < b ? a : b;
}
