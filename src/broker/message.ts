import { encode } from '../mqtt/encode.ts';
import type { Properties, PublishPacket, QoS } from '../mqtt/packet.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import { copyBytes } from './output.ts';
import type { TopicEntry } from './topic-table.ts';
import { variableByteIntegerSize, writeVariableByteInteger } from '../mqtt/writer.ts';

/** A PUBLISH frame to be copied with its first byte and packet identifier patched. */
export interface FrameTemplate {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Of the packet identifier, from `start` on; 0 for QoS 0. */
  readonly packetIdentifierOffset: number;
}

/**
 * An application message on its way through the broker, as the PUBLISH frame that it arrived in.
 * At first it only points into the network's bytes; `own` copies them for a message that is kept.
 * The other shapes of the frame (v3 or v5, with or without packet identifier) are made once, when the
 * first subscriber needs them.
 */
export class Message {
  topic: TopicEntry;
  qos: QoS = 0;
  retain = false;
  /** When it expires, milliseconds since the epoch; Infinity: never (MQTT 5.0 section 3.3.2.3.3). */
  expiresAt = Infinity;
  /** When it was received, to decrement the message expiry interval. */
  receivedAt = 0;
  /** Only for v5 frames that have any. */
  properties: Properties | undefined;
  /** For the observer: `originatesHere` until the first delivery. */
  flags = 0;

  #bytes: Uint8Array;
  #start = 0;
  #end = 0;
  #topicStart = 0;
  #topicEnd = 0;
  #propertiesStart = 0;
  #propertiesEnd = 0;
  #payloadStart = 0;
  #isV5 = false;
  #owned = false;
  readonly #templates: (FrameTemplate | undefined)[] = [undefined, undefined, undefined, undefined];

  constructor(topic: TopicEntry) {
    this.topic = topic;
    this.#bytes = topic.bytes;
  }

  /** Makes this the message of the PUBLISH frame that `header` has just read. */
  read(
    topic: TopicEntry,
    header: PublishHeader,
    bytes: Uint8Array,
    start: number,
    end: number,
    isV5: boolean,
    now: number,
  ): void {
    this.topic = topic;
    this.qos = header.qos;
    this.retain = header.retain;
    this.expiresAt = Infinity;
    this.receivedAt = now;
    this.properties = undefined;
    this.flags = 0;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#topicStart = header.topicStart;
    this.#topicEnd = header.topicEnd;
    this.#propertiesStart = header.propertiesStart;
    this.#propertiesEnd = header.propertiesEnd;
    this.#payloadStart = header.payloadStart;
    this.#isV5 = isV5;
    this.#owned = false;
    const templates = this.#templates;
    templates[0] = templates[1] = templates[2] = templates[3] = undefined;
  }

  /** Gives it the properties of its frame. */
  setProperties(properties: Properties): void {
    this.properties = properties;
    const interval = properties.messageExpiryInterval;
    if (interval !== undefined) this.expiresAt = this.receivedAt + interval * 1000;
  }

  /** Bytes that it holds. */
  get size(): number {
    return this.#end - this.#start;
  }

  get payload(): Uint8Array {
    return this.#bytes.subarray(this.#payloadStart, this.#end);
  }

  get hasPayload(): boolean {
    return this.#payloadStart < this.#end;
  }

