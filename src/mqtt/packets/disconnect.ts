import type { DisconnectPacket, ProtocolVersion } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readReasonCode } from './common.ts';

/** DISCONNECT, section 3.14. Nothing follows the fixed header in MQTT 3.1 and 3.1.1. */
export function decodeDisconnect(reader: Reader, version: ProtocolVersion): DisconnectPacket {
  const packet: DisconnectPacket = {
    type: 'disconnect',
    reasonCode: ReasonCode.normalDisconnection,
  };
  if (version !== 5 || reader.remaining === 0) return packet;
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.14.2');
  // [MQTT-3.14.2-1] one of the DISCONNECT reason codes.
  packet.reasonCode = readReasonCode(reader, 'disconnect', '3.14.2.1', 'MQTT-3.14.2-1');
  if (reader.remaining > 0) {
    const properties = readProperties(reader, 'disconnect', '3.14.2.2');
    if (properties) packet.properties = properties;
  }
  trace?.close(reader.offset);
  return packet;
}

export function encodeDisconnect(
  writer: Writer,
  packet: DisconnectPacket,
  version: ProtocolVersion,
): void {
  if (version !== 5) return;
  if (packet.properties) {
    writer.byte(packet.reasonCode);
    writeProperties(writer, packet.properties);
  } else if (packet.reasonCode !== 0) writer.byte(packet.reasonCode);
}
