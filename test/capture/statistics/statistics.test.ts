import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ack, second, start, StatisticsBench as Bench } from '../../support/statistics.ts';

describe('Statistics', () => {
  for (const withNumbers of [true, false]) {
    it(`count each frame for its client and its topic (${withNumbers ? 'numbered' : 'by name'})`, () => {
      const bench = new Bench(['a', 'b'], undefined, withNumbers);
      const size = bench.publish(1, 0, 'x', start + 1, { qos: 1, id: 7, retain: true });
      bench.packet(1, 1, ack('puback', 7), start + 2);
      bench.publish(2, 1, 'x', start + 3);
      bench.publish(1, 0, 'y', start + 4, { dup: true, qos: 1 });
      const { clients, totals } = bench.read();
      const [a, b] = clients;
      assert.equal(a?.name, 'a');
      assert.deepEqual([a.packetsIn, a.packetsOut, a.messagesIn, a.messagesOut], [2, 1, 2, 0]);
      assert.deepEqual([a.bytesIn, a.bytesOut, a.again, a.latest], [2 * size, 4, 1, start + 4]);
      assert.deepEqual([a.qos, a.types[3], a.types[4]], [[0, 2, 0], 2, 1]);
      assert.deepEqual([b?.packetsOut, b?.messagesOut, b?.qos], [1, 1, [1, 0, 0]]);
      assert.deepEqual([totals.packetsIn, totals.packetsOut, totals.types[3]], [2, 2, 3]);
      const { topics } = bench.read({ by: 'topic', order: 'name', descending: false });
      const [x, y] = topics;
      assert.deepEqual(
        [x?.name, x?.messagesIn, x?.messagesOut, x?.retained, x?.qos, x?.publisher],
        ['x', 1, 1, 1, [0, 1, 0], 'a'],
      );
      assert.deepEqual([y?.name, y?.again, y?.hasSeveralPublishers], ['y', 1, false]);
    });
  }

  it('count frames once, whenever somebody looks', () => {
    const bench = new Bench(['a']);
    for (let i = 0; i < 10; i++) {
      bench.publish(1, 0, `t${i % 3}`, start + i);
      if (i % 4 === 0) bench.statistics.advance(bench.log.end, 2);
    }
    assert.equal(bench.read().clients[0]?.messagesIn, 10);
    assert.equal(bench.read().clients[0]?.messagesIn, 10);
  });

  it('count what the capture drops before anybody looked', () => {
    const bench = new Bench(['a'], undefined, true, 64 * 1024);
    for (let i = 0; i < 20_000; i++) bench.publish(1, 0, `t/${i % 50}`, start + i);
    assert.ok(bench.log.first > 0);
    const { clients, topics } = { ...bench.read(), topics: bench.read({ by: 'topic' }).topics };
    assert.equal(clients[0]?.messagesIn, 20_000);
    assert.deepEqual(
      topics.map(({ messagesIn }) => messagesIn),
      new Array(50).fill(400),
    );
  });

  it('count a will for its topic once, however many get it', () => {
    const bench = new Bench(['a', 'b', 'c']);
    const originated = 1;
    bench.publish(1, 1, 'will', start, { flags: originated });
    bench.publish(2, 1, 'will', start);
    const [topic] = bench.read({ by: 'topic' }).topics;
    assert.deepEqual([topic?.messagesIn, topic?.messagesOut, topic?.publisher], [1, 2, undefined]);
  });

  it('give a client one row over all its connections, and addresses to who never said CONNECT', () => {
    const bench = new Bench(['a']);
    bench.log.linkOpened(2, '127.0.0.1:2', 'tcp', start);
    bench.packet(2, 0, { type: 'pingreq' }, start);
    bench.read();
    bench.log.linkOpened(3, '127.0.0.1:3', 'tcp', start);
    bench.log.linkIdentified(3, 'a', 5, undefined);
    bench.packet(1, 0, { type: 'pingreq' }, start);
    bench.packet(3, 0, { type: 'pingreq' }, start);
    assert.deepEqual(
      bench.read().clients.map(({ name, packetsIn }) => [name, packetsIn]),
      [
        ['a', 2],
        ['127.0.0.1:2', 1],
      ],
    );
  });

  it('tell who published a topic last, and that others did too', () => {
    const bench = new Bench(['a', 'b']);
    bench.publish(1, 0, 'x', start);
    bench.publish(1, 0, 'x', start);
    const topicNow = () => bench.read({ by: 'topic' }).topics[0];
    assert.deepEqual([topicNow()?.publisher, topicNow()?.hasSeveralPublishers], ['a', false]);
    bench.publish(2, 0, 'x', start);
    assert.deepEqual([topicNow()?.publisher, topicNow()?.hasSeveralPublishers], ['b', true]);
  });

  it('begin anew with a reset: rows, numbers of topics, and what waits', () => {
    const bench = new Bench(['a']);
    bench.publish(1, 0, 'x', start);
    bench.publish(1, 1, 'y', start, { qos: 1, id: 5 });
    bench.statistics.reset(start + 5 * second);
    const empty = bench.read();
    assert.deepEqual([empty.since, empty.total, empty.totals.packetsIn], [start + 5000, 0, 0]);
    bench.packet(1, 0, ack('puback', 5), start + 6 * second);
    bench.publish(1, 0, 'z', start + 6 * second);
    bench.publish(1, 0, 'x', start + 6 * second);
    const { topics } = bench.read({ by: 'topic', order: 'name', descending: false });
    assert.deepEqual(
      topics.map(({ name, messagesIn }) => [name, messagesIn]),
      [
        ['x', 1],
        ['z', 1],
      ],
    );
    assert.equal(bench.read().clients[0]?.latency, undefined);
  });

  it('begin anew when the capture was cleared', () => {
    const bench = new Bench(['a']);
    for (let i = 0; i < 5; i++) bench.publish(1, 0, 'x', start);
    bench.log.clear();
    bench.publish(1, 0, 'x', start);
    assert.equal(bench.read().clients[0]?.messagesIn, 1, 'frames that are gone are not counted');
  });

  it('put what is beyond their limits into one row, and say how much that is', () => {
    const names = ['a', 'b', 'c', 'd'];
    const bench = new Bench(names, { clients: 2, topics: 3 });
    names.forEach((_, index) => {
      for (let i = 0; i <= index; i++) bench.publish(index + 1, 0, `t${index}`, start);
    });
    const { clients, totals } = bench.read();
    assert.deepEqual(
      clients.map(({ name, isOthers, packetsIn }) => [name, isOthers, packetsIn]),
      [
        ['', true, 7],
        ['b', undefined, 2],
        ['a', undefined, 1],
      ],
    );
    assert.deepEqual([totals.clients, totals.otherClientPackets, totals.packetsIn], [2, 7, 10]);
    assert.deepEqual([totals.topics, totals.otherTopicMessages], [3, 4]);
    assert.equal(bench.read({ filter: 'B' }).total, 1, 'the others have no name');
  });

  it('bound the names too: very long ones have no row of their own', () => {
    const bench = new Bench(['a'], { clients: 10, topics: 4 });
    bench.publish(1, 0, 'x'.repeat(1000), start);
    bench.publish(1, 0, 'y'.repeat(1000), start);
    const { topics, totals } = bench.read({ by: 'topic', order: 'name' });
    assert.deepEqual([totals.topics, totals.otherTopicMessages], [1, 1]);
    assert.equal(topics.length, 2);
  });
});

