/** Receive Maximum and Maximum Packet Size, both ways: chapters 3.1.2.11, 3.2.2.3, 3.3.4 and 4.9. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { encode } from '../../src/mqtt/encode.ts';
import type { Properties } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';
import { challenge, ScriptedAuthenticator } from '../support/scripted-authenticator.ts';

const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;

function connected(harness: BrokerHarness, name: string, properties: Properties): TestClient {
  return harness.connect(name, 5, { properties });
}

/** Publishes `count` messages `0`, `1`, … at a QoS, from a client of its own. */
function publish(harness: BrokerHarness, count: number, qos: 0 | 1 | 2): void {
  const sender = harness.connect('sender');
  for (let index = 0; index < count; index++) {
    sender.publish('a', `${index}`, { qos, ...(qos > 0 && { packetIdentifier: index + 1 }) });
  }
}

describe('spec: Receive Maximum of a client', () => {
  it('[MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2] bounds what is unacknowledged, from 1 on', () => {
    for (const receiveMaximum of [1, 2, 65_535]) {
      const harness = new BrokerHarness({ maximumInFlight: 65_535 });
      const client = connected(harness, 'client', { receiveMaximum });
      client.subscribe('a', 2);
      publish(harness, 5, 1);
      assert.equal(client.inbox.length, Math.min(5, receiveMaximum));
    }
  });

  it('[MQTT-4.9.0-2] QoS 2 takes a place until PUBCOMP, or a PUBREC that refuses', () => {
    const harness = new BrokerHarness();
    const client = connected(harness, 'client', { receiveMaximum: 1 });
    client.subscribe('a', 2);
    publish(harness, 3, 2);
    const first = client.takePublish('a', '0');
    client.acknowledge('pubrec', first.packetIdentifier);
    client.take('pubrel');
    client.expectNothing();
    client.acknowledge('pubcomp', first.packetIdentifier);
    const second = client.takePublish('a', '1');
    client.acknowledge('pubrec', second.packetIdentifier, 0x80);
    client.takePublish('a', '2');
    client.expectNothing();
  });

  it('an acknowledgement of nothing makes no room', () => {
    const harness = new BrokerHarness();
    const client = connected(harness, 'client', { receiveMaximum: 1 });
    client.subscribe('a', 2);
    publish(harness, 3, 1);
    const { packetIdentifier = 0 } = client.takePublish('a', '0');
    client.acknowledge('puback', packetIdentifier + 1);
    client.acknowledge('pubcomp', packetIdentifier);
    client.expectNothing();
    client.acknowledge('puback', packetIdentifier);
    client.acknowledge('puback', packetIdentifier);
    client.takePublish('a', '1');
    client.expectNothing();
  });

  it('[MQTT-3.3.4-10] [MQTT-4.9.0-3] holds back nothing but PUBLISH above QoS 0', () => {
    const harness = new BrokerHarness();
    const client = connected(harness, 'client', { receiveMaximum: 1 });
    client.subscribe('a', 1);
    publish(harness, 2, 1);
    client.takePublish('a', '0');
    client.send({ type: 'pingreq' });
    client.take('pingresp');
    client.publish('b', 'x', { qos: 2, packetIdentifier: 9 });
    client.take('pubrec');
    client.acknowledge('pubrel', 9);
    client.take('pubcomp');
    client.subscribe('c');
    client.unsubscribe('c');
    publish(harness, 1, 0);
    client.takePublish('a', '0', { qos: 0 });
    client.expectNothing();
  });

  it('begins anew with each connection, also for what is sent again', () => {
    const harness = new BrokerHarness();
    const connect = (receiveMaximum: number) =>
      harness.connect('client', 5, {
        cleanStart: false,
        properties: { sessionExpiryInterval: 100, receiveMaximum },
      });
    const first = connect(3);
    first.subscribe('a', 1);
    publish(harness, 4, 1);
    assert.equal(first.inbox.length, 3);
    first.drop();
    const second = connect(2);
    const again = second.takePublish('a', '0', { dup: true });
    second.takePublish('a', '1', { dup: true });
    second.expectNothing();
    second.acknowledge('puback', again.packetIdentifier);
    second.takePublish('a', '2', { dup: true });
    second.expectNothing();
  });
});

