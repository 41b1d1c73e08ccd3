import { PacketError } from '../mqtt/errors.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import { PublishProperties } from '../mqtt/publish-properties.ts';
import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { BrokerContext } from './context.ts';
import { Message } from './message.ts';

/** A PUBLISH frame that was kept: `bytes[start, end)`. */
export interface KeptFrame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly isV5: boolean;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Running number of the application message. */
  readonly number: number;
}

const header = new PublishHeader();
const properties = new PublishProperties();

/** The message of a frame that was kept. @throws PacketError if it is no PUBLISH, or a malformed one. */
export function readMessage(context: BrokerContext, frame: KeptFrame): Message {
  const { bytes, start, end, isV5, receivedAt, number } = frame;
  const isPublish = (bytes[start] ?? 0) >> 4 === 3;
  if (isPublish) header.read(bytes, start, end, isV5 ? 5 : 4);
  properties.clear();
  const isWhole = !isV5 || properties.read(bytes, header.propertiesStart, header.propertiesEnd);
  if (!isPublish || !isWhole || properties.topicAlias !== 0) {
    throw new PacketError(ReasonCode.malformedPacket, 'What was kept is not a PUBLISH');
  }
  const topic = context.topics.find(bytes, header.topicStart, header.topicEnd);
  const message = new Message(topic);
  message.read(topic, header, properties, bytes, start, end, isV5, receivedAt);
  message.number = number;
  return message;
}
