import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { PublishPacket } from '../../src/mqtt/packet.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';

/** `name#alias=text` of each PUBLISH that came. */
function received(client: TestClient): string[] {
  return client.inbox
    .splice(0)
    .filter((packet): packet is PublishPacket => packet.type === 'publish')
    .map(({ topicName, properties, payload }) => {
      return `${topicName}#${properties?.topicAlias ?? ''}=${textOf(payload)}`;
    });
}

describe('broker: topic aliases from the client', () => {
  it('[MQTT-3.3.2-12] stand for the topic name that came with them, until they are set again', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('#');
    const sender = harness.connect('sender', 5);
    sender.publish('first', '1', { properties: { topicAlias: 100 } });
    sender.publish('', '2', { properties: { topicAlias: 100 } });
    sender.publish('second', '3', { properties: { topicAlias: 100 } });
    sender.publish('', '4', { properties: { topicAlias: 100 } });
    assert.deepEqual(received(receiver), ['first#=1', 'first#=2', 'second#=3', 'second#=4']);
  });

  it('go no further; the other properties keep their order and the packet identifier its place', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('#', 2);
    const old = harness.connect('old', 4);
    old.subscribe('#', 1);
    const sender = harness.connect('sender', 5);
    const userProperties: [string, string][] = [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ];
    sender.publish('topic', 'x', { properties: { topicAlias: 1 } });
    sender.publish('', 'y', {
      qos: 2,
      packetIdentifier: 7,
      properties: {
        messageExpiryInterval: 60,
        topicAlias: 1,
        contentType: 'text/plain',
        userProperties,
      },
    });
    assert.equal(sender.take('pubrec').packetIdentifier, 7);
    receiver.takePublish('topic', 'x');
    const packet = receiver.takePublish('topic', 'y', { qos: 2, packetIdentifier: 1 });
    assert.deepEqual(packet.properties, {
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      userProperties,
    });
    old.takePublish('topic', 'x');
    old.takePublish('topic', 'y', { qos: 1 });
  });

  it('are shown to the observer with the name that they stand for, the bytes as they came', () => {
    const harness = new BrokerHarness();
    const sender = harness.connect('sender', 5);
    sender.publish('topic', 'x', { properties: { topicAlias: 1 } });
    sender.publish('', 'x', { properties: { topicAlias: 1 } });
    const frames = harness.events.flatMap((event) =>
      event.name === 'packet' && event.direction === 0 && event.topicName !== undefined
        ? [[event.topicName, event.bytes.length]]
        : [],
    );
    assert.deepEqual(frames, [
      ['topic', 14],
      ['topic', 9],
    ]);
  });

  it('[MQTT-3.3.2-9] above what CONNACK says: DISCONNECT 0x94', () => {
    const harness = new BrokerHarness({ topicAliasMaximum: 5 });
    const sender = harness.open(5);
    assert.equal(sender.connect().properties?.topicAliasMaximum, 5);
    sender.publish('a', 'x', { properties: { topicAlias: 6 } });
    assert.equal(sender.take('disconnect').reasonCode, 0x94);
  });

  it('[MQTT-3.3.2-8] 0: DISCONNECT 0x94', () => {
    const sender = new BrokerHarness().connect('sender', 5);
    sender.publish('a', 'x', { properties: { topicAlias: 0 } });
    assert.equal(sender.take('disconnect').reasonCode, 0x94);
  });

  it('never set: DISCONNECT 0x82 (section 3.3.2.3.4)', () => {
    const sender = new BrokerHarness().connect('sender', 5);
    sender.publish('', 'x', { properties: { topicAlias: 3 } });
    assert.equal(sender.take('disconnect').reasonCode, 0x82);
  });

  it('[MQTT-3.3.2-7] end with the network connection', () => {
    const harness = new BrokerHarness();
    const session = { cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const sender = harness.connect('sender', 5, session);
    sender.publish('a', 'x', { properties: { topicAlias: 3 } });
    sender.drop();
    const again = harness.connect('sender', 5, session);
    again.publish('', 'x', { properties: { topicAlias: 3 } });
    assert.equal(again.take('disconnect').reasonCode, 0x82);
  });
});

