import { decode } from '../../mqtt/decode.ts';
import { PacketError } from '../../mqtt/errors.ts';
import type { PublishHeader } from '../../mqtt/publish-header.ts';
import type { PublishProperties } from '../../mqtt/publish-properties.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import { findInvalidUtf8 } from '../../mqtt/utf8.ts';
import type { BrokerContext } from '../context.ts';
import { publish } from '../delivery.ts';
import { frameWithoutAlias } from '../publish-frame.ts';
import type { BrokerLink } from '../link.ts';
import { Message } from '../message.ts';
import type { Session } from '../session.ts';
import { sameTopic, type TopicEntry } from '../topic-table.ts';

/** PUBACK and PUBREC. */
const puback = 0x40;
const pubrec = 0x50;

/** An incoming PUBLISH. @throws PacketError on a protocol violation. */
export function handlePublish(
  link: BrokerLink,
  session: Session,
  bytes: Uint8Array,
  start: number,
  end: number,
  now: number,
): void {
  const { context } = link;
  const { observer, counters, header } = context;
  counters.publishReceived++;
  if (link.publishRate.exceeds(context.options.maximumPublishRate, now)) {
    refuseRate(link, bytes, start, end, now);
  }
  const properties = link.isV5 ? context.properties : undefined;
  let topic: TopicEntry;
  try {
    header.read(bytes, start, end, link.version);
    if (properties) readProperties(properties, header, bytes, start, end);
    topic =
      properties !== undefined && properties.topicAlias !== 0
        ? topicOfAlias(link, properties.topicAlias, bytes, header)
        : topicOf(link, bytes, header.topicStart, header.topicEnd);
  } catch (error) {
    observer.packet(link.number, 0, bytes, start, end, undefined, 0, now, 0);
    throw error;
  }
  const number = ++context.lastMessage;
  observer.packet(link.number, 0, bytes, start, end, topic, 0, now, number);
  if (properties !== undefined && properties.topicAlias !== 0) {
    // An alias is valid for this network connection only: the message goes on without it.
    bytes = frameWithoutAlias(topic, header, properties, bytes, start);
    start = 0;
    end = bytes.length;
    header.read(bytes, start, end, link.version);
    readProperties(properties, header, bytes, start, end);
  }

  const { qos } = header;
  // QoS 0 is delivered and forgotten: one message object serves all.
  const message = qos === 0 ? context.scratch : new Message(topic);
  message.read(topic, header, properties, bytes, start, end, link.isV5, now);
  message.number = number;
  const { packetIdentifier, payloadStart, payloadEnd } = header;

  if (qos === 2 && session.receivedIdentifiers.has(packetIdentifier)) {
    // [MQTT-4.3.3-10] a retry: acknowledged again, not delivered again.
    observer.notAccepted(session.clientIdentifier, number, 'retry', now);
    link.sendAcknowledgement(pubrec, packetIdentifier, 0, now);
    return;
  }
  if (topic.isSystem) {
    counters.publishRefused++;
    observer.notAccepted(session.clientIdentifier, number, 'systemTopic', now);
    const own = "$SYS is the broker's own";
    const { notAuthorized } = ReasonCode;
    const { clientIdentifier } = session;
    const { topicName } = topic;
    observer.refused(link.number, clientIdentifier, 'publish', topicName, notAuthorized, own, now);
    // $SYS is the broker's own: not authorised in v5; v3 can only be acknowledged [3.1.1: MQTT-3.3.5-2].
    acknowledge(link, session, qos, packetIdentifier, ReasonCode.notAuthorized, now);
    return;
  }
  if (session.rules !== undefined) {
    const { isAllowed, text } = session.rules.mayPublish(topic.topicName, topic.levels);
    if (!isAllowed) {
      counters.publishRefused++;
      counters.publishNotAuthorized++;
      const { clientIdentifier } = session;
      const code = ReasonCode.notAuthorized;
      observer.notAccepted(clientIdentifier, number, 'rule', now);
      observer.refused(link.number, clientIdentifier, 'publish', topic.topicName, code, text, now);
      // [3.1.1: MQTT-3.3.5-2] v3 has no word for it. The message is acknowledged as if it had been taken, for a close would
      // make the client come back and try for ever. At QoS 0 it is dropped in all versions.
      acknowledge(link, session, qos, packetIdentifier, code, now);
      return;
    }
  }
  if (
    properties?.payloadFormatIndicator === 1 &&
    !isText(context, bytes, payloadStart, payloadEnd)
  ) {
    observer.notAccepted(session.clientIdentifier, number, 'payloadFormat', now);
    refusePayload(link, session, qos, packetIdentifier, now);
    return;
  }
  if (qos === 2 && session.receivedIdentifiers.size >= receiveMaximumOf(link)) {
    observer.notAccepted(session.clientIdentifier, number, 'receiveMaximum', now);
    throw new PacketError(
      ReasonCode.receiveMaximumExceeded,
      `More than ${context.options.receiveMaximum} messages in flight`,
      'MQTT-3.3.4-7',
    );
  }
  observer.message(topic, bytes, payloadStart, payloadEnd, qos, message.retain, now, number);
  if (context.persistence === undefined) pass(link, session, message, packetIdentifier, now);
  // Stored for all subscribers and acknowledged, or neither.
  else context.whole(() => pass(link, session, message, packetIdentifier, now));
}

