/** Shared subscriptions: MQTT 5.0 section 4.8.2, for clients of all versions. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { ConnectPacket, ProtocolVersion, QoS } from '../../src/mqtt/packet.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';
import { eachVersion } from '../support/each-version.ts';

const filter = '$share/group/a';

/** What keeps the session of a v5 client. */
const kept: Partial<ConnectPacket> = {
  cleanStart: false,
  properties: { sessionExpiryInterval: 1000 },
};

function member(
  harness: BrokerHarness,
  name: string,
  version: ProtocolVersion = 5,
  connect: Partial<ConnectPacket> = {},
  qos: QoS = 2,
): TestClient {
  const client = harness.connect(name, version, connect);
  assert.deepEqual(client.subscribe(filter, qos), [qos]);
  return client;
}

/** Publishes these texts at a QoS, one after the other; QoS 2 up to PUBREC. */
function publish(publisher: TestClient, qos: QoS, ...texts: string[]): void {
  texts.forEach((text, index) => {
    publisher.publish('a', text, { qos, ...(qos > 0 && { packetIdentifier: index + 1 }) });
    if (qos > 0) publisher.take(qos === 1 ? 'puback' : 'pubrec');
    if (qos === 2) publisher.acknowledge('pubrel', index + 1);
    if (qos === 2) publisher.take('pubcomp');
  });
}

/** Texts of the messages that came. */
function texts(client: TestClient): string[] {
  return client.inbox.splice(0).flatMap((packet) => {
    return packet.type === 'publish' ? [textOf(packet.payload)] : [];
  });
}

describe('shared subscriptions: who gets a message', () => {
  eachVersion('[MQTT-4.8.2-1] one member of each group, and everyone else as usual', (version) => {
    const harness = new BrokerHarness();
    const [one, two] = ['one', 'two'].map((name) => member(harness, name, version));
    const other = harness.connect('other', version);
    other.subscribe('$share/another/a');
    other.subscribe('a');
    const publisher = harness.connect('publisher', version);
    publish(publisher, 0, '1', '2', '3', '4');
    assert.deepEqual(one && texts(one), ['1', '3']);
    assert.deepEqual(two && texts(two), ['2', '4']);
    assert.deepEqual(texts(other), ['1', '1', '2', '2', '3', '3', '4', '4']);
  });

  it('members of all versions share one group', () => {
    const harness = new BrokerHarness();
    const members = ([3, 4, 5] as const).map((version) => {
      return member(harness, `member${version}`, version);
    });
    const publisher = harness.connect('publisher', 4);
    publish(publisher, 1, '1', '2', '3', '4', '5', '6');
    assert.deepEqual(members.map(texts), [
      ['1', '4'],
      ['2', '5'],
      ['3', '6'],
    ]);
  });

  it('[MQTT-4.8.2-3] each member at the QoS that it was granted', () => {
    const harness = new BrokerHarness();
    const members = ([0, 1, 2] as const).map((qos) => member(harness, `qos${qos}`, 5, {}, qos));
    publish(harness.connect('publisher'), 2, '0', '1', '2');
    members.forEach((client, qos) => {
      client.takePublish('a', `${qos}`, { qos: qos as QoS });
    });
  });

  it('groups of other names, and of the same name on other filters, are others', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    for (const topicFilter of [filter, '$share/group/+', '$share/other/a', '$share/group//a']) {
      client.subscribe(topicFilter);
    }
    publish(harness.connect('publisher'), 0, 'x');
    assert.deepEqual(texts(client), ['x', 'x', 'x']);
  });

  it('members get shares that differ by one at most', () => {
    const harness = new BrokerHarness();
    const members = Array.from({ length: 7 }, (_, index) => member(harness, `${index}`));
    const publisher = harness.connect('publisher');
    for (let count = 0; count < 100; count++) publish(publisher, 0, 'x');
    const shares = members.map((client) => texts(client).length).sort();
    assert.deepEqual(shares, [14, 14, 14, 14, 14, 15, 15]);
  });

  it('whoever was next still is when another member leaves', () => {
    const harness = new BrokerHarness();
    const [one, two, three] = ['1', '2', '3'].map((name) => member(harness, name));
    const publisher = harness.connect('publisher');
    publish(publisher, 0, 'a', 'b');
    one?.takePublish('a', 'a');
    one?.unsubscribe(filter);
    publish(publisher, 0, 'c', 'd');
    assert.deepEqual(two && texts(two), ['b', 'd']);
    assert.deepEqual(three && texts(three), ['c']);
  });

  it('a member whose Receive Maximum is used up is passed over while others can take more', () => {
    const harness = new BrokerHarness();
    const busy = member(harness, 'busy', 5, { properties: { receiveMaximum: 1 } });
    const free = member(harness, 'free');
    const publisher = harness.connect('publisher');
    publish(publisher, 1, '1', '2', '3', '4', '5');
    const first = busy.takePublish('a', '1');
    assert.deepEqual(texts(free), ['2', '3', '4', '5']);
    busy.acknowledge('puback', first.packetIdentifier);
    publish(publisher, 1, '6', '7');
    assert.deepEqual([texts(busy), texts(free)], [['6'], ['7']]);
  });

  it('a member that reads slowly is passed over at QoS 0', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 10 });
    const slow = member(harness, 'slow');
    const quick = member(harness, 'quick');
    const publisher = harness.connect('publisher');
    slow.slow = true;
    publish(publisher, 0, 'fills', 'x', 'what waits for it');
    texts(quick);
    publish(publisher, 0, '1', '2', '3');
    assert.deepEqual(texts(quick), ['1', '2', '3']);
    assert.equal(harness.broker.counters.publishDropped, 0);
  });

  it('a member that is away is passed over; when all are away, they queue in turn', () => {
    const harness = new BrokerHarness();
    const one = member(harness, 'one', 5, kept);
    const two = member(harness, 'two', 5, kept);
    one.drop();
    const publisher = harness.connect('publisher');
    publish(publisher, 1, '1', '2', '3');
    assert.deepEqual(texts(two), ['1', '2', '3']);
    two.drop();
    publish(publisher, 1, '4', '5', '6', '7');
    const queued = harness.broker.clients().map((client) => client.queued);
    assert.deepEqual(queued, [2, 2, 0]);
  });

  it('at QoS 0 a member that is away would lose it: one at QoS 1 queues it', () => {
    const harness = new BrokerHarness();
    member(harness, 'loses', 5, kept, 0).drop();
    member(harness, 'keeps', 5, kept, 1).drop();
    publish(harness.connect('publisher'), 1, '1', '2', '3');
    assert.deepEqual(texts(harness.connect('keeps', 5, kept)), ['1', '2', '3']);
  });
});

