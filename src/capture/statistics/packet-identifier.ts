import { PacketType } from '../../mqtt/packet.ts';

/**
 * The Packet Identifier of a PUBLISH with QoS above 0, or of what acknowledges one: bytes[start, end) is the control
 * packet of any version. 0, which is none, where the packet is too short. MQTT 5.0 sections 2.1.4, 2.2.1 and 3.3.2.
 */
export function packetIdentifierOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (((bytes[at] ?? 0) & 0x80) !== 0 && at < start + 4) at++;
  at++;
  if ((bytes[start] ?? 0) >> 4 === PacketType.publish) {
    at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  return at + 2 > end ? 0 : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
