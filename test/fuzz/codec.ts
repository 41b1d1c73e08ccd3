/** What must hold of any bytes: decode and inspect agree, and nothing but PacketError is thrown. */
import { isDeepStrictEqual } from 'node:util';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import { inspect } from '../../src/mqtt/inspect.ts';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';

/** The packet must be accepted or refused. @throws whatever else happens. */
export function checkDecode(bytes: Uint8Array, version: ProtocolVersion): void {
  try {
    decode(bytes, version);
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
  }
}

/** As `checkDecode`; and inspect says the same, and what was accepted can be written and read again. */
export function checkAgreement(bytes: Uint8Array, version: ProtocolVersion): void {
  const { problems } = inspect(bytes, version);
  const first = problems.find(({ severity }) => severity === 'error');
  let packet;
  try {
    packet = decode(bytes, version);
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    if (first?.message !== error.message || first.reasonCode !== error.reasonCode) {
      throw new Error(`decode says '${error.message}', inspect '${first?.message ?? 'nothing'}'`);
    }
    return;
  }
  if (first) throw new Error(`decode accepts it, inspect says '${first.message}'`);
  if (!isDeepStrictEqual(decode(encode(packet, version), version), packet)) {
    throw new Error('It is another packet when it is written and read again');
  }
}
