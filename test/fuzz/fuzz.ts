import type { ProtocolVersion } from '../../src/mqtt/packet.ts';
import { FuzzedBroker } from './broker.ts';
import { checkAgreement, checkDecode } from './codec.ts';
import { mutated, validPackets } from './mutate.ts';
import { Random } from './random.ts';

const versions: readonly ProtocolVersion[] = [3, 4, 5];
const poolSize = 1500;
/** The inspector costs ten times what the decoder does: it sees one packet in so many. */
const inspectOneIn = 16;
/** A broker serves so many packets; then its limits are looked at and another one begins. */
const packetsPerBroker = 50_000;

export interface FuzzOptions {
  readonly seed: number;
  readonly packets: number;
  /** When to stop, by `performance.now()`. */
  readonly deadline?: number;
  /** Told now and then how many packets there were. */
  readonly progress?: (packets: number) => void;
}

/** A packet that something other than a refusal came of. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
}

/**
 * Sends mutated packets through decoder, inspector, framer and broker. @returns how many there were.
 * @throws FuzzFailure with the seed, the number of the packet and its bytes.
 */
export function fuzz({ seed, packets, deadline = Infinity, progress }: FuzzOptions): number {
  const pools = new Map(
    versions.map((version) => [version, validPackets(version, poolSize, seed + version)]),
  );
  const poolOf = (version: ProtocolVersion): readonly Uint8Array[] => pools.get(version) ?? [];
  const random = new Random(seed);
  let broker = new FuzzedBroker(random);
  // A refusal is no defect, and its stack costs more than everything else.
  Error.stackTraceLimit = 0;
  for (let count = 0; count < packets; count++) {
    let bytes: Uint8Array = new Uint8Array(0);
    try {
      broker.send((version) => {
        bytes = mutated(poolOf(version), random);
        if (count % inspectOneIn === 0) checkAgreement(bytes, version);
        else checkDecode(bytes, version);
        return bytes;
      });
      if (count % packetsPerBroker === packetsPerBroker - 1) {
        broker.checkLimits();
        broker = new FuzzedBroker(random);
        progress?.(count + 1);
        if (performance.now() > deadline) return count + 1;
      }
    } catch (error) {
      const hex = Buffer.from(bytes).toString('hex');
      const message = `seed ${seed}, packet ${count}, bytes ${hex}: ${String(error)}`;
      throw new FuzzFailure(message, { cause: error });
    }
  }
  broker.checkLimits();
  return packets;
}
