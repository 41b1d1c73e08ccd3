/** Sessions begin, go offline, resume, expire; and with them their wills. */
import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { BrokerContext } from './context.ts';
import { publish } from './delivery.ts';
import type { BrokerLink } from './link.ts';
import { createMessage } from './message.ts';
import { originatesHere, type SessionEnd } from './observer.ts';
import { handOverAll, handOverQueued } from './redelivery.ts';
import { Session } from './session.ts';
import { Timer } from './timers.ts';

/** A session expiry interval that never ends (MQTT 5.0 section 3.1.2.11.2). */
export const neverExpires = 0xffffffff;

/** Creates the session of a client that has none. */
export function createSession(
  context: BrokerContext,
  clientIdentifier: string,
  now: number,
): Session {
  const session: Session = new Session(
    clientIdentifier,
    new Timer((time) => {
      context.counters.sessionsExpired++;
      endSession(context, session, time, 'expired');
    }),
    new Timer((time) => context.whole(() => publishWill(context, session, time))),
    context.counters,
  );
  session.connectedAt = now;
  context.persistence?.watch(session);
  context.sessions.set(clientIdentifier, session);
  context.counters.sessions++;
  context.tell(session, { type: 'began' }, now);
  return session;
}

/** The client is back, before the session expired: nothing of its old connection happens any more. */
export function resumeSession(context: BrokerContext, session: Session): void {
  context.timers.disarm(session.expiryTimer);
  // [MQTT-3.1.3-9] a new connection before the will delay has passed: the will is not sent.
  context.timers.disarm(session.willTimer);
  session.will = undefined;
  context.offlineSessions.delete(session);
}

/** [MQTT-4.1.0-2] removes the session and everything in it, but not what is retained [3.1.1: MQTT-3.1.2-7]. A will that still waits is published. */
export function endSession(
  context: BrokerContext,
  session: Session,
  now: number,
  how: SessionEnd,
): void {
  context.whole(() => end(context, session, now, how));
}

function end(context: BrokerContext, session: Session, now: number, how: SessionEnd): void {
  context.timers.disarm(session.expiryTimer);
  context.persistence?.sessionEnded(session);
  for (const subscription of session.subscriptions.values()) {
    context.subscriptions.remove(subscription);
  }
  session.subscriptions.clear();
  context.counters.subscriptions = context.subscriptions.size;
  context.offlineSessions.delete(session);
  if (context.sessions.get(session.clientIdentifier) === session) {
    context.sessions.delete(session.clientIdentifier);
    context.counters.sessions--;
  }
  context.tell(session, { type: 'ended', how }, now);
  handOverAll(context, session, now);
  session.release();
  // [MQTT-3.1.2-8] the will goes out at the latest when the session ends.
  publishWill(context, session, now);
  context.observer.sessionsChanged();
}

/** What becomes of a session when its network connection has ended. */
export function linkEnded(
  context: BrokerContext,
  link: BrokerLink,
  keepWill: boolean,
  now: number,
): void {
  // [MQTT-4.1.0-1] only now: while it is connected, a session does not end.
  const { session } = link;
  context.silentLinks.delete(link);
  link.session = undefined;
  if (session?.link !== link) return;
  context.whole(() => disconnected(context, session, keepWill, now));
}

function disconnected(
  context: BrokerContext,
  session: Session,
  keepWill: boolean,
  now: number,
): void {
  session.link = undefined;
  session.disconnectedAt = now;
  session.unsent = [];
  session.retained?.suspend();
  context.counters.clientsConnected--;
  context.tell(session, { type: 'disconnected' }, now);
  // [MQTT-3.1.2-10] DISCONNECT without will: it is removed. Otherwise it is published [MQTT-3.1.2-8].
  if (!keepWill) session.will = undefined;
  if (context.isShutDown && session.will !== undefined && context.persistence !== undefined) {
    // Section 3.1.2.5: a server that shuts down may put off the will until it is started again.
    context.persistence.session(session);
    return;
  }
  const expiry = session.expiryInterval;
  if (expiry === 0) {
    // [MQTT-4.1.0-2] the session ends with the network connection.
    endSession(context, session, now, 'disconnected');
    return;
  }
  context.persistence?.session(session);
  // [MQTT-3.1.2-23] otherwise it is kept, until it expires.
  context.offlineSessions.add(session);
  handOverQueued(context, session, now);
  if (expiry !== neverExpires) context.timers.arm(session.expiryTimer, now + expiry * 1000);
  const delay = session.will?.properties?.willDelayInterval ?? 0;
  if (delay > 0 && !context.isShutDown) context.timers.arm(session.willTimer, now + delay * 1000);
  else publishWill(context, session, now);
  limitOfflineSessions(context, now);
  context.observer.sessionsChanged();
}

/** The broker stops without a store: wills that wait go out now, since all sessions end [MQTT-3.1.2-8]. */
export function publishOfflineWills(context: BrokerContext, now: number): void {
  if (context.persistence !== undefined) return;
  for (const session of [...context.offlineSessions]) publishWill(context, session, now);
}

function limitOfflineSessions(context: BrokerContext, now: number): void {
  for (const oldest of context.offlineSessions) {
    if (context.offlineSessions.size <= context.options.maximumOfflineSessions) return;
    context.counters.sessionsEvicted++;
    endSession(context, oldest, now, 'evicted');
  }
}

/** Publishes the will, if there still is one, once. */
function publishWill(context: BrokerContext, session: Session, now: number): void {
  const { will } = session;
  session.will = undefined;
  context.timers.disarm(session.willTimer);
  if (!will) return;
  if (context.sessions.get(session.clientIdentifier) === session) {
    context.persistence?.session(session);
  }
  const topic = context.topic(will.topicName);
  // $SYS is the broker's own.
  if (topic.isSystem) return;
  const verdict = session.rules?.mayPublish(topic.topicName, topic.levels);
  if (verdict?.isAllowed === false) {
    // The rules have changed since CONNECT.
    const { counters, observer } = context;
    const { clientIdentifier } = session;
    counters.publishRefused++;
    counters.publishNotAuthorized++;
    const code = ReasonCode.notAuthorized;
    const reason = `Will: ${verdict.text}`;
    observer.refused(0, clientIdentifier, 'publish', topic.topicName, code, reason, now);
    return;
  }
  const properties = { ...will.properties };
  delete properties.willDelayInterval;
  // [MQTT-3.1.2-14] [MQTT-3.1.2-15] retained if Will Retain says so.
  const { payload, qos, retain } = will;
  const content = { payload, qos, retain, properties };
  const message = createMessage(topic, content, originatesHere, now, ++context.lastMessage);
  context.tell(session, { type: 'willPublished' }, now);
  context.observer.message(topic, payload, 0, payload.length, qos, retain, now, message.number);
  publish(context, message, session, now);
}
