/** QoS 1 and 2 on their way out: queue, window, acknowledgements, sending again after reconnect. */
import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { BrokerContext } from './context.ts';
import type { BrokerLink } from './link.ts';
import type { Message } from './message.ts';
import type { OutboundMessage } from './outbound-message.ts';
import type { Session } from './session.ts';

/** Sends a QoS 1 or 2 message now, or queues it; drops it (counted) when the queue is full. */
export function deliverAcknowledged(
  context: BrokerContext,
  session: Session,
  message: Message,
  qos: 1 | 2,
  retain: boolean,
  subscriptionIdentifiers: readonly number[] | undefined,
  now: number,
  sharedFilter?: string,
): void {
  const { link, queue } = session;
  const item: OutboundMessage = {
    packetIdentifier: 0,
    sequence: 0,
    qos,
    retain,
    subscriptionIdentifiers,
    sharedFilter,
    message: message.own(),
    counted: false,
    isWaiting: false,
    stored: undefined,
  };
  const isOver = isOverTotal(context, session, message);
  if (!isOver && link !== undefined && canSend(session, link)) {
    sendFirst(session, link, item, message, now);
    return;
  }
  if (isOver || isFull(context, session, message)) {
    if (!makeRoom(context, session, message, now)) return;
  }
  // [MQTT-4.6.0-5] [MQTT-4.6.0-6] in the order received: nothing overtakes what waits.
  queue.push(item);
}

function isFull({ options }: BrokerContext, { queue }: Session, { size }: Message): boolean {
  return (
    queue.length >= options.maximumQueuedMessages || queue.bytes + size > options.maximumQueuedBytes
  );
}

/** All sessions hold too much, and this one more than an equal share: those who take what they get hold little. */
function isOverTotal(
  { counters, options }: BrokerContext,
  { held }: Session,
  { size }: Message,
): boolean {
  const { maximumTotalQueuedBytes: most } = options;
  return counters.queuedBytes + size > most && held.bytes + size > most / counters.sessions;
}

/** The queue is full: what the policy says. @returns whether there is room for the new message now. */
function makeRoom(
  context: BrokerContext,
  session: Session,
  message: Message,
  now: number,
): boolean {
  const { counters, options } = context;
  const { queue } = session;
  const { size } = message;
  if (options.queuePolicy === 'dropOldest' && size <= options.maximumQueuedBytes) {
    const isTooMuch = (): boolean =>
      isFull(context, session, message) || isOverTotal(context, session, message);
    while (queue.length > 0 && isTooMuch()) {
      const oldest = queue.shift()?.message;
      if (oldest) dropped(context, session, oldest, now);
    }
    if (!isTooMuch()) return true;
  } else if (options.queuePolicy === 'disconnect' && session.link !== undefined) {
    counters.slowClientsDisconnected++;
    context.endLater(
      session.link,
      ReasonCode.quotaExceeded,
      'Too many messages wait for the client',
    );
  }
  dropped(context, session, message, now);
  return false;
}

function dropped(context: BrokerContext, session: Session, message: Message, now: number): void {
  const { counters, observer } = context;
  counters.droppedQueueFull++;
  counters.publishDropped++;
  observer.dropped(session.clientIdentifier, message.number, 'queueFull', now);
}

/** Sends what waits, as far as the client's Receive Maximum and its network connection allow. */
export function pump(context: BrokerContext, session: Session, now: number): void {
  const { link, queue } = session;
  if (link === undefined) return;
  while (session.unsent.length > 0 && hasRoom(session, link)) {
    const item = session.unsent.shift();
    if (item?.message === undefined || !session.inFlight.get(item.packetIdentifier)) continue;
    // [MQTT-3.3.1-1] DUP is 1 when a PUBLISH is sent again, expired or not [MQTT-4.3.3-7].
    if (link.sendAcknowledged(item.message, item, true, now)) count(link, item);
    else session.inFlight.delete(item.packetIdentifier);
  }
  while (queue.length > 0 && session.unsent.length === 0 && hasRoom(session, link)) {
    const item = queue.shift();
    if (item?.message === undefined) continue;
    if (item.message.expiresAt <= now) {
      // [MQTT-3.3.2-5] expired before the delivery began.
      context.counters.messagesExpired++;
      context.counters.publishDropped++;
      context.observer.dropped(session.clientIdentifier, item.message.number, 'expired', now);
      continue;
    }
    sendFirst(session, link, item, item.message, now);
  }
  session.retained?.pump(now);
}

