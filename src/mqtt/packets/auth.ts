import type { AuthPacket } from '../packet.ts';
import { readProperties, writeProperties } from '../properties.ts';
import { ReasonCode } from '../reason-codes.ts';
import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';
import { readReasonCode } from './common.ts';

/** AUTH, section 3.15, MQTT 5.0 only. */
export function decodeAuth(reader: Reader): AuthPacket {
  const packet: AuthPacket = { type: 'auth', reasonCode: ReasonCode.success };
  // Section 3.15.2.1: reason code and properties can be left out together.
  if (reader.remaining === 0) return packet;
  const { trace } = reader;
  trace?.open('Variable header', reader.offset, '3.15.2');
  // [MQTT-3.15.2-1] one of the authenticate reason codes.
  packet.reasonCode = readReasonCode(reader, 'auth', '3.15.2.1', 'MQTT-3.15.2-1');
  const start = reader.offset;
  const properties = readProperties(reader, 'auth', '3.15.2.2');
  if (properties) packet.properties = properties;
  if (properties?.authenticationMethod === undefined) {
    // Section 3.15.2.2.2: a Protocol Error.
    const message = 'There is no Authentication Method.';
    reader.violation(ReasonCode.protocolError, message, undefined, start);
  }
  trace?.close(reader.offset);
  return packet;
}

export function encodeAuth(writer: Writer, { reasonCode, properties }: AuthPacket): void {
  if (reasonCode === 0 && !properties) return;
  writer.byte(reasonCode);
  writeProperties(writer, properties);
}
