import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HumanError } from '../../src/base/errors.ts';
import { guards, notificationGuards } from '../../src/vscode/inspector/guards.ts';

/** Request, well-formed parameters (with what does not belong there), and what is left of them. */
const good: [keyof typeof guards, unknown, unknown][] = [
  ['query/open', { view: 'packets', filter: 'a', more: 1 }, { view: 'packets', filter: 'a' }],
  ['filter/complete', { filter: 'a', caret: 1, x: 0 }, { filter: 'a', caret: 1 }],
  ['query/close', { query: 1 }, { query: 1 }],
  ['query/rows', { query: 1, from: 0, count: 10_000 }, { query: 1, from: 0, count: 10_000 }],
  ['query/find', { query: 1, frame: 2 }, { query: 1, frame: 2 }],
  ['capture/frame', { frame: 3 }, { frame: 3 }],
  ['capture/delivery', { frame: 3, more: 1 }, { frame: 3 }],
  ['capture/delivery', { frame: 3, outcome: 'queued' }, { frame: 3, outcome: 'queued' }],
  ['capture/payload', { frame: 3, decoder: 'cbor', x: 1 }, { frame: 3, decoder: 'cbor' }],
  ['capture/bytes', { frame: 3, start: 1, end: 1 }, { frame: 3, start: 1, end: 1 }],
  ['capture/clear', { anything: true }, null],
  [
    'statistics/read',
    { by: 'topic', order: 'name', descending: true, from: 0, count: 5, filter: 'a', x: 1 },
    { by: 'topic', order: 'name', descending: true, from: 0, count: 5, filter: 'a' },
  ],
  ['statistics/reset', { anything: true }, null],
  [
    'host/copyStatistics',
    { by: 'client', order: 'bytesIn', descending: false, filter: '', from: 3 },
    { by: 'client', order: 'bytesIn', descending: false, filter: '' },
  ],
  ['host/command', { command: 'showLog' }, { command: 'showLog' }],
  ['host/copy', { text: 'a' }, { text: 'a' }],
  ['host/copyRow', { frame: 3, text: 'a' }, { frame: 3 }],
  [
    'query/search',
    { query: 1, text: 'a', from: 2, direction: 'next', inclusive: true, more: 1 },
    { query: 1, text: 'a', from: 2, direction: 'next', inclusive: true },
  ],
  [
    'query/search',
    { query: 1, text: 'a', direction: 'previous', inclusive: 'yes' },
    { query: 1, text: 'a', direction: 'previous', inclusive: false },
  ],
];

const wrong: [keyof typeof guards, unknown][] = [
  ['query/open', null],
  ['query/open', 'packets'],
  ['query/open', { view: 'topics', filter: '' }],
  ['query/open', { view: 'packets', filter: 1 }],
  ['query/open', { view: 'packets', filter: 'x'.repeat(70_000) }],
  ['filter/complete', { filter: 'a', caret: -1 }],
  ['filter/complete', { filter: ['a'], caret: 0 }],
  ['query/close', {}],
  ['query/close', { query: '1' }],
  ['query/close', Object.create({ query: 1 })],
  ['query/rows', { query: 1, from: -1, count: 1 }],
  ['query/rows', { query: 1, from: 0, count: 1e9 }],
  ['query/rows', { query: 1, from: 0.5, count: 1 }],
  ['query/find', { query: 1, frame: Number.NaN }],
  ['capture/frame', { frame: Number.POSITIVE_INFINITY }],
  ['capture/delivery', { frame: -1 }],
  ['capture/delivery', { frame: 1, outcome: 'lost' }],
  ['capture/payload', { frame: 1, decoder: 'toString' }],
  ['capture/payload', { frame: 1.5, decoder: 'cbor' }],
  ['capture/payload', { frame: 1 }],
  ['capture/bytes', { frame: 1, start: 5, end: 4 }],
  [
    'statistics/read',
    { by: 'link', order: 'name', descending: true, filter: '', from: 0, count: 1 },
  ],
  ['statistics/read', { by: 'topic', order: 'x', descending: true, filter: '', from: 0, count: 1 }],
  ['statistics/read', { by: 'topic', order: 'name', descending: 1, filter: '', from: 0, count: 1 }],
  [
    'statistics/read',
    { by: 'topic', order: 'name', descending: true, filter: '', from: -1, count: 1 },
  ],
  ['host/saveStatistics', { by: 'topic', order: 'name', descending: true, filter: null }],
  ['host/command', { command: 'stopBroker' }],
  ['host/command', { command: 'workbench.action.terminal.sendSequence' }],
  ['host/copy', { text: ['a'] }],
  ['host/copyRow', { frame: '3' }],
  ['query/search', { query: 1, text: 'a', direction: 'up', inclusive: true }],
  ['query/search', { query: 1, text: 'a', from: -1, direction: 'next', inclusive: true }],
  ['query/search', { query: 1, text: 'x'.repeat(70_000), direction: 'next', inclusive: true }],
  ['query/search', { query: 1, text: 'a', direction: 'next' }],
];

describe('Guards of the page’s requests', () => {
  for (const [method, params, expected] of good) {
    it(`${method} takes what it should`, () => {
      assert.deepEqual(guards[method](params), expected);
    });
  }

  for (const [method, params] of wrong) {
    it(`${method} refuses ${JSON.stringify(params).slice(0, 60)}`, () => {
      assert.throws(
        () => guards[method](params),
        (error) => error instanceof HumanError && error.code === 'badRequest',
      );
    });
  }
});

describe('Guards of the page’s notifications', () => {
  it('take a row, or none', () => {
    const { selected } = notificationGuards;
    const row = { frame: 3, kind: 'publish' };
    assert.deepEqual(selected({ ...row, more: 1 }), row);
    assert.deepEqual(selected({ frame: null, kind: 'packet' }), { frame: null, kind: 'packet' });
    for (const wrong of [null, {}, { frame: -1, kind: 'packet' }, { frame: 1, kind: 'row' }]) {
      assert.throws(() => selected(wrong), { code: 'badRequest' });
    }
  });
});
