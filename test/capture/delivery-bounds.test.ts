/** Who got it when much happens, and when a part of it is no longer known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CapturedBroker } from '../support/delivery.ts';

const session = { properties: { sessionExpiryInterval: 1000 }, cleanStart: false };

describe('Delivery report, bounded', () => {
  it('says what is no longer known instead of guessing', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader');
    reader.subscribe('t', 1);
    const writer = broker.connect('writer');
    writer.publish('t', 'x', { qos: 1, packetIdentifier: 1 });
    reader.drop();
    broker.traffic.clear();
    const late = broker.connect('late');
    late.subscribe('t', 1);
    // Frames are gone: the PUBLISH cannot be asked for.
    assert.equal(broker.find(0), undefined);
    writer.publish('t', 'y', { qos: 1, packetIdentifier: 2 });
    assert.deepEqual(broker.report().gaps, []);
    // A message that was published before the clear, sent after it.
    const away = broker.connect('away', 5, session);
    away.subscribe('u', 1);
    away.drop();
    writer.publish('u', 'z', { qos: 1, packetIdentifier: 3 });
    broker.traffic.clear();
    broker.connect('away', 5, session);
    const out = broker.frame((byte, way) => byte >> 4 === 3 && way === 1);
    const report = broker.report(out);
    assert.deepEqual(report.gaps, ['frames']);
    assert.equal(report.publisher.kind, 'unknown');
    assert.deepEqual(broker.outcomes(out), ['away inFlight']);
  });

  it('a flood of drops is told, and what fell out of the log is said to be unknown', () => {
    const broker = new CapturedBroker({ maximumPendingBytes: 0 });
    const slow = broker.connect('slow');
    slow.subscribe('#', 0);
    const writer = broker.connect('writer');
    slow.slow = true;
    for (let count = 0; count < 20_000; count++) writer.publish(`t/${count % 7}`, 'x');
    assert.deepEqual(broker.outcomes(), ['slow dropped']);
    assert.equal(broker.traffic.drops.runs, 1);
    // So far from each other that no run holds two.
    const frame = broker.published;
    for (let count = 0; count < 40_000; count++) {
      broker.traffic.dropped('other', 1_000_000 + 64 * count, 'slowLink', broker.now);
    }
    assert.equal(broker.traffic.drops.forgotten, 19_998 + 40_000 - 32_768);
    assert.deepEqual(broker.outcomes(frame), ['slow unknown']);
    assert.deepEqual(broker.report(frame).gaps, ['drops']);
  });

  it('ten thousand subscribers: counts of all, the first 500 rows, problems in front', () => {
    const broker = new CapturedBroker({ sysInterval: 0 });
    for (let index = 0; index < 10_000; index++) {
      const client = broker.connect(`c${index}`, 5, session);
      client.subscribe('t', index % 2 === 0 ? 0 : 1);
      if (index % 1000 === 999) client.drop();
    }
    broker.connect('writer').publish('t', 'x', { qos: 1, packetIdentifier: 1 });
    const report = broker.report();
    assert.deepEqual(report.counts, { queued: 10, inFlight: 4990, delivered: 5000 });
    assert.equal(report.total, 10_000);
    assert.equal(report.rows.length, 500);
    assert.equal(report.rows[0]?.outcome, 'queued');
    const delivered = broker.report(undefined, 'delivered');
    assert.equal(delivered.total, 5000);
    assert.ok(delivered.rows.every(({ outcome }) => outcome === 'delivered'));
  });

  it('after the broker was stopped the answer still stands', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader', 5, session);
    reader.subscribe('t', 1);
    broker.connect('writer').publish('t', 'x', { qos: 1, packetIdentifier: 1 });
    broker.broker.shutdown(broker.now);
    broker.traffic.brokerStopped(broker.broker.numbersUsed.messages);
    broker.isStopped = true;
    assert.deepEqual(broker.outcomes(), ['reader sessionEnded']);
    assert.equal(broker.report().rows[0]?.ended?.how, 'brokerStopped');
  });
});
