import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { Properties } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';

/** A client whose session survives, subscribed to `a` at QoS 2. */
function persistent(harness: BrokerHarness, properties: Properties = {}): TestClient {
  return harness.connect('receiver', 5, {
    cleanStart: false,
    properties: { sessionExpiryInterval: 1000, ...properties },
  });
}

describe('broker: QoS 1 and 2 from clients', () => {
  it('[MQTT-4.3.2-4] answers QoS 1 with PUBACK', () => {
    const harness = new BrokerHarness();
    harness.connect('receiver').subscribe('a');
    const client = harness.connect('sender', 5);
    client.publish('a', 'x', { qos: 1, packetIdentifier: 77 });
    const puback = client.take('puback');
    assert.deepEqual([puback.packetIdentifier, puback.reasonCode], [77, 0]);
  });

  it('tells v5 senders that nobody is subscribed: 0x10', () => {
    const client = new BrokerHarness().connect('sender', 5);
    client.publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    assert.equal(client.take('puback').reasonCode, 0x10);
    client.publish('a', 'x', { qos: 2, packetIdentifier: 2 });
    assert.equal(client.take('pubrec').reasonCode, 0x10);
  });

  it('[MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] QoS 2 is delivered once', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver');
    receiver.subscribe('a');
    const client = harness.connect('sender', 4);
    client.publish('a', 'once', { qos: 2, packetIdentifier: 5 });
    assert.equal(client.take('pubrec').packetIdentifier, 5);
    client.publish('a', 'once', { qos: 2, packetIdentifier: 5, dup: true });
    assert.equal(client.take('pubrec').packetIdentifier, 5);
    client.acknowledge('pubrel', 5);
    assert.equal(client.take('pubcomp').packetIdentifier, 5);
    receiver.takePublish('a', 'once');
    receiver.expectNothing();
    assert.deepEqual(harness.messages, ['once']);
    client.publish('a', 'twice', { qos: 2, packetIdentifier: 5 });
    client.take('pubrec');
    receiver.takePublish('a', 'twice');
  });

  it('QoS 2 stays exactly once over a reconnect', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver');
    receiver.subscribe('a');
    const first = harness.connect('sender', 4, { cleanStart: false });
    first.publish('a', 'once', { qos: 2, packetIdentifier: 5 });
    first.drop();
    const second = harness.connect('sender', 4, { cleanStart: false });
    second.publish('a', 'once', { qos: 2, packetIdentifier: 5, dup: true });
    second.take('pubrec');
    receiver.takePublish('a', 'once');
    receiver.expectNothing();
  });

  it('answers an unknown PUBREL with PUBCOMP 0x92', () => {
    const client = new BrokerHarness().connect('sender', 5);
    client.acknowledge('pubrel', 9);
    assert.equal(client.take('pubcomp').reasonCode, 0x92);
  });

  it('[MQTT-3.3.4-7] more than our Receive Maximum in flight: DISCONNECT 0x93', () => {
    const client = new BrokerHarness({ receiveMaximum: 2 }).connect('sender', 5);
    for (const packetIdentifier of [1, 2]) {
      client.publish('a', 'x', { qos: 2, packetIdentifier });
      client.take('pubrec');
    }
    client.publish('a', 'x', { qos: 2, packetIdentifier: 3 });
    assert.equal(client.take('disconnect').reasonCode, 0x93);
  });
});

