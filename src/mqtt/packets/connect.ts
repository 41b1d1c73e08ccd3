import { PacketError } from '../errors.ts';
import { keepAliveMeaning, protocolVersionMeaning, qosMeaning } from '../meanings.ts';
import type { ConnectPacket, ProtocolVersion, Will } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import { topicNameProblem } from '../topics.ts';
import type { Writer } from '../writer.ts';
import { asQoS } from './common.ts';

const bridgeBit = 0x80;
const bits = {
  userName: 0x80,
  password: 0x40,
  willRetain: 0x20,
  will: 0x04,
  cleanStart: 0x02,
  reserved: 0x01,
} as const;

/** CONNECT, section 3.1. It tells its version itself. */
export function decodeConnect(reader: Reader): ConnectPacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.1.2');
  const protocolName = readProtocolName(reader);
  const { protocolVersion, bridge } = readProtocolVersion(reader, protocolName);
  const flags = readFlags(reader, protocolVersion);
  const keepAlive = reader.twoByteInteger('Keep Alive', '3.1.2.10');
  trace?.meaning(keepAliveMeaning(keepAlive));
  const properties =
    protocolVersion === 5 ? readProperties(reader, 'connect', '3.1.2.11') : undefined;
  trace?.close(reader.offset);

  // [MQTT-3.1.3-1] these fields, in this order, as the flags say.
  trace?.open('Payload', reader.offset, '3.1.3');
  // [MQTT-3.1.3-3] [MQTT-3.1.3-4] the client identifier is first, a UTF-8 string.
  const clientIdentifier = reader.utf8String('Client Identifier', '3.1.3.1');
  const packet: ConnectPacket = {
    type: 'connect',
    protocolName,
    protocolVersion,
    cleanStart: (flags & bits.cleanStart) !== 0,
    keepAlive,
    clientIdentifier,
  };
  if (bridge) packet.bridge = true;
  if (properties) packet.properties = properties;
  if ((flags & bits.will) !== 0) packet.will = readWill(reader, flags, protocolVersion);
  // [3.1: MQTT-3.1-4] [3.1: MQTT-3.1-5] MQTT 3.1 lets a sender set these two flags and end the packet before the fields.
  const mayEnd = protocolVersion === 3;
  if ((flags & bits.userName) !== 0 && !(mayEnd && reader.remaining === 0)) {
    // [MQTT-3.1.2-17] [MQTT-3.1.3-12] the user name follows, a UTF-8 string.
    packet.userName = reader.utf8String('User Name', '3.1.3.5');
  }
  if ((flags & bits.password) !== 0 && !(mayEnd && reader.remaining === 0)) {
    // [MQTT-3.1.2-19] the password follows.
    packet.password = reader.binaryData('Password', '3.1.3.6');
  }
  trace?.close(reader.offset);
  return packet;
}

function readProtocolName(reader: Reader): string {
  const start = reader.offset;
  const name = reader.utf8String('Protocol Name', '3.1.2.1');
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    // [MQTT-3.1.2-1] [3.1: MQTT-3.1-1] the protocol name is MQTT (MQIsdp in 3.1).
    throw new PacketError(
      ReasonCode.unsupportedProtocolVersion,
      "The Protocol Name is neither 'MQTT' nor 'MQIsdp'.",
      'MQTT-3.1.2-1',
      start,
      reader.offset,
    );
  }
  return name;
}

function readProtocolVersion(
  reader: Reader,
  protocolName: string,
): { protocolVersion: ProtocolVersion; bridge: boolean } {
  const byte = reader.byte('Protocol Version', '3.1.2.2');
  const level = byte & ~bridgeBit;
  const bridge = (byte & bridgeBit) !== 0 && level !== 5;
  reader.trace?.meaning(
    `${protocolVersionMeaning(bridge ? level : byte)}${bridge ? ', a bridge' : ''}`,
  );
  const isNamed = protocolName === 'MQIsdp' ? level === 3 : level === 4 || byte === 5;
  if (!isNamed) {
    // [MQTT-3.1.2-2] a version that is not supported.
    throw new PacketError(
      ReasonCode.unsupportedProtocolVersion,
      `Protocol Version ${byte} of '${protocolName}' is not supported.`,
      'MQTT-3.1.2-2',
      reader.offset - 1,
      reader.offset,
    );
  }
  if (reader.trace) reader.trace.version = level as ProtocolVersion;
  return { protocolVersion: level as ProtocolVersion, bridge };
}

