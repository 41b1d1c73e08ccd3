import type { Counters } from './counters.ts';
import type { Message } from './message.ts';
import type { ResolvedOptions } from './options.ts';
import { RetainedCursor } from './retained-cursor.ts';
import { RetainedIndex } from './retained-index.ts';
import { RetainedNode } from './retained-node.ts';
import { RetainedRecords, type RetainedMessage } from './retained-records.ts';

/** Where a record is: below the node, or the node's own. */
interface Found {
  readonly record: number;
  readonly node: RetainedNode;
  /** From the root to the node. */
  readonly path: readonly RetainedNode[];
}

/**
 * Retained messages by the levels of their topic names, so that a wildcard looks only where it leads. A million of them
 * are no rarity: each costs its bytes and some numbers. There is a node only for levels that several topics share: of the
 * topics that go on with the same level below a node, the first is its leaf, and the others are in the child of that name.
 */
export class RetainedStore {
  /** Told of each topic whose message was set, replaced or removed. */
  changed: ((topicName: string) => void) | undefined;
  readonly #root = new RetainedNode(0, 0);
  readonly #records = new RetainedRecords();
  readonly #index: RetainedIndex;
  readonly #options: ResolvedOptions;
  readonly #counters: Counters;
  #lastNode = 0;
  readonly #freeNodes: number[] = [];

  /** @param seed of the hash table: nobody outside should know it. */
  constructor(options: ResolvedOptions, counters: Counters, seed = 0) {
    this.#options = options;
    this.#counters = counters;
    this.#index = new RetainedIndex(this.#records, seed);
  }

  get(levels: readonly string[]): RetainedMessage | undefined {
    const found = this.#find(levels);
    return found && this.#records.read(found.record);
  }

  /** Sets or replaces [MQTT-3.3.1-5]. @returns false when a limit forbids it: the old one stays. */
  set(levels: readonly string[], message: Message): boolean {
    const counters = this.#counters;
    const before = this.#find(levels);
    const count = counters.retainedMessages + (before ? 0 : 1);
    const freed = before ? this.#records.size(before.record) : 0;
    const bytes = counters.retainedBytes + message.size - freed;
    const options = this.#options;
    if (count > options.maximumRetainedMessages || bytes > options.maximumRetainedBytes) {
      counters.retainedRefused++;
      return false;
    }
    if (before) this.#records.replace(before.record, message);
    else this.#place(levels, this.#records.add(message));
    counters.retainedMessages = count;
    counters.retainedBytes = bytes;
    this.changed?.(levels.join('/'));
    return true;
  }

  /** @returns whether there was one. */
  remove(levels: readonly string[]): boolean {
    const found = this.#find(levels);
    if (!found) return false;
    const { node, path, record } = found;
    this.#counters.retainedMessages--;
    this.#counters.retainedBytes -= this.#records.size(record);
    if (node.own === record) node.own = 0;
    else {
      this.#index.remove(record);
      this.#records.detach(record, node);
    }
    this.#records.remove(record);
    for (let depth = path.length - 1; depth > 0; depth--) {
      const empty = path[depth];
      if (empty?.isEmpty !== true) break;
      this.#freeNodes.push(empty.number);
      path[depth - 1]?.prune(levels[depth - 1] ?? '');
    }
    this.changed?.(levels.join('/'));
    return true;
  }

  /** All retained messages, also those whose topic begins with $. */
  all(): RetainedCursor {
    return new RetainedCursor(this.#records, this.#index, this.#root, ['#'], true);
  }

  /** All retained messages whose topic matches the filter with these levels, one after another. */
  match(levels: readonly string[]): RetainedCursor {
    return new RetainedCursor(this.#records, this.#index, this.#root, levels);
  }

  #find(levels: readonly string[]): Found | undefined {
    const path = [this.#root];
    let node: RetainedNode | undefined = this.#root;
    for (const level of levels) {
      const leaf = this.#index.find(node, levels);
      if (leaf > 0 && this.#records.matches(leaf, levels, node.depth)) {
        return { record: leaf, node, path };
      }
      node = node.children?.get(level);
      if (!node) return undefined;
      path.push(node);
    }
    return node.own > 0 ? { record: node.own, node, path } : undefined;
  }

  /** As near to the root as there is room. */
  #place(levels: readonly string[], record: number): void {
    let node = this.#root;
    for (const level of levels) {
      if (this.#index.find(node, levels) === 0) {
        this.#records.attach(record, node);
        this.#index.add(record, node, levels);
        return;
      }
      node = this.#grow(node, level);
    }
    node.own = record;
  }

  /** The child of this name, made if it is not there. */
  #grow(node: RetainedNode, name: string): RetainedNode {
    node.children ??= new Map();
    let child = node.children.get(name);
    if (!child) {
      child = new RetainedNode(this.#freeNodes.pop() ?? ++this.#lastNode, node.depth + 1);
      node.children.set(name, child);
    }
    return child;
  }
}
