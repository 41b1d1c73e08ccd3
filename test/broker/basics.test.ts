import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

const versions: readonly ProtocolVersion[] = [3, 4, 5];

describe('broker: the shortest conversations', () => {
  for (const version of versions) {
    it(`v${version}: connects, subscribes, publishes, pings and disconnects`, () => {
      const harness = new BrokerHarness();
      const subscriber = harness.connect('subscriber', version);
      assert.deepEqual(subscriber.subscribe('a/+'), [0]);
      const publisher = harness.connect('publisher', version);
      publisher.publish('a/b', 'hello');
      subscriber.takePublish('a/b', 'hello', { qos: 0, retain: false, dup: false });
      publisher.send({ type: 'pingreq' });
      publisher.take('pingresp');
      publisher.disconnect();
      assert.equal(publisher.closed, true);
      assert.equal(harness.broker.counters.clientsConnected, 1);
      subscriber.expectNothing();
    });
  }

  it('delivers between all versions', () => {
    const harness = new BrokerHarness();
    const clients = versions.map((version) => harness.connect(`client${version}`, version));
    for (const client of clients) client.subscribe('#');
    for (const publisher of clients) {
      publisher.publish('topic', `from ${publisher.version}`);
      for (const client of clients) client.takePublish('topic', `from ${publisher.version}`);
    }
  });
});
