import type { Transport } from '../base/transport.ts';
import type { ProtocolVersion, QoS } from '../mqtt/packet.ts';
import type { TopicReference } from '../mqtt/topic-reference.ts';
import type { SubscriptionView } from './views.ts';

/** Set in `flags` of `packet`: the application message has no incoming frame (a will, `$SYS`). */
export const originatesHere = 1;

/** What a client may be refused to do. */
export type RefusedAction = 'connect' | 'publish' | 'subscribe';

/**
 * Why a message did not go to a client that subscribes to it: its queue was full; it expired while it
 * waited; it is larger than the client's Maximum Packet Size; the client does not read what is sent to
 * it (QoS 0); a rule of access.
 */
export type DropReason = 'queueFull' | 'expired' | 'tooLarge' | 'slowLink' | 'rule';

/**
 * Why an incoming PUBLISH did not become an application message: the topic is the broker's own; a rule
 * of access; the payload is not what its format indicator tells; it retries a QoS 2 message that was
 * accepted before; Receive Maximum was exceeded.
 */
export type RefusalReason = 'systemTopic' | 'rule' | 'payloadFormat' | 'retry' | 'receiveMaximum';

/** How a session ended. */
export type SessionEnd = 'disconnected' | 'cleanStart' | 'expired' | 'evicted';

/** Clients, sessions and subscriptions come and go; a message that no frame brought comes up. */
export type SessionEvent = {
  readonly clientIdentifier: string;
  /** The newest message number then: later messages meet what the event made. */
  readonly message: number;
  readonly now: number;
} & (
  | { readonly type: 'began' }
  | { readonly type: 'connected'; readonly link: number }
  | { readonly type: 'disconnected' }
  | { readonly type: 'ended'; readonly how: SessionEnd }
  /** New, or instead of the one with the same topic filter. `isShared`: `$share/…` means what it says. */
  | {
      readonly type: 'subscribed';
      readonly subscription: SubscriptionView;
      readonly isShared: boolean;
    }
  | { readonly type: 'unsubscribed'; readonly topicFilter: string }
  /** `message` is its number. */
  | { readonly type: 'willPublished' }
);

/**
 * What the broker tells the outside. Called synchronously, in the order in which things happen; an
 * observer must not call back into the broker. `now` is milliseconds since the epoch.
 */
export interface BrokerObserver {
  linkOpened(link: number, remoteAddress: string, transport: Transport, now: number): void;
  /** A CONNECT was parsed and accepted or refused: identifier and version are known. */
  linkIdentified(
    link: number,
    clientIdentifier: string,
    protocolVersion: ProtocolVersion,
    userName: string | undefined,
  ): void;
  linkClosed(link: number, now: number, reason: string): void;
  /**
   * Every control packet on the wire, both directions, also those that violate the protocol (before
   * the broker reacts). Bytes that never become a packet are given as far as they arrived, bounded.
   * `bytes[start, end)` is valid during the call only. Direction 0 is from the client, 1 to the
   * client. `topic` is present for a valid PUBLISH, and is the same object for the same topic where
   * possible. `flags`: bit 0 is `originatesHere`. `message` is the number of the application
   * message that a PUBLISH carries: the same on its way in and on all ways out; 0 for every other
   * packet. Hot.
   */
  packet(
    link: number,
    direction: 0 | 1,
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: TopicReference | undefined,
    flags: number,
    now: number,
    message: number,
  ): void;
  /**
   * An application message was accepted: an incoming PUBLISH that is no retry, a will, `$SYS`. Its
   * PUBLISH has just been told, with the same `number`, if it came in one. Hot.
   */
  message(
    topic: TopicReference,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    qos: QoS,
    retain: boolean,
    now: number,
    number: number,
  ): void;
  /** A retained message was set or removed. */
  retainedChanged(topicName: string, present: boolean): void;
  /** A client, a session or a subscription came or went. Not hot. */
  sessionsChanged(): void;
  /** The same, each by itself. Not hot. */
  session(event: SessionEvent): void;
  /** A message will not go to a client that is subscribed to it. Hot under overload. */
  dropped(clientIdentifier: string, message: number, reason: DropReason, now: number): void;
  /** The PUBLISH that was told last was not accepted as a message from this client. */
  notAccepted(clientIdentifier: string, message: number, reason: RefusalReason, now: number): void;
  /**
   * A client was refused to connect, or to publish or subscribe to a topic. The packet that is refused is
   * the one that the link has just received, or its CONNECT. Link 0: something that was granted before is
   * withdrawn, no packet is refused. Not hot.
   * @param topic topic name or topic filter; empty for CONNECT.
   * @param reason a sentence for a person, or the rule.
   */
  refused(
    link: number,
    clientIdentifier: string,
    what: RefusedAction,
    topic: string,
    reasonCode: number,
    reason: string,
    now: number,
  ): void;
  /**
   * A message with this number was in the store when the broker began; `clientIdentifier` published it, if that is
   * known, and it was received at `receivedAt`. Told before the message goes anywhere.
   */
  restored(message: number, clientIdentifier: string | undefined, receivedAt: number): void;
  /** What the broker keeps cannot be stored: until it can, clients are disconnected instead of answered. */
  storeFailed(error: unknown): void;
  /** A bug while serving a link: only this link was closed. Link 0 is the broker's own work. */
  fault(link: number, error: unknown): void;
}
