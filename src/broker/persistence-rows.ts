/** What the store is given: rows of what the broker has now. */
import { encode } from '../mqtt/encode.ts';
import type { OutboundMessage } from './outbound-message.ts';
import type { RetainedStore } from './retained-store.ts';
import type { Session } from './session.ts';
import type { StoreChanges, StoredDelivery, StoredSession } from './store.ts';
import { subscriptionView } from './subscription.ts';

/** Changes while they are collected. */
export type Collected = { -readonly [Name in keyof StoreChanges]: StoreChanges[Name][number][] };

/** Of a session that ends with its network connection the will is kept, if it has one. */
export function isKept(session: Session): boolean {
  return isDurable(session) || session.will !== undefined;
}

/** Whether the session outlives its network connection. */
export function isDurable(session: Session): boolean {
  return session.expiryInterval > 0;
}

export function noChanges(): Collected {
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
    retainedSent: [],
    removedRetainedSent: [],
  };
}

export function collectSubscriptions(
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
      const retainedSince = session.retained?.since(topicFilter);
      changes.subscriptions.push({ clientIdentifier, subscription: view, retainedSince });
    }
  }
}

export function collectIncoming(
  { clientIdentifier, receivedIdentifiers }: Session,
  identifiers: ReadonlySet<number>,
  changes: Collected,
): void {
  for (const packetIdentifier of identifiers) {
    const row = { clientIdentifier, packetIdentifier };
    if (receivedIdentifiers.has(packetIdentifier)) changes.incoming.push(row);
    else changes.removedIncoming.push(row);
  }
}

export function collectRetained(
  retained: RetainedStore,
  topicName: string,
  changes: Collected,
): void {
  const found = retained.get(topicName.split('/'));
  if (!found) {
    changes.removedRetained.push(topicName);
    return;
  }
  const { bytes, start, end, isV5, receivedAt } = found;
  changes.retained.push({ topicName, bytes: bytes.slice(start, end), isV5, receivedAt });
}

export function sessionRow(session: Session): StoredSession {
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

export function deliveryRow(session: Session, item: OutboundMessage): StoredDelivery {
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