describe('shared subscriptions: SUBSCRIBE and UNSUBSCRIBE', () => {
  eachVersion('sends no retained messages, and leaves with UNSUBSCRIBE', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    client.publish('a', 'retained', { retain: true });
    client.subscribe(filter);
    client.expectNothing();
    assert.deepEqual(client.unsubscribe(filter), version === 5 ? [0] : []);
    client.publish('a', 'x');
    client.expectNothing();
    assert.equal(harness.broker.counters.subscriptions, 0);
  });

  it('subscribing again changes the QoS, and leaves with one UNSUBSCRIBE', () => {
    const harness = new BrokerHarness();
    const client = member(harness, 'client', 5, {}, 2);
    client.subscribe(filter, 0);
    const publisher = harness.connect('publisher');
    publish(publisher, 1, 'x');
    client.takePublish('a', 'x', { qos: 0 });
    client.expectNothing();
    client.unsubscribe(filter);
    publish(publisher, 1, 'y');
    client.expectNothing();
  });

  it('carries its subscription identifier beside the copy of another subscription', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.subscribe(filter, 0, {}, { subscriptionIdentifiers: [1] });
    client.subscribe('a', 0, {}, { subscriptionIdentifiers: [2] });
    publish(harness.connect('publisher'), 0, 'x');
    const identifiers = [client.take('publish'), client.take('publish')].map(
      ({ properties }) => properties?.subscriptionIdentifiers,
    );
    assert.deepEqual(identifiers.sort(), [[1], [2]]);
  });

  it('[MQTT-3.8.3-4] no local is a Protocol Error: DISCONNECT 0x82', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [
        {
          topicFilter: filter,
          qos: 0,
          noLocal: true,
          retainAsPublished: false,
          retainHandling: 0,
        },
      ],
    });
    assert.equal(client.take('disconnect').reasonCode, 0x82);
  });

  it('[MQTT-4.8.2-2] a malformed one: v5 DISCONNECT 0x8F; to v3 $share is a level like any other', () => {
    for (const topicFilter of ['$share/group', '$share//a', '$share/+/a']) {
      const harness = new BrokerHarness();
      const old = harness.connect('old', 4);
      assert.deepEqual(old.subscribe(topicFilter), [0]);
      old.publish(topicFilter.replace('+', 'x'), 'x');
      old.takePublish(topicFilter.replace('+', 'x'), 'x');
      const client = harness.connect('client', 5);
      client.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: [
          { topicFilter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
      });
      assert.equal(client.take('disconnect').reasonCode, 0x8f);
    }
  });
});