describe('broker: topic aliases to the client', () => {
  it('[MQTT-3.1.2-26] [MQTT-3.3.2-11] at most as many as it takes, each with its name first', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5, { properties: { topicAliasMaximum: 2 } });
    receiver.subscribe('#');
    const sender = harness.connect('sender', 4);
    for (const topicName of ['topic/1', 'topic/2', 'topic/3', 'topic/1', 'topic/2', 'topic/3']) {
      sender.publish(topicName, 'x');
    }
    assert.deepEqual(received(receiver), [
      'topic/1#1=x',
      'topic/2#2=x',
      'topic/3#=x',
      '#1=x',
      '#2=x',
      'topic/3#=x',
    ]);
  });

  it('[MQTT-3.1.2-27] none without Topic Alias Maximum, or with 0, or when the option is 0', () => {
    for (const [options, properties] of [
      [{}, {}],
      [{}, { topicAliasMaximum: 0 }],
      [{ maximumOutboundTopicAliases: 0 }, { topicAliasMaximum: 9 }],
    ] as const) {
      const harness = new BrokerHarness(options);
      const receiver = harness.connect('receiver', 5, { properties });
      receiver.subscribe('#');
      const sender = harness.connect('sender', 4);
      for (const text of ['1', '2']) sender.publish('topic/1', text);
      assert.deepEqual(received(receiver), ['topic/1#=1', 'topic/1#=2']);
    }
  });

  it('[MQTT-3.3.2-7] are told anew after a reconnect, also for what is sent again', () => {
    const harness = new BrokerHarness();
    const connect = {
      cleanStart: false,
      properties: { sessionExpiryInterval: 100, topicAliasMaximum: 5 },
    };
    const receiver = harness.connect('receiver', 5, connect);
    receiver.subscribe('#', 1);
    const sender = harness.connect('sender', 4);
    for (const packetIdentifier of [1, 2]) {
      sender.publish('topic', String(packetIdentifier), { qos: 1, packetIdentifier });
    }
    assert.deepEqual(received(receiver), ['topic#1=1', '#1=2']);
    receiver.drop();
    const again = harness.connect('receiver', 5, connect);
    assert.deepEqual(received(again), ['topic#1=1', '#1=2']);
  });

  it('a packet that is too large for the client sets none', () => {
    const harness = new BrokerHarness();
    const properties = { topicAliasMaximum: 5, maximumPacketSize: 40 };
    const receiver = harness.connect('receiver', 5, { properties });
    receiver.subscribe('#');
    const sender = harness.connect('sender', 4);
    sender.publish('topic', 'x'.repeat(100));
    sender.publish('topic', 'y');
    assert.deepEqual(received(receiver), ['topic#1=y']);
  });

  it('go with subscription identifiers and what is left of the expiry', () => {
    const harness = new BrokerHarness();
    const connect = {
      cleanStart: false,
      properties: { sessionExpiryInterval: 100, topicAliasMaximum: 5 },
    };
    const receiver = harness.connect('receiver', 5, connect);
    receiver.subscribe('topic', 1, {}, { subscriptionIdentifiers: [300] });
    receiver.drop();
    const sender = harness.connect('sender', 5);
    sender.publish('topic', 'x', {
      qos: 1,
      packetIdentifier: 1,
      properties: { messageExpiryInterval: 50, userProperties: [['k', 'v']] },
    });
    harness.advance(20_000);
    const again = harness.connect('receiver', 5, connect);
    const packet = again.takePublish('topic', 'x', { qos: 1 });
    assert.deepEqual(packet.properties, {
      messageExpiryInterval: 30,
      userProperties: [['k', 'v']],
      subscriptionIdentifiers: [300],
      topicAlias: 1,
    });
  });
});
