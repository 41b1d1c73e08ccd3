import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { resolveOptions, type BrokerEngineOptions } from '../../src/broker/options.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

describe('broker: limits', () => {
  it('refuses CONNECT over the connection limit: 0x97, v3 return code 3; counted', () => {
    const harness = new BrokerHarness({ maximumConnections: 1 });
    harness.connect('first');
    const v5 = harness.open(5).connect({ clientIdentifier: 'second' });
    assert.equal(v5.reasonCode, 0x97);
    assert.match(v5.properties?.reasonString ?? '', /raise the limit/);
    assert.equal(harness.open(4).connect({ clientIdentifier: 'third' }).reasonCode, 3);
    const { connectionsRefused, connectionsOverLimit } = harness.broker.counters;
    assert.deepEqual([connectionsRefused, connectionsOverLimit], [2, 2]);
  });

  it('names the server reference instead: 0x9C (section 4.11)', () => {
    const harness = new BrokerHarness({ maximumConnections: 1, serverReference: 'other:1883' });
    const first = harness.connect('first', 5);
    const connack = harness.open(5).connect({ clientIdentifier: 'second' });
    assert.equal(connack.reasonCode, 0x9c);
    assert.equal(connack.properties?.serverReference, 'other:1883');
    harness.broker.shutdown(harness.now);
    const { reasonCode, properties } = first.take('disconnect');
    assert.equal(reasonCode, 0x9c);
    assert.equal(properties?.serverReference, 'other:1883');
  });

  it('refuses more CONNECTs per second than allowed: 0x9F; the next second is free', () => {
    const harness = new BrokerHarness({ maximumConnectionRate: 2 });
    harness.connect('one', 5);
    harness.connect('two', 5);
    assert.equal(harness.open(5).connect({ clientIdentifier: 'three' }).reasonCode, 0x9f);
    assert.equal(harness.broker.counters.connectionsTooFast, 1);
    harness.advance(1000);
    harness.connect('three', 5);
  });

  it('disconnects a client that publishes too fast: 0x96', () => {
    const harness = new BrokerHarness({ maximumPublishRate: 3 });
    const client = harness.connect('fast', 5);
    for (let count = 0; count < 3; count++) client.publish('t', 'x');
    harness.advance(1000);
    for (let count = 0; count < 4; count++) client.publish('t', 'x');
    assert.equal(client.take('disconnect').reasonCode, 0x96);
    assert.equal(client.closed, true);
    assert.equal(harness.broker.counters.publishTooFast, 1);
    assert.equal(harness.messages.length, 6);
  });

  it('counts clients closed for a packet that is too large: 0x95', () => {
    const harness = new BrokerHarness({ maximumPacketSize: 1024 });
    const client = harness.connect('large', 5);
    client.publish('t', 'x'.repeat(2000));
    assert.equal(client.take('disconnect').reasonCode, 0x95);
    assert.equal(harness.broker.counters.packetsTooLarge, 1);
  });

  it('counts refused topic filters and evicted sessions', () => {
    const harness = new BrokerHarness({ maximumSubscriptions: 1, maximumOfflineSessions: 1 });
    const client = harness.connect('client', 5);
    client.subscribe('a');
    assert.deepEqual(client.subscribe('b'), [0x97]);
    assert.equal(harness.broker.counters.subscriptionsRefused, 1);
    for (const name of ['x', 'y']) harness.connect(name, 4, { cleanStart: false }).drop();
    assert.equal(harness.broker.counters.sessionsEvicted, 1);
    assert.equal(
      harness.broker.clients().some(({ clientIdentifier }) => clientIdentifier === 'x'),
      false,
    );
  });

  it('ends a client that makes the broker answer and reads nothing: 0x97', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 1000, maximumPacketSize: 1024 });
    const client = harness.connect('stuck', 5);
    const other = harness.connect('other', 5);
    client.slow = true;
    client.send({ type: 'pingreq' });
    const pings = new Uint8Array(2 * 3000).fill(0);
    for (let at = 0; at < pings.length; at += 2) pings[at] = 0xc0;
    client.sendBytes(pings);
    assert.equal(client.closed, true);
    assert.equal(harness.broker.counters.slowClientsDisconnected, 1);
    other.send({ type: 'pingreq' });
    other.take('pingresp');
  });

  for (const qos of [1, 2] as const) {
    it(`a full queue at QoS ${qos} drops the newest, or the oldest, as the policy says; counted`, () => {
      const left = (queuePolicy: BrokerEngineOptions['queuePolicy'] & string): string[] => {
        const harness = new BrokerHarness({ maximumQueuedMessages: 2, queuePolicy });
        const away = harness.connect('away', 4, { cleanStart: false });
        away.subscribe('t', qos);
        away.drop();
        const publisher = harness.connect('publisher', 4);
        for (const text of ['1', '2', '3', '4']) {
          publisher.publish('t', text, { qos: 1, packetIdentifier: 1 });
          publisher.take('puback');
        }
        assert.equal(harness.broker.counters.droppedQueueFull, 2);
        assert.equal(harness.broker.counters.publishDropped, 2);
        const back = harness.open(4);
        back.connect({ clientIdentifier: 'away', cleanStart: false });
        return back.inbox.map((packet) =>
          packet.type === 'publish' ? new TextDecoder().decode(packet.payload) : packet.type,
        );
      };
      assert.deepEqual(left('dropNewest'), ['1', '2']);
      assert.deepEqual(left('dropOldest'), ['3', '4']);
      assert.deepEqual(left('disconnect'), ['1', '2']);
    });
  }

  it('the policy disconnect ends a client whose queue is full, at the next flush: 0x97', () => {
    const harness = new BrokerHarness({
      maximumQueuedMessages: 1,
      maximumInFlight: 1,
      queuePolicy: 'disconnect',
    });
    const slow = harness.connect('slow', 5, { properties: { sessionExpiryInterval: 100 } });
    slow.subscribe('t', 1);
    const publisher = harness.connect('publisher', 4);
    const frame = (identifier: number): Uint8Array =>
      encode(
        {
          type: 'publish',
          topicName: 't',
          payload: Uint8Array.of(identifier),
          qos: 1,
          dup: false,
          retain: false,
          packetIdentifier: identifier,
        },
        4,
      );
    publisher.sendBytes(frame(1), frame(2), frame(3), frame(4));
    for (let count = 0; count < 4; count++) publisher.take('puback');
    slow.take('publish');
    assert.equal(slow.take('disconnect').reasonCode, 0x97);
    assert.equal(slow.closed, true);
  });

  it('names an option that is out of its bounds', () => {
    assert.throws(() => resolveOptions({ receiveMaximum: 0 }), /receiveMaximum must be from 1/);
    assert.throws(
      () => resolveOptions({ queuePolicy: 'never' } as unknown as BrokerEngineOptions),
      /queuePolicy must be one of/,
    );
    assert.throws(() => resolveOptions({ serverReference: 'a\0' }), /serverReference/);
  });
});
