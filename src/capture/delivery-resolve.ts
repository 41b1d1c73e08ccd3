import { PacketType } from '../mqtt/packet.ts';
import type { CaptureLog } from './log.ts';
import { frameBits } from './segment.ts';
import { acknowledgementIdentifier, publishIdentifier } from './sniff.ts';

/** Frames looked at for the PUBLISH of an acknowledgement. */
const searchedFrames = 1_000_000;

/**
 * The PUBLISH that a frame is about: itself, or the one that it acknowledges. Undefined when it is no
 * part of an application message, or its PUBLISH is not held.
 */
export function publishOf(log: CaptureLog, frame: number): number | undefined {
  if (!Number.isInteger(frame) || frame < log.first || frame >= log.end) return undefined;
  const type = log.firstByte(frame) >> 4;
  if (type === PacketType.publish) return frame;
  if (type < PacketType.puback || type > PacketType.pubcomp) return undefined;
  const raw = log.raw(frame);
  const identifier = acknowledgementIdentifier(raw, 0, raw.length);
  if (identifier === 0) return undefined;
  const direction = log.direction(frame);
  // PUBREL goes the way of its PUBLISH, the others come back.
  const wanted = type === PacketType.pubrel ? direction : ((1 - direction) as 0 | 1);
  return publishBefore(log, frame, log.link(frame), wanted, identifier);
}

/** The QoS 2 PUBLISH that a retry repeats. */
export function originalOf(
  log: CaptureLog,
  frame: number,
  isRetry: (frame: number) => boolean,
): number | undefined {
  const raw = log.raw(frame);
  const identifier = publishIdentifier(raw, 0, raw.length);
  let found: number | undefined = frame;
  do found = publishBefore(log, found, log.link(frame), 0, identifier);
  while (found !== undefined && isRetry(found));
  return found;
}

/** The newest PUBLISH before the frame with the packet identifier, of the link's client. */
function publishBefore(
  log: CaptureLog,
  frame: number,
  link: number,
  direction: 0 | 1,
  identifier: number,
): number | undefined {
  const client = log.linkInfo(link)?.clientIdentifier;
  const stop = Math.max(log.first, frame - searchedFrames);
  for (let end = frame; end > stop;) {
    const segment = log.segmentOf(end - 1);
    for (let index = end - 1 - segment.first; index >= 0; index--) {
      const firstByte = segment.firstByte[index] ?? 0;
      if (firstByte >> 4 !== PacketType.publish || (firstByte & 0x06) === 0) continue;
      if (((segment.bits[index] ?? 0) & frameBits.fromBroker) !== direction) continue;
      const other = segment.link[index] ?? 0;
      if (other !== link && (client ?? '') === '') continue;
      if (other !== link && log.linkInfo(other)?.clientIdentifier !== client) continue;
      const raw = segment.raw(index);
      if (publishIdentifier(raw, 0, raw.length) === identifier) return segment.first + index;
    }
    end = segment.first;
  }
  return undefined;
}
