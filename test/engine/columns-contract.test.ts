import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsOf, usualColumns } from '../../src/engine/columns-contract.ts';
import { hidden, moved, resized } from '../../webview/inspector/table/column-arrangement.ts';
import { fitColumns } from '../../webview/inspector/table/column-tracks.ts';

const usual = usualColumns.map(({ name }) => name).join();

describe('Columns of the inspector', () => {
  const nonsense: unknown[] = [
    undefined,
    null,
    'time',
    {},
    [1, null, 'time', { name: 'nope' }, { name: 7 }],
    [{ name: '__proto__' }, { name: 'constructor' }],
    usualColumns.map(({ name }) => ({ name, isHidden: true })),
  ];
  for (const kept of nonsense) {
    it(`are the usual ones when ${kept === undefined ? 'nothing' : JSON.stringify(kept).slice(0, 60)} was kept`, () => {
      assert.deepEqual(columnsOf(kept), usualColumns);
    });
  }

  it('are kept in their order, each once, with widths that can be and nothing else', () => {
    const columns = columnsOf([
      { name: 'payload', width: 300.4, more: 1 },
      { name: 'time', width: 5 },
      { name: 'payload', width: 20 },
      { name: 'topic', width: Infinity, isHidden: true },
      { name: 'client', isHidden: 'yes' },
    ]);
    assert.deepEqual(
      columns.filter(({ name }) => ['payload', 'time', 'topic', 'client'].includes(name)),
      [
        { name: 'payload', width: 300 },
        { name: 'time' },
        { name: 'topic', isHidden: true },
        { name: 'client' },
      ],
    );
    assert.equal(columns.length, usualColumns.length);
  });

  it('take in one that a newer version has, behind the one that it follows', () => {
    const older = usualColumns.filter(({ name }) => name !== 'delta' && name !== 'qos').reverse();
    assert.equal(
      columnsOf(older)
        .map(({ name }) => name)
        .join(),
      'payload,size,flags,topic,qos,packet,direction,client,time,delta',
    );
  });

  it('can be moved before another one and to the end, and made as wide as they were', () => {
    const names = (columns: typeof usualColumns): string => columns.map(({ name }) => name).join();
    const first = moved(usualColumns, 'topic', 'time');
    assert.match(names(first), /^topic,time,delta/);
    assert.match(names(moved(first, 'topic', undefined)), /payload,topic$/);
    assert.equal(names(moved(usualColumns, 'topic', 'topic')), usual);
    const wide = resized(usualColumns, 'topic', 200);
    assert.deepEqual(wide[5], { name: 'topic', width: 200 });
    assert.deepEqual(resized(wide, 'topic', undefined), usualColumns);
  });

  it('are never all hidden', () => {
    const columns = usualColumns.reduce((rest, { name }) => hidden(rest, name), usualColumns);
    assert.deepEqual(
      columns.filter(({ isHidden }) => isHidden !== true),
      [{ name: 'payload' }],
    );
  });

  it('that are the least important give way on narrow pages, and others in the view Flow', () => {
    const shown = (view: 'packets' | 'flow', width: number): string =>
      fitColumns(usualColumns, view, width).shown.join();
    assert.equal(shown('packets', 1400), usual);
    assert.equal(shown('packets', 800), 'time,client,direction,packet,topic,qos,size');
    assert.equal(shown('packets', 400), 'client,direction,packet,topic,qos');
    assert.equal(shown('flow', 1400), 'time,delta,client,direction,packet,topic,qos,payload');
    assert.equal(shown('flow', 400), 'client,packet,topic,payload');
  });

  it('shrink where there is no room, and leave the rest empty when none of them takes it', () => {
    const columns = resized(resized(usualColumns, 'topic', 300), 'payload', 30);
    const { template } = fitColumns(columns, 'packets', 1400);
    assert.match(template, / minmax\(40px, 300px\) .* minmax\(30px, 30px\) minmax\(0, 1fr\)$/);
  });
});
