import { inspect } from '../../mqtt/inspect.ts';
import { PacketType, type QoS } from '../../mqtt/packet.ts';
import { summarize } from '../../mqtt/summary.ts';
import { clientOfLink, versionOfLink } from '../frame-bytes.ts';
import type { CaptureLog } from '../log.ts';
import { visible } from '../preview.ts';
import type { ExchangeIndex } from './exchange-index.ts';
import { summarizeExchange } from './exchange-summary.ts';
import type { ExchangeReport, ExchangeView } from './exchange-views.ts';

/** Exchanges told of: a message may have gone to thousands. */
const mostExchanges = 24;
/** Exchanges told of when those of a time are asked for, and frames looked at for them in either direction. */
const mostNearby = 60;
const mostNearbyFrames = 5000;
/** Characters of a title. */
const longestTitle = 256;
/** Larger packets are not looked into for a title. */
const largestTitled = 64 * 1024;

/**
 * The exchange that a frame belongs to, with those that carry the same application message and what it is the request
 * or the response of. With `around`, milliseconds: also all that have a packet not further from it in time, the nearest
 * ones where they are very many. Undefined when the frame is not held. What is behind in the index is taken in.
 */
export function exchangeReport(
  log: CaptureLog,
  index: ExchangeIndex,
  frame: number,
  around = 0,
): ExchangeReport | undefined {
  if (!Number.isInteger(frame) || frame < log.first || frame >= log.end) return undefined;
  index.advance(log.end);
  const selected = index.firstOf(frame);
  const roles = new Map<number, ExchangeView['role']>([[selected, 'selected']]);
  let omitted = 0;
  for (const carrier of carriersOf(log, selected)) {
    const first = index.firstOf(carrier);
    if (roles.has(first)) continue;
    if (roles.size < mostExchanges) roles.set(first, 'carries');
    else omitted++;
  }
  const request = index.requestOf(selected);
  if (request !== undefined) roles.set(index.firstOf(request), 'request');
  const response = index.responseTo(selected);
  if (response !== undefined) roles.set(index.firstOf(response), 'response');
  if (around > 0) omitted += addNearby(log, index, frame, around, roles);
  const firsts = [...roles.keys()].sort((one, other) => one - other);
  return {
    exchanges: firsts.map((first) => view(log, index, first, roles.get(first) ?? 'carries')),
    omitted,
  };
}

/** @returns how many frames of that time belong to exchanges that are not told of. */
function addNearby(
  log: CaptureLog,
  index: ExchangeIndex,
  frame: number,
  around: number,
  roles: Map<number, ExchangeView['role']>,
): number {
  const time = log.time(frame);
  const isNear = (at: number): boolean =>
    at >= log.first && at < log.end && Math.abs(log.time(at) - time) <= around;
  const left = new Set<number>();
  // Outwards in both directions, so that the nearest come first.
  for (let distance = 1, up = true, down = true; distance <= mostNearbyFrames; distance++) {
    down &&= isNear(frame - distance);
    up &&= isNear(frame + distance);
    if (!up && !down) break;
    for (const at of [...(down ? [frame - distance] : []), ...(up ? [frame + distance] : [])]) {
      const first = index.firstOf(at);
      if (roles.has(first)) continue;
      if (roles.size < mostNearby) roles.set(first, 'nearby');
      else left.add(first);
    }
  }
  return left.size;
}

function view(
  log: CaptureLog,
  index: ExchangeIndex,
  first: number,
  role: ExchangeView['role'],
): ExchangeView {
  const firstByte = log.firstByte(first);
  const isPublish = firstByte >> 4 === PacketType.publish;
  return {
    ...summarizeExchange(log, index, first),
    client: clientOfLink(log, log.link(first)),
    title: titleOf(log, first),
    ...(isPublish && (firstByte & 6) !== 6 && { qos: ((firstByte >> 1) & 3) as QoS }),
    role,
  };
}

function titleOf(log: CaptureLog, frame: number): string {
  const topic = log.topic(frame);
  if (topic !== undefined) return bounded(topic);
  const raw = log.raw(frame);
  if (raw.length > largestTitled) return '';
  const version = versionOfLink(log, log.link(frame));
  const { packet } = inspect(raw, version);
  return packet ? bounded(summarize(packet, version)) : '';
}

function bounded(text: string): string {
  return visible(text.length > longestTitle ? `${text.slice(0, longestTitle)}…` : text);
}

/** The PUBLISH frames with the application message of a frame, in their order. */
function* carriersOf(log: CaptureLog, frame: number): Generator<number> {
  const message = log.message(frame);
  if (message === 0) return;
  let at = log.first;
  while (at < log.end) {
    const segment = log.segmentOf(at);
    const numbers = segment.message.subarray(0, segment.length);
    let index = numbers.indexOf(message, at - segment.first);
    while (index >= 0) {
      yield segment.first + index;
      index = numbers.indexOf(message, index + 1);
    }
    at = segment.first + segment.length;
  }
}
