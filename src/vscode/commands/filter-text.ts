/** Filters of the inspector, written for a person who asked for a topic or a client. */
import type { TopicNode } from '../../engine/contract.ts';

/** The topic, and with it everything below when there is something. */
export function topicFilterText(node: Pick<TopicNode, 'topic' | 'hasChildren'>): string {
  // `a/#` matches `a` too: MQTT 5.0 section 4.7.1.2.
  return `topic:${quoted(node.hasChildren ? `${node.topic}/#` : node.topic)}`;
}

export function clientFilterText(clientIdentifier: string): string {
  return `client:${quoted(clientIdentifier)}`;
}

/** A value as the filter language takes it. */
function quoted(value: string): string {
  return /^$|[\s()"\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}
