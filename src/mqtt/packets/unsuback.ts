import type { ProtocolVersion, UnsubackPacket } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readPacketIdentifier, readReasonCode } from './common.ts';

/** UNSUBACK, section 3.11. In MQTT 3.1 and 3.1.1 it has no payload. */
export function decodeUnsuback(reader: Reader, version: ProtocolVersion): UnsubackPacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.11.2');
  const packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-6');
  const properties = version === 5 ? readProperties(reader, 'unsuback', '3.11.2.1') : undefined;
  trace?.close(reader.offset);

  const reasonCodes: number[] = [];
  if (version === 5) {
    const start = reader.offset;
    trace?.open('Payload', start, '3.11.3');
    while (reader.remaining > 0) {
      // [MQTT-3.11.3-2] one of the unsubscribe reason codes for each topic filter.
      reasonCodes.push(readReasonCode(reader, 'unsuback', '3.11.3', 'MQTT-3.11.3-2'));
    }
    trace?.close(reader.offset);
    if (reasonCodes.length === 0) {
      const message = 'There is no reason code.';
      reader.violation(ReasonCode.protocolError, message, 'MQTT-3.11.3-2', start);
    }
  }
  return { type: 'unsuback', packetIdentifier, reasonCodes, ...(properties ? { properties } : {}) };
}

export function encodeUnsuback(
  writer: Writer,
  packet: UnsubackPacket,
  version: ProtocolVersion,
): void {
  writer.twoByteInteger(packet.packetIdentifier);
  if (version !== 5) return;
  writeProperties(writer, packet.properties);
  for (const code of packet.reasonCodes) writer.byte(code);
}
