import type { PacketTypeName, ProtocolVersion, QoS } from '../packet.ts';
import { hexCode, mayCarry, ReasonCode, reasonName } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import { topicFilterProblem } from '../topics.ts';

/** Reads a packet identifier, which is never 0; `statement` says so for the packet. */
export function readPacketIdentifier(reader: Reader, statement: string): number {
  const value = reader.twoByteInteger('Packet Identifier', '2.2.1');
  if (value === 0) {
    // [MQTT-2.2.1-3] a packet identifier is not 0.
    const message = 'The Packet Identifier must not be 0.';
    reader.violation(ReasonCode.protocolError, message, statement, reader.offset - 2);
  }
  return value;
}

/** Reads a v5 reason code; `statement` is the one that binds the packet to its reason codes. */
export function readReasonCode(
  reader: Reader,
  packetType: PacketTypeName,
  section: string,
  statement: string,
): number {
  const code = reader.byte('Reason Code', section);
  reader.trace?.meaning(reasonMeaning(code, packetType));
  if (!mayCarry(packetType, code)) {
    const message = `${hexCode(code)} is not a reason code of ${packetType.toUpperCase()}.`;
    reader.violation(ReasonCode.protocolError, message, statement, reader.offset - 1);
  }
  return code;
}

/** `0x8F Topic Filter invalid`. */
export function reasonMeaning(code: number, packetType: PacketTypeName): string {
  return `${hexCode(code)} ${reasonName(code, packetType)}`;
}

/** Reads a topic filter of SUBSCRIBE or UNSUBSCRIBE and checks its syntax. */
export function readTopicFilter(reader: Reader, version: ProtocolVersion, section: string): string {
  const start = reader.offset;
  const filter = reader.utf8String('Topic Filter', section);
  // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-4.8.2-1] [MQTT-4.8.2-2] in topics.ts.
  const problem = topicFilterProblem(filter, version === 5);
  if (problem) {
    reader.violation(ReasonCode.topicFilterInvalid, problem.message, problem.statement, start);
  }
  return filter;
}

/** The three legal values as their type; 3 is kept so that the field tree and errors can show it. */
export function asQoS(value: number): QoS {
  return value as QoS;
}
