import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Session } from '../../src/broker/session.ts';
import type { SessionSubscription } from '../../src/broker/subscription.ts';
import { SubscriptionTree, type TopicMatch } from '../../src/broker/subscription-tree.ts';
import { Timer } from '../../src/broker/timers.ts';
import { TopicTable, type TopicEntry } from '../../src/broker/topic-table.ts';
import { topicMatches } from '../../src/mqtt/topics.ts';
import { textOf } from '../support/broker-harness.ts';

const nothing = (): void => undefined;
const sessions = ['a', 'b', 'c'].map(
  (name) => new Session(name, new Timer(nothing), new Timer(nothing), { queuedBytes: 0 }),
);
const encoder = new TextEncoder();

function subscriptionOf(
  session: Session,
  topicFilter: string,
  shareName?: string,
): SessionSubscription {
  return {
    session,
    topicFilter,
    levels: topicFilter.split('/'),
    shareName,
    qos: 0,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    subscriptionIdentifier: undefined,
  };
}

function namesOf({ deliveries, groups }: TopicMatch): string[] {
  return [
    ...deliveries.map(({ session }) => session.clientIdentifier),
    ...groups.flatMap(({ members }) =>
      members.map(({ session }) => `shared ${session.clientIdentifier}`),
    ),
  ].sort();
}

class Scene {
  readonly tree = new SubscriptionTree();
  readonly table = new TopicTable(this.tree, 7, 100);
  readonly held = new Map<string, SessionSubscription>();

  find(topicName: string): TopicEntry {
    const bytes = encoder.encode(topicName);
    return this.table.find(bytes, 0, bytes.length);
  }

  /** Subscribes, or unsubscribes what is subscribed. */
  toggle(subscription: SessionSubscription): void {
    const { session, topicFilter, shareName = '' } = subscription;
    const key = `${session.clientIdentifier} ${shareName} ${topicFilter}`;
    const before = this.held.get(key);
    if (before) {
      this.tree.remove(before);
      this.held.delete(key);
    } else {
      this.tree.add(subscription);
      this.held.set(key, subscription);
    }
  }

  /** By the definition, without tree and table. */
  expected(topicName: string): string[] {
    const names = new Set<string>();
    for (const { session, topicFilter, shareName } of this.held.values()) {
      if (!topicMatches(topicFilter, topicName)) continue;
      names.add((shareName === undefined ? '' : 'shared ') + session.clientIdentifier);
    }
    return [...names].sort();
  }
}

const level = fc.constantFrom('x', 'y', '', '$SYS', 'z');
const topicName = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/') || 'x');
const topicFilter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/') || '+');
const step = fc.oneof(
  topicName,
  fc.record({
    filter: topicFilter,
    session: fc.constantFrom(...sessions),
    shareName: fc.constantFrom(undefined, undefined, 'group'),
  }),
);

describe('broker: the matching cache', () => {
  it('is never stale, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const scene = new Scene();
        const entries = new Map<string, TopicEntry>();
        let last: TopicEntry | undefined;
        for (const one of steps) {
          if (typeof one === 'string') {
            const known = entries.get(one);
            const entry = known ? scene.table.refresh(known) : scene.find(one);
            entries.set(one, entry);
            // As a publisher finds it that goes from topic to topic.
            const bytes = encoder.encode(one);
            if (last) assert.equal(scene.table.findAfter(last, bytes, 0, bytes.length), entry);
            last = entry;
            assert.deepEqual([...new Set(namesOf(entry.match))], scene.expected(one), one);
          } else {
            scene.toggle(subscriptionOf(one.session, one.filter, one.shareName));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps what a change does not concern: more changes than it remembers, elsewhere', () => {
    const scene = new Scene();
    const [session] = sessions;
    assert.ok(session);
    scene.toggle(subscriptionOf(session, 'plant/+/temperature'));
    const { match } = scene.find('plant/7/temperature');
    for (let count = 0; count < 1000; count++) {
      scene.toggle(subscriptionOf(session, `office/${count % 10}/+`));
      scene.toggle(subscriptionOf(session, `plant/8/temperature`));
    }
    for (let count = 0; count < 30; count++) {
      scene.toggle(subscriptionOf(session, `plant/+/pressure`));
    }
    assert.equal(scene.find('plant/7/temperature').match, match);
  });

  it('topics that one subscription alone matches share what they are matched to', () => {
    const scene = new Scene();
    const [session] = sessions;
    assert.ok(session);
    scene.toggle(subscriptionOf(session, '#'));
    assert.equal(scene.find('a').match, scene.find('b').match);
  });

  it('a topic that was dropped does not hold those that came after it', () => {
    const scene = new Scene();
    const first = scene.find('flood/0');
    let last = first;
    for (let count = 2; count < 600_000; count++) {
      // Twice each: what is met once is not kept.
      const bytes = encoder.encode(`flood/${count >> 1}`);
      last = scene.table.findAfter(last, bytes, 0, bytes.length);
    }
    assert.equal(first.next, undefined);
    assert.equal(last.next, undefined);
    assert.ok(scene.find('flood/0') !== first, 'it was dropped');
  });

  it('a topic that is met once among very many is not kept; one that is met again is', () => {
    const scene = new Scene();
    const [session] = sessions;
    assert.ok(session);
    for (let count = 0; count < 10_000; count++) scene.find(`flood/${count}`);
    const first = scene.find('rare/é');
    assert.equal(textOf(first.bytes), 'rare/é');
    // Who has it, as a topic alias does, is told of what has changed when he asks.
    scene.toggle(subscriptionOf(session, 'rare/é'));
    const second = scene.table.refresh(first);
    assert.ok(second !== first);
    assert.deepEqual(namesOf(second.match), ['a']);
    assert.ok(scene.table.refresh(first) === second && scene.find('rare/é') === second);
  });

  it('knows changes also for topics that were dropped meanwhile', () => {
    const scene = new Scene();
    const [session] = sessions;
    assert.ok(session);
    const entry = scene.find('kept');
    for (let count = 0; count < 600_000; count++) scene.find(`flood/${count >> 1}`);
    scene.toggle(subscriptionOf(session, 'kept'));
    const fresh = scene.table.refresh(entry);
    assert.ok(fresh !== entry, 'it was dropped');
    assert.deepEqual(namesOf(fresh.match), ['a']);
  });
});
