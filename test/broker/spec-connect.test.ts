/** CONNECT, CONNACK, DISCONNECT and sessions: chapters 3.1, 3.2, 3.14 and 4.1. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { encode } from '../../src/mqtt/encode.ts';
import type { ConnectPacket, ProtocolVersion, Will } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';
import { eachVersion } from '../support/each-version.ts';

const will: Will = { topicName: 'will', payload: Uint8Array.of(0x78), qos: 1, retain: false };

/** A CONNECT whose session outlives the network connection. */
function kept(version: ProtocolVersion, connect: Partial<ConnectPacket> = {}) {
  return {
    cleanStart: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: 1000 } }),
    ...connect,
  };
}

function bytesOfConnect(version: ProtocolVersion, connect: Partial<ConnectPacket> = {}) {
  return encode(
    {
      type: 'connect',
      protocolVersion: version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'client',
      ...connect,
    },
    version,
  );
}

function watcher(harness: BrokerHarness): TestClient {
  const client = harness.connect('watcher', 5);
  client.subscribe('will', 2);
  return client;
}

describe('spec: CONNECT', () => {
  eachVersion('[MQTT-3.1.4-5] [MQTT-3.2.0-1] is answered with CONNACK 0x00 first', (version) => {
    const harness = new BrokerHarness();
    const away = harness.connect('client', version, kept(version));
    away.subscribe('a', 1);
    away.drop();
    harness.connect('other').publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    const client = harness.open(version);
    client.sendBytes(bytesOfConnect(version, kept(version)), encode({ type: 'pingreq' }, version));
    assert.equal(client.take('connack').reasonCode, 0);
    client.takePublish('a', 'x');
    client.take('pingresp');
  });

  eachVersion('[MQTT-3.1.0-2] [MQTT-3.2.0-2] a second one closes, without a CONNACK', (version) => {
    const client = new BrokerHarness().connect('client', version);
    client.sendBytes(bytesOfConnect(version));
    if (version === 5) assert.equal(client.take('disconnect').reasonCode, 0x82);
    client.expectNothing();
    assert.equal(client.closed, true);
  });

  eachVersion('[MQTT-3.1.4-6] after a refusal nothing is processed', (version) => {
    const harness = new BrokerHarness({ maximumConnections: 1 });
    const receiver = harness.connect('receiver');
    receiver.subscribe('#');
    const client = harness.open(version);
    const publish = encode(
      {
        type: 'publish',
        topicName: 'a',
        payload: new Uint8Array(1),
        qos: 0,
        dup: false,
        retain: false,
      },
      version,
    );
    client.sendBytes(bytesOfConnect(version), publish, encode({ type: 'pingreq' }, version));
    // [MQTT-3.2.2-7] CONNACK of 0x80 or more, and the close.
    assert.equal(client.take('connack').reasonCode, version === 5 ? 0x97 : 3);
    client.expectNothing();
    assert.equal(client.closed, true);
    receiver.expectNothing();
  });

  eachVersion(
    '[MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-4.13.2-1] a refusal has Session Present 0, and closes',
    (version) => {
      const harness = new BrokerHarness({ maximumConnections: 1 });
      harness.connect('client', version, kept(version)).drop();
      harness.connect('other');
      const client = harness.open(version);
      const connack = client.connect({ clientIdentifier: 'client', ...kept(version) });
      assert.deepEqual([connack.sessionPresent, connack.reasonCode > 0], [false, true]);
      assert.equal(client.closed, true);
    },
  );

  it('[MQTT-3.1.4-1] a wrong form closes: v3 without a word, v5 after CONNACK 0x81', () => {
    for (const version of [3, 4, 5] as const) {
      const client = new BrokerHarness().open(version);
      // The will flag is set, and no will follows.
      const bytes = bytesOfConnect(version);
      const flags = version === 3 ? 11 : 9;
      bytes[flags] = 0x06;
      client.sendBytes(bytes);
      if (version === 5) assert.equal(client.take('connack').reasonCode, 0x81);
      client.expectNothing();
      assert.equal(client.closed, true);
    }
  });

  it('[3.1.1: MQTT-3.1.4-1] [3.1.1: MQTT-3.2.2-6] what no return code tells closes without CONNACK', () => {
    const client = new BrokerHarness().open(4);
    const bytes = bytesOfConnect(4);
    // [3.1.1: MQTT-3.1.2-3] the reserved flag.
    bytes[9] = 0x03;
    client.sendBytes(bytes);
    client.expectNothing();
    assert.equal(client.closed, true);
  });

  eachVersion('[MQTT-3.1.3-5] takes any identifier of up to 23 digits and letters', (version) => {
    const harness = new BrokerHarness();
    for (const clientIdentifier of ['a', 'abcdefghijklmnopqrstuvw', '0123456789XYZ']) {
      harness.connect(clientIdentifier, version);
    }
    // Longer ones too, of any characters.
    harness.connect('lamp/kitchen-é '.repeat(10), version);
    assert.equal(harness.broker.counters.clientsConnected, 4);
  });

  it('[MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16] an empty identifier gets one that nobody has', () => {
    // Randomness that repeats itself must not lead to the session of another client.
    let calls = 0;
    const harness = new BrokerHarness({}, undefined, {
      randomBytes: (count) => new Uint8Array(count).fill(Math.max(0, ++calls - 3)),
    });
    const first = harness.open(5).connect({ clientIdentifier: '', ...kept(5) });
    const assigned = first.properties?.assignedClientIdentifier;
    assert.equal(typeof assigned, 'string');
    const second = harness.open(5).connect({ clientIdentifier: '', ...kept(5) });
    assert.notEqual(second.properties?.assignedClientIdentifier, assigned);
    assert.equal(second.sessionPresent, false);
    // It goes on as if the client had given it.
    const again = harness.open(5).connect({ clientIdentifier: assigned ?? '', ...kept(5) });
    assert.equal(again.sessionPresent, true);
  });

  it('[3.1.1: MQTT-3.1.3-6] an empty identifier with clean session is served', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('', 4);
    client.subscribe('a');
    harness.connect('', 4).publish('a', 'x');
    client.takePublish('a', 'x');
  });

  it('[MQTT-3.1.3-8] [3.1.1: MQTT-3.1.3-9] a rejected identifier: CONNACK, and the close', () => {
    for (const [version, cleanStart] of [
      [3, true],
      [4, false],
    ] as const) {
      const client = new BrokerHarness().open(version);
      assert.equal(client.connect({ clientIdentifier: '', cleanStart }).reasonCode, 2);
      assert.equal(client.closed, true);
    }
  });

  it('[3.1: MQTT-3.1-1] MQIsdp is version 3, MQTT is not', () => {
    const harness = new BrokerHarness();
    harness.connect('client', 3);
    const client = harness.open(3);
    assert.equal(client.connect({ protocolName: 'MQTT' }).reasonCode, 1);
    assert.equal(client.closed, true);
  });

  it('[3.1: MQTT-3.1-4] [3.1: MQTT-3.1-5] user name and password may be missing in spite of their flags', () => {
    const harness = new BrokerHarness();
    const client = harness.open(3);
    const bytes = bytesOfConnect(3);
    bytes[11] = 0xc2;
    client.sendBytes(bytes);
    assert.equal(client.take('connack').reasonCode, 0);
  });

  eachVersion('[MQTT-3.1.4-3] takes over from an older connection of the client', (version) => {
    const harness = new BrokerHarness();
    const first = harness.connect('client', version, kept(version));
    const second = harness.open(version);
    second.connect({ clientIdentifier: 'client', ...kept(version) });
    if (version === 5) assert.equal(first.take('disconnect').reasonCode, 0x8e);
    first.expectNothing();
    assert.deepEqual([first.closed, second.closed], [true, false]);
  });
});

