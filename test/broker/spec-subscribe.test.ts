/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK: chapters 3.8 to 3.11. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { ProtocolVersion, QoS, Subscription } from '../../src/mqtt/packet.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';
import { eachVersion } from '../support/each-version.ts';

function to(topicFilter: string, qos: QoS, options: Partial<Subscription> = {}): Subscription {
  const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  return { topicFilter, qos, ...plain, ...options };
}

function subscribeTo(client: TestClient, packetIdentifier: number, ...list: Subscription[]): void {
  client.send({ type: 'subscribe', packetIdentifier, subscriptions: list });
}

function publish(harness: BrokerHarness, topicName: string, text: string, qos: QoS = 0): void {
  const publisher = harness.connect('publisher');
  publisher.publish(topicName, text, { qos, ...(qos > 0 && { packetIdentifier: 1 }) });
}

/** What a filter over a limit is answered with. */
function failure(version: ProtocolVersion, asked: QoS): number {
  return version === 5 ? 0x97 : version === 4 ? 0x80 : asked;
}

describe('spec: SUBSCRIBE', () => {
  eachVersion(
    '[MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-2.2.1-6] is answered with SUBACK and its identifier',
    (version) => {
      const client = new BrokerHarness().connect('client', version);
      for (const packetIdentifier of [1, 65_535]) {
        subscribeTo(client, packetIdentifier, to('a', 1));
        assert.equal(client.take('suback').packetIdentifier, packetIdentifier);
      }
    },
  );

  eachVersion(
    '[MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] several filters: one SUBACK, in order',
    (version) => {
      const harness = new BrokerHarness({ maximumSubscriptions: 3 });
      const client = harness.connect('client', version);
      subscribeTo(client, 9, to('a', 2), to('b', 0), to('c', 1), to('d', 1), to('a', 0));
      const { reasonCodes } = client.take('suback');
      assert.deepEqual(reasonCodes, [2, 0, 1, failure(version, 1), 0]);
      // As if they had come one after the other: the last one for a filter holds.
      publish(harness, 'a', 'x', 2);
      client.takePublish('a', 'x', { qos: 0 });
      publish(harness, 'd', 'x');
      client.expectNothing();
    },
  );

  it('[3.1: MQTT-3.8-1] a filter that is refused is acknowledged all the same: SUBACK knows no failure', () => {
    const harness = new BrokerHarness({ maximumSubscriptions: 1 });
    const client = harness.connect('client', 3);
    assert.deepEqual(client.subscribe('a', 1), [1]);
    assert.deepEqual(client.subscribe('b', 2), [2]);
    publish(harness, 'b', 'x');
    client.expectNothing();
    assert.equal(harness.broker.counters.subscriptionsRefused, 1);
  });

  eachVersion('[MQTT-3.8.4-8] messages come at the lower of both QoS', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    for (const granted of [0, 1, 2] as const) {
      client.subscribe('a', granted);
      for (const sent of [0, 1, 2] as const) {
        publish(harness, 'a', 'x', sent);
        client.takePublish('a', 'x', { qos: sent < granted ? sent : granted });
      }
    }
  });

  eachVersion(
    '[MQTT-3.8.4-3] [MQTT-3.8.4-4] the same filter again replaces, sends what is retained, misses nothing',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.publish('a', 'retained', { retain: true });
      client.subscribe('a', 2);
      client.takePublish('a', 'retained', { retain: true });
      publish(harness, 'a', 'before', 1);
      const before = client.takePublish('a', 'before', { qos: 1 });
      client.subscribe('a', 0);
      client.takePublish('a', 'retained', { retain: true });
      publish(harness, 'a', 'after', 1);
      client.takePublish('a', 'after', { qos: 0 });
      client.acknowledge('puback', before.packetIdentifier);
      client.expectNothing();
      assert.equal(harness.broker.counters.subscriptions, 1);
    },
  );

  eachVersion(
    '[MQTT-3.3.4-2] overlapping subscriptions: the highest QoS that matches',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.subscribe('a/#', 0);
      client.subscribe('a/+', 2);
      client.subscribe('a/b', 1);
      publish(harness, 'a/b', 'x', 2);
      client.takePublish('a/b', 'x', { qos: 2 });
      publish(harness, 'a', 'x', 2);
      client.takePublish('a', 'x', { qos: 0 });
      client.expectNothing();
    },
  );

  it('[MQTT-3.3.4-3] [MQTT-3.3.4-4] the identifiers of all that match, also the same one twice', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.subscribe('a/#', 0, {}, { subscriptionIdentifiers: [7] });
    client.subscribe('a/+', 1, {}, { subscriptionIdentifiers: [268_435_455] });
    client.subscribe('+/b', 1, {}, { subscriptionIdentifiers: [7] });
    client.subscribe('a/b', 1);
    for (const qos of [0, 1] as const) {
      publish(harness, 'a/b', 'x', qos);
      const identifiers = client.takePublish('a/b', 'x', { qos }).properties;
      assert.deepEqual(
        identifiers?.subscriptionIdentifiers?.sort((one, other) => one - other),
        [7, 7, 268_435_455],
      );
    }
    client.expectNothing();
  });

  it('a subscription made again has its new identifier, or none', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    for (const properties of [
      { subscriptionIdentifiers: [1] },
      { subscriptionIdentifiers: [2] },
      undefined,
    ]) {
      client.subscribe('a', 0, {}, properties);
      publish(harness, 'a', 'x');
      assert.deepEqual(client.take('publish').properties, properties);
    }
  });

  it('[MQTT-3.8.3-3] no local: not to the client that published it, also over another session', () => {
    const harness = new BrokerHarness();
    const connect = { cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const client = harness.connect('client', 5, connect);
    client.subscribe('a', 1, { noLocal: true });
    client.publish('a', 'own', { qos: 1, packetIdentifier: 1 });
    client.take('puback');
    client.expectNothing();
    client.drop();
    const again = harness.connect('client', 5, connect);
    again.publish('a', 'own', { qos: 1, packetIdentifier: 1 });
    again.take('puback');
    publish(harness, 'a', 'theirs', 1);
    again.takePublish('a', 'theirs');
    again.expectNothing();
  });

  it('[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] retain handling of new and old subscriptions', () => {
    for (const [retainHandling, whenNew, again] of [
      [0, true, true],
      [1, true, false],
      [2, false, false],
    ] as const) {
      const client = new BrokerHarness().connect('client', 5);
      client.publish('a', 'x', { retain: true });
      for (const expected of [whenNew, again]) {
        client.subscribe('a', 0, { retainHandling });
        assert.equal(client.inbox.splice(0).length, expected ? 1 : 0);
      }
    }
  });

  it('[MQTT-3.3.1-12] [MQTT-3.3.1-13] retain as published, at every QoS; any that overlaps decides', () => {
    const harness = new BrokerHarness();
    const plain = harness.connect('plain', 5);
    const published = harness.connect('published', 5);
    const both = harness.connect('both', 5);
    plain.subscribe('a', 2);
    published.subscribe('a', 2, { retainAsPublished: true });
    both.subscribe('+', 2);
    both.subscribe('a', 2, { retainAsPublished: true });
    for (const [qos, retain] of [
      [0, true],
      [0, false],
      [1, true],
      [2, false],
      [2, true],
    ] as const) {
      const publisher = harness.connect('publisher', 5);
      publisher.publish('a', 'x', { qos, retain, ...(qos > 0 && { packetIdentifier: 1 }) });
      plain.takePublish('a', 'x', { qos, retain: false });
      published.takePublish('a', 'x', { qos, retain });
      both.takePublish('a', 'x', { qos, retain });
    }
  });
});

