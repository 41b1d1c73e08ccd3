import { qosMeaning, retainHandlingMeaning } from '../meanings.ts';
import type { ProtocolVersion, SubscribePacket, Subscription } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import { parseSharedSubscription } from '../topics.ts';
import type { Writer } from '../writer.ts';
import { asQoS, readPacketIdentifier, readTopicFilter } from './common.ts';

/** SUBSCRIBE, section 3.8. */
export function decodeSubscribe(reader: Reader, version: ProtocolVersion): SubscribePacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.8.2');
  const packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-3');
  const properties = version === 5 ? readProperties(reader, 'subscribe', '3.8.2.1') : undefined;
  trace?.close(reader.offset);

  const payloadStart = reader.offset;
  trace?.open('Payload', payloadStart, '3.8.3');
  const subscriptions: Subscription[] = [];
  while (reader.remaining > 0) subscriptions.push(readSubscription(reader, version));
  trace?.close(reader.offset);
  if (subscriptions.length === 0) {
    // [MQTT-3.8.3-2] at least one topic filter.
    const message = 'There is no topic filter.';
    reader.violation(ReasonCode.protocolError, message, 'MQTT-3.8.3-2', payloadStart);
  }
  return {
    type: 'subscribe',
    packetIdentifier,
    subscriptions,
    ...(properties ? { properties } : {}),
  };
}

function readSubscription(reader: Reader, version: ProtocolVersion): Subscription {
  const { trace } = reader;
  trace?.open('Subscription', reader.offset, '3.8.3');
  // [MQTT-3.8.3-1] a UTF-8 string.
  const topicFilter = readTopicFilter(reader, version, '3.8.3');
  const at = reader.offset;
  const label = version === 5 ? 'Subscription Options' : 'Requested QoS';
  trace?.open(label, at, '3.8.3.1');
  const options = reader.byteQuietly(label);
  const qos = options & 3;
  const isV5 = version === 5;
  const noLocal = isV5 && (options & 0x04) !== 0;
  const retainAsPublished = isV5 && (options & 0x08) !== 0;
  const retainHandling = isV5 ? (options >> 4) & 3 : 0;
  const reserved = isV5 ? options >> 6 : options >> 2;
  if (trace) {
    trace.bits('Reserved', at, [7, isV5 ? 6 : 2], reserved);
    if (isV5) {
      const meaning = retainHandlingMeaning(retainHandling);
      trace.bits('Retain Handling', at, [5, 4], retainHandling, meaning, '3.8.3.1');
      trace.bits('Retain As Published', at, [3, 3], retainAsPublished, undefined, '3.8.3.1');
      trace.bits('No Local', at, [2, 2], noLocal, undefined, '3.8.3.1');
    }
    trace.bits('Maximum QoS', at, [1, 0], qos, qosMeaning(qos), '3.8.3.1');
    trace.close(reader.offset);
    trace.close(reader.offset);
  }
  const { malformedPacket, protocolError } = ReasonCode;
  if (reserved !== 0) {
    // [MQTT-3.8.3-5] reserved bits are 0.
    reader.violation(malformedPacket, `Reserved bits of ${label} are set.`, 'MQTT-3.8.3-5', at);
  }
  // Section 3.8.3.1: both are Protocol Errors.
  if (qos === 3) reader.violation(protocolError, 'The QoS must not be 3.', undefined, at);
  if (retainHandling === 3) {
    reader.violation(protocolError, 'Retain Handling must not be 3.', undefined, at);
  }
  if (noLocal && parseSharedSubscription(topicFilter)) {
    // [MQTT-3.8.3-4] no No Local on a shared subscription.
    const message = 'No Local is set on a shared subscription.';
    reader.violation(protocolError, message, 'MQTT-3.8.3-4', at);
  }
  return {
    topicFilter,
    qos: asQoS(qos),
    noLocal,
    retainAsPublished,
    retainHandling: retainHandling as Subscription['retainHandling'],
  };
}

export function encodeSubscribe(
  writer: Writer,
  packet: SubscribePacket,
  version: ProtocolVersion,
): void {
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const subscription of packet.subscriptions) {
    writer.utf8String(subscription.topicFilter);
    let options = subscription.qos & 3;
    if (version === 5) {
      if (subscription.noLocal) options |= 0x04;
      if (subscription.retainAsPublished) options |= 0x08;
      options |= (subscription.retainHandling & 3) << 4;
    }
    writer.byte(options);
  }
}
