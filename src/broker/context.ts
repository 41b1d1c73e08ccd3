import { PublishHeader } from '../mqtt/publish-header.ts';
import { PublishProperties } from '../mqtt/publish-properties.ts';
import { encodeUtf8 } from '../mqtt/utf8.ts';
import type { Authenticator } from './access/authenticator.ts';
import { AccessRules } from './access/rules.ts';
import type { BrokerEnvironment } from './connection.ts';
import { createCounters, type Counters } from './counters.ts';
import type { BrokerLink } from './link.ts';
import { Message } from './message.ts';
import type { BrokerObserver, SessionEvent } from './observer.ts';
import { resolveOptions, type BrokerEngineOptions, type ResolvedOptions } from './options.ts';
import type { Persistence } from './persistence.ts';
import { RateLimit } from './rate-limit.ts';
import { RetainedSweep } from './retained-sweep.ts';
import { RetainedStore } from './retained-store.ts';
import type { Session } from './session.ts';
import { SubscriptionTree } from './subscription-tree.ts';
import { Timers } from './timers.ts';
import { TopicTable, type TopicEntry } from './topic-table.ts';

/** A session event without what is the same in all. */
type Happening = Without<SessionEvent, 'clientIdentifier' | 'message' | 'now'>;
type Without<Event, Key extends PropertyKey> = Event extends unknown ? Omit<Event, Key> : never;

/** Everything that the parts of one broker share. */
export class BrokerContext {
  readonly options: ResolvedOptions;
  readonly observer: BrokerObserver;
  readonly counters: Counters = createCounters();
  readonly timers = new Timers();
  /** Open network connections. */
  readonly links = new Set<BrokerLink>();
  /** Those of them without a CONNECT, the one that was opened first in front. */
  readonly silentLinks = new Set<BrokerLink>();
  /** By client identifier. */
  readonly sessions = new Map<string, Session>();
  /** Sessions without a network connection, the one that was left first in front. */
  readonly offlineSessions = new Set<Session>();
  readonly subscriptions = new SubscriptionTree();
  readonly topics: TopicTable;
  readonly retained: RetainedStore;
  readonly retainedSweep = new RetainedSweep(this);
  readonly startedAt: number;
  /** The header of the PUBLISH being handled; used again for the next. */
  readonly header = new PublishHeader();
  /** The properties of the same PUBLISH. */
  readonly properties = new PublishProperties();
  /** The QoS 0 message being handled; used again for the next. */
  readonly scratch: Message;
  /** Links with output that waits for `flush`. */
  readonly dirty: BrokerLink[] = [];
  /** CONNECT packets of all clients. */
  readonly connectionRate = new RateLimit();
  /** The number given to an application message last. */
  lastMessage: number;
  /** The broker stops: nobody gets anything later. */
  isShutDown = false;
  /** Links to be ended at the next flush: not while a message is on its way through the others. */
  readonly #doomed: { link: BrokerLink; reasonCode: number; reason: string }[] = [];
  readonly randomBytes: (count: number) => Uint8Array;
  /** Absent: everyone may connect. */
  readonly authenticator: Authenticator | undefined;
  /** Absent: nothing is stored. */
  persistence: Persistence | undefined;
  /** Absent: everyone may publish and subscribe to everything. */
  rules: AccessRules | undefined;

  constructor(options: BrokerEngineOptions, environment: BrokerEnvironment) {
    this.options = resolveOptions(options);
    this.observer = environment.observer;
    this.startedAt = environment.now;
    this.lastMessage = environment.numbersUsed?.messages ?? 0;
    this.authenticator = environment.authenticator;
    const { rules = [] } = environment;
    this.rules = rules.length > 0 ? new AccessRules(rules) : undefined;
    this.randomBytes = (count) => environment.randomBytes(count);
    const seed = this.randomBytes(4).reduce((value, byte) => (value << 8) | byte, 0);
    this.topics = new TopicTable(this.subscriptions, seed, this.options.maximumTopicLevels);
    this.retained = new RetainedStore(this.options, this.counters, seed);
    this.scratch = new Message(this.topic('scratch'));
  }

  /** Hands what was collected for each link to its connection, in one write each. */
  flush(now: number): void {
    const { dirty } = this;
    this.#endDoomed(now);
    this.persistence?.beginRound();
    for (let index = 0; index < dirty.length; index++) {
      const link = dirty[index];
      link?.flush(now);
      // Ending it may make output for others: they are at the end of the list then.
      link?.endIfUnread(now);
    }
    dirty.length = 0;
    this.#endDoomed(now);
  }

  /** Does something that is stored as a whole or not at all. */
  whole(action: () => void): void {
    if (this.persistence) this.persistence.whole(action);
    else action();
  }

  /** Ends a link soon, for a reason that came up while serving another one. */
  endLater(link: BrokerLink, reasonCode: number, reason: string): void {
    if (this.#doomed.some((other) => other.link === link)) return;
    this.#doomed.push({ link, reasonCode, reason });
  }

  #endDoomed(now: number): void {
    if (this.#doomed.length === 0) return;
    for (const { link, reasonCode, reason } of this.#doomed.splice(0)) {
      link.guard(now, () => link.fail(reasonCode, reason, now));
    }
  }

  /** Tells the observer what became of a session. */
  tell(session: Session, what: Happening, now: number): void {
    const { clientIdentifier } = session;
    this.observer.session({ ...what, clientIdentifier, message: this.lastMessage, now });
  }

  /** The entry of a topic name. @throws PacketError if it is not one. */
  topic(topicName: string): TopicEntry {
    const bytes = encodeUtf8(topicName);
    return this.topics.find(bytes, 0, bytes.length);
  }
}
