import type { ProtocolVersion, QoS, Will } from '../mqtt/packet.ts';
import type { Identity } from './access/authenticator.ts';
import type { ClientRules } from './access/client-rules.ts';
import { InFlight } from './in-flight.ts';
import type { BrokerLink } from './link.ts';
import { Held, OutboundQueue, type OutboundMessage, type QueuedBytes } from './outbound-message.ts';
import type { RetainedRuns } from './retained-delivery.ts';
import type { SessionSubscription } from './subscription.ts';
import type { Timer } from './timers.ts';

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
  /** What the last CONNECT asked for, whatever was granted. */
  askedExpiryInterval = 0;
  readonly expiryTimer: Timer;
  /** When the client was connected last, milliseconds since the epoch; undefined while it is. */
  disconnectedAt: number | undefined;
  /** The store has it. */
  isStored = false;

  /** By topic filter. */
  readonly subscriptions = new Map<string, SessionSubscription>();
  /** What `queue` and `inFlight` cost. */
  readonly held: Held;
  /** QoS 1 and 2 messages that wait. */
  readonly queue: OutboundQueue;
  /** Sent and not yet completely acknowledged. */
  readonly inFlight: InFlight;
  /** Those of `inFlight` that are yet to be sent again on this network connection. */
  unsent: OutboundMessage[] = [];
  /** Retained messages that new subscriptions are yet to get; undefined: there never were any. */
  retained: RetainedRuns | undefined;
  /** Packet identifiers of QoS 2 messages received and not yet released by PUBREL. */
  readonly receivedIdentifiers = new Set<number>();

  /** Will of the last CONNECT while it may still be published. */
  will: Will | undefined;
  readonly willTimer: Timer;

  /** Whose session it is; undefined where everyone may connect. */
  identity: Identity | undefined;
  /** Present when rules of access hold for the client. */
  rules: ClientRules | undefined;
  /** Of `subscriptions`: those that the rules do not allow any more. They are not in the tree. */
  suspended: Set<SessionSubscription> | undefined;

  /** What is shown of the last network connection. */
  protocolVersion: ProtocolVersion = 4;
  userName: string | undefined;
  connectedAt = 0;
  keepAlive = 0;
  cleanStart = true;

  /** @param all counts what all sessions hold. */
  constructor(clientIdentifier: string, expiryTimer: Timer, willTimer: Timer, all: QueuedBytes) {
    this.held = new Held(all);
    this.queue = new OutboundQueue(this.held);
    this.inFlight = new InFlight(this.held);
    this.clientIdentifier = clientIdentifier;
    this.expiryTimer = expiryTimer;
    this.willTimer = willTimer;
  }

  /**
   * It has ended. What was on its way goes now: this object may be reachable for longer, from what is remembered
   * of topics that nobody publishes to.
   */
  release(): void {
    this.queue.end();
    this.inFlight.end();
    this.unsent = [];
    this.retained = undefined;
    this.receivedIdentifiers.clear();
    this.held.end();
  }
}

/** The lower of two qualities of service. */
export function lowerQoS(a: QoS, b: QoS): QoS {
  return a < b ? a : b;
}
