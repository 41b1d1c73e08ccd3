import { RateCounter } from '../base/rate-counter.ts';
import type { QoS } from '../mqtt/packet.ts';

/** Bytes of the latest payload that are kept for its preview. */
const previewBytes = 128;
/** The kept copy starts with room for this much, and grows if a payload needs it. */
const firstCapacity = 32;

/** The newest message of a topic. */
export interface LatestMessage {
  time: number;
  qos: QoS;
  /** Whole size of the payload. */
  size: number;
  /** Holds the first `length` bytes of the payload. */
  start: Uint8Array;
  length: number;
}

/** One level of the topic tree, with what was published at or below it. */
export class TopicTreeNode {
  readonly level: string;
  readonly parent: TopicTreeNode | undefined;
  /** The root: the same for all nodes of a tree. */
  readonly tree: TopicTreeNode;
  /** At or below. */
  topicCount = 0;
  readonly messages = new RateCounter();
  /** Exactly here. */
  isTopic = false;
  latest: LatestMessage | undefined;
  retained = false;
  /** Most levels have one level below: that needs no Map. */
  #only: TopicTreeNode | undefined;
  #children: Map<string, TopicTreeNode> | undefined;
  #sorted: readonly TopicTreeNode[] | undefined;

  constructor(level: string, parent: TopicTreeNode | undefined) {
    this.level = level;
    this.parent = parent;
    this.tree = parent?.tree ?? this;
  }

  get hasChildren(): boolean {
    return this.#only !== undefined || this.#children !== undefined;
  }

  child(level: string): TopicTreeNode | undefined {
    if (this.#only?.level === level) return this.#only;
    return this.#children?.get(level);
  }

  addChild(level: string): TopicTreeNode {
    const child = new TopicTreeNode(level, this);
    this.#sorted = undefined;
    if (this.#children) {
      this.#children.set(level, child);
    } else if (this.#only) {
      this.#children = new Map([
        [this.#only.level, this.#only],
        [level, child],
      ]);
      this.#only = undefined;
    } else {
      this.#only = child;
    }
    return child;
  }

  /** By name; kept until a child is added. */
  sortedChildren(): readonly TopicTreeNode[] {
    if (this.#only) return [this.#only];
    this.#sorted ??= [...(this.#children?.values() ?? [])].sort((a, b) =>
      a.level < b.level ? -1 : a.level > b.level ? 1 : 0,
    );
    return this.#sorted;
  }

  becomeTopic(): void {
    this.isTopic = true;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk up starts here
    for (let node: TopicTreeNode | undefined = this; node; node = node.parent) node.topicCount++;
  }

  keepLatest(bytes: Uint8Array, start: number, end: number, qos: QoS, now: number): void {
    const size = end - start;
    const length = Math.min(size, previewBytes);
    const { latest } = this;
    if (!latest || latest.start.length < length) {
      const room = length <= firstCapacity ? firstCapacity : previewBytes;
      this.latest = { time: now, qos, size, start: new Uint8Array(room), length };
    } else {
      latest.time = now;
      latest.qos = qos;
      latest.size = size;
      latest.length = length;
    }
    const kept = this.latest?.start;
    if (!kept) return;
    for (let i = 0; i < length; i++) kept[i] = bytes[start + i] ?? 0;
  }
}
