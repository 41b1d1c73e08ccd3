import type { ConnackPacket, ProtocolVersion } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { isReturnCode, ReasonCode, returnCodeName } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readReasonCode } from './common.ts';

/** CONNACK, section 3.2. */
export function decodeConnack(reader: Reader, version: ProtocolVersion): ConnackPacket {
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.2.2');
  const at = reader.offset;
  trace?.open('Connect Acknowledge Flags', at, '3.2.2.1');
  const flags = reader.byteQuietly('Connect Acknowledge Flags');
  const sessionPresent = (flags & 1) !== 0;
  trace?.bits('Reserved', at, [7, 1], flags >> 1, undefined, '3.2.2.1');
  trace?.bits('Session Present', at, [0, 0], sessionPresent, undefined, '3.2.2.1.1');
  trace?.close(reader.offset);
  // [MQTT-3.2.2-1] bits 7 to 1 are 0. MQTT 3.1 does not use the byte.
  if (version !== 3 && flags > 1) {
    const message = 'Reserved bits of Connect Acknowledge Flags are set.';
    reader.violation(ReasonCode.malformedPacket, message, 'MQTT-3.2.2-1', at);
  }
  const reasonCode =
    version === 5
      ? readReasonCode(reader, 'connack', '3.2.2.2', 'MQTT-3.2.2-8')
      : readReturnCode(reader);
  // [MQTT-3.2.2-6] a refusal has no session present.
  if (version !== 3 && sessionPresent && reasonCode !== 0) {
    const message = 'Session Present is set although the connection is refused.';
    reader.violation(ReasonCode.protocolError, message, 'MQTT-3.2.2-6', at);
  }
  const properties = version === 5 ? readProperties(reader, 'connack', '3.2.2.3') : undefined;
  trace?.close(reader.offset);
  return { type: 'connack', sessionPresent, reasonCode, ...(properties ? { properties } : {}) };
}

function readReturnCode(reader: Reader): number {
  const code = reader.byte('Connect Return Code', '3.2.2.2');
  reader.trace?.meaning(returnCodeName(code));
  if (!isReturnCode(code)) {
    // MQTT 3.1.1 table 3.1: 6 to 255 are reserved.
    const message = `${code} is not a return code of CONNACK.`;
    reader.violation(ReasonCode.protocolError, message, undefined, reader.offset - 1);
  }
  return code;
}

export function encodeConnack(
  writer: Writer,
  packet: ConnackPacket,
  version: ProtocolVersion,
): void {
  writer.byte(packet.sessionPresent ? 1 : 0);
  writer.byte(packet.reasonCode);
  if (version === 5) writeProperties(writer, packet.properties);
}