describe('broker: QoS 1 and 2 to clients', () => {
  it('[MQTT-3.8.4-8] delivers at the lower of both QoS', () => {
    const harness = new BrokerHarness();
    const receivers = ([0, 1, 2] as const).map((qos) => {
      const client = harness.connect(`receiver${qos}`);
      client.subscribe('a', qos);
      return client;
    });
    const sender = harness.connect('sender');
    for (const qos of [0, 1, 2] as const) {
      sender.publish('a', 'x', { qos, ...(qos > 0 && { packetIdentifier: qos }) });
      receivers.forEach((receiver, granted) => {
        receiver.takePublish('a', 'x', { qos: qos < granted ? qos : (granted as 0 | 1 | 2) });
      });
    }
  });

  it('[MQTT-4.3.3-4] [MQTT-4.3.3-5] QoS 2: PUBREC, PUBREL, PUBCOMP', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('a', 2);
    harness.connect('sender').publish('a', 'x', { qos: 2, packetIdentifier: 1 });
    const { packetIdentifier = 0 } = receiver.takePublish('a', 'x', { qos: 2 });
    receiver.acknowledge('pubrec', packetIdentifier);
    assert.equal(receiver.take('pubrel').packetIdentifier, packetIdentifier);
    assert.equal(harness.broker.clients()[0]?.inFlight, 1);
    receiver.acknowledge('pubcomp', packetIdentifier);
    assert.equal(harness.broker.clients()[0]?.inFlight, 0);
  });

  it('a PUBREC that refuses ends the exchange', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('a', 2);
    harness.connect('sender').publish('a', 'x', { qos: 2, packetIdentifier: 1 });
    const { packetIdentifier = 0 } = receiver.take('publish');
    receiver.acknowledge('pubrec', packetIdentifier, 0x97);
    receiver.expectNothing();
    assert.equal(harness.broker.clients()[0]?.inFlight, 0);
  });

  it('answers an unknown PUBREC with PUBREL 0x92', () => {
    const client = new BrokerHarness().connect('receiver', 5);
    client.acknowledge('pubrec', 3);
    assert.equal(client.take('pubrel').reasonCode, 0x92);
  });

  it('[MQTT-4.4.0-1] [MQTT-3.3.1-1] sends again after a reconnect, with DUP, in order', () => {
    const harness = new BrokerHarness();
    const first = persistent(harness);
    first.subscribe('a', 2);
    const sender = harness.connect('sender');
    for (const [index, qos] of ([1, 2, 2, 1] as const).entries()) {
      sender.publish('a', `${index}`, { qos, packetIdentifier: index + 1 });
    }
    const identifiers = [0, 1, 2, 3].map((index) => {
      return first.takePublish('a', `${index}`, { dup: false }).packetIdentifier ?? 0;
    });
    first.acknowledge('puback', identifiers[0]);
    first.acknowledge('pubrec', identifiers[1]);
    first.take('pubrel');
    first.drop();
    sender.publish('a', 'queued', { qos: 1, packetIdentifier: 5 });
    const second = persistent(harness);
    assert.equal(second.take('pubrel').packetIdentifier, identifiers[1]);
    second.takePublish('a', '2', { qos: 2, dup: true, packetIdentifier: identifiers[2] ?? 0 });
    second.takePublish('a', '3', { qos: 1, dup: true, packetIdentifier: identifiers[3] ?? 0 });
    second.takePublish('a', 'queued', { qos: 1, dup: false });
    second.expectNothing();
  });

  it('[MQTT-3.3.4-9] keeps to the Receive Maximum of the client, in order', () => {
    const harness = new BrokerHarness();
    const receiver = persistent(harness, { receiveMaximum: 2 });
    receiver.subscribe('a', 1);
    const sender = harness.connect('sender');
    for (let index = 0; index < 5; index++) {
      sender.publish('a', `${index}`, { qos: 1, packetIdentifier: index + 1 });
    }
    const first = receiver.takePublish('a', '0');
    receiver.takePublish('a', '1');
    receiver.expectNothing();
    receiver.acknowledge('puback', first.packetIdentifier);
    receiver.takePublish('a', '2');
    receiver.expectNothing();
    receiver.drop();
    const again = persistent(harness, { receiveMaximum: 1 });
    for (let index = 1; index < 5; index++) {
      const publish = again.takePublish('a', `${index}`, { dup: index < 3 });
      again.expectNothing();
      again.acknowledge('puback', publish.packetIdentifier);
    }
  });

  it('QoS 0 is not held back by a full Receive Maximum', () => {
    const harness = new BrokerHarness();
    const receiver = persistent(harness, { receiveMaximum: 1 });
    receiver.subscribe('a', 1);
    const sender = harness.connect('sender');
    sender.publish('a', '1', { qos: 1, packetIdentifier: 1 });
    sender.publish('a', '2', { qos: 1, packetIdentifier: 2 });
    sender.publish('a', '3');
    receiver.takePublish('a', '1');
    receiver.takePublish('a', '3', { qos: 0 });
    receiver.expectNothing();
  });

  it('bounds the queue of an offline session and counts what it drops', () => {
    const harness = new BrokerHarness({ maximumQueuedMessages: 3 });
    const receiver = persistent(harness);
    receiver.subscribe('a', 1);
    receiver.drop();
    const sender = harness.connect('sender');
    for (let index = 0; index < 5; index++) {
      sender.publish('a', `${index}`, { qos: 1, packetIdentifier: index + 1 });
    }
    assert.equal(harness.broker.counters.publishDropped, 2);
    const again = persistent(harness);
    for (const text of ['0', '1', '2']) again.takePublish('a', text);
    again.expectNothing();
  });

  it('bounds the queue by bytes', () => {
    const harness = new BrokerHarness({ maximumQueuedBytes: 100 });
    const receiver = persistent(harness);
    receiver.subscribe('a', 1);
    receiver.drop();
    const sender = harness.connect('sender');
    sender.publish('a', 'x'.repeat(80), { qos: 1, packetIdentifier: 1 });
    sender.publish('a', 'x'.repeat(80), { qos: 1, packetIdentifier: 2 });
    assert.equal(harness.broker.counters.publishDropped, 1);
  });

  it('queues no QoS 0 for a client that is away', () => {
    const harness = new BrokerHarness();
    const receiver = persistent(harness);
    receiver.subscribe('a', 1);
    receiver.drop();
    harness.connect('sender').publish('a', 'x');
    persistent(harness).expectNothing();
  });

  it('[MQTT-2.2.1-4] takes packet identifiers in turn and again after the last', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver');
    receiver.subscribe('a', 1);
    const sender = harness.connect('sender');
    sender.publish('a', 'kept', { qos: 1, packetIdentifier: 1 });
    const kept = receiver.takePublish('a', 'kept').packetIdentifier;
    const seen = new Set<number>();
    for (let round = 0; round < 65_540; round++) {
      sender.publish('a', '', { qos: 1, packetIdentifier: 1 });
      const { packetIdentifier = 0 } = receiver.take('publish');
      assert.notEqual(packetIdentifier, kept);
      seen.add(packetIdentifier);
      receiver.acknowledge('puback', packetIdentifier);
    }
    assert.equal(seen.size, 65_534);
  });
});

