import type { ControlPacket, ProtocolVersion } from './packet.ts';
import { readPacket } from './read-packet.ts';
import { Reader } from './reader.ts';

/**
 * Decodes exactly one whole control packet and makes every check that a receiver must make on the
 * bytes alone. A CONNECT tells its version itself, whatever `version` says. Both directions decode;
 * who may send what is in packet-types.ts. The payload of a PUBLISH is a view of the bytes; all
 * else in the result is a copy.
 * @throws PacketError with the reason code to refuse the packet with.
 */
export function decode(bytes: Uint8Array, version: ProtocolVersion): ControlPacket {
  return readPacket(new Reader(bytes, 0, bytes.length), version);
}
