import { decodeUtf8 } from '../mqtt/utf8.ts';
import type { Message } from './message.ts';
import type { RetainedNode } from './retained-node.ts';
import { grown, Slabs, type Slab } from './slabs.ts';

/** Before a frame in its slab: when it was received, when it expires, its number and its version. */
const headBytes = 25;
const slash = 0x2f;
const dollar = 0x24;

/** A retained message, read from where it is kept. */
export interface RetainedMessage {
  /** The PUBLISH frame: `bytes[start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly isV5: boolean;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** Of the application message. */
  readonly number: number;
}

/**
 * The retained messages by numbers from 1, in typed arrays: a million of them are neither objects that the garbage
 * collector looks at nor strings. Their topic names are read from the frames.
 */
export class RetainedRecords {
  readonly #slabs = new Slabs();
  /** Place in the `leaves` of its node; of a free record the next free one. */
  #position = new Int32Array(64);
  #firstFree = 0;
  #next = 1;

  add(message: Message): number {
    let record = this.#firstFree;
    if (record > 0) this.#firstFree = this.#position[record] ?? 0;
    else record = this.#next++;
    if (record >= this.#position.length) {
      this.#position = grown(this.#position, 2 * this.#position.length);
    }
    this.#store(record, message);
    return record;
  }

  replace(record: number, message: Message): void {
    this.#slabs.release(record);
    this.#store(record, message);
  }

  remove(record: number): void {
    this.#slabs.release(record);
    this.#position[record] = this.#firstFree;
    this.#firstFree = record;
  }

  /** Bytes of the frame. */
  size(record: number): number {
    return this.#slabs.length(record) - headBytes;
  }

  read(record: number): RetainedMessage | undefined {
    const slab = this.#slabs.slab(record);
    if (!slab) return undefined;
    const start = this.#slabs.start(record);
    return {
      bytes: slab.bytes,
      start: start + headBytes,
      end: start + this.#slabs.length(record),
      isV5: slab.view.getUint8(start + 24) === 1,
      receivedAt: slab.view.getFloat64(start),
      expiresAt: slab.view.getFloat64(start + 8),
      number: slab.view.getFloat64(start + 16),
    };
  }

  /** Puts the record among the leaves of a node. */
  attach(record: number, node: RetainedNode): void {
    this.#position[record] = node.leaves.push(record) - 1;
    node.leafCount++;
  }

  detach(record: number, node: RetainedNode): void {
    node.leaves[this.#position[record] ?? 0] = 0;
    node.leafCount--;
    if (node.leafCount * 2 + 32 > node.leaves.length) return;
    // Another array, as a cursor may be on its way through this one.
    node.leaves = node.leaves.filter((leaf) => leaf > 0);
    for (const [position, leaf] of node.leaves.entries()) this.#position[leaf] = position;
  }

  isLeaf(record: number, node: RetainedNode): boolean {
    return record > 0 && node.leaves[this.#position[record] ?? 0] === record;
  }

  /**
   * Whether the levels of the record's topic name from `depth` on are those of `levels`, which may have wildcards;
   * with `count`, only so many of them are compared, and there may be more.
   */
  matches(record: number, levels: readonly string[], depth: number, count = Infinity): boolean {
    const slab = this.#slabs.slab(record);
    if (!slab) return false;
    const { bytes } = slab;
    let offset = topicStart(slab, this.#slabs.start(record));
    const end = offset + slab.view.getUint16(offset - 2);
    for (let level = 0; level < depth; level++) offset = endOfLevel(bytes, offset, end) + 1;
    const last = Math.min(depth + count, levels.length);
    for (let index = depth; index < last; index++) {
      const level = levels[index] ?? '';
      if (level === '#') return true;
      // Past the end: one level fewer than asked for. `#` stands for the parent, too.
      if (offset > end) return false;
      const levelEnd = endOfLevel(bytes, offset, end);
      if (level !== '+' && !isText(bytes, offset, levelEnd, level)) return false;
      offset = levelEnd + 1;
    }
    return count < Infinity || offset > end;
  }

  /** Whether the topic name begins with $. */
  isSystem(record: number): boolean {
    const slab = this.#slabs.slab(record);
    return slab?.bytes[topicStart(slab, this.#slabs.start(record))] === dollar;
  }

  #store(record: number, message: Message): void {
    this.#slabs.store(record, headBytes, message.bytes, message.start, message.end);
    const view = this.#slabs.slab(record)?.view;
    const start = this.#slabs.start(record);
    view?.setFloat64(start, message.receivedAt);
    view?.setFloat64(start + 8, message.expiresAt);
    view?.setFloat64(start + 16, message.number);
    view?.setUint8(start + 24, message.isV5 ? 1 : 0);
  }
}

/** Where the topic name of a record begins: after the fixed header with its Remaining Length, and its own length. */
function topicStart({ bytes }: Slab, start: number): number {
  let offset = start + headBytes + 1;
  while ((bytes[offset] ?? 0) >= 0x80) offset++;
  return offset + 3;
}

function endOfLevel(bytes: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && bytes[offset] !== slash) offset++;
  return offset;
}

/** Whether `bytes[start, end)` is the text in UTF-8. */
function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  // No character takes fewer bytes than UTF-16 has units for it.
  if (end - start < text.length) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return decodeUtf8(bytes, start, end) === text;
    if (bytes[start + index] !== code) return false;
  }
  return end - start === text.length;
}
