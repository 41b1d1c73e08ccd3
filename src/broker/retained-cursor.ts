import type { RetainedIndex } from './retained-index.ts';
import type { RetainedNode } from './retained-node.ts';
import type { RetainedMessage, RetainedRecords } from './retained-records.ts';

/** Where a cursor is: among the leaves of a node, then among its children. */
interface Place {
  readonly node: RetainedNode;
  /** As they were when the cursor came: `end` of them. */
  readonly leaves: readonly number[];
  readonly end: number;
  next: number;
  children: Iterator<[string, RetainedNode]> | undefined;
  /** Everything below matches. */
  readonly isWithin: boolean;
}

/**
 * Walks through the messages that a filter matches. Messages may come and go meanwhile: each that
 * stays is met once, a new one perhaps.
 */
export class RetainedCursor {
  readonly #records: RetainedRecords;
  readonly #index: RetainedIndex;
  readonly #filter: readonly string[];
  readonly #withSystem: boolean;
  readonly #places: Place[] = [];
  /** Those found on the way to a place: at most one a level. */
  readonly #found: RetainedMessage[] = [];

  /** @param withSystem whether a wildcard first matches topic names that begin with $. */
  constructor(
    records: RetainedRecords,
    index: RetainedIndex,
    root: RetainedNode,
    filter: readonly string[],
    withSystem = false,
  ) {
    this.#records = records;
    this.#index = index;
    this.#filter = filter;
    this.#withSystem = withSystem;
    this.#enter(root);
  }

  /** The next one; undefined at the end. */
  next(): RetainedMessage | undefined {
    for (;;) {
      const found = this.#found.pop();
      if (found) return found;
      const place = this.#places.at(-1);
      if (!place) return undefined;
      const leaf = this.#nextLeaf(place);
      if (leaf) return leaf;
      const step = (place.children ??= place.node.children?.entries())?.next();
      if (!step || step.done === true) {
        this.#places.pop();
        continue;
      }
      const [name, child] = step.value;
      if (place.node.depth > 0 || this.#withSystem || !name.startsWith('$')) this.#enter(child);
    }
  }

  /** Of a place whose level may be any. */
  #nextLeaf(place: Place): RetainedMessage | undefined {
    const { node, leaves, end, isWithin } = place;
    while (place.next < end) {
      const record = leaves[place.next++] ?? 0;
      if (!this.#records.isLeaf(record, node)) continue;
      // [MQTT-4.7.2-1] a wildcard first does not match topic names that begin with $.
      if (node.depth === 0 && !this.#withSystem && this.#records.isSystem(record)) continue;
      if (!isWithin && !this.#records.matches(record, this.#filter, node.depth)) continue;
      return this.#records.read(record);
    }
    return undefined;
  }

  /** Takes what the filter says of a node whose levels match its first ones. */
  #enter(node: RetainedNode): void {
    const filter = this.#filter;
    const { depth, leaves, own } = node;
    const last = filter.length - 1;
    // Section 4.7.1.2: # stands for the parent and any number of child levels.
    const isWithin = depth >= last && filter[last] === '#';
    if (isWithin || depth > last) this.#take(own);
    if (depth > last && !isWithin) return;
    const level = filter[depth] ?? '#';
    if (isWithin || level === '+') {
      const end = leaves.length;
      this.#places.push({ node, leaves, end, next: 0, children: undefined, isWithin });
      return;
    }
    const leaf = this.#index.find(node, filter);
    if (leaf > 0 && this.#records.matches(leaf, filter, depth)) this.#take(leaf);
    const child = node.children?.get(level);
    if (child) this.#enter(child);
  }

  #take(record: number): void {
    const message = this.#records.read(record);
    if (message) this.#found.push(message);
  }
}
