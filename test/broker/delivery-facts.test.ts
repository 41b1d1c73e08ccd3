/** What the broker tells an observer, so that it can be said who got a message and who did not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokerHarness } from '../support/broker-harness.ts';

/** Direction, link and message number of each PUBLISH seen. */
function publishes(harness: BrokerHarness): string[] {
  return harness.events.flatMap((event) =>
    event.name === 'packet' && (event.bytes[0] ?? 0) >> 4 === 3
      ? [`${event.direction === 0 ? 'in' : 'out'} ${event.link} #${event.message}`]
      : [],
  );
}

function facts(harness: BrokerHarness): string[] {
  return harness.events.flatMap((event) => {
    if (event.name === 'dropped' || event.name === 'notAccepted') {
      return [`${event.name} ${event.clientIdentifier} #${event.message} ${event.reason}`];
    }
    return [];
  });
}

describe('Facts about deliveries', () => {
  it('a message has one number on its way in and on all its ways out', () => {
    const harness = new BrokerHarness();
    const one = harness.connect('one');
    const two = harness.connect('two', 5);
    one.subscribe('t', 2);
    two.subscribe('t', 0, {}, { subscriptionIdentifiers: [7] });
    one.publish('t', 'first');
    two.publish('t', 'second', { qos: 1, packetIdentifier: 1 });
    one.publish('t', 'third', { qos: 2, packetIdentifier: 1 });
    assert.deepEqual(publishes(harness), [
      'in 1 #1',
      'out 1 #1',
      'out 2 #1',
      'in 2 #2',
      'out 1 #2',
      'out 2 #2',
      'in 1 #3',
      'out 1 #3',
      'out 2 #3',
    ]);
  });

  it('a message sent again, queued or retained keeps its number', () => {
    const harness = new BrokerHarness();
    const reader = harness.connect('reader', 4, { cleanStart: false });
    reader.subscribe('t', 1);
    const writer = harness.connect('writer');
    writer.publish('t', 'in flight', { qos: 1, packetIdentifier: 1, retain: true });
    reader.drop();
    writer.publish('t', 'queued', { qos: 1, packetIdentifier: 2 });
    const again = harness.connect('reader', 4, { cleanStart: false });
    again.inbox.length = 0;
    again.subscribe('t', 1);
    assert.deepEqual(publishes(harness), [
      'in 2 #1',
      'out 1 #1',
      'in 2 #2',
      'out 3 #1',
      'out 3 #2',
      'out 3 #1',
    ]);
  });

  it('numbers go on where another broker ended', () => {
    const first = new BrokerHarness();
    first.connect('a').publish('t', 'x');
    assert.deepEqual(first.broker.numbersUsed, { links: 1, messages: 1 });
    const second = new BrokerHarness({}, first.broker.numbersUsed);
    second.connect('a').publish('t', 'x');
    assert.deepEqual(publishes(second), ['in 2 #2']);
  });

  it('drops are told: too large, slow, queue full, expired', () => {
    const harness = new BrokerHarness({ maximumQueuedMessages: 1, maximumPendingBytes: 0 });
    const small = harness.connect('small', 5, { properties: { maximumPacketSize: 30 } });
    small.subscribe('t', 1);
    const slow = harness.connect('slow');
    slow.subscribe('t', 0);
    const away = harness.connect('away', 5, {
      properties: { sessionExpiryInterval: 100 },
    });
    away.subscribe('t', 1);
    away.drop();
    slow.slow = true;
    const writer = harness.connect('writer', 5);
    const publish = (text: string): void =>
      writer.publish('t', text, {
        qos: 1,
        packetIdentifier: 1,
        properties: { messageExpiryInterval: 1 },
      });
    publish('12345678901234567890');
    publish('2');
    publish('3');
    harness.advance(2000);
    harness.connect('away', 5, {
      cleanStart: false,
      properties: { sessionExpiryInterval: 100 },
    });
    assert.deepEqual(facts(harness), [
      'dropped small #1 tooLarge',
      'dropped away #2 queueFull',
      'dropped slow #3 slowLink',
      'dropped away #3 queueFull',
      'dropped away #1 expired',
    ]);
  });

  it('what is not accepted as a message is told: $SYS, a retry, text that is none', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    client.publish('$SYS/x', 'no');
    client.publish('t', 'yes', { qos: 2, packetIdentifier: 1 });
    client.publish('t', 'yes', { qos: 2, packetIdentifier: 1, dup: true });
    client.send({
      type: 'publish',
      topicName: 't',
      payload: Uint8Array.of(0xff),
      qos: 1,
      packetIdentifier: 2,
      dup: false,
      retain: false,
      properties: { payloadFormatIndicator: 1 },
    });
    assert.deepEqual(facts(harness), [
      'notAccepted client #1 systemTopic',
      'notAccepted client #3 retry',
      'notAccepted client #4 payloadFormat',
    ]);
  });

  it('sessions are told with the newest message number: the will comes after the disconnection', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4, {
      will: { topicName: 'w', payload: new Uint8Array(1), qos: 0, retain: false },
    });
    client.subscribe('t', 1);
    client.unsubscribe('t');
    client.publish('x', '');
    client.drop();
    const told = harness.events.flatMap((event) =>
      event.name === 'session' ? [`${event.event.type} #${event.event.message}`] : [],
    );
    assert.deepEqual(told, [
      'began #0',
      'connected #0',
      'subscribed #0',
      'unsubscribed #0',
      'disconnected #1',
      'ended #1',
      'willPublished #2',
    ]);
  });
});