describe('spec: UNSUBSCRIBE', () => {
  eachVersion(
    '[MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-2.2.1-6] is answered, also if nothing was deleted',
    (version) => {
      const client = new BrokerHarness().connect('client', version);
      client.send({ type: 'unsubscribe', packetIdentifier: 77, topicFilters: ['never'] });
      const { packetIdentifier, reasonCodes } = client.take('unsuback');
      assert.equal(packetIdentifier, 77);
      assert.deepEqual(reasonCodes, version === 5 ? [0x11] : []);
    },
  );

  eachVersion(
    '[MQTT-3.10.4-1] [MQTT-3.10.4-2] deletes the filter that is the same, character by character',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.subscribe('a/+');
      for (const other of ['a/b', 'a/#', '+/+', 'A/+', 'a/+/']) client.unsubscribe(other);
      publish(harness, 'a/b', '1');
      client.takePublish('a/b', '1');
      client.unsubscribe('a/+');
      publish(harness, 'a/b', '2');
      client.expectNothing();
    },
  );

  eachVersion(
    '[MQTT-3.10.4-6] [MQTT-3.11.3-1] several filters: one UNSUBACK, in order',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.subscribe('a');
      client.subscribe('b');
      client.send({ type: 'unsubscribe', packetIdentifier: 5, topicFilters: ['a', 'c', 'b', 'a'] });
      const { reasonCodes } = client.take('unsuback');
      assert.deepEqual(reasonCodes, version === 5 ? [0, 0x11, 0, 0x11] : []);
      client.expectNothing();
      publish(harness, 'a', 'x');
      publish(harness, 'b', 'x');
      client.expectNothing();
    },
  );

  eachVersion('[MQTT-3.10.4-3] what was begun at QoS 1 and 2 is completed', (version) => {
    const harness = new BrokerHarness({ maximumInFlight: 2 });
    const connect = {
      cleanStart: false,
      ...(version === 5 && { properties: { sessionExpiryInterval: 100 } }),
    };
    const client = harness.connect('client', version, connect);
    client.subscribe('a', 2);
    for (const [text, qos] of [
      ['1', 1],
      ['2', 2],
      ['waits', 1],
    ] as const) {
      publish(harness, 'a', text, qos);
    }
    const first = client.takePublish('a', '1');
    const second = client.takePublish('a', '2');
    client.unsubscribe('a');
    publish(harness, 'a', 'new', 1);
    client.acknowledge('pubrec', second.packetIdentifier);
    assert.equal(client.take('pubrel').packetIdentifier, second.packetIdentifier);
    client.acknowledge('puback', first.packetIdentifier);
    client.takePublish('a', 'waits');
    client.drop();
    const again = harness.connect('client', version, connect);
    assert.equal(again.take('pubrel').packetIdentifier, second.packetIdentifier);
    again.acknowledge('pubcomp', second.packetIdentifier);
    assert.equal(textOf(again.take('publish').payload), 'waits');
    again.expectNothing();
  });
});

describe('spec: MQTT 3.1', () => {
  it('[3.1: MQTT-3.6-1] SUBSCRIBE, UNSUBSCRIBE and PUBREL may have DUP', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 3);
    client.sendBytes([0x8a, 6, 0, 1, 0, 1, 0x61, 1]);
    assert.deepEqual(client.take('suback').reasonCodes, [1]);
    client.publish('a', 'x', { qos: 2, packetIdentifier: 4 });
    client.take('publish');
    client.take('pubrec');
    client.sendBytes([0x6a, 2, 0, 4]);
    assert.equal(client.take('pubcomp').packetIdentifier, 4);
    client.sendBytes([0xaa, 5, 0, 2, 0, 1, 0x61]);
    assert.equal(client.take('unsuback').packetIdentifier, 2);
    // MQTT 3.1.1 has reserved flags there.
    const newer = harness.connect('newer', 4);
    newer.sendBytes([0x8a, 6, 0, 1, 0, 1, 0x61, 1]);
    assert.equal(newer.closed, true);
  });
});
