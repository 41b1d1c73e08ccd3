import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { queryObjects } from 'node:v8';
import { Message } from '../../src/broker/message.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

describe('broker: sessions', () => {
  it('[3.1.1: MQTT-3.1.2-4] [3.1.1: MQTT-3.1.2-5] a session without clean session is kept and resumed', () => {
    const harness = new BrokerHarness();
    const first = harness.connect('client', 4, { cleanStart: false });
    first.subscribe('a', 1);
    first.disconnect();
    harness.advance(1e9);
    const other = harness.connect('other');
    other.publish('a', 'while away', { qos: 1, packetIdentifier: 1 });
    const second = harness.open(4);
    const connack = second.connect({ clientIdentifier: 'client', cleanStart: false });
    assert.equal(connack.sessionPresent, true);
    second.takePublish('a', 'while away', { qos: 1, dup: false });
  });

  it('[3.1: MQTT-3.2-1] has no session present flag', () => {
    const harness = new BrokerHarness();
    harness.connect('client', 3, { cleanStart: false }).disconnect();
    const again = harness.open(3).connect({ clientIdentifier: 'client', cleanStart: false });
    assert.equal(again.sessionPresent, false);
  });

  it('[MQTT-3.1.2-4] [3.1.1: MQTT-3.1.2-6] clean start discards the session', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4, { cleanStart: false });
    client.subscribe('a');
    client.disconnect();
    const clean = harness.open(4);
    assert.equal(clean.connect({ clientIdentifier: 'client' }).sessionPresent, false);
    harness.connect('other').publish('a', 'x');
    clean.expectNothing();
    assert.equal(harness.broker.counters.subscriptions, 0);
  });

  it('[MQTT-3.1.2-6] [MQTT-3.2.2-3] a session that is not there is not present', () => {
    const client = new BrokerHarness().open(5);
    assert.equal(client.connect({ cleanStart: false }).sessionPresent, false);
  });

  it('[MQTT-3.1.2-23] a v5 session lasts for its session expiry interval', () => {
    const harness = new BrokerHarness();
    const properties = { sessionExpiryInterval: 10 };
    harness.connect('client', 5, { properties }).drop();
    harness.advance(9_999);
    const again = harness.open(5);
    const connack = again.connect({ clientIdentifier: 'client', cleanStart: false, properties });
    assert.equal(connack.sessionPresent, true);
    again.drop();
    harness.advance(10_000);
    assert.deepEqual(harness.broker.clients(), []);
    assert.equal(harness.broker.counters.sessionsExpired, 1);
  });

  it('what waited for a client goes with its session, though its topics are remembered', () => {
    const harness = new BrokerHarness();
    const properties = { sessionExpiryInterval: 10 };
    const client = harness.connect('client', 5, { properties });
    client.subscribe('a', 1);
    const publisher = harness.connect('publisher');
    const before = queryObjects(Message, { format: 'count' });
    publisher.publish('a', 'in flight', { qos: 1, packetIdentifier: 1 });
    client.drop();
    for (let i = 0; i < 100; i++) publisher.publish('a', 'x', { qos: 1, packetIdentifier: 2 });
    assert.ok(queryObjects(Message, { format: 'count' }) >= before + 101);
    harness.advance(10_000);
    assert.equal(harness.broker.counters.queuedBytes, 0);
    // The broker may still hold the last one, to read the next into.
    assert.ok(queryObjects(Message, { format: 'count' }) <= before + 1);
  });

  it('DISCONNECT changes the session expiry interval', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5, { properties: { sessionExpiryInterval: 10 } });
    client.disconnect(0, { sessionExpiryInterval: 100 });
    harness.advance(50_000);
    assert.equal(harness.broker.clients().length, 1);
    harness.advance(50_000);
    assert.equal(harness.broker.clients().length, 0);
  });

  it('3.14.2.2.2: DISCONNECT cannot prolong a session that ends with its connection', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.disconnect(0, { sessionExpiryInterval: 100 });
    assert.equal(client.take('disconnect').reasonCode, 0x82);
  });

  it('0xFFFFFFFF never expires', () => {
    const harness = new BrokerHarness();
    harness.connect('client', 5, { properties: { sessionExpiryInterval: 0xffffffff } }).drop();
    harness.advance(1e13);
    assert.equal(harness.broker.clients().length, 1);
  });

  it('[MQTT-3.1.4-3] takeover: the older connection gets 0x8E, the session goes on', () => {
    const harness = new BrokerHarness();
    const properties = { sessionExpiryInterval: 10 };
    const first = harness.connect('client', 5, { properties });
    first.subscribe('a');
    const second = harness.open(5);
    const connack = second.connect({ clientIdentifier: 'client', cleanStart: false, properties });
    assert.equal(connack.sessionPresent, true);
    assert.equal(first.take('disconnect').reasonCode, 0x8e);
    assert.equal(first.closed, true);
    first.drop();
    second.publish('a', 'x');
    second.takePublish('a', 'x');
    assert.equal(harness.broker.counters.clientsConnected, 1);
  });

  it('takeover of a session that ends with its connection starts a new one', () => {
    const harness = new BrokerHarness();
    const first = harness.connect('client', 4);
    first.subscribe('a');
    const second = harness.open(4);
    const connack = second.connect({ clientIdentifier: 'client', cleanStart: false });
    assert.equal(connack.sessionPresent, false);
    assert.equal(first.closed, true);
    assert.equal(harness.broker.counters.subscriptions, 0);
    assert.equal(harness.broker.counters.sessions, 1);
  });

  it('keeps a bounded number of offline sessions: the one left first ends', () => {
    const harness = new BrokerHarness({ maximumOfflineSessions: 2 });
    for (const name of ['a', 'b', 'c']) {
      harness.connect(name, 4, { cleanStart: false }).drop();
    }
    assert.deepEqual(
      harness.broker.clients().map(({ clientIdentifier }) => clientIdentifier),
      ['b', 'c'],
    );
  });

  it('shows connected clients and offline sessions', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5, {
      keepAlive: 60,
      properties: { sessionExpiryInterval: 10 },
    });
    client.subscribe('a/#', 1, { noLocal: true }, { subscriptionIdentifiers: [7] });
    client.drop();
    harness.connect('other').publish('a/b', 'x', { qos: 1, packetIdentifier: 1 });
    const [view] = harness.broker.clients();
    assert.deepEqual(view, {
      clientIdentifier: 'client',
      connected: false,
      protocolVersion: 5,
      connectedAt: harness.now,
      keepAlive: 60,
      cleanStart: true,
      sessionExpiryInterval: 10,
      queued: 1,
      inFlight: 0,
      subscriptions: [
        {
          topicFilter: 'a/#',
          qos: 1,
          noLocal: true,
          retainAsPublished: false,
          retainHandling: 0,
          subscriptionIdentifier: 7,
        },
      ],
      hasWill: false,
    });
  });

  for (const [asked, code] of [
    [0, 0x82],
    [100, undefined],
  ] as const) {
    it(`3.14.2.2.2: what counts is that CONNECT asked for ${asked} s, not that the broker grants none`, () => {
      const harness = new BrokerHarness({ maximumSessionExpiryInterval: 0 });
      const client = harness.connect('client', 5, {
        properties: { sessionExpiryInterval: asked },
      });
      client.disconnect(0, { sessionExpiryInterval: 50 });
      const answer = client.inbox.shift();
      assert.equal(answer?.type === 'disconnect' ? answer.reasonCode : undefined, code);
    });
  }
});
