import type { OutboundMessage } from './outbound-message.ts';
import { DeliveryChanges, type Settlement } from './persistence-deliveries.ts';
import { RetainedProgress } from './persistence-retained.ts';
import {
  collectIncoming,
  collectRetained,
  collectSubscriptions,
  isDurable,
  isKept,
  noChanges,
  sessionRow,
  type Collected,
} from './persistence-rows.ts';
import type { RetainedStore } from './retained-store.ts';
import type { Session } from './session.ts';
import type { BrokerStore } from './store.ts';

/**
 * Knows what has changed since the last commit, and commits it as it is then: what came and went in
 * between costs nothing. Nothing may be written to a network connection before `commit` was true:
 * acknowledged means stored.
 */
export class Persistence {
  readonly #store: BrokerStore;
  readonly #retained: RetainedStore;
  readonly #isLive: (session: Session) => boolean;
  readonly #failed: (error: unknown) => void;
  readonly #sessions = new Set<Session>();
  readonly #ended = new Set<string>();
  readonly #subscriptions = new Map<Session, Set<string>>();
  readonly #incoming = new Map<Session, Set<number>>();
  readonly #deliveries: DeliveryChanges;
  readonly #retainedProgress = new RetainedProgress();
  readonly #retainedTopics = new Set<string>();
  #isDirty = false;
  /** The last commit failed; in this round already. */
  #isFailing = false;
  #hasFailed = false;
  #holds = 0;

  /**
   * @param isLive whether the session is the one that its client has.
   * @param failed told once when commits begin to fail.
   */
  constructor(
    store: BrokerStore,
    retained: RetainedStore,
    isLive: (session: Session) => boolean,
    failed: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#retained = retained;
    this.#isLive = isLive;
    this.#deliveries = new DeliveryChanges(isLive);
    this.#failed = failed;
  }

  /** From now on changes of what is retained are kept; call it after the restore. */
  watchRetained(): void {
    this.#retained.changed = (topicName) => {
      // The broker's own topics are made anew.
      if (topicName.startsWith('$SYS/')) return;
      this.#retainedTopics.add(topicName);
      this.#isDirty = true;
    };
  }

  /** From now on changes of what is on its way to the client are kept. */
  watch(session: Session): void {
    const changed = (item: OutboundMessage): void => this.delivery(session, item);
    session.queue.changed = changed;
    session.inFlight.changed = changed;
  }

  /** The session began, or its connection or will changed. */
  session(session: Session): void {
    this.#sessions.add(session);
    // Its last CONNECT may have made it one that does not last.
    if (session.isStored && !isDurable(session)) this.#deliveries.touchAll(session);
    this.#isDirty = true;
  }

  sessionEnded(session: Session): void {
    this.#sessions.delete(session);
    this.#subscriptions.delete(session);
    this.#incoming.delete(session);
    this.#retainedProgress.sessionEnded(session);
    if (!session.isStored) return;
    session.isStored = false;
    this.#ended.add(session.clientIdentifier);
    this.#deliveries.touchAll(session);
    this.#isDirty = true;
  }

  subscription(session: Session, topicFilter: string): void {
    if (!isDurable(session)) return;
    remember(this.#subscriptions, session, topicFilter);
    this.#isDirty = true;
  }

  /** A QoS 2 packet identifier of the client came into use or was released. */
  incoming(session: Session, packetIdentifier: number): void {
    if (!isDurable(session)) return;
    remember(this.#incoming, session, packetIdentifier);
    this.#isDirty = true;
  }

  delivery(session: Session, item: OutboundMessage): void {
    if (this.#deliveries.add(session, item)) this.#isDirty = true;
  }

  /** What is stored from now on has keys above this one. */
  startAfter(key: number): void {
    this.#deliveries.startAfter(key);
  }

  /** A subscription begins to be sent what is retained, or has been sent all of it. */
  retainedRun(session: Session, topicFilter: string): void {
    if (!isDurable(session)) return;
    this.#retainedProgress.reset(session, topicFilter);
    this.subscription(session, topicFilter);
  }

  /** The retained message of this topic was sent for a subscription. */
  retainedSent(session: Session, topicFilter: string, topicName: string): void {
    if (!isDurable(session)) return;
    this.#retainedProgress.sent(session, topicFilter, topicName);
    this.#isDirty = true;
  }

  /** While something is half done nothing may be committed or written. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Does something whose changes are stored together: a message for all its subscribers, or for none. */
  whole(action: () => void): void {
    this.#holds++;
    try {
      action();
    } finally {
      this.#holds--;
    }
  }

  /** A new round of the event loop: commits, and tries again what failed in the round before. */
  beginRound(): void {
    this.#hasFailed = false;
    this.commit();
  }

  /** @returns false when what has changed could not be stored: nothing may be written then. */
  commit(): boolean {
    if (!this.#isDirty) return true;
    if (this.#hasFailed) return false;
    const changes = noChanges();
    const settlement = this.#collect(changes);
    try {
      if (Object.values(changes).some(({ length }) => length > 0)) this.#store.commit(changes);
    } catch (error) {
      if (!this.#isFailing) this.#failed(error);
      this.#isFailing = true;
      this.#hasFailed = true;
      return false;
    }
    this.#isFailing = false;
    this.#settle(settlement);
    return true;
  }

  #collect(changes: Collected): Settlement {
    changes.endedSessions.push(...this.#ended);
    for (const session of this.#sessions) {
      if (this.#isLive(session)) this.#collectSession(session, changes);
    }
    for (const [session, topicFilters] of this.#subscriptions) {
      if (isDurable(session)) collectSubscriptions(session, topicFilters, changes);
    }
    for (const [session, identifiers] of this.#incoming) {
      if (isDurable(session)) collectIncoming(session, identifiers, changes);
    }
    for (const topicName of this.#retainedTopics) {
      collectRetained(this.#retained, topicName, changes);
    }
    this.#retainedProgress.collect(changes);
    return this.#deliveries.collect(changes);
  }

  #collectSession(session: Session, changes: Collected): void {
    if (session.isStored && !isDurable(session)) {
      changes.endedSessions.push(session.clientIdentifier);
    }
    if (isKept(session)) changes.sessions.push(sessionRow(session));
  }

  /** What was collected is stored. */
  #settle(settlement: Settlement): void {
    for (const session of this.#sessions) session.isStored = isKept(session);
    this.#deliveries.settle(settlement);
    this.#retainedProgress.settle();
    this.#sessions.clear();
    this.#ended.clear();
    this.#subscriptions.clear();
    this.#incoming.clear();
    this.#retainedTopics.clear();
    this.#isDirty = false;
  }
}

function remember<Value>(map: Map<Session, Set<Value>>, session: Session, value: Value): void {
  const values = map.get(session);
  if (values) values.add(value);
  else map.set(session, new Set([value]));
}