/** The message goes to its subscribers, and the client hears of it. */
function pass(
  link: BrokerLink,
  session: Session,
  message: Message,
  packetIdentifier: number,
  now: number,
): void {
  const { qos } = message;
  const matched = publish(link.context, message, session, now);
  // [MQTT-3.3.4-1] nothing, PUBACK or PUBREC.
  if (qos > 0) {
    const reasonCode = matched ? 0 : ReasonCode.noMatchingSubscribers;
    acknowledge(link, session, qos, packetIdentifier, reasonCode, now);
  }
}

function refuseRate(
  link: BrokerLink,
  bytes: Uint8Array,
  start: number,
  end: number,
  now: number,
): never {
  const { counters, observer, options } = link.context;
  counters.publishTooFast++;
  observer.packet(link.number, 0, bytes, start, end, undefined, 0, now, 0);
  throw new PacketError(
    ReasonCode.messageRateTooHigh,
    `More than ${options.maximumPublishRate} messages per second`,
  );
}

/** PUBREL: the client gives its packet identifier free. */
export function handleRelease(
  link: BrokerLink,
  session: Session,
  packetIdentifier: number,
  now: number,
): void {
  const known = session.receivedIdentifiers.delete(packetIdentifier);
  link.context.persistence?.incoming(session, packetIdentifier);
  // [MQTT-4.3.3-11] PUBCOMP with the same packet identifier, which is free now [MQTT-4.3.3-12]; whether the
  // message has expired does not matter [MQTT-4.3.3-13].
  const reasonCode = known ? 0 : ReasonCode.packetIdentifierNotFound;
  link.sendAcknowledgement(0x70, packetIdentifier, reasonCode, now);
}

/** Whether the payload is the UTF-8 that its format indicator tells, as far as it is to be checked. */
function isText(context: BrokerContext, bytes: Uint8Array, start: number, end: number): boolean {
  return !context.options.validatePayloadFormat || findInvalidUtf8(bytes, start, end) < 0;
}

/** Section 3.3.2.3.2: PUBACK or PUBREC 0x99; at QoS 0 nothing but DISCONNECT can tell it. */
function refusePayload(
  link: BrokerLink,
  session: Session,
  qos: number,
  packetIdentifier: number,
  now: number,
): void {
  link.context.counters.payloadFormatInvalid++;
  const { payloadFormatInvalid } = ReasonCode;
  if (qos > 0) acknowledge(link, session, qos, packetIdentifier, payloadFormatInvalid, now);
  else {
    throw new PacketError(
      payloadFormatInvalid,
      'The payload is not UTF-8, which its Payload Format Indicator tells',
    );
  }
}

