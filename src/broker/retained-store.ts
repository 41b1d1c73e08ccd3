import type { Counters } from './counters.ts';
import type { Message } from './message.ts';
import type { ResolvedOptions } from './options.ts';
import { SlabRecord, Slabs } from './slabs.ts';

/** Before a frame in its slab: when it was received, when it expires, its number and its version. */
const headBytes = 25;

/** One level of the topic names. As a record it holds the PUBLISH that is retained exactly here. */
class RetainedNode extends SlabRecord {
  /** Most levels have one level below: that needs no Map, which costs more than all the rest. */
  #onlyName = '';
  #only: RetainedNode | undefined;
  #children: Map<string, RetainedNode> | undefined;

  child(name: string): RetainedNode | undefined {
    return this.#children
      ? this.#children.get(name)
      : this.#onlyName === name
        ? this.#only
        : undefined;
  }

  /** The child of this name, made if it is not there. */
  grow(name: string): RetainedNode {
    const known = this.child(name);
    if (known) return known;
    const child = new RetainedNode();
    if (this.#children) this.#children.set(name, child);
    else if (this.#only) {
      this.#children = new Map([
        [this.#onlyName, this.#only],
        [name, child],
      ]);
      this.#only = undefined;
    } else {
      this.#onlyName = name;
      this.#only = child;
    }
    return child;
  }

  prune(name: string): void {
    if (this.#children) {
      this.#children.delete(name);
      if (this.#children.size === 0) this.#children = undefined;
    } else if (this.#onlyName === name) this.#only = undefined;
  }

  get isEmpty(): boolean {
    return this.slab === undefined && this.#only === undefined && this.#children === undefined;
  }

  /** Goes on through changes; undefined when there are none now. */
  children(): Iterator<[string, RetainedNode]> | undefined {
    if (this.#children) return this.#children.entries();
    return this.#only && [[this.#onlyName, this.#only] as [string, RetainedNode]].values();
  }
}

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
 * Retained messages by the levels of their topic names, so that a wildcard looks only where it
 * leads. A million of them are no rarity: each costs its bytes, one small object and its name.
 */
export class RetainedStore {
  /** Told of each topic whose message was set, replaced or removed. */
  changed: ((topicName: string) => void) | undefined;
  readonly #root = new RetainedNode();
  readonly #slabs = new Slabs();
  readonly #options: ResolvedOptions;
  readonly #counters: Counters;

  constructor(options: ResolvedOptions, counters: Counters) {
    this.#options = options;
    this.#counters = counters;
  }

  get(levels: readonly string[]): RetainedMessage | undefined {
    let node: RetainedNode | undefined = this.#root;
    for (const level of levels) {
      node = node.child(level);
      if (!node) return undefined;
    }
    return read(node);
  }

  /** Sets or replaces [MQTT-3.3.1-5]. @returns false when a limit forbids it: the old one stays. */
  set(levels: readonly string[], message: Message): boolean {
    const counters = this.#counters;
    const before = this.get(levels);
    const count = counters.retainedMessages + (before ? 0 : 1);
    const freed = before ? before.end - before.start : 0;
    const bytes = counters.retainedBytes + message.size - freed;
    const options = this.#options;
    if (count > options.maximumRetainedMessages || bytes > options.maximumRetainedBytes) {
      counters.retainedRefused++;
      return false;
    }
    let node = this.#root;
    for (const level of levels) node = node.grow(level);
    this.#slabs.release(node);
    this.#slabs.store(node, headBytes, message.bytes, message.start, message.end);
    const view = node.slab?.view;
    view?.setFloat64(node.start, message.receivedAt);
    view?.setFloat64(node.start + 8, message.expiresAt);
    view?.setFloat64(node.start + 16, message.number);
    view?.setUint8(node.start + 24, message.isV5 ? 1 : 0);
    counters.retainedMessages = count;
    counters.retainedBytes = bytes;
    this.changed?.(levels.join('/'));
    return true;
  }

  /** @returns whether there was one. */
  remove(levels: readonly string[]): boolean {
    const path: RetainedNode[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.child(level);
      if (!child) return false;
      path.push(child);
    }
    const node = path.at(-1);
    if (node?.slab === undefined) return false;
    this.#counters.retainedMessages--;
    this.#counters.retainedBytes -= node.length - headBytes;
    this.#slabs.release(node);
    this.changed?.(levels.join('/'));
    for (let depth = path.length - 1; depth > 0; depth--) {
      if (path[depth]?.isEmpty !== true) break;
      path[depth - 1]?.prune(levels[depth - 1] ?? '');
    }
    return true;
  }

  /** All retained messages, also those whose topic begins with $. */
  all(): RetainedCursor {
    return new RetainedCursor(this.#root, ['#'], true);
  }

  /** All retained messages whose topic matches the filter with these levels, one after another. */
  match(levels: readonly string[]): RetainedCursor {
    return new RetainedCursor(this.#root, levels);
  }
}

/** Where a cursor is: in the children of a node, `depth` levels down. */
interface Place {
  readonly children: Iterator<[string, RetainedNode]>;
  readonly depth: number;
}

/**
 * Walks through the messages that a filter matches. Messages may come and go meanwhile: each that
 * stays is met once, a new one perhaps.
 */
export class RetainedCursor {
  readonly #filter: readonly string[];
  readonly #withSystem: boolean;
  readonly #places: Place[] = [];
  readonly #found: RetainedNode[] = [];

  /** @param withSystem whether a wildcard first matches topic names that begin with $. */
  constructor(root: RetainedNode, filter: readonly string[], withSystem = false) {
    this.#filter = filter;
    this.#withSystem = withSystem;
    this.#enter(root, 0);
  }

  /** The next one; undefined at the end. */
  next(): RetainedMessage | undefined {
    for (;;) {
      const found = this.#found.pop();
      const message = found && read(found);
      if (message) return message;
      const place = this.#places.at(-1);
      if (!place) return undefined;
      const step = place.children.next();
      if (step.done === true) {
        this.#places.pop();
        continue;
      }
      const [name, child] = step.value;
      // [MQTT-4.7.2-1] a wildcard first does not match topic names that begin with $.
      if (place.depth > 0 || this.#withSystem || !name.startsWith('$'))
        this.#enter(child, place.depth + 1);
    }
  }

  /** Takes what the filter says of a node whose level matches its first `depth` ones. */
  #enter(node: RetainedNode, depth: number): void {
    const last = this.#filter.length - 1;
    // Section 4.7.1.2: # stands for the parent and any number of child levels.
    const isWithin = depth >= last && this.#filter[last] === '#';
    if (isWithin || depth > last) this.#found.push(node);
    if (depth > last && !isWithin) return;
    const level = this.#filter[depth];
    if (isWithin || level === '+') {
      const children = node.children();
      if (children) this.#places.push({ children, depth });
      return;
    }
    const child = level === undefined ? undefined : node.child(level);
    if (child) this.#enter(child, depth + 1);
  }
}

function read({ slab, start, length }: RetainedNode): RetainedMessage | undefined {
  if (!slab) return undefined;
  return {
    bytes: slab.bytes,
    start: start + headBytes,
    end: start + length,
    isV5: slab.view.getUint8(start + 24) === 1,
    receivedAt: slab.view.getFloat64(start),
    expiresAt: slab.view.getFloat64(start + 8),
    number: slab.view.getFloat64(start + 16),
  };
}
