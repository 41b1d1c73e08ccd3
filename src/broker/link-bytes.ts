import type { ControlPacket } from '../mqtt/packet.ts';

/** The packet without its reason string and user properties. */
export function withoutTexts(packet: ControlPacket): ControlPacket {
  if (!('properties' in packet)) return packet;
  const properties = { ...packet.properties };
  delete properties.reasonString;
  delete properties.userProperties;
  return { ...packet, properties };
}

/** The last `count` bytes of `first` followed by `second`. */
export function lastBytes(first: Uint8Array, second: Uint8Array, count: number): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both.slice(-Math.min(count, both.length));
}
