/** Begins where the broker before ended, cleanly or not: from what its store has. */
import { decode } from '../mqtt/decode.ts';
import type { Will } from '../mqtt/packet.ts';
import { topicFilterProblem } from '../mqtt/topics.ts';
import { applyRules } from './access/apply-rules.ts';
import type { BrokerContext } from './context.ts';
import type { Message } from './message.ts';
import type { OutboundMessage } from './outbound-message.ts';
import type { Persistence } from './persistence.ts';
import { RetainedRuns } from './retained-delivery.ts';
import type { Session } from './session.ts';
import { createSession, neverExpires } from './session-lifecycle.ts';
import {
  DamagedStoreError,
  type StoredDelivery,
  type StoredFrame,
  type StoredMessage,
  type StoredSession,
  type StoredState,
  type StoredSubscription,
} from './store.ts';
import { readMessage } from './stored-message.ts';
import { createSubscription, subscriptionView } from './subscription.ts';

/**
 * Puts what was stored into a broker that is empty. Time that passed meanwhile counts: sessions and messages
 * expire, wills become due and are published. A client that was connected when the broker before ended
 * has lost its network connection now.
 * @throws DamagedStoreError, PacketError if the state cannot have been written by a broker.
 */
export function restore(
  context: BrokerContext,
  persistence: Persistence,
  state: StoredState,
  now: number,
): void {
  const byTime = [...state.sessions].sort(
    (one, other) => (one.disconnectedAt ?? now) - (other.disconnectedAt ?? now),
  );
  for (const row of byTime) restoreSession(context, persistence, row, now);
  for (const row of state.subscriptions) restoreSubscription(context, row, now);
  context.counters.subscriptions = context.subscriptions.size;
  for (const row of state.retained) {
    const message = messageOf(context, row);
    if (message.topic.topicName !== row.topicName) damaged('a retained message of another topic');
    context.observer.restored(message.number, undefined, row.receivedAt);
    // Limits that are lower now leave some out, counted; they stay in the store.
    if (context.retained.set(message.topic.levelsOnce, message)) {
      context.observer.retainedChanged(row.topicName, true);
      if (message.expiresAt !== Infinity) context.retainedSweep.watch(now);
    }
  }
  resumeRetained(context, state);
  const messages = new Map(state.messages.map((row) => [row.key, row]));
  const read = new Map<number, Message>();
  for (const row of [...state.deliveries].sort((one, other) => one.key - other.key)) {
    restoreDelivery(context, row, messages, read);
    persistence.startAfter(row.key);
  }
  for (const { key } of state.messages) persistence.startAfter(key);
  for (const { clientIdentifier, packetIdentifier } of state.incoming) {
    if (!isIdentifier(packetIdentifier)) damaged('a packet identifier');
    sessionOf(context, clientIdentifier).receivedIdentifiers.add(packetIdentifier);
  }
  for (const session of context.sessions.values()) persistence.watch(session);
  persistence.watchRetained();
  // What follows changes things, which are to be stored.
  context.persistence = persistence;
  if (context.rules) {
    for (const session of context.sessions.values()) {
      applyRules(context, session, context.rules, now);
    }
  }
  // Whoever is due goes before anybody can come back.
  context.timers.advance(now);
}

function restoreSession(
  context: BrokerContext,
  persistence: Persistence,
  row: StoredSession,
  now: number,
): void {
  const { clientIdentifier, expiryInterval, disconnectedAt = now } = row;
  if (clientIdentifier === '' || context.sessions.has(clientIdentifier)) damaged('a session twice');
  const session = createSession(context, clientIdentifier, now);
  session.isStored = true;
  session.protocolVersion = row.protocolVersion;
  session.expiryInterval = expiryInterval;
  session.disconnectedAt = disconnectedAt;
  session.connectedAt = row.connectedAt;
  session.keepAlive = row.keepAlive;
  session.cleanStart = row.cleanStart;
  session.userName = row.userName;
  if (row.owner !== undefined) session.identity = { userName: row.owner, isUnrestricted: false };
  session.will = row.will && willOf(row.will);
  context.offlineSessions.add(session);
  context.tell(session, { type: 'disconnected' }, now);
  // Also a session that was to end with its network connection: its will goes out with that.
  if (expiryInterval !== neverExpires) {
    context.timers.arm(session.expiryTimer, disconnectedAt + expiryInterval * 1000);
  }
  if (session.will) {
    const delay = session.will.properties?.willDelayInterval ?? 0;
    context.timers.arm(session.willTimer, disconnectedAt + delay * 1000);
  }
  // It is not connected any more.
  if (row.disconnectedAt === undefined) persistence.session(session);
}

