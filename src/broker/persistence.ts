import { encode } from '../mqtt/encode.ts';
import type { Message } from './message.ts';
import type { OutboundMessage } from './outbound-message.ts';
import type { RetainedStore } from './retained-store.ts';
import type { Session } from './session.ts';
import type { BrokerStore, StoreChanges, StoredDelivery, StoredSession } from './store.ts';
import { subscriptionView } from './subscription.ts';

type Collected = { -readonly [Name in keyof StoreChanges]: StoreChanges[Name][number][] };

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
  readonly #deliveries = new Map<OutboundMessage, Session>();
  readonly #retainedTopics = new Set<string>();
  #lastKey = 0;
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
    if (session.isStored && !isDurable(session)) this.#touchDeliveries(session);
    this.#isDirty = true;
  }

  sessionEnded(session: Session): void {
    this.#sessions.delete(session);
    this.#subscriptions.delete(session);
    this.#incoming.delete(session);
    if (!session.isStored) return;
    session.isStored = false;
    this.#ended.add(session.clientIdentifier);
    this.#touchDeliveries(session);
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
    if (!isDurable(session) && item.stored === undefined) return;
    this.#deliveries.set(item, session);
    this.#isDirty = true;
  }

  /** What is stored from now on has keys above this one. */
  startAfter(key: number): void {
    this.#lastKey = Math.max(this.#lastKey, key);
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
      const { clientIdentifier, receivedIdentifiers } = session;
      if (!isDurable(session)) continue;
      for (const packetIdentifier of identifiers) {
        const row = { clientIdentifier, packetIdentifier };
        if (receivedIdentifiers.has(packetIdentifier)) changes.incoming.push(row);
        else changes.removedIncoming.push(row);
      }
    }
    for (const topicName of this.#retainedTopics) this.#collectRetained(topicName, changes);
    return this.#collectDeliveries(changes);
  }

  #collectSession(session: Session, changes: Collected): void {
    if (session.isStored && !isDurable(session)) {
      changes.endedSessions.push(session.clientIdentifier);
    }
    if (isKept(session)) changes.sessions.push(sessionRow(session));
  }

  #collectRetained(topicName: string, changes: Collected): void {
    const found = this.#retained.get(topicName.split('/'));
    if (!found) {
      changes.removedRetained.push(topicName);
      return;
    }
    const { bytes, start, end, isV5, receivedAt } = found;
    changes.retained.push({ topicName, bytes: bytes.slice(start, end), isV5, receivedAt });
  }

  #collectDeliveries(changes: Collected): Settlement {
    const references = new Map<Message, number>();
    const count = (message: Message | undefined, by: number): void => {
      if (message) references.set(message, (references.get(message) ?? 0) + by);
    };
    const kept: [OutboundMessage, Session][] = [];
    const gone: OutboundMessage[] = [];
    for (const [item, session] of this.#deliveries) {
      count(item.stored?.message, -1);
      if (item.isWaiting && isDurable(session) && this.#isLive(session)) {
        item.stored ??= { key: ++this.#lastKey, message: undefined };
        count(item.message, 1);
        kept.push([item, session]);
      } else if (item.stored) {
        changes.removedDeliveries.push(item.stored.key);
        gone.push(item);
      }
    }
    for (const [message, by] of references) this.#collectMessage(message, by, changes);
    for (const [item, session] of kept) changes.deliveries.push(deliveryRow(session, item));
    return { references, kept: kept.map(([item]) => item), gone };
  }

  /** A message is there as long as anything refers to it. */
  #collectMessage(message: Message, by: number, changes: Collected): void {
    const stored = (message.stored ??= { key: ++this.#lastKey, references: 0, isThere: false });
    const isWanted = stored.references + by > 0;
    if (isWanted && !stored.isThere) {
      const { isV5, receivedAt, start, end } = message;
      const bytes = message.bytes.slice(start, end);
      changes.messages.push({ key: stored.key, bytes, isV5, receivedAt });
    } else if (!isWanted && stored.isThere) changes.removedMessages.push(stored.key);
  }

  /** What was collected is stored. */
  #settle({ references, kept, gone }: Settlement): void {
    for (const session of this.#sessions) session.isStored = isKept(session);
    for (const [{ stored }, by] of references) {
      if (!stored) continue;
      stored.references += by;
      stored.isThere = stored.references > 0;
    }
    for (const item of kept) if (item.stored) item.stored.message = item.message;
    for (const item of gone) item.stored = undefined;
    this.#sessions.clear();
    this.#ended.clear();
    this.#subscriptions.clear();
    this.#incoming.clear();
    this.#deliveries.clear();
    this.#retainedTopics.clear();
    this.#isDirty = false;
  }

  /** All that is on its way to the client is looked at again. */
  #touchDeliveries(session: Session): void {
    for (const item of session.inFlight.inOrder()) this.#deliveries.set(item, session);
    for (const item of session.queue.all()) this.#deliveries.set(item, session);
  }
}

