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
  /** The first bytes of the payload; valid until the next message. */
  start: Uint8Array;
}

/**
 * One level of the topic tree, with what was published at or below it, which it counts. Of the latest
 * message it holds small integers only: objects of their own would cost a look at memory each.
 */
export class TopicTreeNode extends RateCounter {
  readonly level: string;
  readonly parent: TopicTreeNode | undefined;
  /** The root: the same for all nodes of a tree. */
  readonly tree: TopicTreeNode;
  /** At or below. */
  topicCount = 0;
  /** Exactly here. */
  isTopic = false;
  retained = false;
  #second = 0;
  #micros = 0;
  #size = 0;
  #qosAndLength = 0;
  #start: Uint8Array | undefined;
  /** Most levels have one level below: that needs no Map. */
  #only: TopicTreeNode | undefined;
  #children: Map<string, TopicTreeNode> | undefined;
  #sorted: readonly TopicTreeNode[] | undefined;

  constructor(level: string, parent: TopicTreeNode | undefined) {
    super();
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

  /** HOT: the payload's start is copied over that of the message before. */
  keepLatest(bytes: Uint8Array, start: number, end: number, qos: QoS, now: number): void {
    const size = end - start;
    const length = Math.min(size, previewBytes);
    if (this.#start === undefined || this.#start.length < length) {
      this.#start = new Uint8Array(length <= firstCapacity ? firstCapacity : previewBytes);
    }
    const second = Math.floor(now / 1000);
    this.#second = second;
    this.#micros = Math.floor((now - second * 1000) * 1000);
    this.#size = size;
    this.#qosAndLength = (length << 2) | qos;
    const kept = this.#start;
    for (let i = 0; i < length; i++) kept[i] = bytes[start + i] ?? 0;
  }

  /** The newest message exactly here. */
  get latest(): LatestMessage | undefined {
    if (this.#start === undefined) return undefined;
    return {
      time: this.#second * 1000 + this.#micros / 1000,
      qos: (this.#qosAndLength & 3) as QoS,
      size: this.#size,
      start: this.#start.subarray(0, this.#qosAndLength >> 2),
    };
  }
}
