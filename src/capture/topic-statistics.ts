import type { QoS } from '../mqtt/packet.ts';
import { lowBits, type TopicReference } from '../mqtt/topic-reference.ts';
import { AwaitedTopics, type FrameSource } from './awaited-topics.ts';
import { previewOf } from './preview.ts';
import { PreviewStore } from './preview-store.ts';
import { TopicLatest } from './topic-latest.ts';
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

/** Ends of topic names of which there is one string for all. */
const mostTails = 4096;
const longestTail = 64;

/** Under very many topics, what the view shows is so old at most, milliseconds: to look at all of them takes time. */
const settleInterval = 250;
const fewTopics = 5000;

/** Tells statistics, and those before `clear`, from each other. */
let epochs = 0;

/**
 * Statistics of application messages as a tree of topic levels: counts and rates at or below each
 * level, and the latest message. Bounded: topics beyond the limit are counted, not recorded.
 */
export class TopicStatistics {
  readonly #maximumTopics: number;
  readonly #frames: FrameSource | undefined;
  #previews = new PreviewStore();
  #awaited: AwaitedTopics | undefined;
  #epoch = ++epochs;
  #root = new TopicTreeNode('', undefined, undefined);
  /** Levels of all topics, folded or not. */
  #nodes = 0;
  #characters = 0;
  readonly #tails = new Map<string, string>();
  #overflow = 0;
  #revision = 0;
  #settledAt = -Infinity;

