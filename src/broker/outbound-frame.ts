import type { FrameTemplate, Message } from './message.ts';
import type { OutboundAliases } from './outbound-aliases.ts';

/** What of a network connection decides how a PUBLISH looks on it. */
interface Receiver {
  readonly isV5: boolean;
  readonly outboundAliases: OutboundAliases | undefined;
}

/** The frame of a message for one receiver: shared where it looks the same for others. */
export function templateFor(
  { isV5, outboundAliases }: Receiver,
  message: Message,
  withPacketIdentifier: boolean,
  subscriptionIdentifiers: readonly number[] | undefined,
  now: number,
): FrameTemplate {
  const topicAlias = outboundAliases?.aliasOf(message.topic.topicName) ?? 0;
  const isSpecial =
    topicAlias !== 0 || subscriptionIdentifiers !== undefined || message.isAged(now);
  if (!isV5 || !isSpecial) return message.template(isV5, withPacketIdentifier);
  const withTopic = topicAlias === 0 || outboundAliases?.isKnown(topicAlias) !== true;
  const extras = { subscriptionIdentifiers, topicAlias, withTopic };
  return message.special(withPacketIdentifier, extras, now);
}
