import { topicHistory, topicOfFrame } from '../capture/history/topic-history.ts';
import { TopicMessages } from '../capture/history/topic-messages.ts';
import type { CaptureLog } from '../capture/log.ts';
import type { TopicHistory } from './contract.ts';
import { inSlices } from './in-slices.ts';

/** Topics that are kept in mind: inspectors ask again about the one that they show. */
const keptTopics = 4;
/** Most messages told, whatever is asked. */
const mostMessages = 1000;

/** Tells the messages of a topic, on demand: nothing is gathered before somebody asks. */
export class HistoryService {
  readonly #log: CaptureLog;
  /** By topic, the one asked for last at the end. */
  readonly #topics = new Map<string, TopicMessages>();

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** Undefined when the frame is about no application message, or is not held. */
  async history(frame: number, count: number, path?: string): Promise<TopicHistory | undefined> {
    const topic = topicOfFrame(this.#log, frame);
    if (topic === undefined) return undefined;
    const messages = this.#messagesOf(topic);
    await inSlices(() => messages.step());
    // Meanwhile it may have been cleared, or dropped.
    if (!messages.isCurrent || frame < this.#log.first) return undefined;
    return topicHistory(this.#log, messages, frame, Math.min(count, mostMessages), path);
  }

  #messagesOf(topic: string): TopicMessages {
    const known = this.#topics.get(topic);
    const messages = known?.isCurrent === true ? known : new TopicMessages(this.#log, topic);
    this.#topics.delete(topic);
    this.#topics.set(topic, messages);
    for (const oldest of this.#topics.keys()) {
      if (this.#topics.size <= keptTopics) break;
      this.#topics.delete(oldest);
    }
    return messages;
  }
}
