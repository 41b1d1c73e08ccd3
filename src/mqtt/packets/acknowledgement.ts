import type { AcknowledgementPacket, ProtocolVersion } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readPacketIdentifier, readReasonCode } from './common.ts';

type AcknowledgementType = AcknowledgementPacket['type'];

/** Where each is defined, and the statement that binds it to its reason codes. */
const definitions: Readonly<Record<AcknowledgementType, { section: string; statement: string }>> = {
  puback: { section: '3.4.2', statement: 'MQTT-3.4.2-1' },
  pubrec: { section: '3.5.2', statement: 'MQTT-3.5.2-1' },
  pubrel: { section: '3.6.2', statement: 'MQTT-3.6.2-1' },
  pubcomp: { section: '3.7.2', statement: 'MQTT-3.7.2-1' },
};

/** PUBACK, PUBREC, PUBREL and PUBCOMP, sections 3.4 to 3.7. */
export function decodeAcknowledgement(
  reader: Reader,
  type: AcknowledgementType,
  version: ProtocolVersion,
): AcknowledgementPacket {
  const { trace } = reader;
  const { section, statement } = definitions[type];
  trace?.open('Variable header', reader.offset, section);
  const packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-5');
  const packet: AcknowledgementPacket = { type, packetIdentifier, reasonCode: ReasonCode.success };
  if (version === 5 && reader.remaining > 0) {
    // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] one of the packet's reason codes.
    packet.reasonCode = readReasonCode(reader, type, `${section}.1`, statement);
    if (reader.remaining > 0) {
      const properties = readProperties(reader, type, `${section}.2`);
      if (properties) packet.properties = properties;
    }
  }
  trace?.close(reader.offset);
  return packet;
}

export function encodeAcknowledgement(
  writer: Writer,
  packet: AcknowledgementPacket,
  version: ProtocolVersion,
): void {
  writer.twoByteInteger(packet.packetIdentifier);
  if (version !== 5) return;
  if (packet.properties) {
    writer.byte(packet.reasonCode);
    writeProperties(writer, packet.properties);
  } else if (packet.reasonCode !== 0) writer.byte(packet.reasonCode);
}
