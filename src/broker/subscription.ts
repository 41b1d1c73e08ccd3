import type { QoS } from '../mqtt/packet.ts';
import { parseSharedSubscription, splitLevels, topicFilterProblem } from '../mqtt/topics.ts';
import type { Session } from './session.ts';
import type { SubscriptionView } from './views.ts';

/** One subscription of one session: what SUBSCRIBE asked for. */
export interface SessionSubscription {
  readonly session: Session;
  /** As the client gave it, `$share/…` included: its key within the session. */
  readonly topicFilter: string;
  /** Levels that are matched: of a shared subscription without `$share` and name. */
  readonly levels: readonly string[];
  /** Present for a shared subscription (MQTT 5.0 section 4.8.2). */
  readonly shareName: string | undefined;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly subscriptionIdentifier: number | undefined;
}

export function subscriptionView(subscription: SessionSubscription): SubscriptionView {
  const { topicFilter, qos, noLocal, retainAsPublished, retainHandling } = subscription;
  const { subscriptionIdentifier } = subscription;
  return {
    topicFilter,
    qos,
    noLocal,
    retainAsPublished,
    retainHandling,
    ...(subscriptionIdentifier !== undefined && { subscriptionIdentifier }),
  };
}

/** Of what SUBSCRIBE asked for; the topic filter has been checked. */
export function createSubscription(
  session: Session,
  requested: Omit<SubscriptionView, 'subscriptionIdentifier'>,
  subscriptionIdentifier: number | undefined,
): SessionSubscription {
  const { topicFilter, qos, noLocal, retainAsPublished, retainHandling } = requested;
  const shared = sharedSubscription(topicFilter);
  return {
    session,
    topicFilter,
    levels: splitLevels(shared?.topicFilter ?? topicFilter),
    shareName: shared?.shareName,
    qos,
    noLocal,
    retainAsPublished,
    retainHandling,
    subscriptionIdentifier,
  };
}

/**
 * Shared subscriptions are for all versions: where v5 would refuse the filter as malformed, to v3
 * `$share` is a level like any other.
 */
function sharedSubscription(topicFilter: string): ReturnType<typeof parseSharedSubscription> {
  return topicFilterProblem(topicFilter) ? undefined : parseSharedSubscription(topicFilter);
}

/**
 * How one session gets the messages of one topic: its overlapping subscriptions merged. The broker
 * delivers one copy per client, at the highest QoS of the matching subscriptions, with all their
 * subscription identifiers; retain as published holds if any of them asks for it
 * (MQTT 5.0 section 3.3.4 allows this or a copy per subscription).
 */
export interface Delivery {
  readonly session: Session;
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** What holds for messages that the session published itself; undefined: none (no local). */
  readonly local: Delivery | undefined;
}

/** Merges the matching subscriptions of one session. */
export function mergeSubscriptions(
  subscriptions: readonly SessionSubscription[],
): Delivery | undefined {
  const others = subscriptions.filter((subscription) => !subscription.noLocal);
  const delivery = merge(subscriptions);
  if (!delivery) return undefined;
  if (others.length === subscriptions.length) delivery.local = delivery;
  // [MQTT-3.8.3-3] no local: not forwarded to the session that published it.
  else delivery.local = merge(others);
  return delivery;
}

type MutableDelivery = { -readonly [Name in keyof Delivery]: Delivery[Name] };

function merge(subscriptions: readonly SessionSubscription[]): MutableDelivery | undefined {
  const first = subscriptions[0];
  if (!first) return undefined;
  let { qos, retainAsPublished } = first;
  const identifiers: number[] = [];
  for (const subscription of subscriptions) {
    // [MQTT-3.3.4-2] the maximum QoS of all the matching subscriptions.
    if (subscription.qos > qos) qos = subscription.qos;
    if (subscription.retainAsPublished) retainAsPublished = true;
    // [MQTT-3.3.4-3] [MQTT-3.3.4-4] the identifiers of all of them, in one copy.
    if (subscription.subscriptionIdentifier !== undefined) {
      identifiers.push(subscription.subscriptionIdentifier);
    }
  }
  return {
    session: first.session,
    qos,
    retainAsPublished,
    subscriptionIdentifiers: identifiers.length > 0 ? identifiers : undefined,
    local: undefined,
  };
}