/**
 * After a reconnect: unacknowledged PUBLISH and PUBREL packets are sent again with their packet
 * identifiers, in their order [MQTT-4.4.0-1], then what was queued.
 */
export function resume(context: BrokerContext, session: Session, now: number): void {
  const { link } = session;
  if (link === undefined) return;
  session.unsent = [];
  for (const item of session.inFlight.inOrder()) {
    item.counted = false;
    if (item.message === undefined) link.sendAcknowledgement(0x62, item.packetIdentifier, 0, now);
    else session.unsent.push(item);
  }
  pump(context, session, now);
}

/**
 * PUBACK: the QoS 1 message has arrived, or the client refused it (0x80 and up): it is not sent again
 * [MQTT-4.4.0-2], nor to another member of a shared subscription [MQTT-4.8.2-6].
 */
export function acknowledged(
  context: BrokerContext,
  session: Session,
  packetIdentifier: number,
  now: number,
): void {
  const item = session.inFlight.get(packetIdentifier);
  if (item?.qos === 1) finish(context, session, item, now);
}

/** PUBREC: the client has the QoS 2 message, or refused it (0x80 and up). */
export function received(
  context: BrokerContext,
  session: Session,
  packetIdentifier: number,
  reasonCode: number,
  now: number,
): void {
  const item = session.inFlight.get(packetIdentifier);
  if (item?.qos !== 2) {
    // 0x92 Packet Identifier not found; the client can finish its side (4.3.3).
    if (reasonCode < 0x80) session.link?.sendAcknowledgement(0x62, packetIdentifier, 0x92, now);
    return;
  }
  if (reasonCode >= 0x80) {
    finish(context, session, item, now);
    return;
  }
  // [MQTT-4.3.3-4] PUBREL, unacknowledged until PUBCOMP [MQTT-4.3.3-5]; the message is not sent again [MQTT-4.3.3-6].
  session.inFlight.free(item);
  context.persistence?.delivery(session, item);
  session.link?.sendAcknowledgement(0x62, packetIdentifier, 0, now);
}

/** PUBCOMP: the QoS 2 exchange is complete. */
export function completed(
  context: BrokerContext,
  session: Session,
  packetIdentifier: number,
  now: number,
): void {
  const item = session.inFlight.get(packetIdentifier);
  if (item?.qos === 2 && item.message === undefined) finish(context, session, item, now);
}

function sendFirst(
  session: Session,
  link: BrokerLink,
  item: OutboundMessage,
  message: Message,
  now: number,
): void {
  // [MQTT-4.3.2-3] [MQTT-4.3.3-3] unacknowledged from now on.
  session.inFlight.add(item);
  // [MQTT-4.3.2-2] [MQTT-4.3.3-2] with DUP 0; [MQTT-3.1.2-25] one that is too large for the client counts as delivered.
  if (link.sendAcknowledged(message, item, false, now)) count(link, item);
  else session.inFlight.delete(item.packetIdentifier);
}

function count(link: BrokerLink, item: OutboundMessage): void {
  item.counted = true;
  link.outstanding++;
}

function finish(
  context: BrokerContext,
  session: Session,
  item: OutboundMessage,
  now: number,
): void {
  session.inFlight.delete(item.packetIdentifier);
  if (item.counted && session.link) session.link.outstanding--;
  if (session.queue.length > 0 || session.unsent.length > 0 || session.retained)
    pump(context, session, now);
}

/** True if a QoS 1 or 2 message would go out at once. */
export function canSend(session: Session, link: BrokerLink): boolean {
  return session.queue.length === 0 && session.unsent.length === 0 && hasRoom(session, link);
}

/**
 * [MQTT-3.3.4-9] [MQTT-4.9.0-2] no more than Receive Maximum are unacknowledged; and some identifiers stay free. A client that
 * reads and never acknowledges makes us keep no more than one that does not read.
 */
export function hasRoom({ inFlight }: Session, link: BrokerLink): boolean {
  return (
    link.outstanding < link.sendWindow &&
    inFlight.size < 65_535 &&
    (inFlight.size === 0 || inFlight.bytes < link.context.options.maximumQueuedBytes) &&
    !link.isCongested
  );
}
