import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCounters } from '../../src/broker/counters.ts';
import { createMessage } from '../../src/broker/message.ts';
import { resolveOptions } from '../../src/broker/options.ts';
import type { RetainedMessage } from '../../src/broker/retained-records.ts';
import { RetainedStore } from '../../src/broker/retained-store.ts';
import { Slabs } from '../../src/broker/slabs.ts';
import { SubscriptionTree } from '../../src/broker/subscription-tree.ts';
import { TopicTable } from '../../src/broker/topic-table.ts';
import { decode } from '../../src/mqtt/decode.ts';
import { topicMatches } from '../../src/mqtt/topics.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';

const encoder = new TextEncoder();
const topics = new TopicTable(new SubscriptionTree(), 1, 100);

function messageOf(topicName: string, text: string, number = 1) {
  const bytes = encoder.encode(topicName);
  const topic = topics.find(bytes, 0, bytes.length);
  const packet = { payload: encoder.encode(text), qos: 1, retain: true } as const;
  return createMessage(topic, packet, 0, 5, number);
}

function shown({ bytes, start, end, isV5 }: RetainedMessage): string {
  const packet = decode(bytes.slice(start, end), isV5 ? 5 : 4);
  return packet.type === 'publish' ? `${packet.topicName}=${textOf(packet.payload)}` : packet.type;
}

describe('Slabs', () => {
  it('give back what was stored, whatever is released in between, in memory that stays near it', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 100_000 }));
    const steps = fc.array(fc.tuple(size, fc.nat()), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(steps, (all) => {
        const slabs = new Slabs();
        const held: { record: number; fill: number }[] = [];
        const free: number[] = [];
        for (const [length, pick] of all) {
          const record = free.pop() ?? held.length + 1;
          const fill = pick & 255;
          slabs.store(record, 3, new Uint8Array(length + 2).fill(fill), 1, length + 1);
          held.push({ record, fill });
          if (pick % 3 > 0) {
            const [gone] = held.splice(pick % held.length, 1);
            if (!gone) continue;
            slabs.release(gone.record);
            assert.equal(slabs.slab(gone.record), undefined);
            free.push(gone.record);
          }
        }
        const buffers = new Set<Uint8Array>();
        let live = 0;
        for (const { record, fill } of held) {
          const slab = slabs.slab(record);
          assert.ok(slab);
          buffers.add(slab.bytes);
          const start = slabs.start(record);
          const length = slabs.length(record);
          live += length;
          assert.ok(slab.bytes.subarray(start + 3, start + length).every((byte) => byte === fill));
        }
        const total = [...buffers].reduce((sum, { length }) => sum + length, 0);
        assert.ok(total <= 2 * live + 2 * 256 * 1024, `${total} bytes for ${live}`);
      }),
      { numRuns: 60 },
    );
  });
});

