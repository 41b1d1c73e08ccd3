/** Who got it: every outcome, told from capture and session history, in virtual time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeliveryRow } from '../../src/capture/delivery-views.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { CapturedBroker } from '../support/delivery.ts';

const session = { properties: { sessionExpiryInterval: 1000 }, cleanStart: false };

function rowOf(broker: CapturedBroker, client: string): DeliveryRow {
  const row = broker.report().rows.find((each) => each.client === client);
  assert.ok(row, `a row of ${client}`);
  return row;
}

describe('Delivery report', () => {
  it('tells publisher, subscription, QoS, times and acknowledgements', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader', 5);
    reader.subscribe(
      'home/+/temp',
      1,
      { retainAsPublished: true },
      { subscriptionIdentifiers: [9] },
    );
    const writer = broker.connect('writer', 5);
    const publishedAt = broker.now;
    writer.publish('home/kitchen/temp', '21', { qos: 2, packetIdentifier: 3 });
    assert.equal(broker.report().pending, true);
    broker.now += 20;
    reader.acknowledge('puback', 1);
    broker.now += 10;
    writer.acknowledge('pubrel', 3);
    const report = broker.report();
    assert.equal(report.topic, 'home/kitchen/temp');
    assert.equal(report.publisher.kind, 'client');
    assert.equal(report.publisher.client, 'writer');
    assert.equal(report.publisher.time, publishedAt);
    assert.deepEqual(
      report.publisher.acknowledgements.map(({ packet, time }) => [packet, time - publishedAt]),
      [
        ['PUBREC', 0],
        ['PUBCOMP', 30],
      ],
    );
    assert.equal(report.pending, false);
    assert.deepEqual(report.gaps, []);
    const [row] = report.rows;
    assert.ok(row);
    assert.equal(row.client, 'reader');
    assert.equal(row.outcome, 'delivered');
    assert.equal(row.qos, 1);
    assert.deepEqual(row.subscriptions, [
      {
        topicFilter: 'home/+/temp',
        qos: 1,
        noLocal: false,
        retainAsPublished: true,
        retainHandling: 0,
        subscriptionIdentifier: 9,
      },
    ]);
    assert.equal(row.sentAt, publishedAt);
    assert.deepEqual(
      row.acknowledgements.map(({ packet, time, reasonCode }) => [packet, time, reasonCode]),
      [['PUBACK', publishedAt + 20, 0]],
    );
  });

  it('is found from the PUBLISH in, from each PUBLISH out and from their acknowledgements', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader');
    reader.subscribe('t', 2);
    const writer = broker.connect('writer');
    writer.publish('t', 'other', { qos: 2, packetIdentifier: 1 });
    writer.publish('t', 'this', { qos: 2, packetIdentifier: 2 });
    const first = broker.traffic.capture.end;
    writer.acknowledge('pubrel', 2);
    reader.acknowledge('pubrec', 2);
    reader.acknowledge('pubcomp', 2);
    const frames = [broker.published, broker.frame((byte, way) => byte >> 4 === 3 && way === 1)];
    for (let frame = first; frame < broker.traffic.capture.end; frame++) frames.push(frame);
    // PUBREL, PUBCOMP, PUBREC, PUBREL, PUBCOMP.
    assert.equal(frames.length, 7);
    for (const frame of frames) {
      assert.equal(broker.report(frame).publisher.frame, broker.published, `frame ${frame}`);
    }
    assert.equal(broker.find(0), undefined, 'CONNECT is about no message');
    assert.equal(broker.find(1e9), undefined, 'not held');
  });

  it('QoS 0: sent is all there is to tell; a client that is away does not get it', () => {
    const broker = new CapturedBroker();
    broker.connect('here').subscribe('t', 1);
    const away = broker.connect('away', 5, session);
    away.subscribe('t', 1);
    away.drop();
    broker.connect('writer').publish('t', 'x');
    assert.deepEqual(broker.outcomes(), ['away offline', 'here delivered']);
    assert.equal(broker.report().pending, false);
    assert.equal(rowOf(broker, 'here').qos, 0);
  });

  it('no local: not to the client itself, but by another subscription of it', () => {
    const broker = new CapturedBroker();
    const both = broker.connect('writer', 5);
    both.subscribe('t/#', 1, { noLocal: true });
    both.publish('t', 'x');
    assert.deepEqual(broker.outcomes(), ['writer noLocal']);
    both.subscribe('t', 0);
    both.publish('t', 'x');
    assert.deepEqual(broker.outcomes(), ['writer delivered']);
    assert.deepEqual(
      rowOf(broker, 'writer').subscriptions.map(({ topicFilter }) => topicFilter),
      ['t'],
    );
  });

  it('queued while the client is offline, and delivered when it is back', () => {
    const broker = new CapturedBroker();
    const away = broker.connect('away', 5, session);
    away.subscribe('t', 1);
    away.drop();
    const writer = broker.connect('writer', 5);
    writer.publish('t', 'one', { qos: 1, packetIdentifier: 1 });
    writer.publish('t', 'two', { qos: 1, packetIdentifier: 1 });
    const frame = broker.published;
    assert.equal(broker.report().pending, true);
    assert.deepEqual(rowOf(broker, 'away').waiting, { place: 'queue', why: 'offline', ahead: 1 });
    broker.now += 500;
    const back = broker.connect('away', 5, session);
    assert.deepEqual(broker.outcomes(frame), ['away inFlight']);
    back.acknowledge('puback', 2);
    assert.deepEqual(broker.outcomes(frame), ['away delivered']);
    assert.equal(broker.report(frame).pending, false);
    assert.equal(rowOf(broker, 'away').sentAt, broker.now);
  });

  it('queued for want of acknowledgements: Receive Maximum is used up', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader', 5, { properties: { receiveMaximum: 1 } });
    reader.subscribe('t', 1);
    const writer = broker.connect('writer');
    writer.publish('t', 'one', { qos: 1, packetIdentifier: 1 });
    assert.deepEqual(broker.outcomes(), ['reader inFlight']);
    writer.publish('t', 'two', { qos: 1, packetIdentifier: 2 });
    assert.deepEqual(rowOf(broker, 'reader').waiting, {
      place: 'queue',
      why: 'window',
      ahead: 0,
      window: 1,
    });
  });

  it('sent again on the next network connection, with its acknowledgement there', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader', 5, session);
    reader.subscribe('t', 2);
    broker.connect('writer').publish('t', 'x', { qos: 2, packetIdentifier: 1 });
    reader.drop();
    assert.deepEqual(rowOf(broker, 'reader').waiting, {
      place: 'inFlight',
      why: 'offline',
      ahead: 0,
    });
    broker.now += 100;
    const again = broker.connect('reader', 5, session);
    assert.equal(rowOf(broker, 'reader').sentAgain, 1);
    assert.equal(rowOf(broker, 'reader').lastSentAt, broker.now);
    again.acknowledge('pubrec', 1);
    assert.equal(rowOf(broker, 'reader').outcome, 'delivered');
    again.drop();
    const third = broker.connect('reader', 5, session);
    third.acknowledge('pubcomp', 1);
    assert.deepEqual(
      rowOf(broker, 'reader').acknowledgements.map(({ packet }) => packet),
      ['PUBREC', 'PUBCOMP'],
    );
  });

  it('an acknowledgement within a new session is not taken for that of the old one', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader');
    reader.subscribe('t', 1);
    const writer = broker.connect('writer');
    writer.publish('t', 'lost', { qos: 1, packetIdentifier: 1 });
    const frame = broker.published;
    reader.drop();
    const anew = broker.connect('reader');
    anew.subscribe('t', 1);
    writer.publish('t', 'other', { qos: 1, packetIdentifier: 2 });
    anew.acknowledge('puback', 1);
    const row = broker.report(frame).rows[0];
    assert.equal(row?.outcome, 'sessionEnded');
    assert.equal(row.ended?.how, 'disconnected');
    assert.deepEqual(broker.outcomes(), ['reader delivered']);
  });

  it('refused by the client: PUBACK or PUBREC with a reason code of 0x80 or more', () => {
    const broker = new CapturedBroker();
    const one = broker.connect('one', 5);
    one.subscribe('t', 1);
    const two = broker.connect('two', 5);
    two.subscribe('t', 2);
    broker.connect('writer').publish('t', 'x', { qos: 2, packetIdentifier: 1 });
    one.acknowledge('puback', 1, 0x87);
    two.acknowledge('pubrec', 1, 0x97);
    assert.deepEqual(broker.outcomes(), ['one refused', 'two refused']);
    assert.equal(rowOf(broker, 'one').acknowledgements[0]?.reasonCode, 0x87);
    assert.equal(rowOf(broker, 'two').acknowledgements[0]?.reasonCode, 0x97);
  });

  it('dropped: queue full, too large, slow, expired', () => {
    const broker = new CapturedBroker({ maximumQueuedMessages: 1, maximumPendingBytes: 0 });
    const small = broker.connect('small', 5, { properties: { maximumPacketSize: 30 } });
    small.subscribe('t', 1);
    const slow = broker.connect('slow');
    slow.subscribe('t', 0);
    const away = broker.connect('away', 5, session);
    away.subscribe('t', 1);
    away.drop();
    slow.slow = true;
    const writer = broker.connect('writer', 5);
    const publish = (text: string): number => {
      const properties = { messageExpiryInterval: 1 };
      writer.publish('t', text, { qos: 1, packetIdentifier: 1, properties });
      return broker.published;
    };
    const first = publish('12345678901234567890');
    publish('-');
    const third = publish('-');
    broker.advance(2000);
    broker.connect('away', 5, session);
    const dropsOf = (frame: number): string[] =>
      broker
        .report(frame)
        .rows.map(({ client, outcome, drop }) => [client, drop?.reason ?? outcome].join(' '));
    assert.deepEqual(dropsOf(first), ['small tooLarge', 'away expired', 'slow delivered']);
    assert.deepEqual(dropsOf(third), ['slow slowLink', 'away queueFull', 'small inFlight']);
    assert.equal(broker.report(first).rows[0]?.maximumPacketSize, 30);
  });

  it('refused by rule: to publish it, and to have what was queued when the rules changed', () => {
    const all = { permission: 'allow', action: 'all', topicFilter: '#' } as const;
    const secret = { permission: 'deny', action: 'all', topicFilter: 'secret' } as const;
    const broker = new CapturedBroker({}, [all]);
    const away = broker.connect('away', 5, session);
    away.subscribe('#', 1);
    away.drop();
    const writer = broker.connect('writer', 5);
    writer.publish('secret', 'x', { qos: 1, packetIdentifier: 1 });
    assert.deepEqual(broker.outcomes(), ['away queued']);
    broker.broker.setRules([secret, all], broker.now);
    assert.deepEqual(broker.outcomes(), ['away dropped']);
    assert.equal(rowOf(broker, 'away').drop?.reason, 'rule');
    writer.publish('secret', 'y', { qos: 1, packetIdentifier: 2 });
    assert.equal(broker.report().notAccepted, 'rule');
    assert.equal(broker.report().publisher.acknowledgements[0]?.reasonCode, 0x87);
  });

  it('the session ended before the message was sent', () => {
    const broker = new CapturedBroker();
    const away = broker.connect('away', 5, session);
    away.subscribe('t', 1);
    away.drop();
    broker.connect('writer').publish('t', 'x', { qos: 1, packetIdentifier: 1 });
    broker.advance(1_000_001);
    assert.deepEqual(broker.outcomes(), ['away sessionEnded']);
    assert.equal(rowOf(broker, 'away').ended?.how, 'expired');
  });

  it('a shared subscription: one member got it, and the others know who', () => {
    const broker = new CapturedBroker();
    for (const client of ['a', 'b', 'c']) {
      broker.connect(client, 5).subscribe('$share/g/t/+', 0);
    }
    broker.connect('writer').publish('t/1', 'x');
    const rows = broker
      .report()
      .rows.map(({ client, outcome, kind, otherMember }) =>
        [client, outcome, kind, otherMember ?? ''].join(' ').trim(),
      );
    assert.deepEqual(rows, [
      'a delivered shared',
      'b otherMember shared a',
      'c otherMember shared a',
    ]);
  });

  it('a shared subscription whose members are all away: it waits for one of them', () => {
    const broker = new CapturedBroker();
    const members = ['a', 'b'].map((client) => {
      const member = broker.connect(client, 5, session);
      member.subscribe('$share/g/t', 1);
      return member;
    });
    for (const member of members) member.drop();
    broker.connect('writer').publish('t', 'x', { qos: 1, packetIdentifier: 1 });
    assert.deepEqual(broker.outcomes(), ['a queued', 'b otherMember']);
  });

  it('a member that leaves hands on what waits: it is told who got it', () => {
    const broker = new CapturedBroker();
    const first = broker.connect('first', 5, { properties: { receiveMaximum: 1 } });
    first.subscribe('$share/g/t', 1);
    const writer = broker.connect('writer');
    writer.publish('t', 'one', { qos: 1, packetIdentifier: 1 });
    const one = broker.published;
    writer.publish('t', 'two', { qos: 1, packetIdentifier: 2 });
    const two = broker.published;
    assert.deepEqual(broker.outcomes(one), ['first inFlight']);
    assert.deepEqual(broker.outcomes(two), ['first queued']);
    const second = broker.connect('second', 5);
    second.subscribe('$share/g/t', 1);
    first.drop();
    second.acknowledge('puback', 1);
    second.acknowledge('puback', 2);
    assert.deepEqual(broker.outcomes(one), ['first sessionEnded', 'second delivered']);
    assert.deepEqual(broker.outcomes(two), ['second delivered', 'first otherMember']);
    assert.equal(broker.report(two).rows[0]?.kind, 'shared');
  });

  it('one copy for its own subscription and one for its shared one', () => {
    const broker = new CapturedBroker();
    const client = broker.connect('a', 5);
    client.subscribe('t', 0);
    client.subscribe('$share/g/t', 0);
    broker.connect('writer').publish('t', 'x');
    assert.deepEqual(
      broker.report().rows.map(({ kind, outcome }) => `${kind} ${outcome}`),
      ['subscription delivered', 'shared delivered'],
    );
  });

  it('clients that do not match are counted, with their nearest filters first', () => {
    const broker = new CapturedBroker();
    broker.connect('far').subscribe('x/y', 0);
    const near = broker.connect('near');
    near.subscribe('x', 0);
    near.subscribe('home/kitchen/lamb', 0);
    broker.connect('none');
    broker.connect('middle').subscribe('home/bath', 0);
    broker.connect('writer').publish('home/kitchen/lamp', 'x');
    const { rows, notMatching } = broker.report();
    assert.deepEqual(rows, []);
    assert.equal(notMatching.count, 5);
    assert.deepEqual(notMatching.nearest.slice(0, 3), [
      { client: 'near', topicFilter: 'home/kitchen/lamb' },
      { client: 'middle', topicFilter: 'home/bath' },
      { client: 'far', topicFilter: 'x/y' },
    ]);
  });

  it('who was there then counts, not who is there now', () => {
    const broker = new CapturedBroker();
    const gone = broker.connect('gone');
    gone.subscribe('t', 0);
    const writer = broker.connect('writer');
    writer.publish('t', 'x');
    const frame = broker.published;
    gone.takePublish('t', 'x');
    gone.unsubscribe('t');
    gone.drop();
    broker.connect('late').subscribe('t', 0);
    assert.deepEqual(broker.outcomes(frame), ['gone delivered']);
    writer.publish('t', 'x');
    assert.deepEqual(broker.outcomes(), ['late delivered']);
    assert.equal(broker.report().notMatching.count, 1);
  });

  it('a retained message comes to later subscribers too', () => {
    const broker = new CapturedBroker();
    const writer = broker.connect('writer');
    writer.publish('t', 'x', { retain: true });
    assert.deepEqual(broker.outcomes(), []);
    const late = broker.connect('late');
    broker.now += 1000;
    late.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [
        { topicFilter: '#', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    });
    const { rows, retainedLater } = broker.report();
    assert.equal(retainedLater, 1);
    assert.equal(rows[0]?.kind, 'retained');
    assert.equal(rows[0].sentAt, broker.now);
    assert.equal(rows[0].subscriptions[0]?.topicFilter, '#');
  });

  it('a will is told with whose it is, $SYS with the broker', () => {
    const broker = new CapturedBroker({ sysInterval: 1000 });
    const reader = broker.connect('reader');
    reader.subscribe('w', 1);
    broker
      .connect('dying', 4, {
        will: { topicName: 'w', payload: new Uint8Array(1), qos: 1, retain: false },
      })
      .drop();
    const will = broker.frame((byte, way) => byte >> 4 === 3 && way === 1);
    assert.equal(broker.report(will).publisher.kind, 'will');
    assert.equal(broker.report(will).publisher.client, 'dying');
    assert.deepEqual(broker.outcomes(will), ['reader inFlight']);
    assert.deepEqual(broker.report(will).gaps, []);
    reader.take('publish');
    reader.subscribe('$SYS/broker/uptime', 0);
    broker.advance(3000);
    const sys = broker.frame((byte, way) => byte >> 4 === 3 && way === 1);
    assert.equal(broker.report(sys).publisher.kind, 'broker');
  });

  it('a message from before the broker was started is told with who published it then, and when', () => {
    const store = new MemoryStore();
    const before = new CapturedBroker({}, undefined, store);
    before.connect('reader', 5, session).subscribe('#', 1);
    const publishedAt = before.now;
    before.connect('writer', 5).publish('kept', 'x', { qos: 1, packetIdentifier: 1, retain: true });
    before.broker.flush(before.now);
    const after = new CapturedBroker({}, undefined, store);
    after.now = publishedAt + 5000;
    const reader = after.connect('reader', 5, session);
    const sent = after.frame((byte, way) => byte >> 4 === 3 && way === 1);
    const { publisher, rows } = after.report(sent);
    assert.deepEqual(publisher, {
      kind: 'restored',
      client: 'writer',
      time: publishedAt,
      acknowledgements: [],
    });
    assert.deepEqual(
      rows.map(({ client, outcome }) => [client, outcome]),
      [['reader', 'inFlight']],
    );
    reader.take('publish');
    after.connect('late', 5).subscribe('kept', 1);
    const retained = after.frame((byte, way) => byte >> 4 === 3 && way === 1);
    assert.deepEqual(after.report(retained).publisher, {
      kind: 'restored',
      time: publishedAt,
      acknowledgements: [],
    });
  });

  it('what was not accepted is told with the reason, a retry with its original', () => {
    const broker = new CapturedBroker();
    const reader = broker.connect('reader');
    reader.subscribe('#', 0);
    const writer = broker.connect('writer', 4);
    writer.publish('$SYS/x', 'no', { qos: 1, packetIdentifier: 1 });
    assert.equal(broker.report().notAccepted, 'systemTopic');
    assert.deepEqual(broker.report().rows, []);
    assert.equal(broker.report().publisher.acknowledgements[0]?.packet, 'PUBACK');
    writer.publish('t', 'x', { qos: 2, packetIdentifier: 7 });
    const original = broker.published;
    writer.publish('t', 'x', { qos: 2, packetIdentifier: 7, dup: true });
    writer.publish('t', 'x', { qos: 2, packetIdentifier: 7, dup: true });
    const report = broker.report();
    assert.equal(report.isRetry, true);
    assert.equal(report.publisher.frame, original);
    assert.deepEqual(broker.outcomes(), ['reader delivered']);
  });
});
