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
/** Characters of a title. */
const longestTitle = 256;
/** Larger packets are not looked into for a title. */
const largestTitled = 64 * 1024;

/**
 * The exchange that a frame belongs to, with those that carry the same application message and what it is the request
 * or the response of; undefined when the frame is not held. What is behind in the index is taken in.
 */
export function exchangeReport(
  log: CaptureLog,
  index: ExchangeIndex,
  frame: number,
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
  const firsts = [...roles.keys()].sort((one, other) => one - other);
  return {
    exchanges: firsts.map((first) => view(log, index, first, roles.get(first) ?? 'carries')),
    omitted,
  };
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
