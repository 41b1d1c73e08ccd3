import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { csvCell, statisticsCsv } from '../../../src/capture/statistics/statistics-csv.ts';
import { statisticsOrders } from '../../../src/capture/statistics/statistics-views.ts';
import { orderedRows } from '../../../src/capture/statistics/top-rows.ts';
import { second, start, StatisticsBench as Bench } from '../../support/statistics.ts';

describe('Rows of an order', () => {
  it('are those that sorting all would give', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }),
        fc.nat(50),
        fc.nat(50),
        (keys, from, count) => {
          const rows = keys.map((_, index) => index);
          const before = (a: number, b: number): boolean =>
            keys[a] === keys[b] ? a < b : (keys[a] ?? 0) < (keys[b] ?? 0);
          const sorted = rows.toSorted((a, b) => (before(a, b) ? -1 : 1));
          assert.deepEqual(
            orderedRows(rows, from, count, before),
            sorted.slice(from, from + count),
          );
        },
      ),
    );
  });
});

describe('A page of statistics', () => {
  const bench = new Bench(['b', 'A', 'c']);
  for (let link = 1; link <= 3; link++) {
    for (let i = 0; i < link; i++) bench.publish(link, 0, `t/${link}`, start + link * second);
  }
  const namesOf = (request: Parameters<Bench['read']>[0]): string[] =>
    bench.read(request).clients.map(({ name }) => name);

  it('has each order, both ways', () => {
    for (const order of statisticsOrders) {
      for (const by of ['client', 'topic'] as const) {
        const page = bench.read({ by, order, descending: true });
        assert.equal(page.clients.length + page.topics.length, 3, `${by} ${order}`);
      }
    }
    assert.deepEqual(namesOf({ order: 'messagesIn', descending: true }), ['c', 'A', 'b']);
    assert.deepEqual(namesOf({ order: 'messagesIn', descending: false }), ['b', 'A', 'c']);
    assert.deepEqual(namesOf({ order: 'name', descending: false }), ['A', 'b', 'c']);
    assert.deepEqual(namesOf({ order: 'latest', descending: true }), ['c', 'A', 'b']);
  });

  it('gives the rows that were asked for, of those whose name matches', () => {
    const page = bench.read({ order: 'name', descending: false, from: 1, count: 1 });
    assert.deepEqual([page.total, page.from, page.clients[0]?.name], [3, 1, 'b']);
    assert.deepEqual(namesOf({ filter: 'a' }), ['A']);
    assert.deepEqual(namesOf({ from: 10 }), []);
  });

  it('is bounded in rows and in the length of names', () => {
    const many = new Bench(['a'], { clients: 10, topics: 5000 });
    for (let i = 0; i < 1500; i++) many.publish(1, 0, `t/${i}`, start);
    many.publish(1, 0, `long/${'x'.repeat(5000)}`, start + 1);
    const page = many.read({ by: 'topic', order: 'latest', count: 1e9 });
    assert.deepEqual([page.total, page.topics.length], [1501, 1000]);
    assert.deepEqual([page.topics[0]?.name.length, page.topics[0]?.isCut], [1024, true]);
  });
});

describe('CSV', () => {
  it('quotes what must be quoted, and takes from formulas what makes them formulas', () => {
    const cells: [string, string][] = [
      ['plain', 'plain'],
      ['a,b', '"a,b"'],
      ['say "x"', '"say ""x"""'],
      ['two\r\nlines', '"two\r\nlines"'],
      ['=1+1', "'=1+1"],
      ['+49', "'+49"],
      ['-1', "'-1"],
      ['@SUM(A1)', "'@SUM(A1)"],
      ['\tx', "'\tx"],
      ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
      ['', ''],
    ];
    for (const [text, expected] of cells) assert.equal(csvCell(text), expected);
    assert.deepEqual([csvCell(-1), csvCell(undefined)], ['-1', '']);
  });

  it('has a line for each row that matches, with all counts', () => {
    const bench = new Bench(['=cmd', 'b']);
    bench.publish(1, 0, 'x,y', start, { qos: 1, retain: true });
    bench.publish(2, 1, 'x,y', start);
    bench.read();
    const table = { order: 'name', descending: false, filter: '' } as const;
    const clients = statisticsCsv(bench.statistics, { by: 'client', ...table }, start + second);
    const [head, first, other, end] = clients.split('\r\n');
    assert.match(head ?? '', /^client,messages in,messages out,.*,PUBLISH,PUBACK,.*,AUTH$/);
    assert.match(first ?? '', /^'=cmd,1,0,0,19,0,1,0,1,0,2027-01-15T08:00:00\.000Z,0,1,0,/);
    assert.match(other ?? '', /^b,0,1,/);
    assert.equal(end, '');
    assert.equal(first?.split(',').length, head?.split(',').length);
    const topics = statisticsCsv(bench.statistics, { by: 'topic', ...table }, start + second);
    assert.match(topics, /\r\n"x,y",1,1,0,19,17,.*,1,'=cmd,no\r\n$/);
    const none = statisticsCsv(bench.statistics, { by: 'topic', ...table, filter: 'no' }, start);
    assert.equal(none.split('\r\n').length, 2);
  });
});
