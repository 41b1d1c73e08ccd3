import { ordinalOf } from '../../capture/history/topic-history.ts';
import type { TopicMessages } from '../../capture/history/topic-messages.ts';
import type { CaptureLog } from '../../capture/log.ts';
import type { Birth, SparkplugContext } from '../../payload/sparkplug/sparkplug.ts';
import type { SparkplugTopic } from '../../payload/sparkplug/topic.ts';
import type { MessageStates } from './message-states.ts';

/** Messages without a sequence number that are passed over when looking for the one before. */
const mostPassed = 256;

/** The messages of an edge node that are held. */
export interface EdgeNodeMessages {
  /** Of the edge node and of all its devices. */
  readonly all: TopicMessages;
  readonly nodeBirths: TopicMessages;
  readonly nodeDeaths: TopicMessages;
  /** Of the device that a message is about. */
  readonly deviceBirths: TopicMessages;
  readonly deviceDeaths: TopicMessages;
}

/** What was sent before a message, and what is wrong with that. */
export function contextOf(
  log: CaptureLog,
  topic: SparkplugTopic,
  frame: number,
  messages: EdgeNodeMessages,
  states: MessageStates,
): SparkplugContext {
  const births: Birth[] = [];
  const notes: string[] = [];
  const isOfDevice = topic.device !== undefined;
  const own = states.of(frame);
  const deviceBirth = isOfDevice ? before(messages.deviceBirths, frame) : undefined;
  const nodeBirth = before(messages.nodeBirths, frame);
  for (const birth of [deviceBirth, nodeBirth]) {
    const state = birth === undefined ? undefined : states.of(birth);
    if (state) births.push(state);
  }
  if (topic.message === 'NDATA' || topic.message === 'DDATA') {
    const birth = isOfDevice ? deviceBirth : nodeBirth;
    const death = before(isOfDevice ? messages.deviceDeaths : messages.nodeDeaths, frame);
    const kind = isOfDevice ? 'D' : 'N';
    if (birth === undefined) notes.push(`No ${kind}BIRTH is held from before this message`);
    else if (death !== undefined && death > birth) {
      notes.push(`No ${kind}BIRTH came since ${kind}DEATH`);
    }
  }
  if (topic.message === 'NDEATH' && nodeBirth !== undefined) {
    const died = own?.birthDeathSequence;
    const born = states.of(nodeBirth)?.birthDeathSequence;
    if (died !== undefined && born !== undefined && died !== born) {
      notes.push(`bdSeq is ${died}, but ${born} in the NBIRTH before: this ends another session`);
    }
  }
  const gap = gapBefore(log, topic, frame, own?.sequence, messages.all, states);
  if (gap !== undefined) notes.push(gap);
  return { births, notes };
}

/** The last frame of those messages before another one. */
function before({ frames }: TopicMessages, frame: number): number | undefined {
  const next = frames.search(frame);
  return next > frames.first ? frames.at(next - 1) : undefined;
}

/**
 * Each message of an edge node and its devices counts one further, from 255 to 0 (Sparkplug 3.0.0, section 6.4.5:
 * tck-id-payloads-sequence-num-incrementing). NBIRTH begins anew.
 */
function gapBefore(
  log: CaptureLog,
  topic: SparkplugTopic,
  frame: number,
  sequence: number | undefined,
  messages: TopicMessages,
  states: MessageStates,
): string | undefined {
  const { frames } = messages;
  const ordinal = ordinalOf(log, messages, frame);
  if (sequence === undefined || ordinal === undefined || topic.message === 'NBIRTH') {
    return undefined;
  }
  const stop = Math.max(frames.first, ordinal - mostPassed);
  for (let at = ordinal - 1; at >= stop; at--) {
    const previous = states.of(frames.at(at))?.sequence;
    if (previous === undefined) continue;
    const missing = (sequence - previous - 1 + 256) % 256;
    if (missing === 0) return undefined;
    if (missing === 255) return `Sequence number ${sequence} again`;
    const text = missing === 1 ? '1 message is missing' : `${missing} messages are missing`;
    return `Sequence gap: ${sequence} after ${previous}, ${text}`;
  }
  return undefined;
}