  /** @param frames the capture that holds the frames that `recordFrame` is told of. */
  constructor(maximumTopics = defaultMaximumTopics, frames?: FrameSource) {
    this.#maximumTopics = maximumTopics;
    this.#frames = frames;
    if (!frames) return;
    this.#awaited = new AwaitedTopics(frames, this.#previews);
    frames.onEvict = (first, end) => this.#awaited?.evict(first, end);
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Topics with a message or a retained mark. */
  get topicCount(): number {
    return this.#root.topicCount;
  }

  /** An application message was published that came in no frame of the capture. The payload's start is copied. */
  record(
    reference: TopicReference,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    qos: QoS,
    now: number,
  ): void {
    this.#revision++;
    const node = this.#nodeOf(reference);
    if (!node?.topic) {
      this.#overflow++;
      return;
    }
    const { topic } = node;
    if (topic.reference) {
      this.#awaited?.collect(topic.reference, node, topic);
      topic.reference.latestFrame = -1;
    }
    topic.keep(this.#previews, bytes, payloadStart, payloadEnd, qos, now);
    for (let up: TopicTreeNode | undefined = node; up; up = up.parent) up.count(now);
  }

  /**
   * HOT: an application message was published, the newest frame of the capture. Touches nothing but
   * the reference, mostly.
   * @param payloadSize bytes at the end of the frame.
   */
  recordFrame(reference: TopicReference, frame: number, payloadSize: number, now: number): void {
    this.#revision++;
    const second = Math.floor(now / 1000);
    if (reference.pendingSecond !== (second & lowBits) && !this.#await(reference, second)) {
      this.#overflow++;
      return;
    }
    reference.pending++;
    reference.latestFrame = frame & lowBits;
    reference.latestSize = payloadSize;
  }

  /** A retained message was set or removed. @returns whether the topic is shown. */
  retained(topicName: string, present: boolean): boolean {
    this.#revision++;
    // What is not known needs no node to be unmarked.
    const node = present ? this.#find(topicName) : this.#known(topicName);
    if (node) node.retained = present;
    return node !== undefined;
  }

  /**
   * The levels below `prefix`, sorted by name: undefined is the top, '' is the empty first level
   * (of `/a`). Rates are of the last full second before `now` (milliseconds).
   */
  children(prefix: string | undefined, from: number, count: number, now: number): TopicsPage {
    const parent = prefix === undefined ? this.#root : this.#level(prefix);
    if (!parent) return { total: 0, nodes: [], overflow: this.#overflow };
    this.#settle(now);
    const sorted = parent.sortedChildren();
    const nodes = sorted
      .slice(from, from + count)
      .map((node) =>
        this.#view(node, prefix === undefined ? node.level : `${prefix}/${node.level}`, now),
      );
    return { total: sorted.length, nodes, overflow: this.#overflow };
  }

  clear(): void {
    this.#awaited?.forget();
    this.#epoch = ++epochs;
    this.#previews = new PreviewStore();
    if (this.#frames) this.#awaited = new AwaitedTopics(this.#frames, this.#previews);
    this.#root = new TopicTreeNode('', undefined, undefined);
    this.#nodes = 0;
    this.#characters = 0;
    this.#tails.clear();
    this.#overflow = 0;
    this.#revision++;
    this.#settledAt = -Infinity;
  }

  /** The reference remembers the node, or that there is no room for one: the hot path does not walk the tree. */
  #nodeOf(reference: TopicReference): TopicTreeNode | undefined {
    const { statistics, statisticsEpoch } = reference;
    if (statisticsEpoch === this.#epoch) {
      return statistics instanceof TopicTreeNode ? statistics : undefined;
    }
    reference.statisticsEpoch = this.#epoch;
    reference.pending = 0;
    reference.pendingSecond = -1;
    reference.latestFrame = -1;
    const node = this.#find(reference.topicName);
    reference.statistics = node;
    return node;
  }

  /** A second begins for the reference, or it holds nothing yet. @returns false if there is no room for it. */
  #await(reference: TopicReference, second: number): boolean {
    const node = this.#nodeOf(reference);
    if (!node?.topic || !this.#awaited) return false;
    if (reference.pendingSecond < 0) this.#awaited.add(reference, node, node.topic, second);
    else this.#awaited.countPending(reference, node);
    reference.pendingSecond = second & lowBits;
    return true;
  }

  #settle(now: number): void {
    const awaited = this.#awaited;
    if (!awaited || (awaited.count > fewTopics && now - this.#settledAt < settleInterval)) return;
    this.#settledAt = now;
    awaited.settle();
  }

  /** The node of a level, unfolded down to it. */
  #level(prefix: string): TopicTreeNode | undefined {
    let node: TopicTreeNode | undefined = this.#root;
    for (const level of prefix.split('/')) node = node?.child(level)?.unfold();
    return node;
  }

  /** The topic's node, if it is known. */
  #known(topicName: string): TopicTreeNode | undefined {
    const levels = topicName.split('/');
    let node = this.#root;
    for (const [depth, level] of levels.entries()) {
      const child = node.child(level);
      if (!child) return undefined;
      node = child;
      if (node.tail !== undefined) return node.tail === tailOf(levels, depth) ? node : undefined;
    }
    return node;
  }

  /** The topic's node, made if there is room. */
  #find(topicName: string): TopicTreeNode | undefined {
    const levels = topicName.split('/', maximumLevels + 1);
    if (levels.length > maximumLevels) return undefined;
    let node = this.#root;
    let depth = 0;
    for (let child = node.child(levels[0] ?? ''); child; child = node.child(levels[depth] ?? '')) {
      if (child.tail !== undefined && child.tail === tailOf(levels, depth)) return child;
      // Another topic goes the same way, at least to here.
      node = child.unfold();
      if (++depth === levels.length) break;
    }
    if (node.topic && depth === levels.length) return node;
    if (!this.#hasRoom(levels.length - depth, topicName.length)) return undefined;
    this.#nodes += levels.length - depth;
    this.#characters += topicName.length;
    const level = levels[depth];
    if (level !== undefined) node = node.addChild(level, this.#shared(tailOf(levels, depth)));
    node.becomeTopic(new TopicLatest());
    return node;
  }

  /** Many topics end alike: one string for all of them. */
  #shared(tail: string | undefined): string | undefined {
    if (tail === undefined) return undefined;
    const known = this.#tails.get(tail);
    if (known === undefined && this.#tails.size < mostTails && tail.length <= longestTail)
      this.#tails.set(tail, tail);
    return known ?? tail;
  }

  #hasRoom(nodes: number, characters: number): boolean {
    const most = this.#maximumTopics;
    return (
      this.topicCount < most &&
      this.#nodes + nodes <= most * nodesPerTopic &&
      this.#characters + characters <= most * charactersPerTopic
    );
  }

  #view(node: TopicTreeNode, topic: string, now: number): TopicNode {
    const { tail } = node;
    // What is folded away is for the levels below this one.
    const own = tail === undefined ? node.topic : undefined;
    const latest = own && (this.#awaited?.latest(own) ?? own.copied);
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
      retained: tail === undefined && node.retained,
    };
  }
}

/** The levels after this one; undefined if it is the last. */
function tailOf(levels: readonly string[], depth: number): string | undefined {
  return depth + 1 < levels.length ? levels.slice(depth + 1).join('/') : undefined;
}
