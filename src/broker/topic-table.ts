import { ReasonCode } from '../mqtt/reason-codes.ts';
import { splitLevels, topicNameProblem } from '../mqtt/topics.ts';
import { decodeUtf8 } from '../mqtt/utf8.ts';
import { PacketError } from '../mqtt/errors.ts';
import type { SubscriptionTree, TopicMatch } from './subscription-tree.ts';

/** A valid topic name and who gets its messages. */
export interface TopicEntry {
  readonly hash: number;
  /** The topic name in UTF-8. */
  readonly bytes: Uint8Array;
  readonly topicName: string;
  readonly levels: readonly string[];
  /** `$SYS` and below: the broker's own. */
  readonly isSystem: boolean;
  /** Stamp of the tree that `match` was made from. */
  stamp: number;
  match: TopicMatch;
}

/** Entries of one generation; when it is full it becomes the old one, and the old one is dropped. */
const generationSize = 65_536;
/** Slots looked at before a place is taken over: bounds the time, also for colliding topics. */
const longestProbe = 16;
const firstSlots = 1024;

const noMatch: TopicMatch = { deliveries: [], groups: [] };

/**
 * Topic names by their bytes: a PUBLISH finds its topic and subscribers without making a string.
 * Only valid names get in, so a hit needs no validation. Bounded: two generations, so that a
 * flood of distinct topics costs memory for these only.
 */
export class TopicTable {
  readonly #tree: SubscriptionTree;
  readonly #seed: number;
  readonly #maximumLevels: number;
  #slots = new Array<TopicEntry | undefined>(firstSlots);
  #count = 0;
  #old: (TopicEntry | undefined)[] = [];

  constructor(tree: SubscriptionTree, seed: number, maximumLevels: number) {
    this.#tree = tree;
    this.#seed = seed | 0;
    this.#maximumLevels = maximumLevels;
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
    const entry = older ?? this.#create(hash, bytes.slice(start, end));
    this.#insert(entry);
    return this.refresh(entry);
  }

  /** The entry with its match up to date. */
  refresh(entry: TopicEntry): TopicEntry {
    if (entry.stamp !== this.#tree.stamp) {
      entry.match = this.#tree.match(entry.levels);
      entry.stamp = this.#tree.stamp;
    }
    return entry;
  }

  #create(hash: number, bytes: Uint8Array): TopicEntry {
    const topicName = decodeUtf8(bytes, 0, bytes.length);
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
    const isSystem = levels[0] === '$SYS';
    return { hash, bytes, topicName, levels, isSystem, stamp: 0, match: noMatch };
  }

  #insert(entry: TopicEntry): void {
    if (this.#count >= generationSize) {
      this.#old = this.#slots;
      this.#slots = new Array<TopicEntry | undefined>(this.#old.length);
      this.#count = 0;
    } else if (this.#count * 2 >= this.#slots.length) {
      const { length } = this.#slots;
      const entries = this.#slots;
      this.#slots = new Array<TopicEntry | undefined>(length * 2);
      this.#count = 0;
      for (const other of entries) if (other) this.#place(other);
    }
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
    this.#slots[entry.hash & mask] = entry;
  }
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
  const own = entry.bytes;
  if (own.length !== end - start) return false;
  for (let index = 0; index < own.length; index++) {
    if (own[index] !== bytes[start + index]) return false;
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
