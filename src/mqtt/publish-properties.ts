import { findInvalidUtf8 } from './utf8.ts';

const identifier = {
  payloadFormatIndicator: 0x01,
  messageExpiryInterval: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  topicAlias: 0x23,
  userProperty: 0x26,
} as const;

/**
 * What a broker needs of a PUBLISH's properties (MQTT 5.0 section 3.3.2.3), for the hot path: read
 * again and again without allocating. Only properties that a client may send are taken.
 */
export class PublishProperties {
  /** Where the four bytes of the Message Expiry Interval are; -1: there is none. */
  expiryOffset = -1;
  /** Seconds; meaningful if there is one. */
  messageExpiryInterval = 0;
  /** 1: the payload is UTF-8 text. */
  payloadFormatIndicator = 0;
  /** 0: there is none. */
  topicAlias = 0;
  /** The Topic Alias with its identifier, to be cut out: it is valid for one network connection only. */
  aliasStart = 0;
  aliasEnd = 0;

  /** Forgets the properties read before. */
  clear(): void {
    this.expiryOffset = -1;
    this.messageExpiryInterval = 0;
    this.payloadFormatIndicator = 0;
    this.topicAlias = 0;
    this.aliasStart = this.aliasEnd = 0;
  }

  /**
   * Reads the properties in `bytes[start, end)`.
   * @returns false if anything is wrong with them: `decode` then tells what. It is as strict.
   */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.clear();
    let seen = 0;
    let offset = start;
    while (offset < end) {
      const at = offset;
      const property = bytes[offset++] ?? 0;
      // Each may stand there once; those above 31 look after themselves.
      const bit = property < 32 ? 1 << property : 0;
      if ((seen & bit) !== 0) return false;
      seen |= bit;
      switch (property) {
        case identifier.payloadFormatIndicator: {
          const value = bytes[offset++] ?? 0;
          if (value > 1) return false;
          this.payloadFormatIndicator = value;
          break;
        }
        case identifier.messageExpiryInterval:
          this.expiryOffset = offset;
          this.messageExpiryInterval = readFourBytes(bytes, offset);
          offset += 4;
          break;
        case identifier.contentType:
          offset = skipText(bytes, offset, end, false);
          break;
        case identifier.responseTopic:
          offset = skipText(bytes, offset, end, true);
          break;
        case identifier.correlationData:
          offset += 2 + readTwoBytes(bytes, offset);
          break;
        case identifier.topicAlias:
          if (this.topicAlias !== 0) return false;
          this.topicAlias = readTwoBytes(bytes, offset);
          if (this.topicAlias === 0) return false;
          offset += 2;
          this.aliasStart = at;
          this.aliasEnd = offset;
          break;
        case identifier.userProperty:
          offset = skipText(bytes, skipText(bytes, offset, end, false), end, false);
          break;
        default:
          return false;
      }
    }
    return offset === end;
  }
}

function readTwoBytes(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function readFourBytes(bytes: Uint8Array, offset: number): number {
  return readTwoBytes(bytes, offset) * 0x1_0000 + readTwoBytes(bytes, offset + 2);
}

/** The offset after a valid UTF-8 string; beyond every end if it is not one. */
function skipText(bytes: Uint8Array, offset: number, end: number, isTopicName: boolean): number {
  if (offset + 2 > end) return Infinity;
  const start = offset + 2;
  const stop = start + readTwoBytes(bytes, offset);
  if (stop > end || (isTopicName && stop === start)) return Infinity;
  for (let index = start; index < stop; index++) {
    const byte = bytes[index] ?? 0;
    // One comparison for what nearly every byte is: ASCII other than U+0000.
    if ((byte - 1) >>> 0 >= 0x7f) {
      // [MQTT-1.5.4-2] no U+0000; [MQTT-1.5.4-1] well-formed UTF-8.
      if (bytes.subarray(index, stop).includes(0)) return Infinity;
      if (findInvalidUtf8(bytes, index, stop) >= 0) return Infinity;
      break;
    }
  }
  // [MQTT-3.3.2-14] no wildcards in a response topic.
  if (isTopicName && hasWildcard(bytes, start, stop)) return Infinity;
  return stop;
}

function hasWildcard(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (bytes[index] === 0x23 || bytes[index] === 0x2b) return true;
  }
  return false;
}
