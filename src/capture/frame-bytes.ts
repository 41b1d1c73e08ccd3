import { decode } from '../mqtt/decode.ts';
import { PacketError } from '../mqtt/errors.ts';
import type { ControlPacket, ProtocolVersion } from '../mqtt/packet.ts';
import type { PublishHeader } from '../mqtt/publish-header.ts';
import type { CaptureLog } from './log.ts';
import type { Segment } from './segment.ts';
import { bodyStart } from './sniff.ts';

/** The version that a frame's bytes are read with; of a link that never told it, 3.1.1: what most speak. */
export function versionOf(log: CaptureLog, segment: Segment, index: number): ProtocolVersion {
  return versionOfLink(log, segment.link[index] ?? 0);
}

/** The version that the bytes of a link are read with. */
export function versionOfLink(log: CaptureLog, link: number): ProtocolVersion {
  return log.linkInfo(link)?.protocolVersion ?? 4;
}

/** The client at the end of a link: its identifier, or its address while it has told none. */
export function clientOfLink(log: CaptureLog, link: number): string {
  const info = log.linkInfo(link);
  const identifier = info?.clientIdentifier;
  return identifier === undefined || identifier === ''
    ? (info?.remoteAddress ?? `link ${link}`)
    : identifier;
}

/** The packet of a frame; undefined when it is malformed. */
export function packetOf(
  log: CaptureLog,
  segment: Segment,
  index: number,
): ControlPacket | undefined {
  try {
    return decode(segment.raw(index), versionOf(log, segment, index));
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    return undefined;
  }
}

/** Where the payload of a PUBLISH begins; of a malformed one, which has none, what follows the fixed header. */
export function payloadStart(
  header: PublishHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
  version: ProtocolVersion,
): number {
  try {
    header.read(bytes, start, end, version);
    return header.payloadStart;
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    return bodyStart(bytes, start, end);
  }
}