describe('RetainedStore', () => {
  const level = fc.constantFrom('a', 'b', '', '$SYS', 'é', '€b');
  const topicName = fc
    .array(level, { minLength: 1, maxLength: 4 })
    .map((levels) => levels.join('/') || 'a');
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
    .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/') || '#');

  it('finds exactly what a filter matches', () => {
    const change = fc.tuple(topicName, fc.string({ maxLength: 5 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), filter, (changes, topicFilter) => {
        const counters = createCounters();
        const store = new RetainedStore(resolveOptions({}), counters);
        const expected = new Map<string, string>();
        for (const [name, text, present] of changes) {
          if (present) {
            store.set(name.split('/'), messageOf(name, text));
            expected.set(name, text);
          } else assert.equal(store.remove(name.split('/')), expected.delete(name));
        }
        const found: string[] = [];
        const cursor = store.match(topicFilter.split('/'));
        for (let one = cursor.next(); one; one = cursor.next()) found.push(shown(one));
        const matching = [...expected].filter(([name]) => topicMatches(topicFilter, name));
        assert.deepEqual(found.sort(), matching.map(([name, text]) => `${name}=${text}`).sort());
        assert.equal(counters.retainedMessages, expected.size);
        if (expected.size === 0) assert.equal(counters.retainedBytes, 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('goes on through changes: what stays is met once, what is gone not at all', () => {
    const store = new RetainedStore(resolveOptions({}), createCounters());
    const names = Array.from({ length: 10 }, (_, index) => `t/${index}`);
    for (const name of names) store.set(name.split('/'), messageOf(name, 'old'));
    const cursor = store.match(['#']);
    const found: string[] = [];
    for (let count = 0; count < 3; count++) found.push(shown(cursor.next() as RetainedMessage));
    store.remove(['t', '9']);
    store.set(['t', '8'], messageOf('t/8', 'new', 2));
    for (let one = cursor.next(); one; one = cursor.next()) found.push(shown(one));
    assert.deepEqual(found, [...names.slice(0, 8).map((name) => `${name}=old`), 't/8=new']);
  });

  it('meets what stays once, whatever comes, goes and is replaced on the way', () => {
    const change = fc.tuple(topicName, fc.constantFrom('set', 'remove', 'next'));
    fc.assert(
      fc.property(fc.array(topicName), fc.array(change), filter, (names, changes, topicFilter) => {
        const store = new RetainedStore(resolveOptions({}), createCounters());
        const set = (name: string): unknown => store.set(name.split('/'), messageOf(name, 'x'));
        for (const name of names) set(name);
        const cursor = store.match(topicFilter.split('/'));
        const staying = new Set(names.filter((name) => topicMatches(topicFilter, name)));
        const ever = new Set(names);
        const removed = new Set<string>();
        const met: string[] = [];
        const meet = (): boolean => {
          const one = cursor.next();
          if (one) met.push(shown(one).slice(0, -2));
          return one !== undefined;
        };
        for (const [name, what] of changes) {
          if (what === 'next') meet();
          else if (what === 'set') {
            set(name);
            ever.add(name);
          } else if (store.remove(name.split('/'))) {
            removed.add(name);
            if (!met.includes(name)) staying.delete(name);
          }
        }
        while (meet());
        for (const name of staying) {
          assert.ok(met.includes(name), `${topicFilter} does not meet ${name}`);
        }
        for (const name of met) assert.ok(ever.has(name) && topicMatches(topicFilter, name), name);
        // One that was removed and set again may be met again, as the new one that it is.
        const once = met.filter((name) => !removed.has(name));
        assert.equal(new Set(once).size, once.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('uses again what is free: a flood that comes and goes leaves nothing behind', () => {
    const counters = createCounters();
    const store = new RetainedStore(resolveOptions({}), counters);
    for (let round = 0; round < 5; round++) {
      const names = Array.from({ length: 3000 }, (_, index) => `t/${(index + round) % 7}/${index}`);
      for (const name of names) store.set(name.split('/'), messageOf(name, name));
      assert.equal(counters.retainedMessages, 3000);
      for (const name of names) {
        const found = store.get(name.split('/'));
        assert.equal(found && shown(found), `${name}=${name}`);
      }
      for (const name of names) assert.equal(store.remove(name.split('/')), true);
      assert.deepEqual([counters.retainedMessages, counters.retainedBytes], [0, 0]);
      assert.equal(store.match(['#']).next(), undefined);
    }
  });

  it('keeps times and number', () => {
    const store = new RetainedStore(resolveOptions({}), createCounters());
    const message = messageOf('a', 'x', 2 ** 40);
    message.expiresAt = 1234.5;
    store.set(['a'], message);
    const { receivedAt, expiresAt, number, isV5 } = store.get(['a']) as RetainedMessage;
    assert.deepEqual([receivedAt, expiresAt, number, isV5], [5, 1234.5, 2 ** 40, true]);
  });
});

/** A harness with `count` retained messages `r/N`. */
function withRetained(
  count: number,
  qos: 0 | 1 | 2,
): { harness: BrokerHarness; sender: TestClient } {
  const harness = new BrokerHarness({ maximumInFlight: 5, maximumQueuedMessages: 3 });
  const sender = harness.connect('sender', 4);
  for (let index = 0; index < count; index++) {
    const fields = qos === 0 ? {} : { qos, packetIdentifier: 1 };
    sender.publish(`r/${index}`, 'old', { retain: true, ...fields });
    if (qos === 2) sender.acknowledge('pubrel');
  }
  sender.inbox.length = 0;
  return { harness, sender };
}

describe('broker: many retained messages for one subscription', () => {
  it('fit in no queue, and none is lost: QoS 1 as fast as the client acknowledges', () => {
    const { harness } = withRetained(50, 1);
    const receiver = harness.connect('receiver', 4);
    receiver.subscribe('#', 1);
    const names = new Set<string>();
    assert.equal(receiver.inbox.length, 5);
    for (let packet = receiver.inbox.shift(); packet; packet = receiver.inbox.shift()) {
      if (packet.type !== 'publish') assert.fail(packet.type);
      assert.equal(packet.retain, true);
      names.add(packet.topicName);
      receiver.acknowledge('puback', packet.packetIdentifier);
    }
    assert.equal(names.size, 50);
    assert.equal(harness.broker.counters.publishDropped, 0);
  });

  it('QoS 0 as fast as the client reads', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 100 });
    const sender = harness.connect('sender', 4);
    for (let index = 0; index < 100; index++) {
      sender.publish(`r/${index}`, 'x'.repeat(20_000), { retain: true });
    }
    const receiver = harness.connect('receiver', 4);
    receiver.slow = true;
    receiver.subscribe('#');
    const first = receiver.inbox.length;
    assert.ok(first < 100, `${first} are sent before the client is known to be slow`);
    for (let round = 0; round < 100; round++) {
      receiver.link.drained(harness.now);
    }
    assert.equal(receiver.inbox.length, 100);
    assert.equal(harness.broker.counters.publishDropped, 0);
  });

  it('leave the others their turn', () => {
    const { harness } = withRetained(2500, 0);
    const receiver = harness.connect('receiver', 4);
    receiver.subscribe('#');
    assert.equal(receiver.inbox.length, 1000);
    harness.advance(1);
    assert.equal(receiver.inbox.length, 2000);
    harness.advance(1);
    assert.equal(receiver.inbox.length, 2500);
    harness.advance(1000);
    assert.equal(receiver.inbox.length, 2500);
  });

  it('one that is replaced meanwhile comes once, the new one', () => {
    const { harness, sender } = withRetained(1500, 0);
    const receiver = harness.connect('receiver', 4);
    receiver.subscribe('#');
    const before = receiver.inbox.splice(0).length;
    sender.publish('r/1499', 'new', { retain: true });
    receiver.takePublish('r/1499', 'new', { retain: false });
    harness.advance(10);
    assert.equal(before + receiver.inbox.length, 1499);
  });

  it('stop with UNSUBSCRIBE, begin anew with another SUBSCRIBE', () => {
    const { harness } = withRetained(1500, 0);
    const receiver = harness.connect('receiver', 4);
    receiver.subscribe('#');
    receiver.inbox.length = 0;
    receiver.unsubscribe('#');
    harness.advance(10);
    receiver.expectNothing();
    receiver.subscribe('r/+');
    harness.advance(10);
    assert.equal(receiver.inbox.length, 1500);
  });

  it('go on after a reconnect of the session', () => {
    const { harness } = withRetained(12, 2);
    const session = { cleanStart: false } as const;
    const receiver = harness.connect('receiver', 4, session);
    receiver.subscribe('#', 2);
    const names = new Set(
      receiver.inbox.splice(0).map((one) => (one.type === 'publish' ? one.topicName : '')),
    );
    receiver.drop();
    const again = harness.connect('receiver', 4, session);
    for (let packet = again.inbox.shift(); packet; packet = again.inbox.shift()) {
      if (packet.type === 'publish') {
        names.add(packet.topicName);
        again.acknowledge('pubrec', packet.packetIdentifier);
      } else if (packet.type === 'pubrel') again.acknowledge('pubcomp', packet.packetIdentifier);
    }
    assert.equal(names.size, 12);
  });
});
