import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { rejections } from '../../src/broker/sys-topics.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { QoS } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';

const publishes = (count: number, size: number, qos: QoS, topicName = 't'): Uint8Array[] =>
  Array.from({ length: count }, (_, index) =>
    encode(
      {
        type: 'publish',
        topicName,
        payload: new Uint8Array(size).fill(index),
        qos,
        dup: false,
        retain: false,
        ...(qos > 0 && { packetIdentifier: index + 1 }),
      },
      4,
    ),
  );

const received = ({ inbox }: TestClient): number =>
  inbox.filter(({ type }) => type === 'publish').length;

describe('broker: overload', () => {
  it('a stuck subscriber loses what it does not read, exactly counted; a quick one beside it gets all', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 10_000 });
    const { counters } = harness.broker;
    const [stuck, quick, publisher] = ['stuck', 'quick', 'publisher'].map((name) =>
      harness.connect(name),
    );
    assert.ok(stuck && quick && publisher);
    stuck.subscribe('t');
    quick.subscribe('t');
    stuck.slow = true;
    for (let round = 0; round < 100; round++) publisher.sendBytes(...publishes(10, 1000, 0));
    assert.equal(received(quick), 1000);
    assert.equal(counters.slowLinks, 1);
    stuck.drain();
    assert.equal(counters.slowLinks, 0);
    assert.ok(received(stuck) < 30, 'what fits into the limit');
    assert.equal(received(stuck) + counters.droppedSlowLink, 1000);
    assert.equal(counters.publishDropped, counters.droppedSlowLink);
  });

  for (const qos of [1, 2] as const) {
    it(`a subscriber that reads and never acknowledges holds no more bytes at QoS ${qos} than the queue's limit; the quick one gets all`, () => {
      const harness = new BrokerHarness({ maximumQueuedBytes: 10_000, maximumQueuedMessages: 5 });
      const { counters } = harness.broker;
      const silent = harness.connect('silent');
      const publisher = harness.connect('publisher');
      const quick = harness.connect('quick');
      silent.subscribe('t', qos);
      quick.subscribe('t', 0);
      publisher.sendBytes(...publishes(100, 1000, 2));
      assert.equal(received(quick), 100);
      const sent = received(silent);
      assert.ok(sent >= 9 && sent <= 11, `${sent} in flight`);
      const queued = harness.broker.clients()[0]?.queued ?? 0;
      assert.equal(queued, 5);
      assert.equal(sent + queued + counters.droppedQueueFull, 100);
      // What is acknowledged makes room: everything that is held comes out, and nothing is left.
      for (let identifier = 1; identifier <= sent + queued; identifier++) {
        silent.acknowledge(qos === 1 ? 'puback' : 'pubrec', identifier);
        if (qos === 2) silent.acknowledge('pubcomp', identifier);
      }
      assert.equal(received(silent), sent + queued);
      assert.equal(counters.queuedBytes, 0);
    });
  }

  for (const queuePolicy of ['dropNewest', 'dropOldest', 'disconnect'] as const) {
    it(`many sessions together hold no more than the total, with the policy ${queuePolicy}; one that takes what it gets is not concerned`, () => {
      const total = 100_000;
      const harness = new BrokerHarness({ maximumTotalQueuedBytes: total, queuePolicy });
      const { counters } = harness.broker;
      for (let index = 0; index < 20; index++) {
        const away = harness.connect(`away${index}`, 4, { cleanStart: false });
        away.subscribe('t', 1);
        away.drop();
      }
      const quick = harness.connect('quick');
      quick.subscribe('t', 1);
      const publisher = harness.connect('publisher');
      for (let round = 0; round < 100; round++) {
        publisher.sendBytes(...publishes(1, 1000, 1));
        const { packetIdentifier = 0 } = quick.take('publish');
        quick.acknowledge('puback', packetIdentifier);
      }
      assert.ok(counters.queuedBytes <= total, `${counters.queuedBytes}`);
      assert.ok(counters.queuedBytes > total / 2);
      const held = harness.broker.clients().reduce((sum, { queued }) => sum + queued, 0);
      assert.equal(held + counters.droppedQueueFull, 20 * 100);
      for (let index = 0; index < 20; index++) {
        harness.connect(`away${index}`, 4, { cleanStart: true }).disconnect();
      }
      assert.equal(counters.queuedBytes, 0, 'sessions that end hold nothing');
    });
  }

  it('very many slow links share the total: # by all of them costs no more', () => {
    const total = 200_000;
    const harness = new BrokerHarness({ maximumTotalPendingBytes: total });
    const { counters } = harness.broker;
    const slow = Array.from({ length: 50 }, (_, index) => harness.connect(`slow${index}`));
    for (const client of slow) {
      client.subscribe('#');
      client.slow = true;
    }
    const publisher = harness.connect('publisher');
    for (let round = 0; round < 50; round++) publisher.sendBytes(...publishes(10, 1000, 0));
    assert.equal(counters.slowLinks, 50);
    const before = slow.reduce((sum, client) => sum + received(client), 0);
    for (const client of slow) client.drain();
    const after = slow.reduce((sum, client) => sum + received(client), 0);
    assert.ok((after - before) * 1000 < total + 50 * 2000, `${after - before} waited`);
    assert.equal(after + counters.droppedSlowLink, 50 * 500);
    assert.equal(counters.slowLinks, 0);
  });

  it('half-open connections: closed after the connect timeout, counted', () => {
    const harness = new BrokerHarness({ connectTimeout: 1000 });
    const silent = Array.from({ length: 100 }, () => harness.open());
    harness.advance(1000);
    assert.ok(silent.every(({ closed }) => closed));
    assert.equal(harness.broker.counters.connectTimedOut, 100);
    assert.equal(harness.broker.counters.connections, 0);
  });

  it('a flood of half-open connections pushes out its own oldest, not who says CONNECT', () => {
    const harness = new BrokerHarness({ maximumConnections: 10 });
    const { counters } = harness.broker;
    const silent: TestClient[] = [];
    for (let round = 0; round < 10; round++) {
      for (let index = 0; index < 100; index++) silent.push(harness.open());
      harness.connect(`client${round}`, 5);
    }
    assert.equal(counters.clientsConnected, 10);
    assert.equal(counters.connections, 10 + 64);
    assert.equal(counters.connectionsOverLimit, 1010 - 74);
    assert.equal(silent.filter(({ closed }) => !closed).length, 64);
    const late = harness.open(5).connect({ clientIdentifier: 'late' });
    assert.equal(late.reasonCode, 0x97);
    // A client that comes again while its old connection hangs is not one more.
    const again = harness.open(5).connect({ clientIdentifier: 'client3' });
    assert.equal(again.reasonCode, 0);
    assert.equal(counters.clientsConnected, 10);
  });

  it('a client that is silent for longer than its keep-alive is counted: 0x8D', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('silent', 5, { keepAlive: 10 });
    harness.advance(15_000);
    assert.equal(client.take('disconnect').reasonCode, 0x8d);
    assert.equal(harness.broker.counters.keepAliveTimedOut, 1);
  });

  it('packets that never become whole: the link with the most of them goes, 0x97, counted', () => {
    const harness = new BrokerHarness({ maximumIncompleteBytes: 100_000 });
    const { counters } = harness.broker;
    const small = harness.connect('small', 5);
    small.sendBytes([0x30, 0x05, 0x00]);
    const greedy = Array.from({ length: 10 }, (_, index) => harness.connect(`greedy${index}`, 5));
    // 1 MB is announced.
    for (const client of greedy) client.sendBytes([0x30, 0xc0, 0x84, 0x3d], new Uint8Array(30_000));
    const ended = greedy.filter(({ closed }) => closed);
    assert.equal(ended.length, 7);
    for (const client of ended) assert.equal(client.take('disconnect').reasonCode, 0x97);
    assert.equal(counters.incompletePacketsRefused, 7);
    assert.equal(small.closed, false);
    small.sendBytes([0x01, 0x61, 0x00, 0x62]);
    for (const client of greedy) if (!client.closed) client.drop();
    assert.equal(counters.incompleteBytes, 0);
    assert.deepEqual(harness.messages, ['b']);
  });

  it('subscribe storms: over the limit of a session, or of all, 0x97 and counted; one replaced is not new', () => {
    const harness = new BrokerHarness({ maximumSubscriptions: 3, maximumTotalSubscriptions: 5 });
    const { counters } = harness.broker;
    const codes = (name: string): number[] => {
      const client = harness.connect(name, 5);
      return ['a', 'b', '$share/g/c', 'd', 'a'].flatMap((filter) => client.subscribe(filter, 1));
    };
    assert.deepEqual(codes('one'), [1, 1, 1, 0x97, 1]);
    assert.deepEqual(codes('two'), [1, 1, 0x97, 0x97, 1]);
    assert.equal(counters.subscriptions, 5);
    assert.equal(counters.subscriptionsOverLimit, 3);
    assert.equal(counters.subscriptionsRefused, 3);
  });

  it('10,000 levels: topic name 0x90, will 0x90, topic filter 0x8F; each counted', () => {
    const deep = 'a/'.repeat(9999) + 'a';
    const harness = new BrokerHarness();
    const { counters } = harness.broker;
    const publisher = harness.connect('publisher', 5);
    publisher.publish(deep, 'x');
    assert.equal(publisher.take('disconnect').reasonCode, 0x90);
    const will = { topicName: deep, payload: new Uint8Array(0), qos: 0, retain: false } as const;
    const connack = harness.open(5).connect({ clientIdentifier: 'will', will });
    assert.equal(connack.reasonCode, 0x90);
    assert.equal(counters.topicNamesRefused, 2);
    assert.deepEqual(harness.connect('subscriber', 5).subscribe(deep), [0x8f]);
    assert.equal(counters.subscriptionsRefused, 1);
  });

  it('topic aliases over the limit: 0x94, counted; those within cost no more than the limit', () => {
    const harness = new BrokerHarness({ topicAliasMaximum: 3 });
    const client = harness.connect('client', 5);
    for (let round = 0; round < 100; round++) {
      const properties = { topicAlias: 1 + (round % 3) };
      client.publish(`topic${round}`, 'x', { properties });
    }
    assert.equal(harness.messages.length, 100);
    client.publish('topic', 'x', { properties: { topicAlias: 4 } });
    assert.equal(client.take('disconnect').reasonCode, 0x94);
    assert.equal(harness.broker.counters.topicAliasesRefused, 1);
  });

  it('more QoS 2 messages in flight than Receive Maximum: 0x93, counted', () => {
    const harness = new BrokerHarness({ receiveMaximum: 2 });
    const client = harness.connect('client', 5);
    for (const packetIdentifier of [1, 2, 3])
      client.publish('t', 'x', { qos: 2, packetIdentifier });
    for (let count = 0; count < 2; count++) client.take('pubrec');
    assert.equal(client.take('disconnect').reasonCode, 0x93);
    assert.equal(harness.broker.counters.receiveMaximumExceeded, 1);
  });

  it('session and will floods: as many sessions as allowed are left, every will is published once', () => {
    const harness = new BrokerHarness({ maximumOfflineSessions: 10 });
    const { counters } = harness.broker;
    const witness = harness.connect('witness');
    witness.subscribe('will');
    for (let index = 0; index < 500; index++) {
      const payload = new Uint8Array(0);
      const properties = { willDelayInterval: 1000 };
      const will = { topicName: 'will', payload, qos: 0, retain: false, properties } as const;
      const session = { properties: { sessionExpiryInterval: 0xffffffff } };
      harness.connect(`random${index}`, 5, { will, ...session }).drop();
    }
    assert.equal(counters.sessions, 11);
    assert.equal(counters.sessionsEvicted, 490);
    assert.equal(received(witness), 490);
    harness.advance(1_000_000);
    assert.equal(received(witness), 500);
  });

  it('a shared subscription with very many members: each message to one, the members that are stuck passed over', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 0 });
    const members = Array.from({ length: 200 }, (_, index) => harness.connect(`member${index}`));
    for (const client of members) client.subscribe('$share/group/#');
    const publisher = harness.connect('publisher');
    publisher.sendBytes(...publishes(200, 10, 0));
    assert.ok(members.every((client) => received(client) === 1));
    for (const client of members.slice(10)) client.slow = true;
    for (let round = 0; round < 10; round++) publisher.sendBytes(...publishes(200, 10, 0));
    for (const client of members.slice(10)) client.drain();
    // One that has just got stuck has a message or two; the ten that read get all others.
    assert.ok(members.slice(10).every((client) => received(client) <= 3));
    const total = members.reduce((sum, client) => sum + received(client), 0);
    assert.equal(total, 11 * 200);
    assert.equal(harness.broker.counters.publishDropped, 0);
  });

  it('retained floods: as many as allowed are kept, the others delivered and counted', () => {
    const harness = new BrokerHarness({ maximumRetainedMessages: 10 });
    const client = harness.connect('client');
    client.subscribe('#');
    for (let index = 0; index < 100; index++) {
      client.publish(`t${index}`, 'x', { retain: true });
      client.publish(`t${index % 10}`, 'y', { retain: true });
    }
    const { retainedMessages, retainedRefused } = harness.broker.counters;
    assert.deepEqual([retainedMessages, retainedRefused], [10, 90]);
    assert.equal(received(client), 200);
  });

  it('every rejection counter has one topic of $SYS', () => {
    const harness = new BrokerHarness({ sysInterval: 1000 });
    const client = harness.connect('client');
    harness.advance(1000);
    client.subscribe('$SYS/#');
    const topics = client.inbox.flatMap((packet) =>
      packet.type === 'publish' ? [packet.topicName] : [],
    );
    for (const [topicName] of rejections) assert.ok(topics.includes(`$SYS/broker/${topicName}`));
    assert.equal(new Set(rejections.map(([, counter]) => counter)).size, rejections.length);
  });
});