describe('spec: keep-alive', () => {
  eachVersion('[MQTT-3.1.2-22] silence of one and a half times closes', (version) => {
    const harness = new BrokerHarness();
    const seen = watcher(harness);
    const client = harness.connect('client', version, { keepAlive: 10, will });
    harness.advance(14_999);
    assert.equal(client.closed, false);
    harness.advance(1);
    assert.equal(client.closed, true);
    // As if the network had failed.
    seen.takePublish('will', 'x');
  });

  it('[MQTT-3.2.2-22] without Server Keep Alive the client’s own holds; v3 clients know no other', () => {
    const own = new BrokerHarness();
    const client = own.connect('client', 5, { keepAlive: 10 });
    own.advance(15_000);
    assert.equal(client.take('disconnect').reasonCode, 0x8d);
    const harness = new BrokerHarness({ serverKeepAlive: 2 });
    const old = harness.connect('old', 4, { keepAlive: 10 });
    harness.advance(14_999);
    assert.equal(old.closed, false);
    harness.advance(1);
    assert.equal(old.closed, true);
  });

  eachVersion('[MQTT-3.12.4-1] PINGREQ is answered with PINGRESP', (version) => {
    const client = new BrokerHarness().connect('client', version);
    client.send({ type: 'pingreq' }, { type: 'pingreq' });
    client.take('pingresp');
    client.take('pingresp');
    client.expectNothing();
  });
});

