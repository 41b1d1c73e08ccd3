import { PacketType } from '../mqtt/packet.ts';
import type { CaptureLog } from './log.ts';
import { Originals } from './originals.ts';
import { frameBits, type Segment } from './segment.ts';

/**
 * Tells where application messages enter: a PUBLISH from a client that retries none that is held, or the first delivery
 * of what the broker itself published.
 */
export class MessageFrames {
  readonly #originals: Originals;

  constructor(log: CaptureLog) {
    this.#originals = new Originals(log);
  }

  /** Whether a message enters with frame `index` of a segment. */
  has(segment: Segment, index: number): boolean {
    const firstByte = segment.firstByte[index] ?? 0;
    if (firstByte >> 4 !== PacketType.publish) return false;
    const bits = segment.bits[index] ?? 0;
    if ((bits & frameBits.fromBroker) !== 0) return (bits & frameBits.originated) !== 0;
    return (firstByte & 0x08) === 0 || !this.#originals.has(segment, index);
  }
}
