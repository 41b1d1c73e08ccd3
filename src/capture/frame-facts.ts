/** What an editor needs to know of a frame: whose it is, and the message that it carries, with the payload's bytes. */
import { inspect } from '../mqtt/inspect.ts';
import type { Properties, ProtocolVersion, PublishPacket, QoS } from '../mqtt/packet.ts';
import { clientOfLink, versionOfLink } from './frame-bytes.ts';
import type { CaptureLog } from './log.ts';
import type { Direction } from './views.ts';

/** The properties that belong to a message rather than to the network connection that it came by. */
export type MessageProperties = Pick<
  Properties,
  | 'payloadFormatIndicator'
  | 'messageExpiryInterval'
  | 'contentType'
  | 'responseTopic'
  | 'correlationData'
  | 'userProperties'
>;

/** The application message of a PUBLISH. */
export interface FrameMessage {
  /** Whole, also where the packet has a topic alias in its place. */
  readonly topicName: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly protocolVersion: ProtocolVersion;
  readonly properties: MessageProperties;
  /** The first bytes of the payload, as many as were asked for. */
  readonly payload: Uint8Array;
  /** Bytes of the whole payload. */
  readonly payloadSize: number;
}

export interface FrameFacts {
  readonly frame: number;
  /** Client identifier, or the remote address before CONNECT. */
  readonly client: string;
  readonly direction: Direction;
  /** `PUBLISH`, or `INVALID`. */
  readonly packet: string;
  /** Absent for all but a PUBLISH that can be read. */
  readonly message?: FrameMessage;
}

/**
 * What is known of a frame; undefined when it is not held.
 * @param mostBytes bytes of the payload that are copied at most.
 */
export function frameFacts(
  log: CaptureLog,
  frame: number,
  mostBytes: number,
): FrameFacts | undefined {
  if (!Number.isInteger(frame) || frame < log.first || frame >= log.end) return undefined;
  const raw = log.raw(frame);
  const link = log.link(frame);
  const { packet, packetName, payload, version } = inspect(raw, versionOfLink(log, link));
  const facts = {
    frame,
    client: clientOfLink(log, link),
    direction: log.direction(frame),
    packet: packetName,
  };
  if (packet?.type !== 'publish' || !payload) return facts;
  const { start, end } = payload;
  return {
    ...facts,
    message: {
      topicName: packet.topicName === '' ? (log.topic(frame) ?? '') : packet.topicName,
      qos: packet.qos,
      retain: packet.retain,
      protocolVersion: version,
      properties: propertiesOf(packet),
      payload: raw.slice(start, Math.min(end, start + mostBytes)),
      payloadSize: end - start,
    },
  };
}

function propertiesOf({ properties = {} }: PublishPacket): MessageProperties {
  const { payloadFormatIndicator, messageExpiryInterval, contentType } = properties;
  const { responseTopic, correlationData, userProperties } = properties;
  return {
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    // A view would drag the whole segment along to another thread.
    ...(correlationData && { correlationData: correlationData.slice() }),
    ...(userProperties && { userProperties }),
  };
}
