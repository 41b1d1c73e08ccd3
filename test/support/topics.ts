import { TopicReference } from '../../src/mqtt/topic-reference.ts';

const known = new WeakMap<object, Map<string, TopicReference>>();

/** The one reference to a topic that `owner` (a capture log, statistics) is given, as a broker gives it. */
export function topicOf(owner: object, topicName: string): TopicReference {
  let topics = known.get(owner);
  if (!topics) known.set(owner, (topics = new Map<string, TopicReference>()));
  let topic = topics.get(topicName);
  if (!topic) topics.set(topicName, (topic = new TopicReference(topicName)));
  return topic;
}
