import { RateCounter } from '../base/rate-counter.ts';
import type { TopicLatest } from './topic-latest.ts';

/** One level of the topic tree, with what was published at or below it, which it counts. */
export class TopicTreeNode extends RateCounter {
  readonly level: string;
  readonly parent: TopicTreeNode | undefined;
  /** At or below. */
  topicCount = 0;
  retained = false;
  /** Present for a topic: its newest message. */
  topic: TopicLatest | undefined = undefined;
  /** Most levels have one level below: that needs no Map. */
  #only: TopicTreeNode | undefined;
  #children: Map<string, TopicTreeNode> | undefined;
  #sorted: readonly TopicTreeNode[] | undefined;

  constructor(level: string, parent: TopicTreeNode | undefined) {
    super();
    this.level = level;
    this.parent = parent;
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

  becomeTopic(topic: TopicLatest): void {
    this.topic = topic;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk up starts here
    for (let node: TopicTreeNode | undefined = this; node; node = node.parent) node.topicCount++;
  }
}