function readFlags(reader: Reader, version: ProtocolVersion): number {
  const at = reader.offset;
  const { trace } = reader;
  trace?.open('Connect Flags', at, '3.1.2.3');
  const flags = reader.byteQuietly('Connect Flags');
  const willQoS = (flags >> 3) & 3;
  const hasWill = (flags & bits.will) !== 0;
  if (trace) {
    trace.bits('User Name Flag', at, [7, 7], (flags & bits.userName) !== 0, undefined, '3.1.2.8');
    trace.bits('Password Flag', at, [6, 6], (flags & bits.password) !== 0, undefined, '3.1.2.9');
    trace.bits('Will Retain', at, [5, 5], (flags & bits.willRetain) !== 0, undefined, '3.1.2.7');
    trace.bits('Will QoS', at, [4, 3], willQoS, qosMeaning(willQoS), '3.1.2.6');
    trace.bits('Will Flag', at, [2, 2], hasWill, undefined, '3.1.2.5');
    const cleanLabel = version === 5 ? 'Clean Start' : 'Clean Session';
    trace.bits(cleanLabel, at, [1, 1], (flags & bits.cleanStart) !== 0, undefined, '3.1.2.4');
    trace.bits('Reserved', at, [0, 0], flags & bits.reserved, undefined, '3.1.2.3');
    trace.close(reader.offset);
  }
  const malformed = (message: string, statement?: string): void =>
    reader.violation(ReasonCode.malformedPacket, message, statement, at);
  // [MQTT-3.1.2-12] a will QoS is 0, 1 or 2.
  if (willQoS === 3) malformed('The Will QoS must not be 3.', 'MQTT-3.1.2-12');
  // MQTT 3.1 gives the bits below no rules: not used.
  if (version === 3) return flags;
  // [MQTT-3.1.2-3] the reserved flag is 0.
  if ((flags & bits.reserved) !== 0) malformed('Bit 0 of Connect Flags is set.', 'MQTT-3.1.2-3');
  if (!hasWill) {
    // [MQTT-3.1.2-11] without a will its QoS is 0.
    if (willQoS !== 0) malformed('There is a Will QoS without a will.', 'MQTT-3.1.2-11');
    // [MQTT-3.1.2-13] without a will its retain flag is 0.
    if ((flags & bits.willRetain) !== 0) {
      malformed('Will Retain is set without a will.', 'MQTT-3.1.2-13');
    }
  }
  // [3.1.1: MQTT-3.1.2-22] no password without a user name. MQTT 5 allows it.
  if (version === 4 && (flags & bits.password) !== 0 && (flags & bits.userName) === 0) {
    malformed('There is a Password without a User Name.');
  }
  return flags;
}

function readWill(reader: Reader, flags: number, version: ProtocolVersion): Will {
  // [MQTT-3.1.2-9] will properties, topic and payload are there.
  const properties = version === 5 ? readProperties(reader, 'will', '3.1.3.2') : undefined;
  const start = reader.offset;
  // [MQTT-3.1.3-11] the will topic is a UTF-8 string.
  const topicName = reader.utf8String('Will Topic', '3.1.3.3');
  const problem = topicNameProblem(topicName);
  if (problem) {
    const message = `Will Topic: ${problem.message}`;
    reader.violation(ReasonCode.topicNameInvalid, message, problem.statement, start);
  }
  const payload = reader.binaryData('Will Payload', '3.1.3.4');
  return {
    topicName,
    payload,
    qos: asQoS((flags >> 3) & 3),
    retain: (flags & bits.willRetain) !== 0,
    ...(properties ? { properties } : {}),
  };
}

export function encodeConnect(writer: Writer, packet: ConnectPacket): void {
  const { protocolVersion: version, will, userName, password } = packet;
  writer.utf8String(packet.protocolName ?? (version === 3 ? 'MQIsdp' : 'MQTT'));
  writer.byte(version | (packet.bridge === true ? bridgeBit : 0));
  let flags = packet.cleanStart ? bits.cleanStart : 0;
  if (will) flags |= bits.will | ((will.qos & 3) << 3) | (will.retain ? bits.willRetain : 0);
  if (userName !== undefined) flags |= bits.userName;
  if (password !== undefined) flags |= bits.password;
  writer.byte(flags);
  writer.twoByteInteger(packet.keepAlive);
  if (version === 5) writeProperties(writer, packet.properties);
  writer.utf8String(packet.clientIdentifier);
  if (will) {
    if (version === 5) writeProperties(writer, will.properties);
    writer.utf8String(will.topicName);
    writer.binaryData(will.payload);
  }
  if (userName !== undefined) writer.utf8String(userName);
  if (password !== undefined) writer.binaryData(password);
}
