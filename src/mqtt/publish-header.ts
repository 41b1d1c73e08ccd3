import { PacketError } from './errors.ts';
import type { ProtocolVersion, QoS } from './packet.ts';
import { ReasonCode } from './reason-codes.ts';

const { malformedPacket, protocolError, topicNameInvalid } = ReasonCode;

/**
 * Where the parts of a PUBLISH are (MQTT 5.0 section 3.3), for the hot path: read again and again
 * without allocating. All checks of structure are made; what is in the topic name and in the
 * properties is left to others.
 */
export class PublishHeader {
  qos: QoS = 0;
  dup = false;
  retain = false;
  /** The topic name's bytes, after their length. Empty in v5 when a topic alias stands for it. */
  topicStart = 0;
  topicEnd = 0;
  /** 0 when the QoS is 0. */
  packetIdentifier = 0;
  /** The properties after their length; equal when there are none. */
  propertiesStart = 0;
  propertiesEnd = 0;
  payloadStart = 0;
  payloadEnd = 0;

  /**
   * Reads the whole PUBLISH in `bytes[start, end)`. Offsets are of `bytes`.
   * @throws PacketError as decode() does; what was read before is then undefined.
   */
  read(bytes: Uint8Array, start: number, end: number, version: ProtocolVersion): void {
    const first = bytes[start] ?? 0;
    const qos = (first >> 1) & 3;
    this.dup = (first & 8) !== 0;
    this.retain = (first & 1) !== 0;
    // [MQTT-3.3.1-4] not both QoS bits.
    if (qos === 3) refuse(malformedPacket, 'The QoS must not be 3.', 'MQTT-3.3.1-4');
    this.qos = qos as QoS;
    if (this.dup && qos === 0) {
      // [MQTT-3.3.1-2] no DUP with QoS 0.
      refuse(malformedPacket, 'DUP is set although the QoS is 0.', 'MQTT-3.3.1-2');
    }

    let offset = this.#skipRemainingLength(bytes, start, end);
    if (offset + 2 > end) refuse(malformedPacket, 'The Topic Name is cut off.');
    const topicLength = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    this.topicStart = offset += 2;
    this.topicEnd = offset += topicLength;
    if (offset > end) refuse(malformedPacket, 'The Topic Name is cut off.');
    if (topicLength === 0 && version !== 5) {
      // [MQTT-4.7.3-1] at least one character.
      refuse(topicNameInvalid, 'The topic name is empty.', 'MQTT-4.7.3-1');
    }

    this.packetIdentifier = 0;
    if (qos > 0) {
      if (offset + 2 > end) refuse(malformedPacket, 'The Packet Identifier is cut off.');
      this.packetIdentifier = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
      offset += 2;
      if (this.packetIdentifier === 0) {
        // [MQTT-2.2.1-3] a packet identifier is not 0; [MQTT-2.2.1-2] at QoS 0 there is none.
        refuse(protocolError, 'The Packet Identifier must not be 0.', 'MQTT-2.2.1-3');
      }
    }

    if (version === 5) offset = this.#readPropertyLength(bytes, offset, end);
    else this.propertiesStart = this.propertiesEnd = offset;
    if (topicLength === 0 && this.propertiesStart === this.propertiesEnd) {
      refuse(protocolError, 'The topic name is empty, and there is no Topic Alias.');
    }
    this.payloadStart = offset;
    this.payloadEnd = end;
  }

  #skipRemainingLength(bytes: Uint8Array, start: number, end: number): number {
    let offset = start + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) refuse(malformedPacket, 'Remaining Length has more than four bytes.');
      if (offset >= end) refuse(malformedPacket, 'Remaining Length is cut off.');
      const byte = bytes[offset++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === 0 && shift > 0) refuseLength('Remaining Length');
      break;
    }
    if (offset + length !== end) {
      refuse(malformedPacket, 'Remaining Length is not the length of what follows.');
    }
    return offset;
  }

  #readPropertyLength(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) refuse(malformedPacket, 'Property Length has more than four bytes.');
      if (offset >= end) refuse(malformedPacket, 'Property Length is cut off.');
      const byte = bytes[offset++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === 0 && shift > 0) refuseLength('Property Length');
      break;
    }
    this.propertiesStart = offset;
    this.propertiesEnd = offset + length;
    if (offset + length > end) refuse(malformedPacket, 'The Properties are cut off.');
    return offset + length;
  }
}

function refuse(reasonCode: number, message: string, statement?: string): never {
  throw new PacketError(reasonCode, message, statement);
}

function refuseLength(label: string): never {
  // [MQTT-1.5.5-1] the fewest bytes that hold the value.
  refuse(malformedPacket, `${label} takes more bytes than it needs.`, 'MQTT-1.5.5-1');
}
