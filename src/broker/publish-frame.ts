/** Puts the parts of a PUBLISH together anew, without looking into them (MQTT 5.0 section 3.3). */
import { variableByteIntegerSize, writeVariableByteInteger } from '../mqtt/writer.ts';
import type { PublishHeader } from '../mqtt/publish-header.ts';
import type { PublishProperties } from '../mqtt/publish-properties.ts';
import { copyBytes } from './output.ts';

/** A PUBLISH frame to be copied with its first byte and packet identifier patched. */
export interface FrameTemplate {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Of the packet identifier, from `start` on; 0 for QoS 0. */
  readonly packetIdentifierOffset: number;
}

/** Where the parts of a PUBLISH are in `bytes`. */
export interface PublishParts {
  readonly bytes: Uint8Array;
  readonly topicStart: number;
  readonly topicEnd: number;
  readonly propertiesStart: number;
  readonly propertiesEnd: number;
  /** Of the four bytes of the message expiry interval; -1: there is none. */
  readonly expiryOffset: number;
  readonly payloadStart: number;
  readonly end: number;
}

/** What one subscriber's v5 frame has of its own. */
export interface PublishExtras {
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** 0: none. */
  readonly topicAlias: number;
  /** False when the topic alias stands for the topic name. */
  readonly withTopic: boolean;
  /** Taken off the message expiry interval. */
  readonly secondsWaited: number;
}

const subscriptionIdentifier = 0x0b;
const topicAliasIdentifier = 0x23;

/**
 * The topic, the properties (for v5 only) and the payload, newly framed. Properties go on
 * unaltered and in their order: [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18]
 * [MQTT-3.3.2-20]. There is a packet identifier above QoS 0 only [MQTT-2.2.1-2].
 */
export function frameOf(
  parts: PublishParts,
  isV5: boolean,
  withPacketIdentifier: boolean,
  extras?: PublishExtras,
): FrameTemplate {
  const { bytes: from, topicStart, topicEnd, propertiesStart, payloadStart, end } = parts;
  const topicLength = extras?.withTopic === false ? 0 : topicEnd - topicStart;
  const ownProperties = isV5 ? parts.propertiesEnd - propertiesStart : 0;
  const propertiesLength = ownProperties + sizeOf(extras);
  const remaining =
    2 +
    topicLength +
    (withPacketIdentifier ? 2 : 0) +
    (isV5 ? variableByteIntegerSize(propertiesLength) + propertiesLength : 0) +
    end -
    payloadStart;
  const bytes = new Uint8Array(1 + variableByteIntegerSize(remaining) + remaining);
  bytes[0] = withPacketIdentifier ? 0x32 : 0x30;
  let offset = writeVariableByteInteger(bytes, 1, remaining);
  bytes[offset++] = topicLength >> 8;
  bytes[offset++] = topicLength & 0xff;
  copyBytes(from, topicStart, topicStart + topicLength, bytes, offset);
  offset += topicLength;
  const packetIdentifierOffset = withPacketIdentifier ? offset : 0;
  if (withPacketIdentifier) offset += 2;
  if (isV5) {
    offset = writeVariableByteInteger(bytes, offset, propertiesLength);
    copyBytes(from, propertiesStart, propertiesStart + ownProperties, bytes, offset);
    if (extras !== undefined && extras.secondsWaited > 0 && parts.expiryOffset >= 0) {
      reduceExpiry(bytes, offset + parts.expiryOffset - propertiesStart, extras.secondsWaited);
    }
    offset += ownProperties;
    if (extras) offset = writeExtras(bytes, offset, extras);
  }
  copyBytes(from, payloadStart, end, bytes, offset);
  return { bytes, start: 0, end: bytes.length, packetIdentifierOffset };
}

function sizeOf(extras: PublishExtras | undefined): number {
  if (!extras) return 0;
  let size = extras.topicAlias === 0 ? 0 : 3;
  for (const identifier of extras.subscriptionIdentifiers ?? []) {
    size += 1 + variableByteIntegerSize(identifier);
  }
  return size;
}

function writeExtras(bytes: Uint8Array, start: number, extras: PublishExtras): number {
  let offset = start;
  for (const identifier of extras.subscriptionIdentifiers ?? []) {
    bytes[offset++] = subscriptionIdentifier;
    offset = writeVariableByteInteger(bytes, offset, identifier);
  }
  if (extras.topicAlias > 0) {
    bytes[offset++] = topicAliasIdentifier;
    bytes[offset++] = extras.topicAlias >> 8;
    bytes[offset++] = extras.topicAlias & 0xff;
  }
  return offset;
}

/** [MQTT-3.3.2-6] the received value minus the time that the message has been waiting. */
function reduceExpiry(bytes: Uint8Array, offset: number, secondsWaited: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 4);
  view.setUint32(0, Math.max(0, view.getUint32(0) - secondsWaited));
}

/** The same PUBLISH of v5 with its topic name in place of its topic alias. */
export function frameWithoutAlias(
  topic: { readonly bytes: Uint8Array },
  header: PublishHeader,
  { aliasStart, aliasEnd }: PublishProperties,
  from: Uint8Array,
  start: number,
): Uint8Array {
  const before = from.subarray(header.propertiesStart, aliasStart);
  const after = from.subarray(aliasEnd, header.propertiesEnd);
  const payload = from.subarray(header.payloadStart, header.payloadEnd);
  const name = topic.bytes;
  const topicEnd = name.length;
  const joined = new Uint8Array(topicEnd + before.length + after.length + payload.length);
  const propertiesEnd = topicEnd + before.length + after.length;
  joined.set(name);
  joined.set(before, topicEnd);
  joined.set(after, topicEnd + before.length);
  joined.set(payload, propertiesEnd);
  const { bytes, packetIdentifierOffset } = frameOf(
    {
      bytes: joined,
      topicStart: 0,
      topicEnd,
      propertiesStart: topicEnd,
      propertiesEnd,
      expiryOffset: -1,
      payloadStart: propertiesEnd,
      end: joined.length,
    },
    true,
    header.qos > 0,
  );
  bytes[0] = from[start] ?? 0;
  if (packetIdentifierOffset > 0) {
    bytes[packetIdentifierOffset] = header.packetIdentifier >> 8;
    bytes[packetIdentifierOffset + 1] = header.packetIdentifier & 0xff;
  }
  return bytes;
}
