import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { ConnectPacket, Properties, Will } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';

const payload = new TextEncoder().encode('gone');

function withWill(will: Partial<Will> = {}, properties?: Properties): Partial<ConnectPacket> {
  return {
    will: { topicName: 'will', payload, qos: 0, retain: false, ...will },
    ...(properties && { properties }),
  };
}

function scene(): { harness: BrokerHarness; watcher: TestClient } {
  const harness = new BrokerHarness();
  const watcher = harness.connect('watcher', 5);
  watcher.subscribe('will', 2);
  return { harness, watcher };
}

describe('broker: wills', () => {
  it('[MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-14] is published when the network connection fails', () => {
    const { harness, watcher } = scene();
    harness.connect('client', 4, withWill({ qos: 1 })).drop();
    watcher.takePublish('will', 'gone', { qos: 1, retain: false });
    assert.deepEqual(harness.messages, ['gone']);
  });

  it('[MQTT-3.1.2-10] [MQTT-3.14.4-3] is removed by DISCONNECT', () => {
    const { harness, watcher } = scene();
    for (const version of [4, 5] as const) {
      harness.connect('client', version, withWill()).disconnect();
    }
    watcher.expectNothing();
  });

  it('is published after DISCONNECT 0x04', () => {
    const { harness, watcher } = scene();
    harness.connect('client', 5, withWill()).disconnect(4);
    watcher.takePublish('will', 'gone');
    watcher.expectNothing();
  });

  it('is published after a protocol error, a keep-alive timeout and a takeover', () => {
    const { harness, watcher } = scene();
    harness.connect('client', 4, withWill()).sendBytes([0x00, 0x00]);
    watcher.takePublish('will', 'gone');
    harness.connect('client', 4, { ...withWill(), keepAlive: 1 });
    harness.advance(1500);
    watcher.takePublish('will', 'gone');
    harness.connect('client', 4, withWill());
    harness.connect('client', 4);
    watcher.takePublish('will', 'gone');
    watcher.expectNothing();
  });

  it('[MQTT-3.1.2-15] [3.1.1: MQTT-3.1.2-17] is retained if it asks for it', () => {
    const { harness } = scene();
    harness.connect('client', 4, withWill({ retain: true })).drop();
    const late = harness.connect('late');
    late.subscribe('will');
    late.takePublish('will', 'gone', { retain: true });
  });

  it('[MQTT-3.1.3-9] waits for the will delay; a client that is back in time cancels it', () => {
    const { harness, watcher } = scene();
    const delayed = withWill(
      { properties: { willDelayInterval: 10 } },
      { sessionExpiryInterval: 100 },
    );
    harness.connect('client', 5, delayed).drop();
    harness.advance(9000);
    watcher.expectNothing();
    const again = harness.connect('client', 5, { ...delayed, cleanStart: false });
    harness.advance(50_000);
    watcher.expectNothing();
    again.drop();
    harness.advance(10_000);
    watcher.takePublish('will', 'gone');
    harness.advance(1_000_000);
    watcher.expectNothing();
  });

  it('goes out at the latest when the session ends', () => {
    const { harness, watcher } = scene();
    const delayed = withWill(
      { properties: { willDelayInterval: 100 } },
      { sessionExpiryInterval: 10 },
    );
    harness.connect('client', 5, delayed).drop();
    harness.advance(10_000);
    watcher.takePublish('will', 'gone');
    harness.connect('client', 5, delayed).drop();
    harness.connect('client', 5, { cleanStart: true });
    watcher.takePublish('will', 'gone');
    watcher.expectNothing();
  });

  it('carries its properties but not the delay', () => {
    const { harness, watcher } = scene();
    const properties: Properties = {
      willDelayInterval: 0,
      contentType: 'text/plain',
      userProperties: [['a', 'b']],
    };
    harness.connect('client', 5, withWill({ properties })).drop();
    const { contentType, userProperties } = properties;
    assert.deepEqual(watcher.take('publish').properties, { contentType, userProperties });
  });

  it('tells the observer which frame has no incoming one, once', () => {
    const { harness, watcher } = scene();
    const second = harness.connect('second');
    second.subscribe('will');
    harness.connect('client', 4, withWill()).drop();
    watcher.take('publish');
    second.take('publish');
    const flags = harness.events.flatMap((event) =>
      event.name === 'packet' && event.topicName === 'will' ? [event.flags] : [],
    );
    assert.deepEqual(flags, [1, 0]);
  });
});
