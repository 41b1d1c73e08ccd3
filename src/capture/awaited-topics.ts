import type { QoS } from '../mqtt/packet.ts';
import { lowBits, type TopicReference } from '../mqtt/topic-reference.ts';
import type { CaptureLog } from './log.ts';
import { previewBytes, type PreviewStore } from './preview-store.ts';
import type { LatestMessage, TopicLatest } from './topic-latest.ts';
import type { TopicTreeNode } from './topic-tree-node.ts';

/** What is needed of the capture. */
export type FrameSource = Pick<
  CaptureLog,
  'end' | 'currentFirst' | 'segmentOf' | 'time' | 'firstByte' | 'raw' | 'onEvict'
>;

/**
 * Topics whose references hold messages that are still to be counted, and whose newest message is a
 * frame of the capture only. With each message just a few numbers of the reference are written: the
 * nodes of the tree and the payload are looked at when somebody asks, when a second is over, or when
 * the frame is about to go. Bounded by the nodes: one reference of each.
 */
export class AwaitedTopics {
  readonly #frames: FrameSource;
  readonly #previews: PreviewStore;
  /** Nodes by the first frame of the segment that their newest message was in when they came here. */
  readonly #bySegment = new Map<number, TopicTreeNode[]>();
  /** A second that is not later than any of theirs; -1: none came yet. */
  #firstSecond = -1;
  #count = 0;

  constructor(frames: FrameSource, previews: PreviewStore) {
    this.#frames = frames;
    this.#previews = previews;
  }

  /** How many topics `settle` looks at. */
  get count(): number {
    return this.#count;
  }

  /** The reference begins to hold messages; the first one is the newest frame, of this second. */
  add(reference: TopicReference, node: TopicTreeNode, topic: TopicLatest, second: number): void {
    if (this.#firstSecond < 0) this.#firstSecond = second;
    const other = topic.reference;
    if (other !== undefined && other !== reference) {
      this.collect(other, node, topic);
      other.pendingSecond = -1;
    }
    topic.reference = reference;
    this.#put(node, topic, this.#frames.currentFirst);
  }

  /** Counts what the reference holds, of one second. */
  countPending(reference: TopicReference, node: TopicTreeNode): void {
    const events = reference.pending;
    if (events === 0) return;
    reference.pending = 0;
    const first = this.#firstSecond;
    const second = first + ((reference.pendingSecond - first) & lowBits);
    for (let up: TopicTreeNode | undefined = node; up; up = up.parent) up.countMany(events, second);
  }

  /** Takes over all that the reference holds. */
  collect(reference: TopicReference, node: TopicTreeNode, topic: TopicLatest): void {
    this.countPending(reference, node);
    if (reference.latestFrame < 0) return;
    topic.frame = reference.latestFrame;
    topic.size = reference.latestSize;
  }

  /** Takes over all that all references hold. */
  settle(): void {
    for (const [first, nodes] of this.#bySegment) {
      for (const node of nodes) {
        const { topic } = node;
        if (topic?.awaitedIn !== first || topic.reference === undefined) continue;
        this.collect(topic.reference, node, topic);
      }
    }
  }

  /** No reference holds anything any more. */
  forget(): void {
    for (const nodes of this.#bySegment.values()) {
      for (const { topic } of nodes) if (topic?.reference) topic.reference.pendingSecond = -1;
    }
    this.#bySegment.clear();
    this.#count = 0;
  }

  /** The newest message of the topic, from the capture or from the copy. Call `settle` before. */
  latest(topic: TopicLatest): LatestMessage | undefined {
    if (topic.frame < 0) return topic.copied;
    const frame = this.#fullNumber(topic.frame);
    const bytes = this.#frames.raw(frame);
    const start = bytes.length - topic.size;
    return {
      time: this.#frames.time(frame),
      qos: this.#qosOf(frame),
      size: topic.size,
      start: bytes.subarray(start, start + previewBytes),
    };
  }

  /** The frames from `first` to before `end` go now: what they alone hold is copied. */
  evict(first: number, end: number): void {
    const nodes = this.#bySegment.get(first);
    if (!nodes) return;
    this.#bySegment.delete(first);
    this.#count -= nodes.length;
    for (const node of nodes) {
      const { topic } = node;
      if (topic?.awaitedIn !== first || topic.reference === undefined) continue;
      const { reference } = topic;
      topic.awaitedIn = -1;
      this.collect(reference, node, topic);
      const frame = topic.frame < 0 ? -1 : this.#fullNumber(topic.frame);
      if (frame >= end) {
        // Published again since then.
        this.#put(node, topic, this.#frames.segmentOf(frame).first);
        continue;
      }
      reference.pendingSecond = -1;
      reference.latestFrame = -1;
      topic.reference = undefined;
      if (frame < 0) continue;
      const bytes = this.#frames.raw(frame);
      const start = bytes.length - topic.size;
      const time = this.#frames.time(frame);
      topic.keep(this.#previews, bytes, start, bytes.length, this.#qosOf(frame), time);
    }
  }

  #put(node: TopicTreeNode, topic: TopicLatest, segment: number): void {
    if (topic.awaitedIn === segment) return;
    topic.awaitedIn = segment;
    this.#count++;
    const nodes = this.#bySegment.get(segment);
    if (nodes) nodes.push(node);
    else this.#bySegment.set(segment, [node]);
  }

  #qosOf(frame: number): QoS {
    return ((this.#frames.firstByte(frame) >> 1) & 3) as QoS;
  }

  /** Its frame is held, and so among the last ones. */
  #fullNumber(low: number): number {
    const { end } = this.#frames;
    return end - ((end - low) & lowBits);
  }
}
