import type { PacketTypeName } from './packet.ts';

export interface PacketTypeEntry {
  readonly type: number;
  readonly name: PacketTypeName;
  /** Bits 3 to 0 of the first byte, table 2-2. PUBLISH has its own there. */
  readonly flags: number;
  /** The statement that fixes these flags. */
  readonly flagsStatement: string;
  /** Who may send it, table 2-1. */
  readonly senders: 'client' | 'server' | 'both';
}

const entry = (
  type: number,
  name: PacketTypeName,
  senders: PacketTypeEntry['senders'],
  flags = 0,
  flagsStatement = 'MQTT-2.1.3-1',
): PacketTypeEntry => ({ type, name, flags, flagsStatement, senders });

/** Table 2-1; the index is the packet type, 0 is reserved. */
export const packetTypes: readonly (PacketTypeEntry | undefined)[] = [
  undefined,
  entry(1, 'connect', 'client'),
  entry(2, 'connack', 'server'),
  entry(3, 'publish', 'both'),
  entry(4, 'puback', 'both'),
  entry(5, 'pubrec', 'both'),
  entry(6, 'pubrel', 'both', 2, 'MQTT-3.6.1-1'),
  entry(7, 'pubcomp', 'both'),
  entry(8, 'subscribe', 'client', 2, 'MQTT-3.8.1-1'),
  entry(9, 'suback', 'server'),
  entry(10, 'unsubscribe', 'client', 2, 'MQTT-3.10.1-1'),
  entry(11, 'unsuback', 'server'),
  entry(12, 'pingreq', 'client'),
  entry(13, 'pingresp', 'server'),
  entry(14, 'disconnect', 'both', 0, 'MQTT-3.14.1-1'),
  entry(15, 'auth', 'both', 0, 'MQTT-3.15.1-1'),
];

/** `PUBLISH`; `INVALID` for 0, which is reserved. */
export function packetTypeName(type: number): string {
  return packetTypes[type]?.name.toUpperCase() ?? 'INVALID';
}
