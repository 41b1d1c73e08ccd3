import type { QoS } from '../../mqtt/packet.ts';
import { PublishHeader } from '../../mqtt/publish-header.ts';
import { decodeUtf8Lossy } from '../../mqtt/utf8.ts';
import { publishOf } from '../delivery-resolve.ts';
import { clientOfLink, payloadStart, versionOfLink } from '../frame-bytes.ts';
import type { CaptureLog } from '../log.ts';
import { previewOf } from '../preview.ts';
import type { HistoryMessage, TopicHistory } from './history-views.ts';
import { addNumberPaths, jsonOf, numberAt } from './payload-numbers.ts';
import type { TopicMessages } from './topic-messages.ts';

/** Bytes of the largest payload that is looked at for numbers, and of all of them together. */
const largestPayload = 64 * 1024;
const mostBytes = 4 * 1024 * 1024;
/** Bytes looked at for a preview. */
const previewBytes = 512;
/** Messages looked through for the one that a delivered copy is of. */
const searchedMessages = 10_000;
const maximumText = 256;

/** The topic of the message that a frame is about; undefined when it is about none, or not held. */
export function topicOfFrame(log: CaptureLog, frame: number): string | undefined {
  const publish = publishOf(log, frame);
  return publish === undefined ? undefined : log.topic(publish);
}

/**
 * Up to `count` messages of a topic around the one that `frame` is about.
 * @param messages all that are held: its steps are done.
 * @param path of the values; the first path to a number, if it is undefined or is in none of these payloads.
 */
export function topicHistory(
  log: CaptureLog,
  messages: TopicMessages,
  frame: number,
  count: number,
  path: string | undefined,
): TopicHistory {
  const { frames } = messages;
  const selected = ordinalOf(log, messages, frame);
  const center = selected ?? frames.search(frame);
  const from = Math.max(frames.first, Math.min(center - (count >> 1), frames.end - count));
  const end = Math.min(frames.end, from + count);
  const told: HistoryMessage[] = [];
  const roots: unknown[] = [];
  const paths = new Set<string>();
  let bytesLeft = mostBytes;
  let unread = 0;
  for (let ordinal = from; ordinal < end; ordinal++) {
    const { message, payload } = readMessage(log, frames.at(ordinal));
    told.push(message);
    const isRead = payload.length <= Math.min(largestPayload, bytesLeft);
    if (isRead) bytesLeft -= payload.length;
    else unread++;
    const root = isRead ? jsonOf(decodeUtf8Lossy(payload, 0, payload.length)) : undefined;
    roots.push(root);
    addNumberPaths(root, paths);
  }
  const shownPath = path !== undefined && paths.has(path) ? path : paths.values().next().value;
  return {
    topic: messages.topic,
    messages: told.map((message, index) => {
      const value = shownPath === undefined ? undefined : numberAt(roots[index], shownPath);
      return value === undefined ? message : { ...message, value };
    }),
    ...(selected !== undefined && { frame: frames.at(selected) }),
    earlier: from - frames.first,
    later: frames.end - end,
    paths: [...paths],
    ...(shownPath !== undefined && { path: shownPath }),
    unread,
  };
}

/** The ordinal of the message that a frame is about: it may be a copy, an acknowledgement or a retry. */
export function ordinalOf(
  log: CaptureLog,
  { frames }: TopicMessages,
  frame: number,
): number | undefined {
  const publish = publishOf(log, frame);
  if (publish === undefined) return undefined;
  const after = frames.search(publish);
  if (after < frames.end && frames.at(after) === publish) return after;
  const number = log.message(publish);
  const stop = Math.max(frames.first, after - searchedMessages);
  for (let ordinal = after - 1; number !== 0 && ordinal >= stop; ordinal--) {
    if (log.message(frames.at(ordinal)) === number) return ordinal;
  }
  return undefined;
}

function readMessage(
  log: CaptureLog,
  frame: number,
): { message: HistoryMessage; payload: Uint8Array } {
  const raw = log.raw(frame);
  const link = log.link(frame);
  const firstByte = log.firstByte(frame);
  const version = versionOfLink(log, link);
  const payload = raw.subarray(payloadStart(new PublishHeader(), raw, 0, raw.length, version));
  const client = clientOfLink(log, link);
  return {
    message: {
      frame,
      time: log.time(frame),
      client: client.length > maximumText ? `${client.slice(0, maximumText)}…` : client,
      qos: Math.min(2, (firstByte >> 1) & 3) as QoS,
      retain: (firstByte & 1) !== 0,
      size: payload.length,
      preview: previewOf(payload.subarray(0, previewBytes), payload.length),
    },
    payload,
  };
}
