import type { RetainedNode } from './retained-node.ts';
import type { RetainedRecords } from './retained-records.ts';
import { grown } from './slabs.ts';

/**
 * Finds the leaf of a node by the name of its level: one hash table for all nodes, open addressing with linear probing,
 * at most three quarters full. A Map in each node would cost several times the memory.
 */
export class RetainedIndex {
  readonly #records: RetainedRecords;
  readonly #seed: number;
  /** Records; 0: free. */
  #slots = new Int32Array(64);
  #count = 0;
  /** By record. */
  #hashes = new Int32Array(64);
  #nodes = new Int32Array(64);

  /** @param seed nobody outside can aim at one slot who does not know it. */
  constructor(records: RetainedRecords, seed: number) {
    this.#records = records;
    this.#seed = seed;
  }

  /** The leaf of this node for the level `levels[node.depth]`; 0: none. */
  find(node: RetainedNode, levels: readonly string[]): number {
    if (node.leafCount === 0) return 0;
    const { depth, number } = node;
    const hash = hashOf(this.#seed, number, levels[depth] ?? '');
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const record = this.#slots[slot] ?? 0;
      if (record === 0) return 0;
      if (this.#hashes[record] !== hash || this.#nodes[record] !== number) continue;
      if (this.#records.matches(record, levels, depth, 1)) return record;
    }
  }

  /** The record becomes the leaf of this node for the level `levels[node.depth]`; there must be none. */
  add(record: number, node: RetainedNode, levels: readonly string[]): void {
    if (++this.#count * 4 > this.#slots.length * 3) this.#rehash();
    if (record >= this.#hashes.length) {
      const length = Math.max(record + 1, 2 * this.#hashes.length);
      this.#hashes = grown(this.#hashes, length);
      this.#nodes = grown(this.#nodes, length);
    }
    this.#hashes[record] = hashOf(this.#seed, node.number, levels[node.depth] ?? '');
    this.#nodes[record] = node.number;
    this.#place(record);
  }

  remove(record: number): void {
    const mask = this.#slots.length - 1;
    let hole = (this.#hashes[record] ?? 0) & mask;
    while (this.#slots[hole] !== record) hole = (hole + 1) & mask;
    // What comes after moves up, unless it would stand before its own place.
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = this.#slots[slot] ?? 0;
      if (other === 0) break;
      const home = (this.#hashes[other] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = other;
      hole = slot;
    }
    this.#slots[hole] = 0;
    this.#count--;
  }

  #place(record: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[record] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = record;
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length);
    for (const record of before) if (record > 0) this.#place(record);
  }
}

/** FNV-1a over the node and the name, with a final mix of the high bits. */
function hashOf(seed: number, node: number, name: string): number {
  let hash = Math.imul(seed ^ node, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
