import type {
  ProtocolVersion,
  QoS,
  SubscribePacket,
  Subscription,
  UnsubscribePacket,
} from '../../mqtt/packet.ts';
import { PacketError } from '../../mqtt/errors.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import { parseSharedSubscription, splitLevels, topicFilterProblem } from '../../mqtt/topics.ts';
import { variableByteIntegerSize } from '../../mqtt/writer.ts';
import type { BrokerLink } from '../link.ts';
import { handOverFilter } from '../redelivery.ts';
import { RetainedRuns } from '../retained-delivery.ts';
import type { Session } from '../session.ts';
import { createSubscription, subscriptionView, type SessionSubscription } from '../subscription.ts';

/** SUBSCRIBE: SUBACK with one reason code per topic filter, then the retained messages. */
export function handleSubscribe(
  link: BrokerLink,
  session: Session,
  packet: SubscribePacket,
  now: number,
): void {
  const { context } = link;
  requireRoom(link, 'SUBACK', packet.subscriptions.length);
  const identifier = packet.properties?.subscriptionIdentifiers?.[0];
  // By topic filter: naming one a million times in a packet does not send its messages as often.
  const retained = new Map<string, SessionSubscription>();
  // [MQTT-3.8.4-5] one after the other; [MQTT-3.8.4-6] [MQTT-3.9.3-1] a code for each, in their order.
  const reasonCodes = packet.subscriptions.map((requested) => {
    const refusal =
      reasonToRefuse(link, session, requested) ?? ruleAgainst(link, session, requested, now);
    if (refusal !== undefined) {
      context.counters.subscriptionsRefused++;
      return refusalCode(link.version, refusal, requested.qos);
    }
    const before = session.subscriptions.get(requested.topicFilter);
    const subscription = createSubscription(session, requested, identifier);
    if (before) session.suspended?.delete(before);
    // [MQTT-3.8.4-3] one with the same topic filter is replaced; [MQTT-3.8.4-4] no message is missed.
    context.subscriptions.add(subscription);
    session.subscriptions.set(requested.topicFilter, subscription);
    context.persistence?.subscription(session, requested.topicFilter);
    const isShared = subscription.shareName !== undefined;
    context.tell(
      session,
      { type: 'subscribed', subscription: subscriptionView(subscription), isShared },
      now,
    );
    if (wantsRetained(subscription, before !== undefined)) {
      retained.set(requested.topicFilter, subscription);
    }
    // [MQTT-3.8.4-7] the QoS granted: what was asked for.
    return requested.qos;
  });
  context.counters.subscriptions = context.subscriptions.size;
  for (const subscription of retained.values()) {
    (session.retained ??= new RetainedRuns(context, session)).begin(subscription, now);
  }
  // [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-2.2.1-6] the same packet identifier.
  link.send({ type: 'suback', packetIdentifier: packet.packetIdentifier, reasonCodes }, now);
  session.retained?.pump(now);
  context.observer.sessionsChanged();
}

/** UNSUBSCRIBE: what was queued or is in flight is still delivered [MQTT-3.10.4-3]. */
export function handleUnsubscribe(
  link: BrokerLink,
  session: Session,
  packet: UnsubscribePacket,
  now: number,
): void {
  const { context } = link;
  requireRoom(link, 'UNSUBACK', packet.topicFilters.length);
  // [MQTT-3.10.4-6] one after the other; [MQTT-3.11.3-1] a code for each, in their order.
  const reasonCodes = packet.topicFilters.map((topicFilter) => {
    const subscription = session.subscriptions.get(topicFilter);
    if (!subscription) return ReasonCode.noSubscriptionExisted;
    // [MQTT-3.10.4-1] compared character by character; [MQTT-3.10.4-2] no new messages from now on.
    session.subscriptions.delete(topicFilter);
    context.persistence?.subscription(session, topicFilter);
    session.suspended?.delete(subscription);
    session.retained?.end(topicFilter);
    context.subscriptions.remove(subscription);
    if (subscription.shareName !== undefined) handOverFilter(context, session, topicFilter, now);
    context.tell(session, { type: 'unsubscribed', topicFilter }, now);
    return ReasonCode.success;
  });
  context.counters.subscriptions = context.subscriptions.size;
  // [MQTT-3.10.4-4] [MQTT-3.10.4-5] UNSUBACK, also if nothing was removed; v3 has no reason codes in it.
  link.send(
    {
      type: 'unsuback',
      packetIdentifier: packet.packetIdentifier,
      reasonCodes: link.isV5 ? reasonCodes : [],
    },
    now,
  );
  context.observer.sessionsChanged();
}

