import type { QoS } from '../mqtt/packet.ts';
import type { TopicReference } from '../mqtt/topic-reference.ts';
import { previewOf } from './preview.ts';
import { TopicTreeNode } from './topic-tree-node.ts';
import type { TopicNode, TopicsPage } from './views.ts';

/** Default most topics; each costs a few hundred bytes. */
const defaultMaximumTopics = 200_000;
/** Levels of all topics together, per topic allowed: deep hostile topics run into it. */
const nodesPerTopic = 4;
/** Characters of all topic names together, per topic allowed: long hostile ones run into it. */
const charactersPerTopic = 256;
/** Deeper topics are not taken into the tree (each level is a node); they count as overflow. */
const maximumLevels = 128;

/**
 * Statistics of application messages as a tree of topic levels: counts and rates at or below each
 * level, and the latest message. Bounded: topics beyond the limit are counted, not recorded.
 */
export class TopicStatistics {
  readonly #maximumTopics: number;
  #root = new TopicTreeNode('', undefined);
  #nodes = 0;
  #characters = 0;
  #overflow = 0;
  #revision = 0;

  constructor(maximumTopics = defaultMaximumTopics) {
    this.#maximumTopics = maximumTopics;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Topics with a message or a retained mark. */
  get topicCount(): number {
    return this.#root.topicCount;
  }

  /** HOT: an application message was published. The payload's start is copied. */
  record(
    topic: TopicReference,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    qos: QoS,
    now: number,
  ): void {
    this.#revision++;
    const node = this.#nodeOf(topic);
    if (!node) {
      this.#overflow++;
      return;
    }
    node.keepLatest(bytes, payloadStart, payloadEnd, qos, now);
    for (let up: TopicTreeNode | undefined = node; up; up = up.parent) up.count(now);
  }

  /** A retained message was set or removed. @returns whether the topic is shown. */
  retained(topicName: string, present: boolean): boolean {
    this.#revision++;
    // What is not known needs no node to be unmarked.
    const node = present ? this.#find(topicName) : this.#walk(topicName);
    if (node) node.retained = present;
    return node !== undefined;
  }

  /**
   * The levels below `prefix`, sorted by name: undefined is the top, '' is the empty first level
   * (of `/a`). Rates are of the last full second before `now` (milliseconds).
   */
  children(prefix: string | undefined, from: number, count: number, now: number): TopicsPage {
    const parent = prefix === undefined ? this.#root : this.#walk(prefix);
    if (!parent) return { total: 0, nodes: [], overflow: this.#overflow };
    const sorted = parent.sortedChildren();
    const nodes = sorted
      .slice(from, from + count)
      .map((node) =>
        view(node, prefix === undefined ? node.level : `${prefix}/${node.level}`, now),
      );
    return { total: sorted.length, nodes, overflow: this.#overflow };
  }

  clear(): void {
    this.#root = new TopicTreeNode('', undefined);
    this.#nodes = 0;
    this.#characters = 0;
    this.#overflow = 0;
    this.#revision++;
  }

  /** The reference remembers the node, so that the hot path does not walk the tree. */
  #nodeOf(topic: TopicReference): TopicTreeNode | undefined {
    const known = topic.statistics;
    if (known instanceof TopicTreeNode && known.tree === this.#root.tree) return known;
    return (topic.statistics = this.#find(topic.topicName));
  }

  #walk(topicName: string): TopicTreeNode | undefined {
    let node: TopicTreeNode | undefined = this.#root;
    for (const level of topicName.split('/')) node = node?.child(level);
    return node;
  }

  /** The topic's node, made if there is room. */
  #find(topicName: string): TopicTreeNode | undefined {
    const levels = topicName.split('/', maximumLevels + 1);
    if (levels.length > maximumLevels) return undefined;
    let node = this.#root;
    let depth = 0;
    for (let child = node.child(levels[0] ?? ''); child; child = node.child(levels[depth] ?? '')) {
      node = child;
      if (++depth === levels.length) break;
    }
    if (!node.isTopic || depth < levels.length) {
      if (!this.#hasRoom(levels.length - depth, topicName.length)) return undefined;
      this.#nodes += levels.length - depth;
      this.#characters += topicName.length;
      for (const level of levels.slice(depth)) node = node.addChild(level);
      node.becomeTopic();
    }
    return node;
  }

  #hasRoom(nodes: number, characters: number): boolean {
    const most = this.#maximumTopics;
    return (
      this.topicCount < most &&
      this.#nodes + nodes <= most * nodesPerTopic &&
      this.#characters + characters <= most * charactersPerTopic
    );
  }
}

function view(node: TopicTreeNode, topic: string, now: number): TopicNode {
  const { latest } = node;
  return {
    level: node.level,
    topic,
    hasChildren: node.hasChildren,
    topicCount: node.topicCount,
    messageCount: node.total,
    rate: node.rate(now),
    ...(latest && {
      latest: {
        time: latest.time,
        preview: previewOf(latest.start, latest.size),
        size: latest.size,
        qos: latest.qos,
      },
    }),
    retained: node.retained,
  };
}
