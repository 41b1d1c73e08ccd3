import type { ProtocolVersion } from '../mqtt/packet.ts';

/** The protocol version of the CONNECT in `bytes[start, end)`; undefined if it tells none we know. */
export function connectVersion(
  bytes: Uint8Array,
  start: number,
  end: number,
): ProtocolVersion | undefined {
  const name = bodyStart(bytes, start, end);
  const level = name + 2 + uint16(bytes, name, end);
  if (level >= end) return undefined;
  // Bridges set the highest bit.
  const version = (bytes[level] ?? 0) & 0x7f;
  return version === 3 || version === 4 || version === 5 ? version : undefined;
}

/** The Packet Identifier of the PUBLISH with QoS above 0 in `bytes[start, end)`; 0 if it is cut off. */
export function publishIdentifier(bytes: Uint8Array, start: number, end: number): number {
  const topic = bodyStart(bytes, start, end);
  return uint16(bytes, topic + 2 + uint16(bytes, topic, end), end);
}

/** Where what follows the fixed header begins, at most `end`. */
export function bodyStart(bytes: Uint8Array, start: number, end: number): number {
  let offset = start + 1;
  const last = Math.min(end, start + 5) - 1;
  while (offset < last && (bytes[offset] ?? 0) >= 0x80) offset++;
  return Math.min(offset + 1, end);
}

function uint16(bytes: Uint8Array, offset: number, end: number): number {
  return offset + 2 > end ? 0 : ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** The Packet Identifier of a PUBACK, PUBREC, PUBREL or PUBCOMP; 0 if it is cut off. */
export function acknowledgementIdentifier(bytes: Uint8Array, start: number, end: number): number {
  return uint16(bytes, bodyStart(bytes, start, end), end);
}

/** Its reason code: 0 where there is none, as in v3 and for success. */
export function acknowledgementReason(bytes: Uint8Array, start: number, end: number): number {
  const offset = bodyStart(bytes, start, end) + 2;
  return offset < end ? (bytes[offset] ?? 0) : 0;
}
