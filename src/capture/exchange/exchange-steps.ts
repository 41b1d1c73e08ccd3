import { inspect } from '../../mqtt/inspect.ts';
import { PacketType, type ControlPacket, type ProtocolVersion } from '../../mqtt/packet.ts';
import { packetTypeName } from '../../mqtt/packet-types.ts';
import { reasonName, returnCodeName } from '../../mqtt/reason-codes.ts';
import { versionOfLink } from '../frame-bytes.ts';
import type { CaptureLog } from '../log.ts';
import { acknowledgementReason } from '../sniff.ts';
import type { ExchangeStep } from './exchange-views.ts';

type Reason = Pick<ExchangeStep, 'reasonCode' | 'reason'>;

const acknowledgementNames = {
  [PacketType.puback]: 'puback',
  [PacketType.pubrec]: 'pubrec',
  [PacketType.pubrel]: 'pubrel',
  [PacketType.pubcomp]: 'pubcomp',
} as const;

/** Larger SUBACKs and others are not looked into: a thousand reason codes fit. */
const largestAnswer = 4096;

/** @param seen types of the packets of the exchange before this one; this one's is added. */
export function readStep(
  log: CaptureLog,
  frame: number,
  before: number | undefined,
  seen: Set<number>,
): ExchangeStep {
  const firstByte = log.firstByte(frame);
  const type = firstByte >> 4;
  const isRetry = type === PacketType.publish ? (firstByte & 8) !== 0 : isRepeated(type, seen);
  seen.add(type);
  const time = log.time(frame);
  return {
    frame,
    time,
    direction: log.direction(frame),
    packet: packetTypeName(type),
    latency: before === undefined ? 0 : time - log.time(before),
    isRetry,
    ...reasonOf(log, frame, type),
  };
}

/** AUTH goes back and forth; all others are sent once. */
function isRepeated(type: number, seen: ReadonlySet<number>): boolean {
  return type !== PacketType.auth && seen.has(type);
}

function reasonOf(log: CaptureLog, frame: number, type: number): Reason {
  const version = versionOfLink(log, log.link(frame));
  const raw = log.raw(frame);
  if (type in acknowledgementNames) {
    if (version !== 5) return {};
    const name = acknowledgementNames[type as keyof typeof acknowledgementNames];
    const reasonCode = acknowledgementReason(raw, 0, raw.length);
    return { reasonCode, reason: reasonName(reasonCode, name) };
  }
  const answers: readonly number[] = [
    PacketType.connack,
    PacketType.suback,
    PacketType.unsuback,
    PacketType.disconnect,
    PacketType.auth,
  ];
  if (!answers.includes(type) || raw.length > largestAnswer) return {};
  const { packet } = inspect(raw, version);
  return packet ? worstReason(packet, version) : {};
}

function worstReason(packet: ControlPacket, version: ProtocolVersion): Reason {
  switch (packet.type) {
    case 'connack':
      return version === 5
        ? named(packet.reasonCode, packet.type)
        : { reasonCode: packet.reasonCode, reason: returnCodeName(packet.reasonCode) };
    case 'suback':
    case 'unsuback': {
      if (packet.reasonCodes.length === 0) return {};
      const reasonCode = Math.max(...packet.reasonCodes);
      // [3.1.1: 3.9.3] the one code of a failure.
      if (version !== 5 && reasonCode >= 0x80) return { reasonCode, reason: 'Failure' };
      return named(reasonCode, packet.type);
    }
    case 'disconnect':
    case 'auth':
      return version === 5 ? named(packet.reasonCode, packet.type) : {};
    default:
      return {};
  }
}

function named(
  reasonCode: number,
  type: 'connack' | 'suback' | 'unsuback' | 'disconnect' | 'auth',
): Reason {
  return { reasonCode, reason: reasonName(reasonCode, type) };
}