describe('spec: Receive Maximum of the broker', () => {
  it('[MQTT-3.3.4-7] counts QoS 2 until PUBREL; QoS 1 is acknowledged at once', () => {
    const client = new BrokerHarness({ receiveMaximum: 2 }).connect('client', 5);
    for (let identifier = 1; identifier <= 10; identifier++) {
      client.publish('a', 'x', { qos: 1, packetIdentifier: identifier });
      client.take('puback');
    }
    for (const packetIdentifier of [1, 2]) {
      client.publish('a', 'x', { qos: 2, packetIdentifier });
      client.take('pubrec');
    }
    client.acknowledge('pubrel', 1);
    client.take('pubcomp');
    client.publish('a', 'x', { qos: 2, packetIdentifier: 3 });
    client.take('pubrec');
    client.publish('a', 'x', { qos: 2, packetIdentifier: 4 });
    assert.equal(client.take('disconnect').reasonCode, 0x93);
  });
});

describe('spec: Maximum Packet Size of a client', () => {
  it('[MQTT-3.1.2-24] [MQTT-3.1.2-25] exactly that size is sent, one byte more counts as sent', () => {
    for (const qos of [0, 1, 2] as const) {
      const harness = new BrokerHarness();
      const packet = {
        type: 'publish',
        topicName: 'a',
        payload: new Uint8Array(50),
        qos,
        dup: false,
        retain: false,
        ...(qos > 0 && { packetIdentifier: 1 }),
      } as const;
      const maximumPacketSize = encode(packet, 5).length;
      const client = connected(harness, 'client', { maximumPacketSize, receiveMaximum: 1 });
      client.subscribe('a', qos);
      const sender = harness.connect('sender', 5);
      sender.send({ ...packet, payload: new Uint8Array(51) });
      client.expectNothing();
      // It takes no place of the Receive Maximum, and is not kept.
      sender.send({ ...packet, ...(qos > 0 && { packetIdentifier: 2 }) });
      assert.equal(client.take('publish').payload.length, 50);
      assert.equal(harness.broker.counters.droppedTooLarge, 1);
      const [view] = harness.broker.clients();
      assert.deepEqual([view?.queued, view?.inFlight], [0, qos === 0 ? 0 : 1]);
    }
  });

  it('[MQTT-3.1.2-24] SUBACK and UNSUBACK of exactly that size are sent; a larger one ends the connection before anything has changed', () => {
    const options = {
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
    } as const;
    const filters = Array.from({ length: 200 }, (_, index) => `a/${index}`);
    const subscriptionsOf = (topicFilters: readonly string[]) =>
      topicFilters.map((topicFilter) => ({ topicFilter, ...options }));
    const largest = encode(
      { type: 'suback', packetIdentifier: 1, reasonCodes: filters.slice(1).map(() => 1) },
      5,
    ).length;
    const harness = new BrokerHarness();
    const connect = () => connected(harness, 'client', { maximumPacketSize: largest });
    const client = connect();
    const subscriptions = subscriptionsOf(filters.slice(1));
    client.send({ type: 'subscribe', packetIdentifier: 1, subscriptions });
    assert.equal(client.take('suback').reasonCodes.length, 199);
    client.send({ type: 'unsubscribe', packetIdentifier: 2, topicFilters: filters.slice(1) });
    assert.equal(client.take('unsuback').reasonCodes.length, 199);
    client.send({
      type: 'subscribe',
      packetIdentifier: 3,
      subscriptions: subscriptionsOf(filters),
    });
    assert.equal(client.take('disconnect').reasonCode, 0x95);
    assert.equal(harness.broker.counters.subscriptions, 0);
    const again = connect();
    again.send({ type: 'unsubscribe', packetIdentifier: 4, topicFilters: filters });
    assert.equal(again.take('disconnect').reasonCode, 0x95);
    assert.equal(harness.broker.counters.packetsTooLarge, 2);
  });

  it('[MQTT-3.1.2-25] also of a message that waited, and of one that is sent again', () => {
    const harness = new BrokerHarness();
    const connect = (maximumPacketSize: number) =>
      harness.connect('client', 5, {
        cleanStart: false,
        properties: { sessionExpiryInterval: 100, maximumPacketSize },
      });
    const first = connect(1000);
    first.subscribe('a', 1);
    const sender = harness.connect('sender');
    sender.publish('a', 'x'.repeat(500), { qos: 1, packetIdentifier: 1 });
    first.take('publish');
    first.drop();
    sender.publish('a', 'y'.repeat(500), { qos: 1, packetIdentifier: 2 });
    sender.publish('a', 'small', { qos: 1, packetIdentifier: 3 });
    const second = connect(100);
    second.takePublish('a', 'small');
    second.expectNothing();
    assert.equal(harness.broker.clients()[0]?.inFlight, 1);
  });

  it('[MQTT-3.2.2-19] [MQTT-3.2.2-20] a CONNACK that refuses goes without its reason string', () => {
    for (const [maximumPacketSize, hasReason] of [
      [1000, true],
      [20, false],
    ] as const) {
      const harness = new BrokerHarness({ maximumConnections: 1 });
      harness.connect('first');
      const client = harness.open(5);
      const connack = client.connect({ properties: { maximumPacketSize } });
      assert.equal(connack.reasonCode, 0x97);
      assert.equal(connack.properties?.reasonString !== undefined, hasReason);
    }
  });

  it('[MQTT-3.2.0-1] where CONNACK itself is too large nothing is sent, and the session is gone', () => {
    const harness = new BrokerHarness();
    const client = harness.open(5);
    const connect = { cleanStart: true, keepAlive: 0, clientIdentifier: 'client' };
    client.send({
      type: 'connect',
      protocolVersion: 5,
      ...connect,
      properties: { maximumPacketSize: 8 },
    });
    client.expectNothing();
    assert.equal(client.closed, true);
    assert.deepEqual(harness.broker.clients(), []);
  });

  it('[MQTT-3.14.2-3] [MQTT-3.14.2-4] DISCONNECT goes without its reason string', () => {
    const harness = new BrokerHarness({ topicAliasMaximum: 0 });
    for (const [maximumPacketSize, hasReason] of [
      [1000, true],
      [10, false],
    ] as const) {
      const client = connected(harness, 'client', { maximumPacketSize });
      client.publish('a/+', 'x');
      const { reasonCode, properties } = client.take('disconnect');
      assert.equal(reasonCode, 0x90);
      assert.equal(properties?.reasonString !== undefined, hasReason);
    }
  });

  it('[MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] what acknowledges has no texts, and fits', () => {
    const harness = new BrokerHarness({ maximumSubscriptions: 1 });
    const client = connected(harness, 'client', { maximumPacketSize: 13 });
    client.subscribe('a');
    client.publish('$SYS/a', 'x', { qos: 1, packetIdentifier: 1 });
    client.publish('$SYS/a', 'x', { qos: 2, packetIdentifier: 1 });
    client.acknowledge('pubrel', 9);
    client.acknowledge('pubrec', 9);
    client.send({ type: 'unsubscribe', packetIdentifier: 3, topicFilters: ['c'] });
    const subscription = { topicFilter: 'b', qos: 0, ...plain } as const;
    client.send({ type: 'subscribe', packetIdentifier: 4, subscriptions: [subscription] });
    const packets = client.inbox.splice(0);
    assert.deepEqual(
      packets.map((packet) => packet.type),
      ['puback', 'pubrec', 'pubcomp', 'pubrel', 'unsuback', 'suback'],
    );
    for (const packet of packets) {
      assert.ok(!('properties' in packet), packet.type);
      assert.ok(encode(packet, 5).length <= 13);
    }
  });

  it('[MQTT-3.15.2-2] [MQTT-3.15.2-3] AUTH has no texts, and is not sent where it does not fit', () => {
    const authenticator = new ScriptedAuthenticator();
    const harness = new BrokerHarness({}, undefined, { authenticator });
    for (const [maximumPacketSize, isSent] of [
      [1000, true],
      [20, false],
    ] as const) {
      const client = harness.open(5);
      client.send({
        type: 'connect',
        protocolVersion: 5,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier: 'client',
        properties: { maximumPacketSize, authenticationMethod: 'TEST' },
      });
      authenticator.take().reply(challenge('a long challenge'), harness.now);
      harness.broker.flush(harness.now);
      if (isSent) {
        const names = Object.keys(client.take('auth').properties ?? {});
        assert.deepEqual(names.sort(), ['authenticationData', 'authenticationMethod']);
      }
      client.expectNothing();
    }
  });
});