describe('Rates and the last minute', () => {
  it('are of the last full second and the one that runs, and fall to nothing', () => {
    const bench = new Bench(['a']);
    for (let i = 0; i < 20; i++) bench.publish(1, 0, 'x', start + i * 50);
    const rateAt = (now: number) => bench.read({}, now).clients[0]?.rateIn;
    assert.equal(rateAt(start + second), 20);
    assert.equal(rateAt(start + 1.5 * second), 20 / 1.5);
    assert.equal(rateAt(start + 2 * second), 0);
    assert.equal(bench.read({}, start + second).totals.rateIn, 20);
    const topic = bench.read({ by: 'topic' }, start + 2.5 * second).topics[0];
    assert.equal(topic?.rateIn, 20 / 7.5);
  });

  it('have a place for each second, the oldest first, also when nobody looked meanwhile', () => {
    const bench = new Bench(['a']);
    bench.publish(1, 0, 'x', start + 10 * second);
    bench.publish(1, 1, 'x', start + 10 * second + 999);
    bench.publish(1, 0, 'x', start + 59 * second);
    const recent = bench.read({}, start + 60 * second).clients[0]?.recent ?? [];
    assert.deepEqual([recent.length, recent[10], recent[59]], [60, 2, 1]);
    assert.equal(
      recent.reduce((sum, count) => sum + count),
      3,
    );
    const later = bench.read({}, start + 100 * second).clients[0]?.recent ?? [];
    assert.deepEqual([later[19], later.reduce((sum, count) => sum + count)], [1, 1]);
    const topics = bench.read({ by: 'topic' }, start + 60 * second).topics[0]?.recent ?? [];
    assert.deepEqual(topics, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('name who floods: by messages or by bytes, in parts of all', () => {
    const bench = new Bench(['many', 'large', 'small', 'before']);
    for (let i = 0; i < 100; i++) bench.publish(4, 0, 'old', start);
    const now = start + 120 * second;
    for (let i = 0; i < 90; i++) bench.publish(1, 0, 'x', now);
    bench.packet(
      2,
      0,
      {
        type: 'publish',
        topicName: 'l',
        payload: new Uint8Array(1e6),
        qos: 0,
        retain: false,
        dup: false,
      },
      now,
    );
    for (let i = 0; i < 9; i++) bench.publish(3, 0, 'x', now);
    const { clients, topics } = bench.read({}, now).talkers;
    assert.deepEqual(
      clients.map(({ name }) => name),
      ['large', 'many', 'small'],
    );
    assert.equal(clients[1]?.shares.messages, 0.9);
    assert.ok((clients[0]?.shares.bytes ?? 0) > 0.99);
    assert.deepEqual(
      topics.map(({ name, shares }) => [name, shares.messages]),
      [
        ['l', 0.01],
        ['x', 0.99],
      ],
    );
  });
});

describe('Times until clients acknowledge', () => {
  it('are measured for QoS 1 and both halves of QoS 2, from what was sent last', () => {
    const bench = new Bench(['a', 'b']);
    bench.publish(1, 1, 'x', start, { qos: 1, id: 1 });
    bench.publish(1, 1, 'x', start + 100, { qos: 1, id: 1, dup: true });
    bench.packet(1, 0, ack('puback', 1), start + 110);
    bench.publish(1, 1, 'x', start + 200, { qos: 2, id: 2 });
    bench.packet(1, 0, ack('pubrec', 2), start + 220);
    bench.packet(1, 1, ack('pubrel', 2), start + 221);
    bench.packet(1, 0, ack('pubcomp', 2), start + 251);
    const latency = bench.read().clients.find(({ name }) => name === 'a')?.latency;
    assert.deepEqual(latency, { count: 3, least: 10, mean: 20, p95: latency?.p95 ?? 0, most: 30 });
    assert.ok(latency.p95 >= 20 && latency.p95 <= 30);
  });

  it('belong to the client, not to its connection nor to what it publishes', () => {
    const bench = new Bench(['a', 'b']);
    bench.publish(1, 0, 'x', start, { qos: 1, id: 1 });
    bench.packet(1, 1, ack('puback', 1), start + 5);
    bench.packet(2, 0, ack('puback', 1), start + 6);
    bench.packet(2, 0, ack('puback', 1), start + 7);
    assert.deepEqual(
      bench.read().clients.map(({ latency }) => latency),
      [undefined, undefined],
    );
    bench.publish(1, 1, 'x', start + 10, { qos: 1, id: 9 });
    bench.log.linkOpened(3, '127.0.0.1:3', 'tcp', start + 20);
    bench.log.linkIdentified(3, 'a', 4, undefined);
    bench.packet(3, 0, ack('puback', 9), start + 30);
    assert.equal(bench.read({ filter: 'a' }).clients[0]?.latency?.most, 20);
  });

  it('tell 95 of 100 within a step of the scale', () => {
    const bench = new Bench(['a']);
    for (let i = 1; i <= 100; i++) {
      bench.publish(1, 1, 'x', start, { qos: 1, id: i });
      bench.packet(1, 0, ack('puback', i), start + i);
    }
    const p95 = bench.read().clients[0]?.latency?.p95 ?? 0;
    assert.ok(p95 >= 95 && p95 <= 95 * Math.SQRT2, `${p95}`);
  });

  it('do not fail on packets that are cut off', () => {
    const bench = new Bench(['a']);
    for (const bytes of [
      [0x32],
      [0x32, 0x80],
      [0x40, 0x02, 0x00],
      [0x32, 0x04, 0xff, 0xff, 0, 1],
    ]) {
      for (const direction of [0, 1] as const) {
        const raw = new Uint8Array(bytes);
        bench.log.append(1, direction, raw, 0, raw.length, undefined, 0, start);
      }
    }
    const [client] = bench.read().clients;
    assert.deepEqual([client?.packetsIn, client?.packetsOut, client?.latency], [4, 4, undefined]);
  });
});
