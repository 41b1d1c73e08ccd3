/** What is told of one application message: who got it, and why not the others. Structured-clonable. */
import type { QoS } from '../mqtt/packet.ts';
import type { GrantedSubscription, SessionEnd } from './session-history.ts';

/**
 * `delivered`: acknowledged, or sent where nothing is to be acknowledged (QoS 0). `inFlight`: sent, the
 * acknowledgement has not come. `queued`: not sent yet. `refused`: the client acknowledged with a reason
 * code of 0x80 or more. `dropped`: see the reason. `offline`: QoS 0, and there was no network
 * connection. `sessionEnded`: before it was sent or acknowledged. `noLocal`: the client's own message.
 * `otherMember`: another member of the shared subscription got it. `unknown`: what is needed to tell is
 * no longer held.
 */
export const deliveryOutcomes = [
  'dropped',
  'refused',
  'sessionEnded',
  'offline',
  'unknown',
  'queued',
  'inFlight',
  'delivered',
  'noLocal',
  'otherMember',
] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

export type DropCause = 'queueFull' | 'expired' | 'tooLarge' | 'slowLink' | 'rule';
export type RefusalCause = 'systemTopic' | 'rule' | 'payloadFormat' | 'retry' | 'receiveMaximum';

export interface DeliveryAcknowledgement {
  readonly packet: 'PUBACK' | 'PUBREC' | 'PUBCOMP';
  readonly frame: number;
  readonly time: number;
  readonly reasonCode: number;
  /** Its name. */
  readonly reason: string;
}

/** Where a message waits in the broker, and for what. */
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

/** One client that the message was for, or one more copy that it got. */
export interface DeliveryRow {
  readonly client: string;
  readonly outcome: DeliveryOutcome;
  /** `retained`: sent because of a SUBSCRIBE that came later. */
  readonly kind: 'subscription' | 'shared' | 'retained';
  /** Those that matched, as the client gave them; empty when it is not known. */
  readonly subscriptions: readonly GrantedSubscription[];
  /** The QoS that it was, or would have been, sent with. */
  readonly qos?: QoS;
  /** The PUBLISH to the client, and when it was sent first. */
  readonly frame?: number;
  readonly sentAt?: number;
  /** Times that it was sent again, and the last of them. */
  readonly sentAgain: number;
  readonly lastSentAt?: number;
  readonly acknowledgements: readonly DeliveryAcknowledgement[];
  readonly drop?: { readonly reason: DropCause; readonly from: number; readonly to: number };
  /** The client's Maximum Packet Size, where it is the reason. */
  readonly maximumPacketSize?: number;
  readonly waiting?: WaitingView;
  readonly ended?: { readonly how: SessionEnd; readonly at: number };
  /** Who got it instead, where it is known. */
  readonly otherMember?: string;
}

export interface DeliveryPublisher {
  /** `restored`: the broker had it in its store when it was started. */
  readonly kind: 'client' | 'will' | 'broker' | 'restored' | 'unknown';
  /** Of a client or its will; of what is restored if it was stored. */
  readonly client?: string;
  /** The PUBLISH from the client. */
  readonly frame?: number;
  /** When it was published; of what is restored too. */
  readonly time?: number;
  readonly qos?: QoS;
  readonly retain?: boolean;
  readonly dup?: boolean;
  /** What the broker answered. */
  readonly acknowledgements: readonly DeliveryAcknowledgement[];
}

/** A client whose subscriptions do not match, and the one that comes nearest. */
export interface NotMatching {
  readonly client: string;
  readonly topicFilter?: string;
}

/**
 * What makes the report less than whole: frames since the message were dropped from the capture or
 * cleared; the sessions of that time, or drops of that time, are no longer known.
 */
export type DeliveryGap = 'frames' | 'sessions' | 'drops';

/** Settings that are the reason for drops. */
export interface DeliveryLimits {
  readonly maximumQueuedMessages: number;
  readonly maximumQueuedBytes: number;
  readonly maximumPendingBytes: number;
}

export interface DeliveryReport {
  readonly topic: string;
  readonly publisher: DeliveryPublisher;
  /** Present when the broker did not take the PUBLISH as a message: then nobody got it. */
  readonly notAccepted?: Exclude<RefusalCause, 'retry'>;
  /** The frame that was asked for is a retry of the QoS 2 message that is told about. */
  readonly isRetry: boolean;
  /** All rows by outcome. */
  readonly counts: Readonly<Partial<Record<DeliveryOutcome, number>>>;
  /** Of the counts: deliveries as a retained message, later. */
  readonly retainedLater: number;
  /** The first rows, problems in front. */
  readonly rows: readonly DeliveryRow[];
  /** How many rows there are, of the outcome that was asked for. */
  readonly total: number;
  readonly notMatching: { readonly count: number; readonly nearest: readonly NotMatching[] };
  /** Something is still to come: a message that waits, an acknowledgement. */
  readonly pending: boolean;
  readonly gaps: readonly DeliveryGap[];
  readonly limits?: DeliveryLimits;
}