describe('shared subscriptions: a member leaves', () => {
  it('[MQTT-4.8.2-5] its session ends: QoS 1 goes to another, not QoS 2 that has begun', () => {
    const harness = new BrokerHarness();
    const leaves = member(harness, 'leaves', 5, kept);
    const publisher = harness.connect('publisher');
    publish(publisher, 2, 'QoS 2');
    publish(publisher, 1, 'QoS 1', 'acknowledged');
    leaves.takePublish('a', 'QoS 2', { qos: 2 });
    leaves.takePublish('a', 'QoS 1', { qos: 1 });
    leaves.acknowledge('puback', leaves.takePublish('a', 'acknowledged').packetIdentifier);
    const stays = member(harness, 'stays');
    leaves.disconnect(0, { sessionExpiryInterval: 0 });
    stays.takePublish('a', 'QoS 1', { qos: 1, dup: false });
    stays.expectNothing();
  });

  for (const how of ['expires', 'is discarded by clean start', 'is evicted'] as const) {
    it(`its session ${how}: what waits goes to others, in order`, () => {
      const harness = new BrokerHarness({ maximumOfflineSessions: 1 });
      member(harness, 'leaves', 5, kept).drop();
      publish(harness.connect('publisher'), 2, '1', '2', '3');
      const stays = member(harness, 'stays');
      stays.expectNothing();
      if (how === 'expires') harness.advance(1_000_000);
      else if (how === 'is evicted') harness.connect('other', 5, kept).drop();
      else harness.connect('leaves', 5);
      assert.deepEqual(texts(stays), ['1', '2', '3']);
    });
  }

  it('[MQTT-4.8.2-4] its connection breaks: what it has begun is completed when it is back', () => {
    const harness = new BrokerHarness();
    const goes = member(harness, 'goes', 5, kept);
    const stays = member(harness, 'stays', 5, kept);
    const publisher = harness.connect('publisher');
    publish(publisher, 2, 'for it', 'for the other');
    const { packetIdentifier = 0 } = goes.takePublish('a', 'for it');
    goes.drop();
    assert.deepEqual(texts(stays), ['for the other']);
    const back = harness.connect('goes', 5, kept);
    back.takePublish('a', 'for it', { qos: 2, dup: true, packetIdentifier });
    back.acknowledge('pubrec', packetIdentifier);
    assert.equal(back.take('pubrel').packetIdentifier, packetIdentifier);
    stays.expectNothing();
  });

  it('its connection breaks: what has not begun goes to members that are connected', () => {
    const harness = new BrokerHarness();
    const goes = member(harness, 'goes', 5, {
      cleanStart: false,
      properties: { sessionExpiryInterval: 1000, receiveMaximum: 1 },
    });
    const publisher = harness.connect('publisher');
    publish(publisher, 1, 'begun', 'waits', 'waits too');
    const stays = member(harness, 'stays');
    goes.takePublish('a', 'begun');
    goes.drop();
    assert.deepEqual(texts(stays), ['waits', 'waits too']);
    assert.deepEqual(texts(harness.connect('goes', 5, kept)), ['begun']);
  });

  it('it unsubscribes: what has not begun goes to the others', () => {
    const harness = new BrokerHarness();
    const leaves = member(harness, 'leaves', 5, { properties: { receiveMaximum: 1 } });
    publish(harness.connect('publisher'), 1, 'begun', 'waits');
    const stays = member(harness, 'stays');
    leaves.takePublish('a', 'begun');
    leaves.unsubscribe(filter);
    assert.deepEqual(texts(stays), ['waits']);
    leaves.expectNothing();
  });

  it('nobody is left: what it was sent is gone with the shared subscription', () => {
    const harness = new BrokerHarness();
    const leaves = member(harness, 'leaves', 5);
    publish(harness.connect('publisher'), 1, 'x');
    leaves.take('publish');
    leaves.drop();
    member(harness, 'late').expectNothing();
  });

  it('what expired meanwhile goes to nobody, and is counted', () => {
    const harness = new BrokerHarness();
    member(harness, 'leaves', 5, kept).drop();
    const publisher = harness.connect('publisher', 5);
    const properties = { messageExpiryInterval: 5 };
    publisher.publish('a', 'x', { qos: 1, packetIdentifier: 1, properties });
    const stays = member(harness, 'stays');
    harness.advance(10_000);
    harness.connect('leaves', 5);
    stays.expectNothing();
    assert.equal(harness.broker.counters.messagesExpired, 1);
  });

  it('the messages of its other subscriptions stay its own', () => {
    const harness = new BrokerHarness();
    const goes = member(harness, 'goes', 5, {
      cleanStart: false,
      properties: { sessionExpiryInterval: 1000, receiveMaximum: 1 },
    });
    goes.subscribe('a', 1);
    const publisher = harness.connect('publisher');
    publish(publisher, 1, '1', '2');
    const stays = member(harness, 'stays');
    goes.take('publish');
    goes.drop();
    assert.deepEqual(texts(stays), ['1', '2']);
    assert.deepEqual(texts(harness.connect('goes', 5, kept)), ['1', '2']);
  });

  it('[MQTT-4.8.2-6] [MQTT-4.4.0-2] a message that it refuses goes to nobody else', () => {
    const harness = new BrokerHarness();
    const refuses = member(harness, 'refuses', 5, kept);
    const publisher = harness.connect('publisher');
    for (const [qos, acknowledgement] of [
      [1, 'puback'],
      [2, 'pubrec'],
    ] as const) {
      publish(publisher, qos, 'refused');
      const { packetIdentifier } = refuses.takePublish('a', 'refused', { qos });
      refuses.acknowledge(acknowledgement, packetIdentifier, 0x80);
    }
    const stays = member(harness, 'stays');
    refuses.drop();
    harness.connect('refuses', 5, kept).expectNothing();
    harness.connect('refuses', 5).expectNothing();
    stays.expectNothing();
  });
});
