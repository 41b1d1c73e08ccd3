import type { Transport } from '../base/transport.ts';
import type { ProtocolVersion, QoS } from '../mqtt/packet.ts';

/** Set in `flags` of `packet`: the application message has no incoming frame (a will, `$SYS`). */
export const originatesHere = 1;

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
   * client. `topicName` is present for a valid PUBLISH, and is the same string object for the same
   * topic where possible. `flags`: bit 0 is `originatesHere`. Hot.
   */
  packet(
    link: number,
    direction: 0 | 1,
    bytes: Uint8Array,
    start: number,
    end: number,
    topicName: string | undefined,
    flags: number,
    now: number,
  ): void;
  /** An application message was accepted: an incoming PUBLISH that is no retry, a will, `$SYS`. Hot. */
  message(
    topicName: string,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    qos: QoS,
    retain: boolean,
    now: number,
  ): void;
  /** A retained message was set or removed. */
  retainedChanged(topicName: string, present: boolean): void;
  /** A client, a session or a subscription came or went. Not hot. */
  sessionsChanged(): void;
  /** A bug while serving a link: only this link was closed. Link 0 is the broker's own work. */
  fault(link: number, error: unknown): void;
}
