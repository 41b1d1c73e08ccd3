import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { BrokerHarness } from '../support/broker-harness.ts';

/** Which of the topics reach a subscriber of the filter. */
function received(topicFilter: string, topicNames: readonly string[]): string[] {
  const harness = new BrokerHarness();
  const subscriber = harness.connect('subscriber');
  subscriber.subscribe(topicFilter);
  const publisher = harness.connect('publisher');
  for (const topicName of topicNames) publisher.publish(topicName, 'x');
  return subscriber.inbox.flatMap((packet) =>
    packet.type === 'publish' ? [packet.topicName] : [],
  );
}

describe('broker: topic filters', () => {
  const topics = ['a', 'a/b', 'a/b/c', '/a', 'b', 'a/', '$internal/a', 'A'];
  const cases: readonly (readonly [filter: string, expected: readonly string[]])[] = [
    ['#', ['a', 'a/b', 'a/b/c', '/a', 'b', 'a/', 'A']],
    ['a/#', ['a', 'a/b', 'a/b/c', 'a/']],
    ['+', ['a', 'b', 'A']],
    ['+/b', ['a/b']],
    ['a/+', ['a/b', 'a/']],
    ['+/+', ['a/b', '/a', 'a/']],
    ['+/a', ['/a']],
    ['a/+/#', ['a/b', 'a/b/c', 'a/']],
    ['$internal/#', ['$internal/a']],
    ['a', ['a']],
  ];
  for (const [filter, expected] of cases) {
    it(`[MQTT-4.7.1-2] [MQTT-4.7.2-1] '${filter}' matches ${expected.join(' ')}`, () => {
      assert.deepEqual(received(filter, topics), expected);
    });
  }

  it('a filter nested deeper than allowed is refused', () => {
    const client = new BrokerHarness({ maximumTopicLevels: 3 }).connect('client', 5);
    assert.deepEqual(client.subscribe('a/b/c'), [0]);
    assert.deepEqual(client.subscribe('a/b/c/d'), [0x8f]);
  });

  it('a topic name nested deeper than allowed closes the link: 0x90', () => {
    const client = new BrokerHarness({ maximumTopicLevels: 3 }).connect('client', 5);
    client.publish('a/b/c/d', 'x');
    assert.equal(client.take('disconnect').reasonCode, 0x90);
  });

  it('[MQTT-4.7.1-1] a malformed filter closes the link', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [
        {
          topicFilter: 'a/#/b',
          qos: 0,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
        },
      ],
    });
    assert.equal(client.take('disconnect').reasonCode, 0x8f);
  });

  it('[MQTT-3.3.2-2] a wildcard in a topic name closes the link: 0x90', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.publish('a/+', 'x');
    assert.equal(client.take('disconnect').reasonCode, 0x90);
  });
});

describe('broker: SUBSCRIBE and UNSUBSCRIBE', () => {
  it('[MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] SUBACK has a code for each filter, in order', () => {
    const harness = new BrokerHarness({ maximumSubscriptions: 2 });
    const client = harness.connect('client', 5);
    const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    client.send({
      type: 'subscribe',
      packetIdentifier: 9,
      subscriptions: [
        { topicFilter: 'a', qos: 2, ...options },
        { topicFilter: 'b', qos: 1, ...options },
        { topicFilter: 'c', qos: 0, ...options },
        { topicFilter: 'a', qos: 0, ...options },
      ],
    });
    assert.deepEqual(client.take('suback').reasonCodes, [2, 1, 0x97, 0]);
    assert.equal(harness.broker.counters.subscriptions, 2);
  });

  it('[MQTT-3.8.4-3] the same filter again replaces the subscription', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client');
    client.subscribe('a', 2);
    client.subscribe('a', 0);
    client.publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    client.takePublish('a', 'x', { qos: 0 });
    client.take('puback');
    client.expectNothing();
  });

  it('[MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4] overlapping subscriptions: one copy at the highest QoS', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.subscribe('a/#', 0, {}, { subscriptionIdentifiers: [1] });
    client.subscribe('a/+', 2, {}, { subscriptionIdentifiers: [2] });
    client.subscribe('a/b', 1);
    const publisher = harness.connect('publisher');
    publisher.publish('a/b', 'x', { qos: 1, packetIdentifier: 1 });
    const publish = client.takePublish('a/b', 'x', { qos: 1 });
    assert.deepEqual(publish.properties?.subscriptionIdentifiers?.sort(), [1, 2]);
    client.expectNothing();
  });

  it('[MQTT-3.10.4-1] [MQTT-3.10.4-2] UNSUBSCRIBE ends it', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.subscribe('a');
    assert.deepEqual(client.unsubscribe('a'), [0]);
    assert.deepEqual(client.unsubscribe('a'), [0x11]);
    client.publish('a', 'x');
    client.expectNothing();
    assert.equal(harness.broker.counters.subscriptions, 0);
    const old = harness.connect('old', 4);
    assert.deepEqual(old.unsubscribe('never'), []);
  });

  it('a change of subscriptions is seen by topics that were used before', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client');
    const publisher = harness.connect('publisher');
    publisher.publish('a/b', '1');
    client.subscribe('a/+');
    publisher.publish('a/b', '2');
    client.takePublish('a/b', '2');
    client.unsubscribe('a/+');
    publisher.publish('a/b', '3');
    client.expectNothing();
  });

  it('[MQTT-3.8.3-3] no local', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    const other = harness.connect('other', 5);
    client.subscribe('a', 0, { noLocal: true });
    client.publish('a', 'own');
    client.expectNothing();
    other.publish('a', 'theirs');
    client.takePublish('a', 'theirs');
    client.subscribe('#');
    client.publish('a', 'own by the other subscription');
    client.takePublish('a', 'own by the other subscription');
  });

  it('[MQTT-3.3.1-12] [MQTT-3.3.1-13] retain as published', () => {
    const harness = new BrokerHarness();
    const plain = harness.connect('plain', 5);
    const published = harness.connect('published', 5);
    plain.subscribe('a');
    published.subscribe('a', 0, { retainAsPublished: true });
    const publisher = harness.connect('publisher', 5);
    for (const retain of [true, false]) {
      publisher.publish('a', 'x', { retain });
      plain.takePublish('a', 'x', { retain: false });
      published.takePublish('a', 'x', { retain });
    }
  });
});
