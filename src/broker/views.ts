/** What the broker shows of itself. All of it is structured-clonable. */
import type { Transport } from '../base/transport.ts';
import type { ProtocolVersion, QoS } from '../mqtt/packet.ts';

/** One subscription of a client, as shown. */
export interface SubscriptionView {
  readonly topicFilter: string;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly subscriptionIdentifier?: number;
  /** A rule that came later forbids it: nothing is sent for it until the rules allow it again. */
  readonly isSuspended?: true;
}

/** Where a message waits for a client. */
export interface WaitingView {
  readonly place: 'queue' | 'inFlight';
  /**
   * `offline`: for the client; `window`: for acknowledgements, its Receive Maximum (or the broker's limit)
   * is used up; `slow`: for the client to read; `turn`: it is about to be sent.
   */
  readonly why: 'offline' | 'window' | 'slow' | 'turn';
  /** Messages before it in the queue. */
  readonly ahead: number;
  /** Messages that may be unacknowledged at a time; absent while the client is offline. */
  readonly window?: number;
}

/** A connected client, or a session that waits for its client. */
export interface ClientView {
  readonly clientIdentifier: string;
  readonly connected: boolean;
  /** Number of its link while connected. */
  readonly link?: number;
  readonly protocolVersion: ProtocolVersion;
  readonly remoteAddress?: string;
  readonly transport?: Transport;
  readonly userName?: string;
  /** Milliseconds since the epoch, of the last CONNECT. */
  readonly connectedAt: number;
  /** Seconds. */
  readonly keepAlive: number;
  readonly cleanStart: boolean;
  /** Seconds; 0xFFFFFFFF never expires. */
  readonly sessionExpiryInterval: number;
  readonly queued: number;
  readonly inFlight: number;
  readonly subscriptions: readonly SubscriptionView[];
  readonly hasWill: boolean;
}
