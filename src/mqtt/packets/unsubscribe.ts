import type { ProtocolVersion, UnsubscribePacket } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readPacketIdentifier, readTopicFilter } from './common.ts';

/** UNSUBSCRIBE, section 3.10. */
export function decodeUnsubscribe(reader: Reader, version: ProtocolVersion): UnsubscribePacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.10.2');
  const packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-3');
  const properties = version === 5 ? readProperties(reader, 'unsubscribe', '3.10.2.1') : undefined;
  trace?.close(reader.offset);

  const start = reader.offset;
  trace?.open('Payload', start, '3.10.3');
  const topicFilters: string[] = [];
  // [MQTT-3.10.3-1] UTF-8 strings.
  while (reader.remaining > 0) topicFilters.push(readTopicFilter(reader, version, '3.10.3'));
  trace?.close(reader.offset);
  if (topicFilters.length === 0) {
    // [MQTT-3.10.3-2] at least one topic filter.
    const message = 'There is no topic filter.';
    reader.violation(ReasonCode.protocolError, message, 'MQTT-3.10.3-2', start);
  }
  return {
    type: 'unsubscribe',
    packetIdentifier,
    topicFilters,
    ...(properties ? { properties } : {}),
  };
}

export function encodeUnsubscribe(
  writer: Writer,
  packet: UnsubscribePacket,
  version: ProtocolVersion,
): void {
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const topicFilter of packet.topicFilters) writer.utf8String(topicFilter);
}