function topicOf(link: BrokerLink, bytes: Uint8Array, start: number, end: number): TopicEntry {
  const { topics } = link.context;
  const last = link.lastTopic;
  if (last !== undefined && sameTopic(last, bytes, start, end)) {
    return (link.lastTopic = topics.refresh(last));
  }
  if (start === end) {
    // Section 3.3.2.1: an empty topic name only with a topic alias; in v3 it was refused before.
    throw new PacketError(
      ReasonCode.protocolError,
      'The topic name is empty, and there is no topic alias',
    );
  }
  return (link.lastTopic = last
    ? topics.findAfter(last, bytes, start, end)
    : topics.find(bytes, start, end));
}

/** Checks and reads the properties of a v5 PUBLISH. */
function readProperties(
  properties: PublishProperties,
  header: PublishHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (properties.read(bytes, header.propertiesStart, header.propertiesEnd)) return;
  // The decoder tells what is wrong with them.
  const packet = decode(bytes.subarray(start, end), 5);
  if (packet.type === 'publish' && packet.properties?.subscriptionIdentifiers !== undefined) {
    throw new PacketError(
      ReasonCode.protocolError,
      'A client must not send a Subscription Identifier in PUBLISH',
      'MQTT-3.3.4-6',
    );
  }
  throw new Error('The properties of a PUBLISH are refused, but nothing is wrong with them.');
}

/** Sets the alias where the packet has a topic name; otherwise finds the name that it stands for. */
function topicOfAlias(
  link: BrokerLink,
  alias: number,
  bytes: Uint8Array,
  { topicStart, topicEnd }: PublishHeader,
): TopicEntry {
  const { topics, options } = link.context;
  if (alias > options.topicAliasMaximum) {
    // [MQTT-3.3.2-9] not above the Topic Alias Maximum of CONNACK; those up to it are accepted [MQTT-3.3.2-12].
    throw new PacketError(
      ReasonCode.topicAliasInvalid,
      `The topic alias is ${alias}; the broker takes ${options.topicAliasMaximum}.`,
      'MQTT-3.3.2-9',
    );
  }
  if (topicStart < topicEnd) {
    const topic = topicOf(link, bytes, topicStart, topicEnd);
    link.inboundAliases.set(alias, topic);
    return topic;
  }
  const topic = link.inboundAliases.get(alias);
  if (topic) {
    const fresh = topics.refresh(topic);
    if (fresh !== topic) link.inboundAliases.set(alias, fresh);
    return fresh;
  }
  // Section 3.3.2.3.4: an alias that stands for nothing is a Protocol Error.
  throw new PacketError(
    ReasonCode.protocolError,
    `The topic alias ${alias} has not been set on this network connection.`,
  );
}

function acknowledge(
  link: BrokerLink,
  session: Session,
  qos: number,
  packetIdentifier: number,
  reasonCode: number,
  now: number,
): void {
  if (qos === 1) {
    // [MQTT-4.3.2-4] PUBACK with the packet identifier of the PUBLISH; [MQTT-4.3.2-5] then it is free again.
    link.sendAcknowledgement(puback, packetIdentifier, reasonCode, now);
  } else if (qos === 2) {
    // [MQTT-4.3.3-8] PUBREC; the identifier is in use until PUBREL, unless the message is refused [MQTT-4.3.3-9].
    if (reasonCode < 0x80 || !link.isV5) {
      session.receivedIdentifiers.add(packetIdentifier);
      link.context.persistence?.incoming(session, packetIdentifier);
    }
    link.sendAcknowledgement(pubrec, packetIdentifier, reasonCode, now);
  }
}

/** v3 knows no Receive Maximum: all packet identifiers may be in use. */
function receiveMaximumOf(link: BrokerLink): number {
  return link.isV5 ? link.context.options.receiveMaximum : 65_535;
}