describe('spec: sessions', () => {
  eachVersion(
    '[MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT-4.5.0-1] go on with what came meanwhile',
    (version) => {
      const harness = new BrokerHarness();
      const first = harness.connect('client', version, kept(version));
      first.subscribe('a', 2);
      first.drop();
      const other = harness.connect('other');
      for (const qos of [1, 2] as const) {
        other.publish('a', `${qos}`, { qos, packetIdentifier: qos });
      }
      const second = harness.open(version);
      const connack = second.connect({ clientIdentifier: 'client', ...kept(version) });
      assert.equal(connack.sessionPresent, version !== 3);
      second.takePublish('a', '1', { qos: 1, dup: false });
      second.takePublish('a', '2', { qos: 2, dup: false });
      second.expectNothing();
    },
  );

  eachVersion(
    '[MQTT-3.1.2-4] [MQTT-3.1.4-4] [MQTT-3.2.2-2] a clean start discards what was there',
    (version) => {
      const harness = new BrokerHarness();
      const first = harness.connect('client', version, kept(version));
      first.subscribe('a', 1);
      first.drop();
      const other = harness.connect('other');
      other.publish('a', '1', { qos: 1, packetIdentifier: 1 });
      const second = harness.open(version);
      const connack = second.connect({ clientIdentifier: 'client', cleanStart: true });
      assert.equal(connack.sessionPresent, false);
      other.publish('a', '2', { qos: 1, packetIdentifier: 2 });
      second.expectNothing();
    },
  );

  eachVersion('[MQTT-3.1.2-6] [MQTT-3.2.2-3] are made where there is none', (version) => {
    const harness = new BrokerHarness();
    const first = harness.open(version);
    const connack = first.connect({ clientIdentifier: 'client', ...kept(version) });
    assert.equal(connack.sessionPresent, false);
    first.drop();
    const again = harness.open(version).connect({ clientIdentifier: 'client', ...kept(version) });
    assert.equal(again.sessionPresent, version !== 3);
  });

  eachVersion('[MQTT-3.1.3-2] belong to the client identifier', (version) => {
    const harness = new BrokerHarness();
    const one = harness.connect('one', version, kept(version));
    one.subscribe('a', 1);
    one.drop();
    harness.connect('One', version, kept(version)).drop();
    harness.connect('other').publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    harness.connect('One', version, kept(version)).expectNothing();
    harness.connect('one', version, kept(version)).takePublish('a', 'x');
  });

  eachVersion('[MQTT-4.1.0-1] last while the connection is open', (version) => {
    const harness = new BrokerHarness({ maximumOfflineSessions: 0 });
    const client = harness.connect('client', version, { properties: { sessionExpiryInterval: 1 } });
    client.subscribe('a');
    harness.advance(1e9);
    client.publish('a', 'x');
    client.takePublish('a', 'x');
  });

  eachVersion('[MQTT-4.1.0-2] end with the connection where nothing keeps them', (version) => {
    const harness = new BrokerHarness();
    const first = harness.connect('client', version);
    first.subscribe('a', 1);
    first.drop();
    const second = harness.open(version);
    const connack = second.connect({ clientIdentifier: 'client', ...kept(version) });
    assert.equal(connack.sessionPresent, false);
    harness.connect('other').publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    second.expectNothing();
  });

  it('[MQTT-4.1.0-2] end when they expire, counted from the close', () => {
    const harness = new BrokerHarness();
    const connect = { cleanStart: false, properties: { sessionExpiryInterval: 10 } };
    const client = harness.connect('client', 5, connect);
    harness.advance(60_000);
    client.drop();
    harness.advance(9_999);
    assert.equal(harness.broker.clients().length, 1);
    harness.advance(1);
    assert.equal(harness.broker.clients().length, 0);
  });

  eachVersion('[3.1.1: MQTT-3.1.2-7] leave retained messages behind', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    client.publish('a', 'x', { retain: true });
    client.drop();
    const late = harness.connect('client', version);
    late.subscribe('a');
    late.takePublish('a', 'x', { retain: true });
  });
});

describe('spec: DISCONNECT', () => {
  eachVersion(
    '[MQTT-3.14.4-1] [MQTT-3.14.4-2] nothing comes after it, but the close',
    (version) => {
      const harness = new BrokerHarness();
      // Its own will, which it is subscribed to, must not follow.
      const client = harness.connect('client', version, { will });
      client.subscribe('#', 2);
      harness.broker.disconnectClient('client', 0x98, harness.now);
      if (version === 5) assert.equal(client.take('disconnect').reasonCode, 0x98);
      client.expectNothing();
      assert.equal(client.closed, true);
    },
  );

  it('[MQTT-3.14.0-1] is not sent before CONNACK', () => {
    const harness = new BrokerHarness({ connectTimeout: 1000 });
    const silent = harness.open(5);
    const wrong = harness.open(5);
    wrong.sendBytes([0xc0, 0]);
    harness.advance(1000);
    for (const client of [silent, wrong]) {
      client.expectNothing();
      assert.equal(client.closed, true);
    }
  });

  it('[MQTT-3.14.2-2] has no session expiry interval when the server sends it', () => {
    const harness = new BrokerHarness({ serverReference: 'other' });
    const client = harness.connect('client', 5, kept(5));
    harness.broker.shutdown(harness.now);
    assert.deepEqual(client.take('disconnect').properties, {
      reasonString: 'Use another server',
      serverReference: 'other',
    });
  });

  it('changes the session expiry interval: to end at once, later, or never', () => {
    for (const [interval, lives, ends] of [
      [0, 0, 0],
      [5, 4_999, 5_000],
      [2000, 1_999_999, 2_000_000],
      [0xffffffff, 1e12, Infinity],
    ] as const) {
      const harness = new BrokerHarness();
      harness.connect('client', 5, kept(5)).disconnect(0, { sessionExpiryInterval: interval });
      harness.advance(lives);
      assert.equal(harness.broker.clients().length, interval === 0 ? 0 : 1);
      if (ends === Infinity) continue;
      harness.advance(ends - lives);
      assert.equal(harness.broker.clients().length, 0);
    }
  });
});
