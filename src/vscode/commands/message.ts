/** The message of the publish command: what is remembered of it, and what keybindings may give. */
import type { QoS } from '../../engine/contract.ts';
import type { MessageProperties } from '../../engine/editor-contract.ts';
import { topicNameProblem } from '../../mqtt/topics.ts';

export interface Message {
  readonly topicName: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** In place of `payload`, where that is no line of text: published as they are. */
  readonly bytes?: Uint8Array | undefined;
  readonly properties?: MessageProperties;
}

/** Topics offered again. */
const mostRecent = 15;

/**
 * What can be used of an argument of unknown origin: a keybinding's, another extension's, or what
 * an older version has stored.
 */
export function messageParts(argument: unknown): Partial<Message> {
  if (typeof argument !== 'object' || argument === null) return {};
  const { topicName, payload, qos, retain } = argument as Record<string, unknown>;
  return {
    ...(typeof topicName === 'string' &&
      topicNameProblem(topicName) === undefined && { topicName }),
    ...(typeof payload === 'string' && { payload }),
    ...((qos === 0 || qos === 1 || qos === 2) && { qos }),
    ...(typeof retain === 'boolean' && { retain }),
  };
}

/** True if nothing needs to be asked. */
export function isWhole(
  parts: Partial<Message>,
): parts is Partial<Message> & Pick<Message, 'topicName' | 'payload'> {
  return parts.topicName !== undefined && parts.payload !== undefined;
}

/** The recent topics with `topicName` in front, each once. */
export function withRecent(recent: unknown, topicName: string): string[] {
  const known = Array.isArray(recent)
    ? recent.filter((one): one is string => typeof one === 'string')
    : [];
  return [topicName, ...known.filter((one) => one !== topicName)].slice(0, mostRecent);
}
