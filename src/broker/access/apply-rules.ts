/** What rules do to sessions that are there already: at CONNECT, and when the rules change. */
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import type { BrokerContext } from '../context.ts';
import type { OutboundMessage } from '../outbound-message.ts';
import { handOverFilter } from '../redelivery.ts';
import type { Session } from '../session.ts';
import { subscriptionView, type SessionSubscription } from '../subscription.ts';
import type { ClientRules } from './client-rules.ts';
import type { AccessRules } from './rules.ts';

/**
 * Makes the rules hold for a session. Subscriptions that are no longer allowed get nothing more from now on, not
 * even what was queued for them; MQTT has no word for that, so the client is not told. They come back when the
 * rules allow them again. What was sent already and is not yet acknowledged runs its course.
 */
export function applyRules(
  context: BrokerContext,
  session: Session,
  rules: AccessRules | undefined,
  now: number,
): void {
  const { clientIdentifier, identity } = session;
  session.rules =
    identity?.isUnrestricted === true
      ? undefined
      : rules?.forClient(clientIdentifier, identity?.userName);
  for (const subscription of session.subscriptions.values()) {
    const verdict = session.rules?.maySubscribe(subscription.levels);
    if (verdict === undefined || verdict.isAllowed) restore(context, session, subscription, now);
    else suspend(context, session, subscription, verdict.text, now);
  }
  context.counters.subscriptions = context.subscriptions.size;
  if (session.rules) dropQueued(context, session, session.rules, now);
}

function suspend(
  context: BrokerContext,
  session: Session,
  subscription: SessionSubscription,
  rule: string,
  now: number,
): void {
  if (session.suspended?.has(subscription) === true) return;
  const { topicFilter } = subscription;
  (session.suspended ??= new Set()).add(subscription);
  session.retained?.end(topicFilter);
  context.subscriptions.remove(subscription);
  context.tell(session, { type: 'unsubscribed', topicFilter }, now);
  // Other members of a shared subscription get what was meant for this one.
  if (subscription.shareName !== undefined) handOverFilter(context, session, topicFilter, now);
  context.counters.subscriptionsNotAuthorized++;
  const reason = `Suspended: ${rule}`;
  const code = ReasonCode.notAuthorized;
  context.observer.refused(
    0,
    session.clientIdentifier,
    'subscribe',
    topicFilter,
    code,
    reason,
    now,
  );
}

function restore(
  context: BrokerContext,
  session: Session,
  subscription: SessionSubscription,
  now: number,
): void {
  if (session.suspended?.delete(subscription) !== true) return;
  context.subscriptions.add(subscription);
  const isShared = subscription.shareName !== undefined;
  const view = subscriptionView(subscription);
  context.tell(session, { type: 'subscribed', subscription: view, isShared }, now);
}

/** Messages that wait on topics that the client may not hear of any more. */
function dropQueued(
  context: BrokerContext,
  session: Session,
  rules: ClientRules,
  now: number,
): void {
  const isForbidden = ({ message }: OutboundMessage): boolean => {
    if (!message || rules.maySubscribe(message.topic.levelsOnce).isAllowed) return false;
    context.counters.droppedNotAuthorized++;
    context.counters.publishDropped++;
    context.observer.dropped(session.clientIdentifier, message.number, 'rule', now);
    return true;
  };
  session.queue.takeOut(isForbidden);
}