/** What is to be noted when a commit has succeeded. */
interface Settlement {
  /** By how many deliveries each message has more or less. */
  readonly references: ReadonlyMap<Message, number>;
  readonly kept: readonly OutboundMessage[];
  readonly gone: readonly OutboundMessage[];
}

/** Of a session that ends with its network connection the will is kept, if it has one. */
function isKept(session: Session): boolean {
  return isDurable(session) || session.will !== undefined;
}

/** Whether the session outlives its network connection. */
function isDurable(session: Session): boolean {
  return session.expiryInterval > 0;
}

function remember<Value>(map: Map<Session, Set<Value>>, session: Session, value: Value): void {
  const values = map.get(session);
  if (values) values.add(value);
  else map.set(session, new Set([value]));
}

function noChanges(): Collected {
  return {
    sessions: [],
    endedSessions: [],
    subscriptions: [],
    removedSubscriptions: [],
    retained: [],
    removedRetained: [],
    messages: [],
    removedMessages: [],
    deliveries: [],
    removedDeliveries: [],
    incoming: [],
    removedIncoming: [],
  };
}

function collectSubscriptions(
  session: Session,
  topicFilters: ReadonlySet<string>,
  changes: Collected,
): void {
  const { clientIdentifier } = session;
  for (const topicFilter of topicFilters) {
    const subscription = session.subscriptions.get(topicFilter);
    if (!subscription) changes.removedSubscriptions.push({ clientIdentifier, topicFilter });
    else {
      const view = subscriptionView(subscription);
      changes.subscriptions.push({ clientIdentifier, subscription: view });
    }
  }
}

function sessionRow(session: Session): StoredSession {
  const { will, clientIdentifier, identity } = session;
  return {
    clientIdentifier,
    protocolVersion: session.protocolVersion,
    expiryInterval: session.expiryInterval,
    disconnectedAt: session.disconnectedAt,
    connectedAt: session.connectedAt,
    keepAlive: session.keepAlive,
    cleanStart: session.cleanStart,
    userName: session.userName,
    owner: identity?.userName,
    will:
      will &&
      encode(
        {
          type: 'connect',
          protocolVersion: 5,
          cleanStart: true,
          keepAlive: 0,
          clientIdentifier: '',
          will,
        },
        5,
      ),
  };
}

function deliveryRow(session: Session, item: OutboundMessage): StoredDelivery {
  return {
    key: item.stored?.key ?? 0,
    clientIdentifier: session.clientIdentifier,
    message: item.message?.stored?.key,
    qos: item.qos,
    retain: item.retain,
    subscriptionIdentifiers: item.subscriptionIdentifiers,
    sharedFilter: item.sharedFilter,
    packetIdentifier: item.packetIdentifier,
    sequence: item.sequence,
  };
}
