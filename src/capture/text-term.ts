import { decode } from '../mqtt/decode.ts';
import { PacketError } from '../mqtt/errors.ts';
import { PacketType, type ProtocolVersion } from '../mqtt/packet.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import type { Filter, FramePredicate } from './filter.ts';
import type { FilterTerm } from './filter-syntax.ts';
import { payloadStart, versionOf } from './frame-bytes.ts';
import type { CaptureLog } from './log.ts';
import { clientPredicate, topicPredicate } from './name-predicates.ts';
import { Needle } from './needle.ts';
import type { Segment } from './segment.ts';
import { bodyStart } from './sniff.ts';

/**
 * Free text, in any case: in the topic, the client's name, the payload, or a text of a packet that
 * is no PUBLISH (a topic filter, a reason string). Lengths, flags and packet identifiers are no text,
 * though their bytes may look like some.
 */
export function textTerm({ value }: FilterTerm): Filter {
  const lower = value.toLowerCase();
  const needle = new Needle(lower);
  return {
    cost: 2,
    bind: (log, segment) => {
      const byTopic = topicPredicate(segment, (topic) => topic.toLowerCase().includes(lower));
      const byClient = clientPredicate(log, segment, lower);
      const byBytes = bytesPredicate(log, segment, needle, lower);
      return (index) => byTopic(index) || byClient(index) || byBytes(index);
    },
  };
}

function bytesPredicate(
  log: CaptureLog,
  segment: Segment,
  needle: Needle,
  lower: string,
): FramePredicate {
  const header = new PublishHeader();
  return (index) => {
    const { block } = segment;
    const start = segment.offset[index] ?? 0;
    const end = start + (segment.size[index] ?? 0);
    // Most frames do not have it anywhere; only others are worth a closer look.
    const found = needle.find(block, bodyStart(block, start, end), end);
    if (found < 0) return false;
    const version = versionOf(log, segment, index);
    if ((segment.firstByte[index] ?? 0) >> 4 !== PacketType.publish) {
      return hasText(block.subarray(start, end), version, needle, lower);
    }
    const payload = payloadStart(header, block, start, end, version);
    return found >= payload || needle.find(block, payload, end) >= 0;
  };
}

/** Whether a text of the packet has it; of a malformed one, which has none, anything has it. */
function hasText(
  bytes: Uint8Array,
  version: ProtocolVersion,
  needle: Needle,
  lower: string,
): boolean {
  try {
    const packet = decode(bytes, version);
    if (packet.type === 'connect' && packet.will) {
      const { payload } = packet.will;
      if (needle.find(payload, 0, payload.length) >= 0) return true;
    }
    // The packet type's name is ours, and the protocol's is in every CONNECT: nobody looks for them.
    return anyText({ ...packet, type: undefined, protocolName: undefined }, lower);
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    return true;
  }
}

/** Packets nest a few levels only, whatever their bytes. */
function anyText(part: unknown, lower: string): boolean {
  if (typeof part === 'string') return part.toLowerCase().includes(lower);
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return false;
  return Object.values(part).some((value) => anyText(value, lower));
}
