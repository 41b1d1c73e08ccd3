/** Wills: chapters 3.1.2.5 and 3.1.3.2. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
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

function watcher(harness: BrokerHarness): TestClient {
  const client = harness.connect('watcher', 5);
  client.subscribe('will', 2);
  return client;
}

describe('spec: wills', () => {
  eachVersion(
    '[MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-14] are published when the connection fails',
    (version) => {
      const harness = new BrokerHarness();
      const seen = watcher(harness);
      harness.connect('client', version, { will }).drop();
      seen.takePublish('will', 'x', { qos: 1, retain: false });
      const late = harness.connect('late', version);
      late.subscribe('will');
      late.expectNothing();
    },
  );

  eachVersion(
    '[MQTT-3.1.2-10] [MQTT-3.14.4-3] are removed by DISCONNECT, and once published',
    (version) => {
      const harness = new BrokerHarness();
      const seen = watcher(harness);
      harness.connect('client', version, { ...kept(version), will }).disconnect();
      seen.expectNothing();
      harness.connect('client', version, { ...kept(version), will }).drop();
      seen.takePublish('will', 'x');
      harness.connect('client', version, kept(version)).drop();
      seen.expectNothing();
    },
  );

  eachVersion('[MQTT-3.1.2-15] are retained if Will Retain says so', (version) => {
    const harness = new BrokerHarness();
    harness.connect('client', version, { will: { ...will, retain: true } }).drop();
    const late = harness.connect('late', version);
    late.subscribe('will', 1);
    late.takePublish('will', 'x', { retain: true, qos: 1 });
  });

  it('[MQTT-3.1.2-8] that could not be published are refused: a topic name of too many levels, 0x90', () => {
    const harness = new BrokerHarness({ maximumTopicLevels: 3 });
    for (const version of [4, 5] as const) {
      const client = harness.open(version);
      const connack = client.connect({ will: { ...will, topicName: 'a/b/c/d' } });
      assert.equal(connack.reasonCode, version === 5 ? 0x90 : 3);
      assert.equal(client.closed, true);
    }
    harness.connect('client', 5, { will: { ...will, topicName: 'a/b/c' } });
  });

  it('[MQTT-3.1.3-10] keep their user properties in order', () => {
    const harness = new BrokerHarness();
    const seen = watcher(harness);
    const userProperties: [string, string][] = [
      ['b', '1'],
      ['a', '2'],
      ['b', '0'],
    ];
    harness.connect('client', 5, { will: { ...will, properties: { userProperties } } }).drop();
    assert.deepEqual(seen.take('publish').properties?.userProperties, userProperties);
  });

  describe('with a delay', () => {
    const delayed = (willDelayInterval: number, sessionExpiryInterval: number) => ({
      cleanStart: false,
      properties: { sessionExpiryInterval },
      will: { ...will, properties: { willDelayInterval } },
    });

    it('[MQTT-3.1.3-9] a takeover in time cancels them, without delay it publishes them', () => {
      const harness = new BrokerHarness();
      const seen = watcher(harness);
      harness.connect('client', 5, delayed(10, 100));
      harness.connect('client', 5, delayed(0, 100));
      seen.expectNothing();
      harness.connect('client', 5, delayed(10, 100));
      seen.takePublish('will', 'x');
      harness.advance(1_000_000);
      seen.expectNothing();
    });

    it('[MQTT-3.1.2-8] a takeover with a clean start ends the session: published at once', () => {
      const harness = new BrokerHarness();
      const seen = watcher(harness);
      harness.connect('client', 5, delayed(10, 100));
      harness.connect('client', 5, { cleanStart: true });
      seen.takePublish('will', 'x');
      harness.advance(1_000_000);
      seen.expectNothing();
    });

    for (const [delay, expiry, published] of [
      [10, 100, 10],
      [100, 10, 10],
      [100, 0, 0],
      [0, 100, 0],
    ] as const) {
      it(`[MQTT-3.1.2-8] of ${delay} s, session expiry ${expiry} s: after ${published} s, once`, () => {
        const harness = new BrokerHarness();
        const seen = watcher(harness);
        harness.connect('client', 5, delayed(delay, expiry)).drop();
        if (published > 0) {
          harness.advance(published * 1000 - 1);
          seen.expectNothing();
          harness.advance(1);
        }
        seen.takePublish('will', 'x');
        harness.advance(1_000_000);
        seen.expectNothing();
      });
    }

    it('DISCONNECT 0x04 starts the delay, and its session expiry interval ends it', () => {
      const harness = new BrokerHarness();
      const seen = watcher(harness);
      harness.connect('client', 5, delayed(100, 200)).disconnect(4, { sessionExpiryInterval: 5 });
      harness.advance(4_999);
      seen.expectNothing();
      harness.advance(1);
      seen.takePublish('will', 'x');
    });
  });
});
