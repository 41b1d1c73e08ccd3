import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { encode } from '../../src/mqtt/encode.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

describe('broker: CONNECT', () => {
  it('[MQTT-3.1.0-1] closes when the first packet is not CONNECT', () => {
    const harness = new BrokerHarness();
    const client = harness.open(5);
    client.send({ type: 'pingreq' });
    assert.equal(client.closed, true);
    client.expectNothing();
    assert.match(harness.closeReason(client) ?? '', /not CONNECT/);
  });

  it('[MQTT-3.1.0-2] answers a second CONNECT with DISCONNECT 0x82', () => {
    const client = new BrokerHarness().connect('client', 5);
    client.send({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'client',
    });
    assert.equal(client.take('disconnect').reasonCode, 0x82);
    assert.equal(client.closed, true);
  });

  it('[MQTT-3.1.2-2] [3.1.1: MQTT-3.1.2-2] answers an unknown protocol level with return code 1', () => {
    const harness = new BrokerHarness();
    const client = harness.open(4);
    const bytes = encode(
      {
        type: 'connect',
        protocolVersion: 4,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier: 'x',
      },
      4,
    );
    bytes[8] = 2;
    client.sendBytes(bytes);
    assert.equal(client.take('connack').reasonCode, 1);
    assert.equal(client.closed, true);
    assert.equal(harness.broker.counters.connectionsRefused, 1);
  });

  it('answers a future protocol version with 0x84', () => {
    const client = new BrokerHarness().open(5);
    const bytes = encode(
      {
        type: 'connect',
        protocolVersion: 5,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier: 'x',
      },
      5,
    );
    bytes[8] = 6;
    client.sendBytes(bytes);
    assert.equal(client.take('connack').reasonCode, 0x84);
    assert.equal(client.closed, true);
  });

  it('[MQTT-3.1.2-3] answers a malformed v5 CONNECT with CONNACK 0x81, closes v3 silently', () => {
    const harness = new BrokerHarness();
    for (const version of [4, 5] as const) {
      const client = harness.open(version);
      const packet = { cleanStart: true, keepAlive: 0, clientIdentifier: 'x' };
      const bytes = encode({ type: 'connect', protocolVersion: version, ...packet }, version);
      bytes[9] = 0x03;
      client.sendBytes(bytes);
      if (version === 5) assert.equal(client.take('connack').reasonCode, 0x81);
      client.expectNothing();
      assert.equal(client.closed, true);
    }
  });

  it('[MQTT-3.1.3-6] [MQTT-3.1.3-7] assigns an identifier and tells it (v5)', () => {
    const harness = new BrokerHarness();
    const connack = harness.open(5).connect({ clientIdentifier: '' });
    const assigned = connack.properties?.assignedClientIdentifier ?? '';
    assert.match(assigned, /^auto-[0-9a-f]{20}$/);
    assert.deepEqual(
      harness.broker.clients().map((client) => client.clientIdentifier),
      [assigned],
    );
  });

  it('[3.1.1: MQTT-3.1.3-8] refuses an empty identifier without clean session', () => {
    const client = new BrokerHarness().open(4);
    assert.equal(client.connect({ clientIdentifier: '', cleanStart: false }).reasonCode, 2);
    assert.equal(client.closed, true);
    const clean = new BrokerHarness().open(4);
    assert.equal(clean.connect({ clientIdentifier: '' }).reasonCode, 0);
  });

  it('[3.1: MQTT-3.1-2] refuses an empty identifier always', () => {
    assert.equal(new BrokerHarness().open(3).connect({ clientIdentifier: '' }).reasonCode, 2);
  });

  it('refuses enhanced authentication with 0x8C as long as it has none', () => {
    const client = new BrokerHarness().open(5);
    const connack = client.connect({ properties: { authenticationMethod: 'SCRAM-SHA-256' } });
    assert.equal(connack.reasonCode, 0x8c);
    assert.equal(client.closed, true);
  });

  it('tells v5 clients its limits', () => {
    const harness = new BrokerHarness({
      receiveMaximum: 7,
      maximumPacketSize: 5000,
      serverKeepAlive: 30,
      maximumSessionExpiryInterval: 60,
      topicAliasMaximum: 9,
    });
    const connack = harness.open(5).connect({ properties: { sessionExpiryInterval: 1000 } });
    assert.deepEqual(connack.properties, {
      receiveMaximum: 7,
      maximumPacketSize: 5000,
      serverKeepAlive: 30,
      sessionExpiryInterval: 60,
      topicAliasMaximum: 9,
    });
  });

  it('refuses more connections than allowed: 0x97, v3 return code 3', () => {
    const harness = new BrokerHarness({ maximumConnections: 1 });
    harness.connect('first');
    assert.equal(harness.open(5).connect().reasonCode, 0x97);
    assert.equal(harness.open(4).connect().reasonCode, 3);
    assert.equal(harness.broker.counters.connections, 1);
  });

  it('closes a network connection without CONNECT after the connect timeout', () => {
    const harness = new BrokerHarness({ connectTimeout: 5000 });
    const client = harness.open();
    harness.advance(4999);
    assert.equal(client.closed, false);
    harness.advance(1);
    assert.equal(client.closed, true);
    assert.equal(harness.broker.nextTimeout(), Infinity);
  });

  it('tells the observer identifier, version and user name of each CONNECT', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('lamp', 5, { userName: 'ann' });
    assert.deepEqual(
      harness.events.filter((event) => event.name === 'identified'),
      [{ name: 'identified', link: client.link.number, clientIdentifier: 'lamp', version: 5 }],
    );
    const [view] = harness.broker.clients();
    assert.equal(view?.userName, 'ann');
    assert.equal(view.link, client.link.number);
    assert.equal(view.remoteAddress, '127.0.0.1:50000');
  });
});

