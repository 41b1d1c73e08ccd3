import { RateCounter } from '../base/rate-counter.ts';
import type { TopicLatest } from './topic-latest.ts';

/** The children of a node that has several. */
class Children {
  readonly byLevel: Map<string, TopicTreeNode>;
  /** By name; kept until a child is added. */
  sorted: readonly TopicTreeNode[] | undefined;

  constructor(first: TopicTreeNode) {
    this.byLevel = new Map([[first.level, first]]);
  }
}

/**
 * One level of the topic tree, with what was published at or below it, which it counts. Levels that lead to a single
 * topic only are one node, which has them in its `tail`: a node for each would cost most of the memory.
 */
export class TopicTreeNode extends RateCounter {
  level: string;
  /** The levels below this one, joined, of a topic that is alone there; undefined: there are none, or nodes for them. */
  tail: string | undefined;
  parent: TopicTreeNode | undefined;
  /** At or below. */
  topicCount = 0;
  retained = false;
  /** Present for a topic: its newest message. */
  topic: TopicLatest | undefined = undefined;
  /** Many levels have one level below: that needs no Map. */
  #only: TopicTreeNode | undefined;
  #children: Children | undefined;

  constructor(level: string, tail: string | undefined, parent: TopicTreeNode | undefined) {
    super();
    this.level = level;
    this.tail = tail;
    this.parent = parent;
  }

  get hasChildren(): boolean {
    return this.#only !== undefined || this.#children !== undefined || this.tail !== undefined;
  }

  child(level: string): TopicTreeNode | undefined {
    if (this.#only?.level === level) return this.#only;
    return this.#children?.byLevel.get(level);
  }

  addChild(level: string, tail: string | undefined): TopicTreeNode {
    const child = new TopicTreeNode(level, tail, this);
    if (this.#only) {
      this.#children = new Children(this.#only);
      this.#only = undefined;
    }
    if (this.#children) {
      this.#children.byLevel.set(level, child);
      this.#children.sorted = undefined;
    } else this.#only = child;
    return child;
  }

  /**
   * Makes a node for the level of this one, which goes one level down and stays the topic that it is.
   * @returns the node between its parent and it; itself if it has no tail.
   */
  unfold(): TopicTreeNode {
    const { parent, level, tail } = this;
    if (tail === undefined || !parent) return this;
    const between = new TopicTreeNode(level, undefined, parent);
    between.continueLike(this);
    between.topicCount = this.topicCount;
    between.#only = this;
    if (parent.#children) {
      parent.#children.byLevel.set(level, between);
      parent.#children.sorted = undefined;
    } else parent.#only = between;
    const slash = tail.indexOf('/');
    this.level = slash < 0 ? tail : tail.slice(0, slash);
    this.tail = slash < 0 ? undefined : tail.slice(slash + 1);
    this.parent = between;
    return between;
  }

  sortedChildren(): readonly TopicTreeNode[] {
    if (this.#only) return [this.#only];
    const children = this.#children;
    if (!children) return [];
    children.sorted ??= [...children.byLevel.values()].sort((a, b) =>
      a.level < b.level ? -1 : a.level > b.level ? 1 : 0,
    );
    return children.sorted;
  }

  becomeTopic(topic: TopicLatest): void {
    this.topic = topic;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk up starts here
    for (let node: TopicTreeNode | undefined = this; node; node = node.parent) node.topicCount++;
  }
}
