import type { ProtocolVersion, PublishPacket } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import { topicNameProblem } from '../topics.ts';
import type { Writer } from '../writer.ts';
import { asQoS, readPacketIdentifier } from './common.ts';

/** PUBLISH, section 3.3. `flags` are bits 3 to 0 of the first byte. */
export function decodePublish(
  reader: Reader,
  flags: number,
  version: ProtocolVersion,
): PublishPacket {
  const { trace } = reader;
  const qos = (flags >> 1) & 3;
  const dup = (flags & 8) !== 0;
  if (qos === 3) {
    // [MQTT-3.3.1-4] not both QoS bits.
    reader.violation(ReasonCode.malformedPacket, 'The QoS must not be 3.', 'MQTT-3.3.1-4', 0, 1);
  } else if (dup && qos === 0) {
    // [MQTT-3.3.1-2] no DUP with QoS 0.
    const message = 'DUP is set although the QoS is 0.';
    reader.violation(ReasonCode.malformedPacket, message, 'MQTT-3.3.1-2', 0, 1);
  }
  trace?.open('Variable header', reader.offset, '3.3.2');
  const topicStart = reader.offset;
  // [MQTT-3.3.2-1] the topic name is first, a UTF-8 string.
  const topicName = reader.utf8String('Topic Name', '3.3.2.1');
  const topicEnd = reader.offset;
  const packet: PublishPacket = {
    type: 'publish',
    topicName,
    payload: noBytes,
    qos: asQoS(qos),
    dup,
    retain: (flags & 1) !== 0,
  };
  if (qos > 0) packet.packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-3');
  if (version === 5) {
    const properties = readProperties(reader, 'publish', '3.3.2.3');
    if (properties) packet.properties = properties;
  }
  trace?.close(reader.offset);
  checkTopicName(reader, packet, version, topicStart, topicEnd);
  const payloadStart = reader.offset;
  packet.payload = reader.rest();
  trace?.payload(payloadStart, reader.offset);
  return packet;
}

const noBytes = new Uint8Array(0);

function checkTopicName(
  reader: Reader,
  { topicName, properties }: PublishPacket,
  version: ProtocolVersion,
  start: number,
  end: number,
): void {
  if (topicName === '' && version === 5) {
    if (properties?.topicAlias !== undefined) return;
    // Section 3.3.2.1: a Protocol Error.
    const message = 'The topic name is empty, and there is no Topic Alias.';
    reader.violation(ReasonCode.protocolError, message, undefined, start, end);
    return;
  }
  // [MQTT-3.3.2-2] no wildcards in the topic name.
  const problem = topicNameProblem(topicName);
  if (!problem) return;
  const statement = problem.statement === 'MQTT-4.7.0-1' ? 'MQTT-3.3.2-2' : problem.statement;
  reader.violation(ReasonCode.topicNameInvalid, problem.message, statement, start, end);
}

export function publishFlags({ dup, qos, retain }: PublishPacket): number {
  return (dup ? 8 : 0) | ((qos & 3) << 1) | (retain ? 1 : 0);
}

export function encodePublish(
  writer: Writer,
  packet: PublishPacket,
  version: ProtocolVersion,
): void {
  writer.utf8String(packet.topicName);
  if (packet.qos > 0) writer.twoByteInteger(packet.packetIdentifier ?? 0);
  if (version === 5) writeProperties(writer, packet.properties);
  writer.raw(packet.payload);
}