describe('broker: what v5 adds to a PUBLISH', () => {
  const properties: Properties = {
    payloadFormatIndicator: 1,
    contentType: 'text/plain',
    responseTopic: 'answer',
    correlationData: Uint8Array.of(1, 2),
    userProperties: [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
  };

  it('[MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] forwards all properties, user properties in order', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    const old = harness.connect('old', 4);
    for (const client of [receiver, old]) client.subscribe('a', 1);
    const sender = harness.connect('sender', 5);
    sender.publish('a', 'x', { properties });
    assert.deepEqual(receiver.takePublish('a', 'x').properties, properties);
    old.takePublish('a', 'x');
    sender.publish('a', 'y', { properties, qos: 1, packetIdentifier: 1 });
    assert.deepEqual(receiver.takePublish('a', 'y', { qos: 1 }).properties, properties);
    old.takePublish('a', 'y', { qos: 1 });
  });

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] message expiry: decremented while it waits, then dropped', () => {
    const harness = new BrokerHarness();
    const receiver = persistent(harness);
    receiver.subscribe('a', 1);
    receiver.drop();
    const sender = harness.connect('sender', 5);
    for (const [index, messageExpiryInterval] of [5, 100].entries()) {
      const packetIdentifier = index + 1;
      sender.publish('a', `${messageExpiryInterval}`, {
        qos: 1,
        packetIdentifier,
        properties: { messageExpiryInterval },
      });
    }
    harness.advance(20_500);
    const again = persistent(harness);
    const publish = again.takePublish('a', '100');
    assert.equal(publish.properties?.messageExpiryInterval, 80);
    again.expectNothing();
    assert.equal(harness.broker.counters.messagesExpired, 1);
  });

  it('[MQTT-3.3.2-9] takes no topic alias when the option is 0: DISCONNECT 0x94', () => {
    const sender = new BrokerHarness({ topicAliasMaximum: 0 }).connect('sender', 5);
    sender.publish('a', 'x', { properties: { topicAlias: 1 } });
    assert.equal(sender.take('disconnect').reasonCode, 0x94);
  });

  it('[MQTT-3.3.4-6] takes no subscription identifier from a client', () => {
    const sender = new BrokerHarness().connect('sender', 5);
    sender.publish('a', 'x', { properties: { subscriptionIdentifiers: [1] } });
    assert.equal(sender.take('disconnect').reasonCode, 0x82);
  });

  it('[MQTT-3.1.2-24] [MQTT-3.1.2-25] sends nothing larger than the client takes', () => {
    const harness = new BrokerHarness();
    const receiver = persistent(harness, { maximumPacketSize: 50 });
    receiver.subscribe('a', 1);
    const sender = harness.connect('sender', 5);
    for (const qos of [0, 1] as const) {
      sender.publish('a', 'x'.repeat(60), { qos, ...(qos > 0 && { packetIdentifier: 1 }) });
      sender.publish('a', 'small', { qos, ...(qos > 0 && { packetIdentifier: 2 }) });
      receiver.takePublish('a', 'small', { qos });
    }
    receiver.expectNothing();
    assert.equal(harness.broker.counters.publishDropped, 2);
  });
});

describe('broker: slow clients', () => {
  it('drops QoS 0 over the limit, queues QoS 1, and goes on when drained', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 1000 });
    const receiver = harness.connect('receiver');
    receiver.subscribe('a', 1);
    const sender = harness.connect('sender');
    receiver.slow = true;
    sender.publish('a', 'first');
    receiver.takePublish('a', 'first');
    for (let index = 0; index < 10; index++) sender.publish('a', 'x'.repeat(300));
    for (let index = 0; index < 3; index++) {
      sender.publish('a', `${index}`, { qos: 1, packetIdentifier: index + 1 });
    }
    receiver.expectNothing();
    assert.ok(harness.broker.counters.publishDropped > 5);
    receiver.drain();
    const received = receiver.inbox.filter((packet) => packet.type === 'publish');
    assert.deepEqual(
      received.slice(-3).map(({ qos }) => qos),
      [1, 1, 1],
    );
  });
});
