import type { BrokerContext } from './context.ts';
import type { Message } from './message.ts';
import { deliverAcknowledged } from './outbound.ts';
import { lowerQoS, type Session } from './session.ts';
import type { Delivery } from './subscription.ts';
import { nextMember, type ShareGroup } from './share-group.ts';

/**
 * Sends a message to everyone subscribed to its topic [MQTT-4.5.0-1], and retains it where it asks for it.
 * `publisher` is the session it came from, if any.
 * @returns whether anyone is subscribed.
 */
export function publish(
  context: BrokerContext,
  message: Message,
  publisher: Session | undefined,
  now: number,
): boolean {
  message.publisher = publisher?.clientIdentifier;
  // [MQTT-3.3.1-8] otherwise what is retained stays.
  if (message.retain) retain(context, message, now);
  const { deliveries, groups } = message.topic.match;
  let matched = false;
  for (let index = 0; index < deliveries.length; index++) {
    const delivery = deliveries[index];
    if (delivery === undefined) break;
    const effective = delivery.session === publisher ? delivery.local : delivery;
    if (effective === undefined) continue;
    matched = true;
    deliver(context, effective, message, now);
  }
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index];
    if (group && deliverToMember(context, group, message, now)) matched = true;
  }
  // The object for QoS 0 is used again at once; others may wait for an acknowledgement, or for a client.
  if (message.qos > 0) message.forgetTemplates();
  return matched;
}

/** Sends a message to one member of a shared subscription. @returns false if there is none. */
export function deliverToMember(
  context: BrokerContext,
  group: ShareGroup,
  message: Message,
  now: number,
): boolean {
  const member = nextMember(group, message);
  if (!member) return false;
  // [MQTT-4.8.2-3] at the QoS granted to this member.
  deliver(context, member, message, now, group.topicFilter);
  return true;
}

function deliver(
  context: BrokerContext,
  delivery: Delivery,
  message: Message,
  now: number,
  sharedFilter?: string,
): void {
  const { session } = delivery;
  // [MQTT-3.8.4-8] the lower of the QoS published and the QoS granted.
  const qos = lowerQoS(message.qos, delivery.qos);
  // [MQTT-3.3.1-12] [MQTT-3.3.1-13] RETAIN is 0 unless the subscription asks for it as published.
  const retained = message.retain && delivery.retainAsPublished;
  const identifiers = delivery.subscriptionIdentifiers;
  if (qos === 0) {
    // Nothing is kept of QoS 0 for a client that is away (3.1.2.4 leaves this to the server).
    session.link?.sendUnacknowledged(message, retained, identifiers, now);
  } else {
    deliverAcknowledged(context, session, message, qos, retained, identifiers, now, sharedFilter);
  }
}

/** Sets, replaces or (empty payload) removes the retained message of the topic. */
function retain(context: BrokerContext, message: Message, now: number): void {
  const { levelsOnce: levels, topicName } = message.topic;
  if (message.hasPayload) {
    // [MQTT-3.3.1-5] it replaces the one before.
    if (context.retained.set(levels, message)) {
      context.observer.retainedChanged(topicName, true);
      if (message.expiresAt !== Infinity) context.retainedSweep.watch(now);
    }
  } else if (context.retained.remove(levels)) {
    // [MQTT-3.3.1-6] [MQTT-3.3.1-7] an empty one removes it and is not stored itself.
    context.observer.retainedChanged(topicName, false);
  }
}
