/** What is told of the messages of one topic, one after another. All of it is structured-clonable. */
import type { QoS } from '../../mqtt/packet.ts';

/** One application message of the topic. */
export interface HistoryMessage {
  readonly frame: number;
  readonly time: number;
  readonly client: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Bytes of the payload. */
  readonly size: number;
  /** Start of the payload, printable. */
  readonly preview: string;
  /** What is at the path, where that is a number; true is 1, false is 0. */
  readonly value?: number;
}

/** Messages of a topic around one of them, the oldest first. */
export interface TopicHistory {
  readonly topic: string;
  readonly messages: readonly HistoryMessage[];
  /** The message that was asked about, if it is among them. */
  readonly frame?: number;
  /** Messages held before and after those told. */
  readonly earlier: number;
  readonly later: number;
  /** Paths to numbers in these payloads; the empty one: the payload itself is a number. */
  readonly paths: readonly string[];
  /** The path that `value` is of; undefined when there is no number. */
  readonly path?: string;
  /** Messages whose payload was too large to look for numbers. */
  readonly unread: number;
}
