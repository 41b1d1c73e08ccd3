import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CaptureLog } from '../../src/capture/log.ts';
import { TopicStatistics } from '../../src/capture/topic-statistics.ts';
import type { TopicNode } from '../../src/capture/views.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { QoS } from '../../src/mqtt/packet.ts';
import { TopicReference } from '../../src/mqtt/topic-reference.ts';

/** All that can be seen of statistics. */
function everything(statistics: TopicStatistics, now: number, prefix?: string): TopicNode[] {
  return statistics
    .children(prefix, 0, 1000, now)
    .nodes.flatMap((node) => [node, ...everything(statistics, now, node.topic)]);
}

/** Statistics that look at the frames of a capture later, beside others that copy each message at once. */
class Both {
  readonly capture: CaptureLog;
  readonly lazy: TopicStatistics;
  readonly eager: TopicStatistics;
  now = 1_700_000_000_000;
  #references = new Map<string, TopicReference>();
  readonly #eagerReferences = new Map<string, TopicReference>();

  constructor(limit: number, maximumTopics?: number) {
    this.capture = new CaptureLog(limit);
    this.lazy = new TopicStatistics(maximumTopics, this.capture);
    this.eager = new TopicStatistics(maximumTopics);
  }

  /** @param isFrame false: a will, which no client's PUBLISH carried. */
  publish(topicName: string, size: number, qos: QoS, isFrame = true): void {
    const payload = new Uint8Array(size).fill(0x61 + (this.capture.end % 26));
    const packetIdentifier = qos > 0 ? { packetIdentifier: 1 } : {};
    const flags = { qos, retain: false, dup: false, ...packetIdentifier };
    const bytes = encode({ type: 'publish', topicName, payload, ...flags }, 4);
    const { lazy, eager, capture, now } = this;
    const reference = referenceIn(this.#references, topicName);
    if (isFrame) capture.append(1, 0, bytes, 0, bytes.length, reference, 0, now, 1);
    const frame = capture.end - 1;
    const isHeld = isFrame && frame >= capture.first;
    if (isHeld) lazy.recordFrame(reference, frame, size, now);
    else lazy.record(reference, payload, 0, size, qos, now);
    eager.record(referenceIn(this.#eagerReferences, topicName), payload, 0, size, qos, now);
  }

  /** The broker has forgotten its topics: the next messages come with new references. */
  forgetReferences(): void {
    this.#references = new Map();
  }

  clear(): void {
    this.capture.clear();
    this.lazy.clear();
    this.eager.clear();
  }

  compare(): void {
    const { lazy, eager, now } = this;
    assert.deepEqual(everything(lazy, now), everything(eager, now));
    assert.equal(lazy.topicCount, eager.topicCount);
    const overflow = (statistics: TopicStatistics): number =>
      statistics.children(undefined, 0, 0, now).overflow;
    assert.equal(overflow(lazy), overflow(eager));
  }
}

function referenceIn(references: Map<string, TopicReference>, topicName: string): TopicReference {
  const known = references.get(topicName) ?? new TopicReference(topicName);
  references.set(topicName, known);
  return known;
}

const small = 64 * 1024;

describe('topic statistics that are gathered later', () => {
  it('are those that are gathered at once, whatever is evicted, cleared, forgotten or looked at between', () => {
    const topicName = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 })
      .map((levels) => levels.join('/'));
    const qos = fc.constantFrom<QoS>(0, 1, 2);
    const size = fc.oneof(
      fc.nat({ max: 40 }),
      fc.integer({ min: 100, max: 200 }),
      fc.constant(12_000),
      fc.constant(70_000),
    );
    const isFrame = fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false));
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ topicName, size, qos, isFrame }) },
      { weight: 4, arbitrary: fc.nat({ max: 2500 }) },
      { weight: 4, arbitrary: fc.constantFrom('look', 'look', 'forget', 'clear') },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const both = new Both(small, 30);
        for (const one of steps) {
          if (typeof one === 'number') both.now += one;
          else if (one === 'look') both.compare();
          else if (one === 'forget') both.forgetReferences();
          else if (one === 'clear') both.clear();
          else both.publish(one.topicName, one.size, one.qos, one.isFrame);
        }
        both.compare();
        both.now += 1000;
        both.compare();
      }),
      { numRuns: 300 },
    );
  });

  it('keep the payload of a topic whose only message leaves the capture', () => {
    const both = new Both(small);
    both.publish('quiet', 20, 1);
    const before = everything(both.lazy, both.now)[0]?.latest;
    for (let i = 0; i < 100; i++) both.publish('loud', 5000, 0);
    assert.ok(both.capture.first > 0, 'its frame is gone');
    const after = everything(both.lazy, both.now).find(({ topic }) => topic === 'quiet');
    assert.deepEqual(after?.latest, before);
    assert.equal(after?.messageCount, 1);
    both.compare();
  });

  it('count a message in the second that it came in, however late that is', () => {
    const both = new Both(small);
    both.now = 1_700_000_000_900;
    both.publish('a/b', 1, 0);
    both.now += 200;
    // A message elsewhere ends the second for the level above, not for the topic.
    both.publish('a/c', 1, 0);
    both.compare();
    const rates = everything(both.lazy, both.now).map(({ topic, rate }) => [topic, rate]);
    assert.deepEqual(rates, [
      ['a', 1],
      ['a/b', 1],
      ['a/c', 0],
    ]);
  });

  it('are looked at four times a second at most where there are very many topics', () => {
    const both = new Both(64 * 1024 * 1024);
    const counted = (): number | undefined => everything(both.lazy, both.now)[0]?.messageCount;
    for (let i = 0; i < 6000; i++) both.publish(`t/${i}`, 1, 0);
    assert.equal(counted(), 6000);
    both.publish('t/1', 1, 0);
    both.now += 249;
    assert.equal(counted(), 6000);
    both.now += 1;
    assert.equal(counted(), 6001);
  });
});
