/** A level of topic names below which there are several retained messages. */
export class RetainedNode {
  /** Unique among the nodes that there are. */
  readonly number: number;
  /** Levels above this one. */
  readonly depth: number;
  /** By the name of the next level. */
  children: Map<string, RetainedNode> | undefined;
  /** Records whose topic names begin with the levels of this node, one for each next level; 0 where one was. */
  leaves: number[] = [];
  leafCount = 0;
  /** The record whose topic name is this node's levels; 0: none. */
  own = 0;

  constructor(number: number, depth: number) {
    this.number = number;
    this.depth = depth;
  }

  get isEmpty(): boolean {
    return this.own === 0 && this.leafCount === 0 && this.children === undefined;
  }

  prune(name: string): void {
    this.children?.delete(name);
    if (this.children?.size === 0) this.children = undefined;
  }
}