describe('broker: keep-alive', () => {
  it('[MQTT-3.1.2-22] closes after one and a half times the keep-alive: v5 0x8D', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5, { keepAlive: 10 });
    harness.advance(10_000);
    client.send({ type: 'pingreq' });
    client.take('pingresp');
    harness.advance(14_999);
    client.expectNothing();
    harness.advance(1);
    assert.equal(client.take('disconnect').reasonCode, 0x8d);
    assert.equal(client.closed, true);
  });

  it('counts every packet, not only PINGREQ', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4, { keepAlive: 10 });
    for (let round = 0; round < 5; round++) {
      harness.advance(14_000);
      client.publish('a', 'b');
    }
    assert.equal(client.closed, false);
  });

  it('a keep-alive of 0 turns it off', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4, { keepAlive: 0 });
    harness.advance(1e9);
    assert.equal(client.closed, false);
  });

  it('[MQTT-3.2.2-21] the server keep-alive rules v5 clients', () => {
    const harness = new BrokerHarness({ serverKeepAlive: 2 });
    const client = harness.connect('client', 5, { keepAlive: 1000 });
    harness.advance(3000);
    assert.equal(client.take('disconnect').reasonCode, 0x8d);
  });
});

describe('broker: shutdown and administrative close', () => {
  it('[MQTT-3.14.0-1] shutdown sends DISCONNECT 0x8B to v5 clients and closes v3', () => {
    const harness = new BrokerHarness();
    const v5 = harness.connect('five', 5);
    const v4 = harness.connect('four', 4);
    harness.broker.shutdown(harness.now);
    assert.equal(v5.take('disconnect').reasonCode, 0x8b);
    v5.expectNothing();
    v4.expectNothing();
    assert.equal(v5.closed && v4.closed, true);
    assert.equal(harness.broker.counters.connections, 0);
    assert.equal(harness.open().closed, true, 'nothing is accepted any more');
  });

  it('[MQTT-3.1.2-8] shutdown publishes wills, also those that are delayed, before it ends the others', () => {
    const harness = new BrokerHarness();
    const will = (name: string, willDelayInterval?: number) => ({
      topicName: `will/${name}`,
      payload: new TextEncoder().encode('gone'),
      qos: 0 as const,
      retain: false,
      ...(willDelayInterval !== undefined && { properties: { willDelayInterval } }),
    });
    const lasting = { properties: { sessionExpiryInterval: 1000 } };
    const watcher = harness.connect('watcher', 5);
    watcher.subscribe('will/#');
    harness.connect('away', 5, { ...lasting, will: will('away', 600) }).drop();
    harness.connect('three', 3, { will: will('three') });
    harness.connect('delayed', 5, { ...lasting, will: will('delayed', 600) });
    harness.connect('safe', 5, { will: will('safe') }).disconnect();
    harness.broker.shutdown(harness.now);
    watcher.takePublish('will/away', 'gone');
    watcher.takePublish('will/three', 'gone');
    watcher.takePublish('will/delayed', 'gone');
    assert.equal(watcher.take('disconnect').reasonCode, 0x8b);
    watcher.expectNothing();
  });

  it('disconnectClient closes one client with the reason code given', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    assert.equal(harness.broker.disconnectClient('client', 0x98, harness.now), true);
    assert.equal(client.take('disconnect').reasonCode, 0x98);
    assert.equal(harness.broker.disconnectClient('client', 0x98, harness.now), false);
  });
});
