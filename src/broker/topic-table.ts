import { ReasonCode } from '../mqtt/reason-codes.ts';
import { splitLevels, topicNameProblem } from '../mqtt/topics.ts';
import { TopicReference } from '../mqtt/topic-reference.ts';
import { decodeUtf8, encodeUtf8 } from '../mqtt/utf8.ts';
import { PacketError } from '../mqtt/errors.ts';
import { copyBytes } from './output.ts';
import { SeenOnce } from './seen-once.ts';
import { slotsOf } from './subscription-changes.ts';
import { noMatch, type SubscriptionTree, type TopicMatch } from './subscription-tree.ts';

/** A valid topic name and who gets its messages. */
export class TopicEntry extends TopicReference {
  /** Where the topic name is in UTF-8: many topics share a buffer. Nowhere (0 bytes) while it is in no table. */
  readonly source: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** The topic that its publisher went on with: those who publish in turn do it again and again. */
  next: TopicEntry | undefined = undefined;
  match: TopicMatch = noMatch;
  /** How many changes of subscriptions `match` takes into account; -1: look further. */
  changes = -1;
  /** What `SubscriptionChanges` said when `match` was made or found to be still right; -1: stale. */
  stamp = -1;
  readonly hash: number;
  readonly firstSlot: number;
  readonly secondSlot: number;
  /** Generation of the table that it is in; -1: it is not. */
  generation = -1;
  #levels: readonly string[] | undefined = undefined;

  constructor(
    hash: number,
    source: Uint8Array,
    offset: number,
    length: number,
    topicName: string,
    levels: readonly string[],
  ) {
    super(topicName);
    this.hash = hash;
    this.source = source;
    this.offset = offset;
    this.length = length;
    const { firstSlot, secondSlot } = slotsOf(levels);
    this.firstSlot = firstSlot;
    this.secondSlot = secondSlot;
  }

  /** The topic name in UTF-8. */
  get bytes(): Uint8Array {
    if (this.length === 0) return encodeUtf8(this.topicName);
    return this.source.subarray(this.offset, this.offset + this.length);
  }

  /** The levels of the topic name, kept from now on: for those who need them with each message. */
  get levels(): readonly string[] {
    return (this.#levels ??= splitLevels(this.topicName));
  }

  /** The same for those who need them rarely: there may be very many topics. */
  get levelsOnce(): readonly string[] {
    return this.#levels ?? splitLevels(this.topicName);
  }
}

/** Entries of one generation; when it is full it becomes the old one, and the old one is dropped. */
const generationSize = 131_072;
/** Bytes of their topic names: long hostile ones fill a generation sooner. */
const generationBytes = 16 * 1024 * 1024;
/** Slots looked at before a place is taken over: bounds the time, also for colliding topics. */
const longestProbe = 16;
const firstSlots = 1024;
/** Beyond so many, a topic that is met for the first time is not kept: it may be the last time, too. */
const fewTopics = 8192;
/** Topic names are kept together in buffers that grow up to this size: one that is looked up waits for memory once. */
const firstArena = 4096;
const largestArena = 128 * 1024;
const nowhere = new Uint8Array(0);

/**
 * Topic names by their bytes: a PUBLISH finds its topic and subscribers without making a string.
 * Only valid names get in, so a hit needs no validation. Bounded: two generations, so that a
 * flood of distinct topics costs memory for these only.
 */
export class TopicTable {
  readonly #tree: SubscriptionTree;
  readonly #seed: number;
  readonly #maximumLevels: number;
  readonly #seen = new SeenOnce();
  #slots = new Array<TopicEntry | undefined>(firstSlots);
  #count = 0;
  #bytes = 0;
  #generation = 1;
  #arena = new Uint8Array(0);
  #arenaUsed = 0;
  #arenaSize = firstArena;
  #old: (TopicEntry | undefined)[] = [];

  constructor(tree: SubscriptionTree, seed: number, maximumLevels: number) {
    this.#tree = tree;
    this.#seed = seed | 0;
    this.#maximumLevels = maximumLevels;
    tree.onTopicChanged = (topicName) => this.#stale(topicName);
  }