  /** Copies the bytes, so that keeping the message does not keep a whole network chunk. */
  own(): this {
    if (this.#owned) return this;
    const shift = this.#start;
    this.#bytes = this.#bytes.slice(shift, this.#end);
    this.#start = 0;
    this.#end -= shift;
    this.#topicStart -= shift;
    this.#topicEnd -= shift;
    this.#propertiesStart -= shift;
    this.#propertiesEnd -= shift;
    this.#payloadStart -= shift;
    this.#owned = true;
    this.#templates[this.#shape] = undefined;
    return this;
  }

  /** The frame that it came in: `bytes[start, end)`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#end;
  }

  /** True if that frame may go out as it is where this first byte is wanted. */
  isForwardable(isV5: boolean, firstByte: number): boolean {
    return this.#isV5 === isV5 && this.#bytes[this.#start] === firstByte;
  }

  /** A message of its own, for when this one is used again for the next frame. */
  keep(): Message {
    const copy = new Message(this.topic);
    copy.qos = this.qos;
    copy.retain = this.retain;
    copy.expiresAt = this.expiresAt;
    copy.receivedAt = this.receivedAt;
    copy.properties = this.properties;
    copy.#bytes = this.#bytes;
    copy.#start = this.#start;
    copy.#end = this.#end;
    copy.#topicStart = this.#topicStart;
    copy.#topicEnd = this.#topicEnd;
    copy.#propertiesStart = this.#propertiesStart;
    copy.#propertiesEnd = this.#propertiesEnd;
    copy.#payloadStart = this.#payloadStart;
    copy.#isV5 = this.#isV5;
    return copy.own();
  }

  /** True if its message expiry interval must be sent decremented (3.3.2.3.3). */
  isAged(now: number): boolean {
    return this.expiresAt !== Infinity && now - this.receivedAt >= 1000;
  }

  /** The frame for one version family with or without packet identifier; made once. */
  template(isV5: boolean, withPacketIdentifier: boolean): FrameTemplate {
    const shape = (isV5 ? 2 : 0) + (withPacketIdentifier ? 1 : 0);
    return (this.#templates[shape] ??=
      shape === this.#shape ? this.#original() : this.#reshape(isV5, withPacketIdentifier));
  }

  /**
   * A v5 frame for one subscriber only: with subscription identifiers, or with what is left of the
   * message expiry interval. Its packet identifier is still to be patched.
   */
  special(
    withPacketIdentifier: boolean,
    subscriptionIdentifiers: readonly number[] | undefined,
    now: number,
  ): FrameTemplate {
    const properties: Properties = { ...this.properties };
    if (subscriptionIdentifiers) properties.subscriptionIdentifiers = [...subscriptionIdentifiers];
    if (properties.messageExpiryInterval !== undefined) {
      // [MQTT-3.3.2-6] the received value minus the time that the message has been waiting.
      const waited = Math.floor((now - this.receivedAt) / 1000);
      properties.messageExpiryInterval = Math.max(0, properties.messageExpiryInterval - waited);
    }
    const bytes = encode(
      {
        type: 'publish',
        topicName: this.topic.topicName,
        payload: this.payload,
        qos: withPacketIdentifier ? 1 : 0,
        dup: false,
        retain: false,
        ...(withPacketIdentifier ? { packetIdentifier: 1 } : {}),
        properties,
      },
      5,
    );
    const header = new PublishHeader();
    header.read(bytes, 0, bytes.length, 5);
    const packetIdentifierOffset = withPacketIdentifier ? header.topicEnd : 0;
    return { bytes, start: 0, end: bytes.length, packetIdentifierOffset };
  }

  get #shape(): number {
    return (this.#isV5 ? 2 : 0) + (this.#hasPacketIdentifier ? 1 : 0);
  }

  get #hasPacketIdentifier(): boolean {
    return ((this.#bytes[this.#start] ?? 0) & 0x06) !== 0;
  }

  #original(): FrameTemplate {
    return {
      bytes: this.#bytes,
      start: this.#start,
      end: this.#end,
      packetIdentifierOffset: this.#hasPacketIdentifier ? this.#topicEnd - this.#start : 0,
    };
  }

  /** The topic, the properties (if the frame has some and the target is v5) and the payload, newly framed. */
  #reshape(isV5: boolean, withPacketIdentifier: boolean): FrameTemplate {
    const topicLength = this.#topicEnd - this.#topicStart;
    const propertiesLength = this.#isV5 ? this.#propertiesEnd - this.#propertiesStart : 0;
    const payloadLength = this.#end - this.#payloadStart;
    const remaining =
      2 +
      topicLength +
      (withPacketIdentifier ? 2 : 0) +
      (isV5 ? variableByteIntegerSize(propertiesLength) + propertiesLength : 0) +
      payloadLength;
    const bytes = new Uint8Array(1 + variableByteIntegerSize(remaining) + remaining);
    bytes[0] = withPacketIdentifier ? 0x32 : 0x30;
    let offset = writeVariableByteInteger(bytes, 1, remaining);
    bytes[offset++] = topicLength >> 8;
    bytes[offset++] = topicLength & 0xff;
    copyBytes(this.#bytes, this.#topicStart, this.#topicEnd, bytes, offset);
    offset += topicLength;
    const packetIdentifierOffset = withPacketIdentifier ? offset : 0;
    if (withPacketIdentifier) offset += 2;
    if (isV5) {
      offset = writeVariableByteInteger(bytes, offset, propertiesLength);
      copyBytes(this.#bytes, this.#propertiesStart, this.#propertiesEnd, bytes, offset);
      offset += propertiesLength;
    }
    copyBytes(this.#bytes, this.#payloadStart, this.#end, bytes, offset);
    return { bytes, start: 0, end: bytes.length, packetIdentifierOffset };
  }
}

/** A message that the broker itself originates (a will, `$SYS`). */
export function createMessage(
  topic: TopicEntry,
  packet: Pick<PublishPacket, 'payload' | 'qos' | 'retain' | 'properties'>,
  flags: number,
  now: number,
): Message {
  const properties = packet.properties ?? {};
  const bytes = encode(
    {
      type: 'publish',
      topicName: topic.topicName,
      payload: packet.payload,
      qos: packet.qos,
      dup: false,
      retain: packet.retain,
      ...(packet.qos > 0 ? { packetIdentifier: 1 } : {}),
      properties,
    },
    5,
  );
  const header = new PublishHeader();
  header.read(bytes, 0, bytes.length, 5);
  const message = new Message(topic);
  message.read(topic, header, bytes, 0, bytes.length, true, now);
  message.setProperties(properties);
  message.flags = flags;
  return message;
}
