import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bitPattern,
  fieldsAt,
  pathTo,
  type Field,
} from '../../webview/inspector/details/fields.ts';
import { formatBytes, formatDelta, formatTime } from '../../webview/inspector/format.ts';
import { piecesOf } from '../../webview/inspector/shell/filter-pieces.ts';
import { RowSource } from '../../webview/inspector/table/row-source.ts';
import { ScrollMap } from '../../webview/inspector/table/scroll-map.ts';
import type { RowsPage } from '../../src/engine/contract.ts';
import { rowOf } from './page/templates.ts';

describe('colours of a filter', () => {
  const kinds = (filter: string): string[] =>
    piecesOf(filter)
      .filter(({ kind }) => kind !== 'text')
      .map(({ text, kind }) => `${kind} ${text}`);

  it('are those of keys, operators and quotes, where they are that', () => {
    assert.deepEqual(kinds('lamp -topic:a/-/b or (type:publish "or x" prop.A-b:1)'), [
      'operator -',
      'key topic:',
      'operator or',
      'operator (',
      'key type:',
      'quoted "or x"',
      'key prop.A-b:',
      'operator )',
    ]);
    assert.deepEqual(kinds('mqtt://a:b order x-y'), ['key mqtt:']);
    assert.deepEqual(kinds('client:"no end'), ['key client:', 'quoted "no end']);
  });

  it('lose nothing of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(
          piecesOf(text)
            .map((piece) => piece.text)
            .join(''),
          text,
        );
      }),
    );
  });
});

describe('scroll map', () => {
  it('is one pixel for one pixel as long as the rows fit into an element', () => {
    const map = new ScrollMap(22);
    map.resize(1000, 440);
    assert.equal(map.contentHeight, 22_000);
    assert.ok(map.scrolled(300));
    assert.equal(map.position, 300);
    map.moveTo(1e9);
    assert.equal(map.position, 22_000 - 440);
    assert.equal(map.scrollTop, 22_000 - 440);
  });

  it('reaches both ends and every row between of more rows than pixels', () => {
    const map = new ScrollMap(22);
    map.resize(10_000_000, 500);
    assert.ok(map.contentHeight <= 8_000_000);
    assert.ok(map.scrolled(map.contentHeight - 500));
    assert.equal(map.position, map.maximumPosition);
    assert.ok(map.scrolled(0));
    assert.equal(map.position, 0);
    for (const row of [1, 2, 3, 4_999_999, 9_999_970]) {
      map.moveTo(row * 22);
      assert.equal(map.position, row * 22);
      assert.ok(map.scrollTop > 0 && map.scrollTop < map.contentHeight - 500);
    }
  });

  it('moves pixel by pixel for small movements wherever it stands', () => {
    const map = new ScrollMap(22);
    map.resize(10_000_000, 500);
    map.moveTo(110_000_000);
    assert.ok(map.scrolled(map.scrollTop + 44));
    assert.equal(map.position, 110_000_044);
    map.settle();
    assert.equal(map.position, 110_000_044);
    // Close to the top the bar has fewer pixels than there are rows: it must not get stuck.
    map.moveTo(500);
    let steps = 0;
    while (map.scrollTop > 0 && steps < 50) {
      map.scrolled(Math.max(0, map.scrollTop - 40));
      steps++;
    }
    assert.ok(steps < 50, 'the top is reached');
    assert.deepEqual([map.position, map.scrollTop], [0, 0]);
  });

  it('tells its own movements from the person’s', () => {
    const map = new ScrollMap(22);
    map.resize(1000, 440);
    map.moveTo(2200);
    assert.equal(map.scrolled(2200), false);
    assert.equal(map.scrolled(2210), true);
  });
});

describe('row source', () => {
  function source() {
    const asked: { from: number; count: number; answer: (page: RowsPage) => void }[] = [];
    const rows = new RowSource(
      (from, count) => new Promise((answer) => asked.push({ from, count, answer })),
      () => undefined,
      () => undefined,
    );
    return { rows, asked };
  }
  function page(from: number, count: number): RowsPage {
    const rows = Array.from({ length: count }, (_, index) =>
      rowOf(from + index, from + index, undefined),
    );
    return { query: 1, generation: 0, from, rows };
  }

  it('has one request under way and then asks for what is wanted by then', async () => {
    const { rows, asked } = source();
    rows.want(0, 50);
    rows.want(1000, 1050);
    rows.want(9000, 9050);
    assert.equal(asked.length, 1);
    asked[0]?.answer(page(0, 50));
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(
      asked.map(({ from, count }) => [from, count]),
      [
        [0, 50],
        [9000, 50],
      ],
    );
    assert.equal(rows.get(10)?.ordinal, 10);
  });

  it('asks only for what it does not have', async () => {
    const { rows, asked } = source();
    rows.want(0, 50);
    asked[0]?.answer(page(0, 50));
    await Promise.resolve();
    await Promise.resolve();
    rows.want(20, 70);
    assert.deepEqual([asked[1]?.from, asked[1]?.count], [50, 20]);
  });

  it('does not ask again for rows that the capture dropped', async () => {
    const { rows, asked } = source();
    rows.want(0, 50);
    asked[0]?.answer(page(30, 20));
    await Promise.resolve();
    await Promise.resolve();
    rows.want(0, 50);
    assert.equal(asked.length, 1);
    assert.equal(rows.has(0, 50), true);
  });
});

describe('fields', () => {
  const high: Field = { label: 'Packet Type', start: 0, end: 1, bits: [7, 4] };
  const low: Field = { label: 'Flags', start: 0, end: 1, bits: [3, 0] };
  const inner: Field = { label: 'Value', start: 3, end: 9 };
  const property: Field = { label: 'Content Type', start: 2, end: 9, children: [inner] };
  const fields: Field[] = [
    { label: 'Fixed Header', start: 0, end: 2, children: [high, low] },
    { label: 'Variable Header', start: 2, end: 9, children: [property] },
  ];

  it('finds the innermost fields of a byte', () => {
    assert.deepEqual(fieldsAt(fields, 0), [high, low]);
    assert.deepEqual(fieldsAt(fields, 1), [fields[0]]);
    assert.deepEqual(fieldsAt(fields, 2), [property]);
    assert.deepEqual(fieldsAt(fields, 5), [inner]);
    assert.deepEqual(fieldsAt(fields, 9), []);
  });

  it('finds the way down to a field', () => {
    assert.deepEqual(pathTo(fields, inner), [fields[1], property, inner]);
    assert.equal(pathTo(fields, { label: 'another', start: 3, end: 9 }), undefined);
  });

  it('writes bits', () => {
    assert.equal(bitPattern(0x32, [7, 4]), '0011 ····');
    assert.equal(bitPattern(0x32, [2, 1]), '···· ·01·');
  });
});

describe('formats', () => {
  it('writes sizes', () => {
    assert.deepEqual(
      [0, 1023, 1024, 10_189, 222_000_000, 3 * 1024 ** 3].map((bytes) => formatBytes(bytes)),
      ['0 B', '1,023 B', '1.0 KB', '10 KB', '212 MB', '3.0 GB'],
    );
  });

  it('writes times and differences', () => {
    assert.equal(formatTime(new Date(2026, 4, 4, 9, 5, 7, 42).getTime()), '09:05:07.042');
    assert.deepEqual(
      [0, 28, 2284, 1_025_000, 7_380_000].map((delta) => formatDelta(delta)),
      ['+0.000', '+0.028', '+2.284', '+17:05', '+2:03:00'],
    );
  });
});
