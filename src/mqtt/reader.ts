import { PacketError } from './errors.ts';
import { ReasonCode } from './reason-codes.ts';
import type { Trace } from './trace.ts';
import { decodeUtf8Lossy, decodeValidUtf8, findInvalidUtf8 } from './utf8.ts';

/**
 * Reads the data representations of MQTT 5.0 section 1.5. Every read has the field's name and,
 * with a trace, leaves a field there. Without a trace the first thing wrong throws; with one, what
 * does not stop the reading is noted as a problem and reading goes on, so that decode() and
 * inspect() are the same code and cannot disagree.
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** Where the next read begins. */
  offset: number;
  /** No read goes beyond: the end of the packet, or of its properties while these are read. */
  end: number;
  readonly trace: Trace | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, trace?: Trace) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
    this.trace = trace;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  byte(label: string, section?: string): number {
    const start = this.#take(1, label);
    const value = this.bytes[start] ?? 0;
    this.trace?.leaf(label, start, this.offset, value, section);
    return value;
  }

  /** A byte that leaves no field: its bits do. */
  byteQuietly(label: string): number {
    return this.bytes[this.#take(1, label)] ?? 0;
  }

  twoByteInteger(label: string, section?: string): number {
    const value = this.#twoBytes(label);
    this.trace?.leaf(label, this.offset - 2, this.offset, value, section);
    return value;
  }

  fourByteInteger(label: string, section?: string): number {
    const start = this.#take(4, label);
    const { bytes } = this;
    const high = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    const low = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
    const value = high * 0x1_0000 + low;
    this.trace?.leaf(label, start, this.offset, value, section);
    return value;
  }

  /** MQTT 5.0 section 1.5.5: 1 to 4 bytes, 0 to 268,435,455. */
  variableByteInteger(label: string, section?: string): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) {
        throw new PacketError(
          ReasonCode.malformedPacket,
          `${label} has more than four bytes.`,
          undefined,
          start,
          this.offset,
        );
      }
      const byte = this.bytes[this.#take(1, label)] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.trace?.leaf(label, start, this.offset, value, section);
        // [MQTT-1.5.5-1] the fewest bytes that hold the value.
        if (byte === 0 && shift > 0) {
          this.violation(
            ReasonCode.malformedPacket,
            `${label} takes more bytes than it needs.`,
            'MQTT-1.5.5-1',
            start,
          );
        }
        return value;
      }
    }
  }

  utf8String(label: string, section?: string): string {
    const start = this.offset;
    const length = this.#twoBytes(label);
    const from = this.#take(length, label);
    const text = this.#text(label, from, this.offset);
    this.trace?.leaf(label, start, this.offset, text, section);
    return text;
  }

  /** A copy of the bytes: the packet outlives the network's buffer. */
  binaryData(label: string, section?: string): Uint8Array {
    const start = this.offset;
    const length = this.#twoBytes(label);
    const from = this.#take(length, label);
    const data = copyOf(this.bytes, from, this.offset);
    this.trace?.leaf(label, start, this.offset, data, section);
    return data;
  }

  /** Everything that is left: a view of the bytes, since copies of payloads cost most. */
  rest(): Uint8Array {
    const from = this.offset;
    this.offset = this.end;
    return this.bytes.subarray(from, this.end);
  }

  /**
   * The receiver must refuse the packet, but can tell what comes next: throws, or with a trace
   * notes the problem and returns.
   */
  violation(
    reasonCode: number,
    message: string,
    statement: string | undefined,
    start: number,
    end = this.offset,
  ): void {
    if (!this.trace) throw new PacketError(reasonCode, message, statement, start, end);
    this.trace.problem({
      severity: 'error',
      message,
      reasonCode,
      ...(statement === undefined ? {} : { statement }),
      start,
      end,
    });
  }

  /** Nobody can tell what comes next: throws, also with a trace. */
  fail(
    reasonCode: number,
    message: string,
    statement: string | undefined,
    start: number,
    end = this.offset,
  ): never {
    throw new PacketError(reasonCode, message, statement, start, end);
  }

  #text(label: string, from: number, to: number): string {
    const text = decodeValidUtf8(this.bytes, from, to);
    if (text === undefined) {
      // [MQTT-1.5.4-1] well-formed UTF-8, no surrogates.
      const at = findInvalidUtf8(this.bytes, from, to);
      const message = `${label} is not well-formed UTF-8 at byte ${at - from}.`;
      this.violation(ReasonCode.malformedPacket, message, 'MQTT-1.5.4-1', at, at + 1);
      return decodeUtf8Lossy(this.bytes, from, to);
    }
    if (text.includes('\0')) {
      // [MQTT-1.5.4-2] no U+0000.
      const at = this.bytes.indexOf(0, from);
      const message = `${label} has the null character U+0000.`;
      this.violation(ReasonCode.malformedPacket, message, 'MQTT-1.5.4-2', at, at + 1);
    }
    return text;
  }

  #twoBytes(label: string): number {
    const start = this.#take(2, label);
    return ((this.bytes[start] ?? 0) << 8) | (this.bytes[start + 1] ?? 0);
  }

  #take(size: number, label: string): number {
    const start = this.offset;
    if (start + size > this.end) this.#tooShort(size, label);
    this.offset = start + size;
    return start;
  }

  #tooShort(size: number, label: string): never {
    const missing = this.offset + size - this.end;
    throw new PacketError(
      ReasonCode.malformedPacket,
      `${label} is cut off: ${missing} ${missing === 1 ? 'byte is' : 'bytes are'} missing.`,
      undefined,
      this.offset,
      this.end,
    );
  }
}

/** Not `slice`: that of Node's Buffer shares the memory. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}
