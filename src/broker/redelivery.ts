/** Messages of shared subscriptions go to another member when theirs leaves (MQTT 5.0 section 4.8.2). */
import { parseSharedSubscription, splitLevels } from '../mqtt/topics.ts';
import type { BrokerContext } from './context.ts';
import { deliverToMember } from './delivery.ts';
import type { OutboundMessage } from './outbound-message.ts';
import type { Session } from './session.ts';
import type { ShareGroup } from './share-group.ts';

/** The session has ended: what it has not acknowledged at QoS 1, and all that waits, goes to others. */
export function handOverAll(context: BrokerContext, session: Session, now: number): void {
  const begun = session.inFlight.inOrder().filter((item) => {
    // [MQTT-4.8.2-5] QoS 2 that has begun goes to nobody else.
    return item.sharedFilter !== undefined && item.qos === 1;
  });
  const waiting = session.queue.takeOut((item) => item.sharedFilter !== undefined);
  for (const item of [...begun, ...waiting]) {
    session.inFlight.delete(item.packetIdentifier);
    handOver(context, session, item, now);
  }
}

/**
 * The client has gone, its session waits: what it has begun to receive is completed when it is back
 * [MQTT-4.8.2-4]; what has not begun goes to members that are connected.
 */
export function handOverQueued(context: BrokerContext, session: Session, now: number): void {
  takeQueued(context, session, now, ({ members }) =>
    members.some((member) => member.session.link !== undefined),
  );
}

/** The member has left this shared subscription: what has not begun goes to the others, if there are any. */
export function handOverFilter(
  context: BrokerContext,
  session: Session,
  sharedFilter: string,
  now: number,
): void {
  takeQueued(context, session, now, ({ topicFilter }) => topicFilter === sharedFilter);
}

function takeQueued(
  context: BrokerContext,
  session: Session,
  now: number,
  goes: (group: ShareGroup) => boolean,
): void {
  if (session.queue.length === 0) return;
  const taken = session.queue.takeOut(({ sharedFilter }) => {
    const group = sharedFilter === undefined ? undefined : groupOf(context, sharedFilter);
    return group !== undefined && goes(group);
  });
  for (const item of taken) handOver(context, session, item, now);
}

function handOver(context: BrokerContext, from: Session, item: OutboundMessage, now: number): void {
  const { message, sharedFilter = '' } = item;
  const group = groupOf(context, sharedFilter);
  // Without members the shared subscription has ended, and its messages with it.
  if (message === undefined || group === undefined) return;
  if (message.expiresAt <= now) {
    context.counters.messagesExpired++;
    context.counters.publishDropped++;
    context.observer.dropped(from.clientIdentifier, message.number, 'expired', now);
    return;
  }
  deliverToMember(context, group, message, now);
}

function groupOf(context: BrokerContext, sharedFilter: string): ShareGroup | undefined {
  const shared = parseSharedSubscription(sharedFilter);
  return shared && context.subscriptions.group(splitLevels(shared.topicFilter), shared.shareName);
}
