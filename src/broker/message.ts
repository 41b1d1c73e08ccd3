import { encode } from '../mqtt/encode.ts';
import type { PublishPacket, QoS } from '../mqtt/packet.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import { PublishProperties } from '../mqtt/publish-properties.ts';
import { frameOf, type FrameTemplate } from './publish-frame.ts';
import type { TopicEntry } from './topic-table.ts';

export type { FrameTemplate } from './publish-frame.ts';

const nothing = new Uint8Array(0);

/** What a frame for one subscriber only has besides the message. */
export interface FrameExtras {
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** 0: none. */
  readonly topicAlias: number;
  /** False when the topic alias stands for the topic name. */
  readonly withTopic: boolean;
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
  /** Running number of the application message, for the observer. */
  number = 0;
  /** Its key in the store, and how many deliveries refer to it there; undefined: it never was stored. */
  stored: { readonly key: number; references: number; isThere: boolean } | undefined;
  /** Client identifier of who published it; undefined: the broker itself, or not known. */
  publisher: string | undefined = undefined;
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
  /** Of the four bytes of the message expiry interval; -1: there is none. */
  #expiryOffset = -1;
  #isV5 = false;
  #owned = false;
  readonly #templates: (FrameTemplate | undefined)[] = [undefined, undefined, undefined, undefined];

  constructor(topic: TopicEntry) {
    this.topic = topic;
    this.#bytes = nothing;
  }

  /**
   * Makes this the message of the PUBLISH frame that `header` and `properties` have just read. The
   * frame has its topic name, and no topic alias.
   */
  read(
    topic: TopicEntry,
    header: PublishHeader,
    properties: PublishProperties | undefined,
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
    this.flags = 0;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#topicStart = header.topicStart;
    this.#topicEnd = header.topicEnd;
    this.#propertiesStart = header.propertiesStart;
    this.#propertiesEnd = header.propertiesEnd;
    this.#payloadStart = header.payloadStart;
    this.#expiryOffset = -1;
    if (properties !== undefined && properties.expiryOffset >= 0) {
      this.#expiryOffset = properties.expiryOffset;
      this.expiresAt = now + properties.messageExpiryInterval * 1000;
    }
    this.#isV5 = isV5;
    this.#owned = false;
    this.forgetTemplates();
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
    if (this.#expiryOffset >= 0) this.#expiryOffset -= shift;
    this.#owned = true;
    this.#templates[this.#shape] = undefined;
    return this;
  }

  /**
   * The shapes that were made of it go: it waits from now on, with very many others perhaps, and each shape takes
   * more than the message itself. They are made again when they are needed.
   */
  forgetTemplates(): void {
    const templates = this.#templates;
    templates[0] = templates[1] = templates[2] = templates[3] = undefined;
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

  /** Whether its frame is one of MQTT 5. */
  get isV5(): boolean {
    return this.#isV5;
  }

  /** True if its message expiry interval must be sent decremented (3.3.2.3.3). */
  isAged(now: number): boolean {
    return this.expiresAt !== Infinity && now - this.receivedAt >= 1000;
  }

  /** The frame for one version family with or without packet identifier; made once. */
  template(isV5: boolean, withPacketIdentifier: boolean): FrameTemplate {
    const shape = (isV5 ? 2 : 0) + (withPacketIdentifier ? 1 : 0);
    return (this.#templates[shape] ??=
      shape === this.#shape
        ? this.#original()
        : frameOf(this.#parts(), isV5, withPacketIdentifier));
  }

  /**
   * A v5 frame for one subscriber only: with subscription identifiers, a topic alias, or with what is
   * left of the message expiry interval. Its packet identifier is still to be patched.
   */
  special(withPacketIdentifier: boolean, extras: FrameExtras, now: number): FrameTemplate {
    return frameOf(this.#parts(), true, withPacketIdentifier, {
      ...extras,
      // [MQTT-3.3.2-6] the received value minus the time that the message has been waiting.
      secondsWaited: this.#expiryOffset < 0 ? 0 : Math.floor((now - this.receivedAt) / 1000),
    });
  }

  #parts(): Parameters<typeof frameOf>[0] {
    return {
      bytes: this.#bytes,
      topicStart: this.#topicStart,
      topicEnd: this.#topicEnd,
      // A v3 frame has none.
      propertiesStart: this.#propertiesStart,
      propertiesEnd: this.#isV5 ? this.#propertiesEnd : this.#propertiesStart,
      expiryOffset: this.#expiryOffset,
      payloadStart: this.#payloadStart,
      end: this.#end,
    };
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
}

/** A message that the broker itself originates (a will, `$SYS`). */
export function createMessage(
  topic: TopicEntry,
  packet: Pick<PublishPacket, 'payload' | 'qos' | 'retain' | 'properties'>,
  flags: number,
  now: number,
  number: number,
): Message {
  const bytes = encode(
    {
      type: 'publish',
      topicName: topic.topicName,
      payload: packet.payload,
      qos: packet.qos,
      dup: false,
      retain: packet.retain,
      ...(packet.qos > 0 ? { packetIdentifier: 1 } : {}),
      ...(packet.properties && { properties: packet.properties }),
    },
    5,
  );
  const header = new PublishHeader();
  header.read(bytes, 0, bytes.length, 5);
  const properties = new PublishProperties();
  properties.read(bytes, header.propertiesStart, header.propertiesEnd);
  const message = new Message(topic);
  message.read(topic, header, properties, bytes, 0, bytes.length, true, now);
  message.flags = flags;
  message.number = number;
  return message;
}
