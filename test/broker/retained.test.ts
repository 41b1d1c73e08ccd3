import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { BrokerHarness } from '../support/broker-harness.ts';

describe('broker: retained messages', () => {
  it('[MQTT-3.3.1-5] [MQTT-3.3.1-8] [3.1.1: MQTT-3.3.1-8] the last one is sent to new subscribers with RETAIN 1', () => {
    const harness = new BrokerHarness();
    const publisher = harness.connect('publisher');
    publisher.publish('a/b', 'old', { retain: true });
    publisher.publish('a/b', 'new', { retain: true, qos: 1, packetIdentifier: 1 });
    publisher.publish('a/b', 'not retained');
    for (const version of [3, 4, 5] as const) {
      const client = harness.connect(`client${version}`, version);
      client.subscribe('a/+', 2);
      client.takePublish('a/b', 'new', { retain: true, qos: 1, dup: false });
      client.expectNothing();
    }
    assert.equal(harness.broker.counters.retainedMessages, 1);
    assert.equal(harness.broker.isRetained('a/b'), true);
    assert.equal(harness.broker.isRetained('a'), false);
  });

  it('[MQTT-3.3.1-6] [MQTT-3.3.1-7] an empty payload removes it', () => {
    const harness = new BrokerHarness();
    const publisher = harness.connect('publisher');
    publisher.publish('a', 'x', { retain: true });
    publisher.publish('a', '', { retain: true });
    publisher.publish('b', '', { retain: true });
    publisher.subscribe('#');
    publisher.expectNothing();
    const { retainedMessages, retainedBytes } = harness.broker.counters;
    assert.deepEqual([retainedMessages, retainedBytes], [0, 0]);
    assert.deepEqual(
      harness.events.filter((event) => event.name === 'retained'),
      [
        { name: 'retained', topicName: 'a', present: true },
        { name: 'retained', topicName: 'a', present: false },
      ],
    );
  });

  it('[MQTT-4.7.2-1] wildcards find what they match, and only this', () => {
    const harness = new BrokerHarness();
    const publisher = harness.connect('publisher');
    const topics = ['a', 'a/b', 'a/b/c', 'b', '/a', '$internal/a'];
    for (const topicName of topics) publisher.publish(topicName, 'x', { retain: true });
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['#', ['a', 'a/b', 'a/b/c', 'b', '/a']],
      ['a/#', ['a', 'a/b', 'a/b/c']],
      ['+', ['a', 'b']],
      ['+/a', ['/a']],
      ['a/+/c', ['a/b/c']],
      ['$internal/+', ['$internal/a']],
      ['c/#', []],
    ];
    for (const [filter, expected] of cases) {
      const client = harness.connect('client');
      client.subscribe(filter);
      const found = client.inbox.flatMap((packet) =>
        packet.type === 'publish' ? [packet.topicName] : [],
      );
      assert.deepEqual(found.sort(), [...expected].sort(), filter);
    }
  });

  it('[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] retain handling', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.publish('a', 'x', { retain: true });
    client.subscribe('a', 0, { retainHandling: 2 });
    client.expectNothing();
    client.subscribe('a', 0, { retainHandling: 1 });
    client.expectNothing();
    client.subscribe('a', 0, { retainHandling: 0 });
    client.takePublish('a', 'x', { retain: true });
    client.unsubscribe('a');
    client.subscribe('a', 0, { retainHandling: 1 });
    client.takePublish('a', 'x', { retain: true });
  });

  it('carries the subscription identifier', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.publish('a', 'x', { retain: true });
    client.subscribe('a', 0, {}, { subscriptionIdentifiers: [5] });
    assert.deepEqual(client.take('publish').properties?.subscriptionIdentifiers, [5]);
  });

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] expires', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.publish('a', 'x', { retain: true, properties: { messageExpiryInterval: 10 } });
    harness.advance(4000);
    client.subscribe('a');
    assert.equal(client.take('publish').properties?.messageExpiryInterval, 6);
    harness.advance(6000);
    client.subscribe('a');
    client.expectNothing();
    assert.equal(harness.broker.counters.retainedMessages, 0);
  });

  it('has limits: what is over them is delivered, not retained, and counted', () => {
    const harness = new BrokerHarness({ maximumRetainedMessages: 1 });
    const client = harness.connect('client');
    client.publish('a', '1', { retain: true });
    client.publish('a', '2', { retain: true });
    client.publish('b', '3', { retain: true });
    client.subscribe('#');
    client.takePublish('a', '2');
    client.expectNothing();
    assert.equal(harness.broker.counters.retainedRefused, 1);
  });

  it('does not keep the network chunk that it came in', () => {
    const harness = new BrokerHarness();
    const publisher = harness.connect('publisher');
    const bytes = Uint8Array.of(0x31, 4, 0, 1, 0x61, 0x78);
    publisher.link.receive(bytes, harness.now);
    bytes.fill(0);
    const client = harness.connect('client');
    client.subscribe('a');
    client.takePublish('a', 'x');
  });
});

