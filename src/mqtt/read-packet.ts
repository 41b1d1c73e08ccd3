import { qosMeaning } from './meanings.ts';
import { decodeAcknowledgement } from './packets/acknowledgement.ts';
import { decodeAuth } from './packets/auth.ts';
import { decodeConnack } from './packets/connack.ts';
import { decodeConnect } from './packets/connect.ts';
import { decodeDisconnect } from './packets/disconnect.ts';
import { decodePublish } from './packets/publish.ts';
import { decodeSuback } from './packets/suback.ts';
import { decodeSubscribe } from './packets/subscribe.ts';
import { decodeUnsuback } from './packets/unsuback.ts';
import { decodeUnsubscribe } from './packets/unsubscribe.ts';
import { PacketType, type ControlPacket, type ProtocolVersion } from './packet.ts';
import { packetTypes, packetTypeName } from './packet-types.ts';
import { ReasonCode } from './reason-codes.ts';
import type { Reader } from './reader.ts';

const { malformedPacket } = ReasonCode;

/**
 * Reads one whole packet, from its first byte to the end of the reader: what decode() and
 * inspect() share.
 */
export function readPacket(reader: Reader, version: ProtocolVersion): ControlPacket {
  const { trace } = reader;
  trace?.open('Fixed header', 0, '2.1');
  const first = reader.byteQuietly('Fixed header');
  const type = first >> 4;
  const flags = first & 0x0f;
  trace?.bits('Packet Type', 0, [7, 4], type, packetTypeName(type), '2.1.2');
  if (trace) traceFlags(reader, type, flags, version);
  const definition = packetTypes[type];
  // Table 2-1: 0 is reserved; in MQTT 3.1 and 3.1.1 also 15.
  if (!definition || (type === PacketType.auth && version !== 5)) {
    reader.fail(malformedPacket, `${type} is not a packet type.`, undefined, 0, 1);
  }
  if (type !== PacketType.publish && flags !== definition.flags) {
    // [3.1: MQTT-3.6-1] MQTT 3.1 has DUP for the packets that it may send again.
    const isRepeated = version === 3 && definition.flags !== 0 && flags === (definition.flags | 8);
    // [MQTT-2.1.3-1] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
    if (!isRepeated) {
      const message = `The reserved flags are ${flags}; they must be ${definition.flags}.`;
      reader.violation(malformedPacket, message, definition.flagsStatement, 0, 1);
    }
  }
  const lengthStart = reader.offset;
  const length = reader.variableByteInteger('Remaining Length', '2.1.4');
  trace?.close(reader.offset);
  if (length > reader.remaining) {
    const message = `The packet is cut off: ${length} bytes should follow, ${reader.remaining} do.`;
    if (!trace) reader.fail(malformedPacket, message, undefined, lengthStart);
    // The tree shows what is there; reading it meets the end and fails.
    reader.violation(malformedPacket, message, undefined, lengthStart);
  } else if (length < reader.remaining) {
    const end = reader.offset + length;
    const message = `${reader.remaining - length} bytes follow the packet.`;
    reader.violation(malformedPacket, message, undefined, end, reader.end);
    reader.end = end;
  }
  const packet = readBody(reader, type as PacketType, flags, version);
  if (reader.remaining > 0) {
    const message = `${reader.remaining} bytes are left over at the end of the packet.`;
    reader.violation(malformedPacket, message, undefined, reader.offset, reader.end);
    trace?.leaf('Unexpected', reader.offset, reader.end, reader.rest());
  }
  return packet;
}

function readBody(
  reader: Reader,
  type: PacketType,
  flags: number,
  version: ProtocolVersion,
): ControlPacket {
  switch (type) {
    case PacketType.publish:
      return decodePublish(reader, flags, version);
    case PacketType.puback:
      return decodeAcknowledgement(reader, 'puback', version);
    case PacketType.pubrec:
      return decodeAcknowledgement(reader, 'pubrec', version);
    case PacketType.pubrel:
      return decodeAcknowledgement(reader, 'pubrel', version);
    case PacketType.pubcomp:
      return decodeAcknowledgement(reader, 'pubcomp', version);
    case PacketType.connect:
      return decodeConnect(reader);
    case PacketType.connack:
      return decodeConnack(reader, version);
    case PacketType.subscribe:
      return decodeSubscribe(reader, version);
    case PacketType.suback:
      return decodeSuback(reader, version);
    case PacketType.unsubscribe:
      return decodeUnsubscribe(reader, version);
    case PacketType.unsuback:
      return decodeUnsuback(reader, version);
    case PacketType.pingreq:
      return { type: 'pingreq' };
    case PacketType.pingresp:
      return { type: 'pingresp' };
    case PacketType.disconnect:
      return decodeDisconnect(reader, version);
    case PacketType.auth:
      return decodeAuth(reader);
  }
}

function traceFlags({ trace }: Reader, type: number, flags: number, version: number): void {
  const isPublish = type === PacketType.publish;
  // MQTT 3.1, 3.6, 3.8 and 3.10: what may be sent again has DUP and a QoS there, too.
  const isRepeatable = version === 3 && (packetTypes[type]?.flags ?? 0) !== 0;
  if (!isPublish && !isRepeatable) {
    trace?.bits('Reserved', 0, [3, 0], flags, undefined, '2.1.3');
    return;
  }
  const qos = (flags >> 1) & 3;
  trace?.bits('DUP', 0, [3, 3], (flags & 8) !== 0, undefined, '3.3.1.1');
  trace?.bits('QoS', 0, [2, 1], qos, qosMeaning(qos), '3.3.1.2');
  if (isPublish) trace?.bits('RETAIN', 0, [0, 0], (flags & 1) !== 0, undefined, '3.3.1.3');
  else trace?.bits('Reserved', 0, [0, 0], flags & 1, undefined, '2.1.3');
}
