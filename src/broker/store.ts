/**
 * What the broker keeps where a restart does not reach it, and in which words. The store itself is
 * outside: it takes changes, all of them or none, and gives back everything at the start.
 */
import type { ProtocolVersion } from '../mqtt/packet.ts';
import type { SubscriptionView } from './views.ts';

export interface StoredSession {
  readonly clientIdentifier: string;
  readonly protocolVersion: ProtocolVersion;
  /** Seconds; 0 only for a client whose will is kept and nothing else. */
  readonly expiryInterval: number;
  /** Milliseconds since the epoch; undefined while the client is connected. */
  readonly disconnectedAt: number | undefined;
  readonly connectedAt: number;
  readonly keepAlive: number;
  readonly cleanStart: boolean;
  /** Of CONNECT. */
  readonly userName: string | undefined;
  /** The user that the client has proved to be; undefined: nobody in particular. */
  readonly owner: string | undefined;
  /** A CONNECT of MQTT 5 with the will that may still be published; undefined: there is none. */
  readonly will: Uint8Array | undefined;
}

/** A PUBLISH frame. */
export interface StoredFrame {
  readonly bytes: Uint8Array;
  readonly isV5: boolean;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** A message that waits for one client or more. */
export interface StoredMessage extends StoredFrame {
  readonly key: number;
  /** Client identifier; undefined: the broker itself, or not known. */
  readonly publisher: string | undefined;
}

/** A message on its way to one client. Those of one client are in the order of their keys. */
export interface StoredDelivery {
  readonly key: number;
  readonly clientIdentifier: string;
  /** Key of the message; undefined once the client has it (PUBREC received). */
  readonly message: number | undefined;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  readonly sharedFilter: string | undefined;
  /** 0 while it is queued. */
  readonly packetIdentifier: number;
  readonly sequence: number;
}

export interface StoredSubscription {
  readonly clientIdentifier: string;
  readonly subscription: SubscriptionView;
  /**
   * Since when the client is being sent what is retained (milliseconds since the epoch); undefined: it has
   * all of it. Of what was retained until then only `StoredRetainedSent` has been sent.
   */
  readonly retainedSince: number | undefined;
}

/** A retained message that a client was sent for a subscription whose `retainedSince` is set. */
export interface StoredRetainedSent {
  readonly clientIdentifier: string;
  readonly topicFilter: string;
  readonly topicName: string;
}

export interface StoredRetained extends StoredFrame {
  readonly topicName: string;
}

/** A QoS 2 message that a client has sent and not yet released. */
export interface StoredIncoming {
  readonly clientIdentifier: string;
  readonly packetIdentifier: number;
}

/** Everything there is. */
export interface StoredState {
  readonly sessions: readonly StoredSession[];
  readonly subscriptions: readonly StoredSubscription[];
  readonly retained: readonly StoredRetained[];
  readonly messages: readonly StoredMessage[];
  readonly deliveries: readonly StoredDelivery[];
  readonly incoming: readonly StoredIncoming[];
  readonly retainedSent: readonly StoredRetainedSent[];
}

/** What is new or different, and what is gone. Ended sessions go first, with all that is theirs. */
export interface StoreChanges extends StoredState {
  readonly endedSessions: readonly string[];
  readonly removedSubscriptions: readonly {
    readonly clientIdentifier: string;
    readonly topicFilter: string;
  }[];
  readonly removedRetained: readonly string[];
  readonly removedMessages: readonly number[];
  readonly removedDeliveries: readonly number[];
  readonly removedIncoming: readonly StoredIncoming[];
  /** Subscriptions whose `retainedSent` goes; before the new one is added. */
  readonly removedRetainedSent: readonly Omit<StoredRetainedSent, 'topicName'>[];
}

export interface BrokerStore {
  /** Everything that was committed. @throws if it cannot be read, or is not what was committed. */
  load(): StoredState;
  /** Makes all changes permanent, or throws and makes none. */
  commit(changes: StoreChanges): void;
}

/** What the store gave back cannot have been written by this broker. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
}
