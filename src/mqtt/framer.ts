import { PacketError } from './errors.ts';
import { ReasonCode } from './reason-codes.ts';

/**
 * Takes one whole packet, `bytes[start, end)`. The bytes may be kept: they are never written again.
 * Returning false stops the framer: the rest of the bytes, and all that come, are ignored.
 */
export type PacketSink =
  | ((bytes: Uint8Array, start: number, end: number) => boolean)
  | ((bytes: Uint8Array, start: number, end: number) => void);

/** First size of the buffer for a packet that spans chunks. */
const firstSize = 256;
const noBytes = new Uint8Array(0);

/**
 * Cuts whole packets out of a stream (MQTT 5.0 section 2.1). A packet within one chunk is handed
 * out where it lies, without copying. One that spans chunks is put together in a buffer that
 * grows with the bytes that came, not with the length that they declare.
 */
export class Framer {
  /** Largest packet accepted, fixed header included, in bytes. */
  maximumPacketSize: number;
  /** The first bytes of a packet whose end has not come. */
  #held = noBytes;
  #heldLength = 0;
  /** Size of the held packet; 0 while its header is not complete. */
  #heldSize = 0;
  #stopped = false;

  constructor(maximumPacketSize: number) {
    this.maximumPacketSize = maximumPacketSize;
  }

  /** Bytes of an incomplete packet that wait for more. */
  get pending(): number {
    return this.#heldLength;
  }

  /** Those bytes: a view, valid until the next `push`. */
  get held(): Uint8Array {
    return this.#held.subarray(0, this.#heldLength);
  }

  /**
   * Gives `sink` every packet that the chunk completes. The chunk must not be changed afterwards.
   * @throws PacketError 0x81 for a remaining length of more than four bytes, 0x95 as soon as a
   * header tells of a packet larger than `maximumPacketSize`. Nothing more is cut then.
   */
  push(chunk: Uint8Array, sink: PacketSink): void {
    const { length } = chunk;
    let offset = this.#heldLength > 0 ? this.#complete(chunk, sink) : 0;
    while (offset < length && !this.#stopped) {
      const size = this.#packetSize(chunk, offset, length);
      const end = offset + size;
      if (size === 0 || end > length) {
        this.#hold(chunk, offset, length);
        this.#heldSize = size;
        return;
      }
      if (sink(chunk, offset, end) === false) this.#stopped = true;
      offset = end;
    }
  }

  /** Goes on with the held packet. @returns where the next one begins. */
  #complete(chunk: Uint8Array, sink: PacketSink): number {
    let offset = 0;
    while (this.#heldSize === 0) {
      if (offset === chunk.length) return offset;
      this.#hold(chunk, offset, ++offset);
      this.#heldSize = this.#packetSize(this.#held, 0, this.#heldLength);
    }
    const end = Math.min(offset + this.#heldSize - this.#heldLength, chunk.length);
    this.#hold(chunk, offset, end);
    if (this.#heldLength === this.#heldSize) {
      const bytes = this.#held;
      const size = this.#heldSize;
      this.#held = noBytes;
      this.#heldLength = 0;
      this.#heldSize = 0;
      if (sink(bytes, 0, size) === false) this.#stopped = true;
    }
    return end;
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const needed = this.#heldLength + end - start;
    if (needed > this.#held.length) {
      const size = Math.max(needed, this.#held.length * 2, firstSize);
      const larger = new Uint8Array(this.#heldSize > 0 ? Math.min(size, this.#heldSize) : size);
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(chunk.subarray(start, end), this.#heldLength);
    this.#heldLength = needed;
  }

  /** Size of the packet at `offset` with its fixed header; 0 if the header is not complete. */
  #packetSize(bytes: Uint8Array, offset: number, length: number): number {
    let remaining = 0;
    for (let index = 1; index <= 4; index++) {
      if (offset + index >= length) return 0;
      const byte = bytes[offset + index] ?? 0;
      remaining |= (byte & 0x7f) << (7 * index - 7);
      if (byte < 0x80) {
        const size = 1 + index + remaining;
        if (size > this.maximumPacketSize) this.#refuseSize(size, index);
        return size;
      }
    }
    this.#stopped = true;
    const message = 'Remaining Length has more than four bytes.';
    throw new PacketError(ReasonCode.malformedPacket, message, undefined, 1, 5);
  }

  #refuseSize(size: number, lengthSize: number): never {
    this.#stopped = true;
    throw new PacketError(
      ReasonCode.packetTooLarge,
      `The packet has ${size} bytes; ${this.maximumPacketSize} are accepted.`,
      undefined,
      1,
      1 + lengthSize,
    );
  }
}
