import type { ControlPacket } from '../mqtt/packet.ts';

/**
 * The packet without its reason string and user properties, for when they would make it too large for
 * the client: CONNACK [MQTT-3.2.2-19] [MQTT-3.2.2-20], SUBACK [MQTT-3.9.2-1] [MQTT-3.9.2-2], UNSUBACK
 * [MQTT-3.11.2-1] [MQTT-3.11.2-2], DISCONNECT [MQTT-3.14.2-3] [MQTT-3.14.2-4] and AUTH [MQTT-3.15.2-2]
 * [MQTT-3.15.2-3].
 */
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