function willOf(bytes: Uint8Array): Will | undefined {
  const packet = decode(bytes, 5);
  if (packet.type !== 'connect' || !packet.will) damaged('a will');
  return { ...packet.will, payload: new Uint8Array(packet.will.payload) };
}

function restoreSubscription(
  context: BrokerContext,
  { clientIdentifier, subscription: view }: StoredSubscription,
  now: number,
): void {
  const session = sessionOf(context, clientIdentifier);
  if (topicFilterProblem(view.topicFilter, false)) damaged('a topic filter');
  const subscription = createSubscription(session, view, view.subscriptionIdentifier);
  session.subscriptions.set(view.topicFilter, subscription);
  context.subscriptions.add(subscription);
  const isShared = subscription.shareName !== undefined;
  const shown = subscriptionView(subscription);
  context.tell(session, { type: 'subscribed', subscription: shown, isShared }, now);
}

/** Who was being sent what is retained gets the rest of it. */
function resumeRetained(context: BrokerContext, state: StoredState): void {
  const key = (clientIdentifier: string, topicFilter: string): string =>
    `${clientIdentifier}\0${topicFilter}`;
  const sent = new Map<string, Set<string>>();
  for (const { clientIdentifier, topicFilter, topicName } of state.retainedSent) {
    const of = key(clientIdentifier, topicFilter);
    const topicNames = sent.get(of);
    if (topicNames) topicNames.add(topicName);
    else sent.set(of, new Set([topicName]));
  }
  for (const { clientIdentifier, subscription: view, retainedSince } of state.subscriptions) {
    if (retainedSince === undefined) continue;
    const session = sessionOf(context, clientIdentifier);
    const subscription = session.subscriptions.get(view.topicFilter);
    if (!subscription) continue;
    const runs = (session.retained ??= new RetainedRuns(context, session));
    runs.resume(subscription, retainedSince, sent.get(key(clientIdentifier, view.topicFilter)));
  }
}

function restoreDelivery(
  context: BrokerContext,
  row: StoredDelivery,
  rows: ReadonlyMap<number, StoredMessage>,
  read: Map<number, Message>,
): void {
  const session = sessionOf(context, row.clientIdentifier);
  const message = row.message === undefined ? undefined : shared(context, row.message, rows, read);
  const { qos, retain, subscriptionIdentifiers, sharedFilter, packetIdentifier, sequence } = row;
  const item: OutboundMessage = {
    packetIdentifier,
    sequence,
    qos,
    retain,
    subscriptionIdentifiers,
    sharedFilter,
    message,
    counted: false,
    isWaiting: false,
    stored: { key: row.key, message },
  };
  if (message?.stored) message.stored.references++;
  if (packetIdentifier === 0) {
    if (!message) damaged('a queued message without its content');
    session.queue.push(item);
  } else if (!isIdentifier(packetIdentifier) || !session.inFlight.restore(item)) {
    damaged('a packet identifier in flight');
  }
}

/** The message with that key; the same object for all clients that it waits for. */
function shared(
  context: BrokerContext,
  key: number,
  rows: ReadonlyMap<number, StoredMessage>,
  read: Map<number, Message>,
): Message {
  const known = read.get(key);
  if (known) return known;
  const row = rows.get(key);
  if (!row) damaged('a delivery without its message');
  const message = messageOf(context, row);
  message.stored = { key, references: 0, isThere: true };
  message.publisher = row.publisher;
  context.observer.restored(message.number, row.publisher, row.receivedAt);
  read.set(key, message);
  return message;
}

function messageOf(context: BrokerContext, { bytes, isV5, receivedAt }: StoredFrame): Message {
  const number = ++context.lastMessage;
  return readMessage(context, { bytes, start: 0, end: bytes.length, isV5, receivedAt, number });
}

function sessionOf(context: BrokerContext, clientIdentifier: string): Session {
  return (
    context.sessions.get(clientIdentifier) ?? damaged('something of a session that is not there')
  );
}

function isIdentifier(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function damaged(what: string): never {
  throw new DamagedStoreError(`The store has ${what}.`);
}
