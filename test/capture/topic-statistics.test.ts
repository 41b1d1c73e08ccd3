import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TopicStatistics } from '../../src/capture/topic-statistics.ts';
import { topicOf } from '../support/topics.ts';

const encoder = new TextEncoder();

function record(statistics: TopicStatistics, topic: string, payload = 'x', now = 0): void {
  const bytes = encoder.encode(`..${payload}.`);
  statistics.record(topicOf(statistics, topic), bytes, 2, bytes.length - 1, 1, now);
}

describe('TopicStatistics', () => {
  it('is a tree of levels, sorted, with counts of what is below', () => {
    const statistics = new TopicStatistics();
    for (const topic of ['home/kitchen/lamp', 'home/attic', 'home/kitchen/lamp', 'garden']) {
      record(statistics, topic);
    }
    const top = statistics.children(undefined, 0, 10, 0);
    assert.deepEqual(
      top.nodes.map(({ topic, messageCount, topicCount, hasChildren }) => [
        topic,
        messageCount,
        topicCount,
        hasChildren,
      ]),
      [
        ['garden', 1, 1, false],
        ['home', 3, 2, true],
      ],
    );
    const home = statistics.children('home', 0, 10, 0);
    assert.deepEqual(
      home.nodes.map(({ topic }) => topic),
      ['home/attic', 'home/kitchen'],
    );
    assert.equal(home.nodes[1]?.latest, undefined);
    assert.equal(statistics.topicCount, 3);
  });

  it('keeps the latest value, of any length', () => {
    const statistics = new TopicStatistics();
    record(statistics, 'a', 'short', 5);
    record(statistics, 'a', 'y'.repeat(1000), 6);
    record(statistics, 'a', '{"on": true}', 7);
    const latest = statistics.children(undefined, 0, 1, 7).nodes[0]?.latest;
    assert.deepEqual(latest, { time: 7, preview: '{"on": true}', size: 12, qos: 1 });
    record(statistics, 'a', 'z'.repeat(1000), 8);
    const long = statistics.children(undefined, 0, 1, 8).nodes[0]?.latest;
    assert.equal(long?.size, 1000);
    assert.match(long.preview, /^z{100,}…$/);
  });

  it('unfolds the levels of a topic that was alone there, for others and for who looks', () => {
    const statistics = new TopicStatistics();
    const shownAt = (prefix: string | undefined, now = 1000): unknown[] =>
      statistics.children(prefix, 0, 10, now).nodes.map((node) => {
        const { topic, topicCount, messageCount, rate, hasChildren, latest, retained } = node;
        return [topic, topicCount, messageCount, rate, hasChildren, latest?.preview, retained];
      });
    const reference = topicOf(statistics, 'a/b/c/d');
    const publish = (): void => {
      statistics.record(reference, encoder.encode('x'), 0, 1, 1, 1000);
    };
    publish();
    statistics.retained('a/b/c/d', true);
    assert.deepEqual(shownAt(undefined), [['a', 1, 1, 0, true, undefined, false]]);
    // One who looks.
    assert.deepEqual(shownAt('a'), [['a/b', 1, 1, 0, true, undefined, false]]);
    publish();
    assert.deepEqual(shownAt('a'), [['a/b', 1, 2, 0, true, undefined, false]]);
    // Another topic, and one that is a level of both.
    record(statistics, 'a/b/c/e', 'y', 1000);
    record(statistics, 'a/b', 'z', 1000);
    publish();
    assert.deepEqual(shownAt('a', 2000), [['a/b', 3, 5, 5, true, 'z', false]]);
    assert.deepEqual(shownAt('a/b', 2000), [['a/b/c', 2, 4, 4, true, undefined, false]]);
    assert.deepEqual(shownAt('a/b/c', 2000), [
      ['a/b/c/d', 1, 3, 3, false, 'x', true],
      ['a/b/c/e', 1, 1, 1, false, 'y', false],
    ]);
    // What is below a topic, or beside its folded levels, is no level of it.
    record(statistics, 'f/g/h');
    for (const prefix of ['a/b/c/d', 'a/x', 'f/x', 'f/g/h/i'])
      assert.deepEqual(shownAt(prefix), []);
    statistics.retained('f/g', false);
    statistics.retained('a/b/c/d', false);
    assert.equal(statistics.children('a/b/c', 0, 1, 0).nodes[0]?.retained, false);
  });

  it('tells empty levels from no level', () => {
    const statistics = new TopicStatistics();
    record(statistics, '/a');
    record(statistics, '//b');
    assert.deepEqual(
      statistics.children(undefined, 0, 10, 0).nodes.map(({ topic, level }) => [topic, level]),
      [['', '']],
    );
    assert.deepEqual(
      statistics.children('', 0, 10, 0).nodes.map(({ topic }) => topic),
      ['/', '/a'],
    );
    assert.deepEqual(
      statistics.children('/', 0, 10, 0).nodes.map(({ topic }) => topic),
      ['//b'],
    );
  });

  it('gives rates of the last full second, for a level and all above it', () => {
    const statistics = new TopicStatistics();
    for (let i = 0; i < 30; i++) record(statistics, 'a/b', 'x', 1000 + i * 10);
    const rates = (now: number): (number | undefined)[] => [
      statistics.children(undefined, 0, 1, now).nodes[0]?.rate,
      statistics.children('a', 0, 1, now).nodes[0]?.rate,
    ];
    assert.deepEqual(rates(1900), [0, 0]);
    assert.deepEqual(rates(2100), [30, 30]);
    assert.deepEqual(rates(3100), [0, 0]);
  });

  it('marks retained topics, also those without a message, and unmarks them', () => {
    const statistics = new TopicStatistics();
    statistics.retained('a', true);
    assert.equal(statistics.children(undefined, 0, 1, 0).nodes[0]?.retained, true);
    statistics.retained('a', false);
    assert.equal(statistics.children(undefined, 0, 1, 0).nodes[0]?.retained, false);
  });

  it('pages', () => {
    const statistics = new TopicStatistics();
    for (let i = 0; i < 1200; i++) record(statistics, `t/${String(i).padStart(4, '0')}`);
    const page = statistics.children('t', 500, 500, 0);
    assert.equal(page.total, 1200);
    assert.equal(page.nodes.length, 500);
    assert.equal(page.nodes[0]?.level, '0500');
  });

  it('counts what does not fit: too many topics, too many levels', () => {
    const statistics = new TopicStatistics(100);
    for (let i = 0; i < 150; i++) record(statistics, `t/${i}`);
    assert.equal(statistics.topicCount, 100);
    assert.equal(statistics.children('t', 0, 0, 0).overflow, 50);
    record(statistics, 't/5');
    assert.equal(statistics.children('t', 0, 0, 0).overflow, 50, 'known topics still count');
    const deep = new TopicStatistics();
    record(deep, '/'.repeat(65_000));
    assert.equal(deep.topicCount, 0);
    assert.equal(deep.children(undefined, 0, 1, 0).overflow, 1);
  });

  it('does not make a topic of one that was only unmarked', () => {
    const statistics = new TopicStatistics();
    statistics.retained('a/b', false);
    assert.equal(statistics.topicCount, 0);
    assert.equal(statistics.children(undefined, 0, 10, 0).total, 0);
  });

  it('is bounded in names and levels, however long and deep, and counts what is over', () => {
    const long = new TopicStatistics(100);
    for (let i = 0; i < 100; i++) record(long, `${i}/`.padEnd(10_000, 'x'));
    assert.equal(long.topicCount, 2);
    assert.equal(long.children(undefined, 0, 0, 0).overflow, 98);
    const deep = new TopicStatistics(100);
    for (let i = 0; i < 100; i++) record(deep, `${i}${'/a'.repeat(99)}`);
    assert.equal(deep.topicCount, 4);
    assert.equal(deep.children(undefined, 0, 0, 0).overflow, 96);
    record(deep, `0${'/a'.repeat(50)}`);
    assert.equal(deep.topicCount, 5, 'a level that is there already needs no room');
    deep.clear();
    record(deep, `0${'/a'.repeat(99)}`);
    assert.equal(deep.topicCount, 1);
  });

  it('agrees with a list of all messages, for any topics', () => {
    const topicName = fc
      .array(fc.constantFrom('', 'a', 'b', 'c', '$SYS'), { minLength: 1, maxLength: 4 })
      .map((levels) => levels.join('/'));
    fc.assert(
      fc.property(fc.array(topicName, { maxLength: 60 }), (topics) => {
        const statistics = new TopicStatistics();
        topics.forEach((topic, i) => record(statistics, topic, `m${i}`, i));
        const check = (prefix: string | undefined): void => {
          const start = prefix === undefined ? '' : `${prefix}/`;
          const below = topics.filter((topic) => topic.startsWith(start));
          const levels = new Set(below.map((topic) => topic.slice(start.length).split('/')[0]));
          const page = statistics.children(prefix, 0, 1000, topics.length);
          const expected = [...levels].map((level) => `${start}${level ?? ''}`).sort();
          assert.deepEqual(
            page.nodes.map(({ topic }) => topic),
            expected,
          );
          for (const node of page.nodes) {
            const here = topics.filter(
              (topic) => topic === node.topic || topic.startsWith(`${node.topic}/`),
            );
            assert.equal(node.messageCount, here.length);
            assert.equal(node.topicCount, new Set(here).size);
            assert.equal(
              node.hasChildren,
              here.some((topic) => topic !== node.topic),
            );
            const last = topics.lastIndexOf(node.topic);
            assert.equal(node.latest?.preview, last < 0 ? undefined : `m${last}`);
            check(node.topic);
          }
        };
        check(undefined);
        assert.equal(statistics.topicCount, new Set(topics).size);
      }),
    );
  });

  it('is empty after clear, with a new revision', () => {
    const statistics = new TopicStatistics();
    record(statistics, 'a');
    const { revision } = statistics;
    statistics.clear();
    assert.notEqual(statistics.revision, revision);
    assert.equal(statistics.children(undefined, 0, 10, 0).total, 0);
    record(statistics, 'a');
    assert.equal(statistics.topicCount, 1);
  });
});
