import type { Transport } from '../base/transport.ts';
import type { Authenticator } from './access/authenticator.ts';
import type { AccessRule } from './access/rules.ts';
import type { BrokerObserver } from './observer.ts';
import type { BrokerStore } from './store.ts';

/** One accepted network connection, made by a listener. It must not call the broker from `write`. */
export interface NetworkConnection {
  /** `127.0.0.1:51234` */
  readonly remoteAddress: string;
  readonly transport: Transport;
  /** Common name of the client's certificate, if it gave one and the listener has verified it. */
  readonly certificateName?: string;
  /**
   * Writes all chunks in one call. They may be views of larger buffers and are never modified
   * afterwards. False is backpressure: the broker waits for `Link.drained`.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Closes when what was written has been flushed. */
  close(): void;
}

/** The broker's side of a network connection: the driver tells it what happens. */
export interface Link {
  /** Numbered from 1 on; never used again. */
  readonly number: number;
  /**
   * Bytes from the client, cut anywhere. The broker keeps views of them while they wait to be
   * written: they must not be modified afterwards. `now` is milliseconds since the epoch.
   */
  receive(bytes: Uint8Array, now: number): void;
  /** What `write` refused to take more of has been sent. */
  drained(now: number): void;
  /** The peer closed or the socket failed. */
  ended(now: number): void;
}

/** What the broker cannot have of its own: time, randomness, and someone to tell. */
export interface BrokerEnvironment {
  /** The initial time, milliseconds since the epoch with a fraction. */
  readonly now: number;
  /** Cryptographically strong random bytes, for client identifiers that the broker assigns. */
  randomBytes(count: number): Uint8Array;
  readonly observer: BrokerObserver;
  /** Numbers of links and messages go on after these, so that an observer of two brokers never meets one twice. */
  readonly numbersUsed?: NumbersUsed;
  /** Decides who may connect; absent: everyone. */
  readonly authenticator?: Authenticator;
  /** Keeps sessions and retained messages; absent: they end with the broker. */
  readonly store?: BrokerStore;
  /** Who may publish and subscribe to what; absent or empty: everyone everything. */
  readonly rules?: readonly AccessRule[];
}

/** The highest numbers given out. */
export interface NumbersUsed {
  readonly links: number;
  readonly messages: number;
}