  /**
   * The entry of the topic name in `bytes[start, end)`, with its match up to date.
   * @throws PacketError if it is not a topic name that may be published to.
   */
  find(bytes: Uint8Array, start: number, end: number): TopicEntry {
    const hash = hashOf(bytes, start, end, this.#seed);
    const found = probe(this.#slots, hash, bytes, start, end);
    if (found) return this.refresh(found);
    const older = probe(this.#old, hash, bytes, start, end);
    const isKept = older !== undefined || this.#count < fewTopics || this.#seen.has(hash);
    const entry = older ?? this.#create(hash, bytes, start, end, isKept);
    if (isKept) {
      this.#insert(entry);
      return this.refresh(entry);
    }
    // Nobody tells it of changes: who has it asks again.
    entry.match = this.#tree.match(entry.levelsOnce);
    return entry;
  }

  /** The same for the publisher whose message before was on the topic `last`. HOT. */
  findAfter(last: TopicEntry, bytes: Uint8Array, start: number, end: number): TopicEntry {
    const { next } = last;
    if (next !== undefined && sameTopic(next, bytes, start, end)) return this.refresh(next);
    const entry = this.find(bytes, start, end);
    if (entry.generation > 0 && last.generation > 0) last.next = entry;
    return entry;
  }

  /** The entry of the same topic name with its match up to date; another one if it was dropped. HOT. */
  refresh(entry: TopicEntry): TopicEntry {
    const { changes } = this.#tree;
    if (entry.changes === changes.count) return entry;
    if (entry.generation < this.#generation - 1) {
      const { bytes } = entry;
      return this.find(bytes, 0, bytes.length);
    }
    const stamp = changes.stampOf(entry);
    if (entry.stamp !== stamp) {
      if (entry.stamp < 0 || changes.concern(entry, entry.changes)) {
        entry.match = this.#tree.match(entry.levelsOnce);
      }
      entry.stamp = stamp;
    }
    entry.changes = changes.count;
    return entry;
  }

  /** A subscription to just this topic name came or went. */
  #stale(topicName: string): void {
    const bytes = encodeUtf8(topicName);
    const hash = hashOf(bytes, 0, bytes.length, this.#seed);
    const entry =
      probe(this.#slots, hash, bytes, 0, bytes.length) ??
      probe(this.#old, hash, bytes, 0, bytes.length);
    if (entry) entry.stamp = entry.changes = -1;
  }

  /** @throws PacketError if it is not a topic name that may be published to. */
  #create(
    hash: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    isKept: boolean,
  ): TopicEntry {
    const topicName = decodeUtf8(bytes, start, end);
    if (topicName.includes('\0')) {
      // [MQTT-4.7.3-2] as every string of the protocol: malformed, the decoder says.
      const { malformedPacket } = ReasonCode;
      throw new PacketError(malformedPacket, 'The topic name has a null character', 'MQTT-1.5.4-2');
    }
    const problem = topicNameProblem(topicName);
    if (problem !== undefined) {
      throw new PacketError(ReasonCode.topicNameInvalid, problem.message, problem.statement);
    }
    const levels = splitLevels(topicName);
    if (levels.length > this.#maximumLevels) {
      throw new PacketError(
        ReasonCode.topicNameInvalid,
        `The topic name has ${levels.length} levels; the broker takes ${this.#maximumLevels}.`,
      );
    }
    if (!isKept) return new TopicEntry(hash, nowhere, 0, 0, topicName, levels);
    const length = end - start;
    if (this.#arenaUsed + length > this.#arena.length) {
      this.#arena = new Uint8Array(Math.max(this.#arenaSize, length));
      this.#arenaSize = Math.min(this.#arenaSize * 2, largestArena);
      this.#arenaUsed = 0;
    }
    const offset = this.#arenaUsed;
    this.#arenaUsed += length;
    copyBytes(bytes, start, end, this.#arena, offset);
    return new TopicEntry(hash, this.#arena, offset, length, topicName, levels);
  }

  #insert(entry: TopicEntry): void {
    if (this.#count >= generationSize || this.#bytes > generationBytes) {
      // What is dropped must not hold one another: a chain of them would have no end.
      for (const entry of this.#old) if (entry) drop(entry);
      this.#old = this.#slots;
      this.#slots = new Array<TopicEntry | undefined>(this.#old.length);
      this.#generation++;
      this.#count = 0;
      this.#bytes = 0;
    } else if (this.#count * 2 >= this.#slots.length) {
      const { length } = this.#slots;
      const entries = this.#slots;
      this.#slots = new Array<TopicEntry | undefined>(length * 2);
      this.#count = 0;
      for (const other of entries) if (other) this.#place(other);
    }
    entry.generation = this.#generation;
    this.#bytes += entry.length;
    this.#place(entry);
  }

  #place(entry: TopicEntry): void {
    const mask = this.#slots.length - 1;
    for (let distance = 0; distance < longestProbe; distance++) {
      const slot = (entry.hash + distance) & mask;
      if (this.#slots[slot] === undefined) {
        this.#slots[slot] = entry;
        this.#count++;
        return;
      }
    }
    const slot = entry.hash & mask;
    const before = this.#slots[slot];
    if (before) {
      before.generation = -1;
      drop(before);
    }
    this.#slots[slot] = entry;
  }
}

/** It is not in the table any more, or may not be. */
function drop(entry: TopicEntry): void {
  entry.next = undefined;
  entry.changes = -1;
}

function probe(
  slots: readonly (TopicEntry | undefined)[],
  hash: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): TopicEntry | undefined {
  const mask = slots.length - 1;
  if (mask < 0) return undefined;
  for (let distance = 0; distance < longestProbe; distance++) {
    const entry = slots[(hash + distance) & mask];
    if (entry === undefined) return undefined;
    if (entry.hash === hash && sameTopic(entry, bytes, start, end)) return entry;
  }
  return undefined;
}

/** True if the entry's topic name is `bytes[start, end)`. */
export function sameTopic(
  entry: TopicEntry,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const { source, length } = entry;
  if (length !== end - start) return false;
  for (let index = start, own = entry.offset; index < end; index++, own++) {
    if (source[own] !== bytes[index]) return false;
  }
  return true;
}

/** FNV-1a, seeded so that nobody outside can aim at one slot, with a final mix of the high bits. */
function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let index = start; index < end; index++) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
