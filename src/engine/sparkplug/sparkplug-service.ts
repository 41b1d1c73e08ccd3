import { TopicMessages } from '../../capture/history/topic-messages.ts';
import type { CaptureLog } from '../../capture/log.ts';
import type { BoundDecoder } from '../../payload/decoding.ts';
import { decodeSparkplug } from '../../payload/sparkplug/sparkplug.ts';
import {
  isOfEdgeNode,
  sparkplugTopic,
  sparkplugTopicName,
  type SparkplugMessage,
  type SparkplugTopic,
} from '../../payload/sparkplug/topic.ts';
import { inSlices } from '../in-slices.ts';
import { MessageStates } from './message-states.ts';
import { contextOf } from './sparkplug-context.ts';

/** Topics that are kept in mind: five for each edge node that is looked at. */
const keptTopics = 20;

/**
 * Decodes messages on Sparkplug's topics with what their edge node sent before. Nothing is gathered before somebody
 * looks at one.
 */
export class SparkplugService {
  readonly #log: CaptureLog;
  readonly #states: MessageStates;
  /** By what they are of, the one asked for last at the end. */
  readonly #topics = new Map<string, TopicMessages>();

  constructor(log: CaptureLog) {
    this.#log = log;
    this.#states = new MessageStates(log);
  }

  /** Undefined where the topic name is not one of Sparkplug B. */
  async boundTo(frame: number, topicName: string): Promise<BoundDecoder | undefined> {
    const topic = sparkplugTopic(topicName);
    if (!topic) return undefined;
    const messages = {
      all: this.#messages(`node ${topic.group}/${topic.edgeNode}`, (name) =>
        isOfEdgeNode(topic, name),
      ),
      nodeBirths: this.#messagesOf(topic, 'NBIRTH'),
      nodeDeaths: this.#messagesOf(topic, 'NDEATH'),
      deviceBirths: this.#messagesOf(topic, 'DBIRTH'),
      deviceDeaths: this.#messagesOf(topic, 'DDEATH'),
    };
    const found = Object.values(messages);
    for (const each of found) await inSlices(() => each.step());
    // Meanwhile it may have been cleared, or dropped.
    const isHeld = found.every(({ isCurrent }) => isCurrent) && frame >= this.#log.first;
    const context = isHeld
      ? contextOf(this.#log, topic, frame, messages, this.#states)
      : { births: [], notes: [] };
    return {
      decoder: 'sparkplug',
      label: `Sparkplug B · ${topic.message}`,
      decode: (bytes) => decodeSparkplug(bytes, context),
    };
  }

  #messagesOf(topic: SparkplugTopic, message: SparkplugMessage): TopicMessages {
    return this.#messages(sparkplugTopicName(topic, message));
  }

  #messages(name: string, matches?: (topicName: string) => boolean): TopicMessages {
    const known = this.#topics.get(name);
    const messages =
      known?.isCurrent === true ? known : new TopicMessages(this.#log, name, matches);
    this.#topics.delete(name);
    this.#topics.set(name, messages);
    for (const oldest of this.#topics.keys()) {
      if (this.#topics.size <= keptTopics) break;
      this.#topics.delete(oldest);
    }
    return messages;
  }
}
