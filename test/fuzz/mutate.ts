/** Packets that are almost right: what a parser has to fear most. */
import fc from 'fast-check';
import { encode } from '../../src/mqtt/encode.ts';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';
import { variableByteIntegerSize, writeVariableByteInteger } from '../../src/mqtt/writer.ts';
import { packetOf } from '../packets/arbitrary.ts';
import type { Random } from './random.ts';

/** Bytes that mean something somewhere: flags, lengths at their ends, property identifiers. */
const telling = [
  0, 1, 2, 3, 4, 5, 8, 0x0b, 0x10, 0x11, 0x15, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x26, 0x2b, 0x2f, 0x30,
  0x32, 0x34, 0x3d, 0x62, 0x7f, 0x80, 0x81, 0x82, 0xa2, 0xc0, 0xe0, 0xf0, 0xff,
];
const longest = 4096;

/** Valid packets of all types, as version `version`, the same for the same seed. */
export function validPackets(version: ProtocolVersion, count: number, seed: number): Uint8Array[] {
  return fc.sample(packetOf(version), { seed, numRuns: count }).map((one) => encode(one, version));
}

/** A packet of the pool with up to four changes; one in eight stays as it is. */
export function mutated(pool: readonly Uint8Array[], random: Random): Uint8Array {
  const packet = random.pick(pool);
  if (random.once(8)) return packet;
  let bytes: Uint8Array = packet.slice(0, longest);
  for (let count = 1 + random.below(4); count > 0; count--) bytes = change(bytes, pool, random);
  return random.once(2) ? withRightLength(bytes) : bytes;
}

function change(bytes: Uint8Array, pool: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.pick(telling);
      return bytes;
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3)));
    case 3:
      return joined(bytes.subarray(0, at), Uint8Array.of(random.pick(telling)), bytes.subarray(at));
    case 4:
      return bytes.slice(0, at);
    case 5: {
      // The rest of another packet.
      const other = random.pick(pool);
      return joined(bytes.subarray(0, at), other.subarray(random.below(other.length)));
    }
    case 6: {
      // A piece twice: a property, a topic filter.
      const end = Math.min(bytes.length, at + 1 + random.below(12));
      return joined(bytes.subarray(0, end), bytes.subarray(at));
    }
    default:
      // A remaining length that lies.
      if (bytes.length > 1) bytes[1] = random.below(256);
      return bytes;
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const length = Math.min(
    longest,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    const room = part.subarray(0, length - offset);
    bytes.set(room, offset);
    offset += room.length;
  }
  return bytes;
}

/** With its remaining length right, what comes after it is read more often. */
function withRightLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 2) return bytes;
  let start = 1;
  while (start < 5 && start < bytes.length && (bytes[start] ?? 0) >= 0x80) start++;
  const body = bytes.subarray(Math.min(start + 1, bytes.length));
  const header = new Uint8Array(1 + variableByteIntegerSize(body.length));
  header[0] = bytes[0] ?? 0;
  writeVariableByteInteger(header, 1, body.length);
  return joined(header, body);
}