describe('broker: $SYS', () => {
  it('publishes its state as retained messages', () => {
    const harness = new BrokerHarness({ sysInterval: 10_000, version: 'test 1.0' });
    harness.advance(10_000);
    const client = harness.connect('client', 5);
    client.subscribe('$SYS/broker/version');
    client.takePublish('$SYS/broker/version', 'test 1.0', { retain: true });
    client.subscribe('$SYS/broker/clients/connected');
    client.takePublish('$SYS/broker/clients/connected', '0');
    harness.advance(10_000);
    client.takePublish('$SYS/broker/clients/connected', '1', { retain: false });
    const first = harness.events.findLast((event) => {
      return event.name === 'packet' && event.topicName === '$SYS/broker/clients/connected';
    });
    assert.equal(first?.name === 'packet' && first.flags, 1, 'it has no incoming frame');
  });

  it('clients may not publish to it: 0x87, in v3 acknowledged and ignored', () => {
    const harness = new BrokerHarness();
    const five = harness.connect('five', 5);
    const four = harness.connect('four', 4);
    five.subscribe('$SYS/#');
    five.publish('$SYS/a', 'x', { qos: 1, packetIdentifier: 1 });
    assert.equal(five.take('puback').reasonCode, 0x87);
    five.publish('$SYS/a', 'x', { qos: 2, packetIdentifier: 1 });
    assert.equal(five.take('pubrec').reasonCode, 0x87);
    four.publish('$SYS/a', 'x', { qos: 2, packetIdentifier: 1 });
    four.take('pubrec');
    four.acknowledge('pubrel', 1);
    four.take('pubcomp');
    five.publish('$SYS/a', 'x', { retain: true });
    five.expectNothing();
    assert.equal(harness.broker.counters.retainedMessages, 0);
    assert.deepEqual(harness.messages, []);
  });

  it('[MQTT-3.3.2-5] one that expires goes by itself, a bounded number a second; the others stay', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    const count = (): number => harness.broker.counters.retainedMessages;
    const properties = { messageExpiryInterval: 10 };
    for (let index = 0; index < 5000; index++) {
      client.publish(`a/${index}`, 'x', { retain: true, properties });
    }
    client.publish('$mine', 'x', { retain: true, properties });
    client.publish('b', 'stays', { retain: true });
    assert.equal(count(), 5002);
    harness.advance(9000);
    assert.equal(count(), 5002);
    harness.advance(2000);
    const left = count();
    assert.ok(left > 1 && left < 5002, 'not all in one go');
    harness.advance(10_000);
    assert.equal(count(), 1);
    assert.equal(harness.broker.counters.retainedExpired, 5001);
    assert.equal(harness.broker.nextTimeout(), Infinity, 'nothing is left to look for');
    assert.equal(
      harness.events.filter((event) => event.name === 'retained' && !event.present).length,
      5001,
    );
  });
});