/**
 * The acknowledgement must come, and must not be larger than the client takes [MQTT-3.1.2-24]: a client that asks
 * for one that is would wait for it for ever.
 * @throws PacketError before anything has changed.
 */
function requireRoom({ maximumPacketSize }: BrokerLink, name: string, filters: number): void {
  // Packet identifier, no properties, and a reason code for each topic filter.
  const remainingLength = 2 + 1 + filters;
  const size = 1 + variableByteIntegerSize(remainingLength) + remainingLength;
  if (size <= maximumPacketSize) return;
  throw new PacketError(
    ReasonCode.packetTooLarge,
    `${name} for ${filters} topic filters is larger than the ${maximumPacketSize} bytes that the client takes`,
    'MQTT-3.1.2-24',
  );
}

/** What SUBACK says of a topic filter that is refused. */
function refusalCode(version: ProtocolVersion, reasonCode: number, qos: QoS): number {
  if (version === 5) return reasonCode;
  // [MQTT-3.9.3-2] 0x80 is the only failure that 3.1.1 knows; [3.1: MQTT-3.8-1] 3.1 knows none.
  return version === 4 ? ReasonCode.unspecifiedError : qos;
}

function reasonToRefuse(
  link: BrokerLink,
  session: Session,
  { topicFilter }: Subscription,
): number | undefined {
  const { options } = link.context;
  if (topicFilterProblem(topicFilter, link.isV5)) return ReasonCode.topicFilterInvalid;
  if (splitLevels(topicFilter).length > options.maximumTopicLevels) {
    return ReasonCode.topicFilterInvalid;
  }
  const { counters, subscriptions } = link.context;
  const isOverLimit =
    session.subscriptions.size >= options.maximumSubscriptions ||
    subscriptions.size >= options.maximumTotalSubscriptions;
  if (isOverLimit && !session.subscriptions.has(topicFilter)) {
    counters.subscriptionsOverLimit++;
    return ReasonCode.quotaExceeded;
  }
  return undefined;
}

/** Of a shared subscription the topic filter counts, whatever its name. */
function ruleAgainst(
  { context, number }: BrokerLink,
  { clientIdentifier, rules }: Session,
  { topicFilter }: Subscription,
  now: number,
): number | undefined {
  if (rules === undefined) return undefined;
  const matched = parseSharedSubscription(topicFilter)?.topicFilter ?? topicFilter;
  const { isAllowed, text } = rules.maySubscribe(splitLevels(matched));
  if (isAllowed) return undefined;
  context.counters.subscriptionsNotAuthorized++;
  const code = ReasonCode.notAuthorized;
  context.observer.refused(number, clientIdentifier, 'subscribe', topicFilter, code, text, now);
  return code;
}

function wantsRetained(subscription: SessionSubscription, existed: boolean): boolean {
  // A shared subscription gets no retained messages when it is made (4.8.2).
  if (subscription.shareName !== undefined) return false;
  // [MQTT-3.3.1-9] always, [MQTT-3.3.1-10] only if new, [MQTT-3.3.1-11] never.
  return subscription.retainHandling === 0 || (subscription.retainHandling === 1 && !existed);
}
