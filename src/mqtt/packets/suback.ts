import type { ProtocolVersion, SubackPacket } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readPacketIdentifier, readReasonCode } from './common.ts';

/** SUBACK, section 3.9. */
export function decodeSuback(reader: Reader, version: ProtocolVersion): SubackPacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.9.2');
  const packetIdentifier = readPacketIdentifier(reader, 'MQTT-2.2.1-6');
  const properties = version === 5 ? readProperties(reader, 'suback', '3.9.2.1') : undefined;
  trace?.close(reader.offset);

  const start = reader.offset;
  trace?.open('Payload', start, '3.9.3');
  const reasonCodes: number[] = [];
  while (reader.remaining > 0) {
    reasonCodes.push(
      // [MQTT-3.9.3-2] one of the subscribe reason codes.
      version === 5
        ? readReasonCode(reader, 'suback', '3.9.3', 'MQTT-3.9.3-2')
        : readReturnCode(reader),
    );
  }
  trace?.close(reader.offset);
  if (reasonCodes.length === 0) {
    // [MQTT-3.8.4-6] one for each topic filter, of which there is at least one.
    const message = 'There is no reason code.';
    reader.violation(ReasonCode.protocolError, message, 'MQTT-3.8.4-6', start);
  }
  return { type: 'suback', packetIdentifier, reasonCodes, ...(properties ? { properties } : {}) };
}

/** MQTT 3.1.1 section 3.9.3: 0, 1, 2 or 0x80. */
function readReturnCode(reader: Reader): number {
  const code = reader.byte('Return Code', '3.9.3');
  const isGranted = code <= 2;
  reader.trace?.meaning(isGranted ? `Granted QoS ${code}` : code === 0x80 ? 'Failure' : 'Reserved');
  if (!isGranted && code !== 0x80) {
    const message = `${code} is not a return code of SUBACK.`;
    reader.violation(ReasonCode.protocolError, message, 'MQTT-3.9.3-2', reader.offset - 1);
  }
  return code;
}

export function encodeSuback(writer: Writer, packet: SubackPacket, version: ProtocolVersion): void {
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const code of packet.reasonCodes) writer.byte(code);
}
