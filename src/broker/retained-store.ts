import type { Counters } from './counters.ts';
import type { Message } from './message.ts';
import type { ResolvedOptions } from './options.ts';

interface Node {
  readonly children: Map<string, Node>;
  message: Message | undefined;
}

/** Retained messages by the levels of their topic names, so that a wildcard looks only where it leads. */
export class RetainedStore {
  readonly #root: Node = { children: new Map(), message: undefined };
  readonly #options: ResolvedOptions;
  readonly #counters: Counters;

  constructor(options: ResolvedOptions, counters: Counters) {
    this.#options = options;
    this.#counters = counters;
  }

  get(levels: readonly string[]): Message | undefined {
    let node: Node | undefined = this.#root;
    for (const level of levels) {
      node = node.children.get(level);
      if (!node) return undefined;
    }
    return node.message;
  }

  /** Sets or replaces [MQTT-3.3.1-5]. @returns false when a limit forbids it: the old one stays. */
  set(levels: readonly string[], message: Message): boolean {
    const counters = this.#counters;
    const before = this.get(levels);
    const count = counters.retainedMessages + (before ? 0 : 1);
    const bytes = counters.retainedBytes + message.size - (before?.size ?? 0);
    const options = this.#options;
    if (count > options.maximumRetainedMessages || bytes > options.maximumRetainedBytes) {
      counters.retainedRefused++;
      return false;
    }
    let node = this.#root;
    for (const level of levels) {
      let child = node.children.get(level);
      if (!child) node.children.set(level, (child = { children: new Map(), message: undefined }));
      node = child;
    }
    node.message = message;
    counters.retainedMessages = count;
    counters.retainedBytes = bytes;
    return true;
  }

  /** @returns the message that was removed. */
  remove(levels: readonly string[]): Message | undefined {
    const path: Node[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children.get(level);
      if (!child) return undefined;
      path.push(child);
    }
    const node = path.at(-1);
    const message = node?.message;
    if (!node || !message) return undefined;
    node.message = undefined;
    this.#counters.retainedMessages--;
    this.#counters.retainedBytes -= message.size;
    for (let depth = path.length - 1; depth > 0; depth--) {
      const child = path[depth];
      if (!child || child.message || child.children.size > 0) break;
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '');
    }
    return message;
  }

  /** All retained messages whose topic matches the filter with these levels. */
  match(levels: readonly string[]): Message[] {
    const found: Message[] = [];
    const walk = (node: Node, depth: number): void => {
      const level = levels[depth];
      if (level === undefined) {
        if (node.message) found.push(node.message);
        return;
      }
      if (level === '#') {
        collect(node, depth, found);
      } else if (level === '+') {
        for (const [name, child] of node.children) {
          // [MQTT-4.7.2-1] a wildcard first does not match topic names that begin with $.
          if (depth > 0 || !name.startsWith('$')) walk(child, depth + 1);
        }
      } else {
        const child = node.children.get(level);
        if (child) walk(child, depth + 1);
      }
    };
    walk(this.#root, 0);
    return found;
  }
}

/** Everything at and below the node [MQTT-4.7.1-2]. */
function collect(node: Node, depth: number, found: Message[]): void {
  if (node.message) found.push(node.message);
  for (const [name, child] of node.children) {
    if (depth === 0 && name.startsWith('$')) continue;
    collect(child, depth + 1, found);
  }
}
