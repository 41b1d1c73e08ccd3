import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HumanError } from '../../src/base/errors.ts';
import { queryState, RelayBench } from './support/page.ts';

const isClosed = (error: unknown) => error instanceof HumanError && error.code === 'queryClosed';
const open = { view: 'packets', filter: '' } as const;

describe('Relay between inspector and engine', () => {
  it('hands requests on, and the news of its own queries only', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    const seen: number[] = [];
    page.onNotification('queryChanged', ({ query }) => seen.push(query));
    const { query } = await page.request('query/open', open);
    bench.relay.queryChanged(queryState(query));
    bench.relay.queryChanged(queryState(query + 1));
    assert.deepEqual(seen, [query]);
    assert.deepEqual(bench.asked, ['query/open {"view":"packets","filter":""}']);
  });

  it('refuses queries that the page did not open', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    await assert.rejects(page.request('query/rows', { query: 7, from: 0, count: 1 }), isClosed);
    await assert.rejects(page.request('query/find', { query: 7, frame: 0 }), isClosed);
    await page.request('query/close', { query: 7 });
    assert.deepEqual(bench.asked, []);
  });

  it('closes the queries of a page that was hidden, and answers the next page afresh', async () => {
    const bench = new RelayBench();
    const first = bench.page();
    let heard = 0;
    first.onNotification('queryChanged', () => heard++);
    const { query } = await first.request('query/open', open);
    bench.relay.visible = false;
    bench.relay.queryChanged(queryState(query));
    assert.equal(heard, 0);
    assert.deepEqual(bench.asked.slice(1), [`query/close {"query":${query}}`]);
    bench.relay.visible = true;
    const second = bench.page();
    assert.equal((await second.request('query/open', open)).query, query + 1);
  });

  it('closes a query whose page went away while it was being opened', async () => {
    const bench = new RelayBench();
    let finish: (state: unknown) => void = () => undefined;
    bench.answers.set('query/open', () => new Promise((resolve) => (finish = resolve)));
    const pending = bench.page().request('query/open', open);
    pending.catch(() => undefined);
    bench.relay.dispose();
    finish(queryState(5));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(bench.asked.slice(1), ['query/close {"query":5}']);
  });

  it('bounds the queries that one page can hold', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    for (let i = 0; i < 9; i++) await page.request('query/open', open);
    assert.deepEqual(
      bench.asked.filter((text) => text.startsWith('query/close')),
      ['query/close {"query":1}'],
    );
  });

  it('copies bytes out of their backing store', async () => {
    const bench = new RelayBench();
    const store = new Uint8Array(1000);
    bench.answers.set('capture/bytes', () => store.subarray(10, 14));
    bench.answers.set('capture/frame', () => ({ frame: 1, bytes: Buffer.from('abcd') }));
    const page = bench.page();
    const bytes = await page.request('capture/bytes', { frame: 1, start: 0, end: 4 });
    assert.equal(bytes.buffer.byteLength, 4);
    const detail = await page.request('capture/frame', { frame: 1 });
    assert.equal(detail?.bytes.constructor, Uint8Array);
    assert.equal(detail.bytes.buffer.byteLength, 4);
  });

  it('gives a filter to the page when there is one', async () => {
    const bench = new RelayBench();
    bench.relay.setFilter('topic:a');
    const page = bench.page();
    const filters: string[] = [];
    page.onNotification('setFilter', ({ filter }) => filters.push(filter));
    await page.request('query/open', open);
    assert.deepEqual(filters, []);
    page.notify('ready', null);
    bench.relay.setFilter('topic:b');
    assert.deepEqual(filters, ['topic:a', 'topic:b']);
  });

  it('tells a page that comes up where to go, and what to find', () => {
    const bench = new RelayBench();
    bench.relay.goTo(1);
    bench.relay.goTo(7, 'delivery');
    bench.relay.addFilter('qos:1');
    bench.relay.find();
    const page = bench.page();
    const heard: unknown[] = [];
    page.onNotification('goTo', (params) => heard.push(params));
    page.onNotification('addFilter', (params) => heard.push(params));
    page.onNotification('find', () => heard.push('find'));
    page.notify('ready', null);
    bench.relay.goTo(8);
    assert.deepEqual(heard, [
      { frame: 7, tab: 'delivery' },
      { term: 'qos:1' },
      'find',
      { frame: 8 },
    ]);
  });

  it('knows which row is selected until the page is hidden, and believes no nonsense', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    page.notify('selected', { frame: 4, kind: 'publish' });
    page.notify('selected', { frame: -4, kind: 'publish' });
    await page.request('host/copyRow', { frame: 4 });
    bench.relay.visible = false;
    assert.deepEqual(bench.commands, ['selected 4 publish', 'copy row 4', 'selected none packet']);
    assert.equal(bench.logged.length, 1);
  });

  it('searches in the queries of the page only', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    const { query } = await page.request('query/open', open);
    const search = { text: 'a', direction: 'next', inclusive: true } as const;
    bench.answers.set('query/search', () => ({ count: 2, hasMore: false }));
    const found = await page.request('query/search', { query, ...search });
    assert.deepEqual(found, { count: 2, hasMore: false });
    await assert.rejects(page.request('query/search', { query: query + 1, ...search }), isClosed);
  });

  it('shows the broker as stopped after a crash, then asks for a new beginning', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    const heard: string[] = [];
    page.onNotification('queryChanged', ({ broker }) => heard.push(broker.status));
    page.onNotification('engineRestarted', () => heard.push('restarted'));
    const { query } = await page.request('query/open', open);
    bench.relay.engineCrashed();
    await assert.rejects(page.request('query/rows', { query, from: 0, count: 1 }), isClosed);
    bench.relay.engineRestarted();
    assert.deepEqual(heard, ['stopped', 'restarted']);
  });

  it('runs allowed commands, copies text, asks before clearing', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    await page.request('host/command', { command: 'publish' });
    await page.request('capture/clear', null);
    await page.request('host/copy', { text: 'x' });
    assert.deepEqual([bench.commands, bench.copied], [['publish', 'clear'], ['x']]);
  });

  it('copies and saves statistics as CSV, which the page itself never sees', async () => {
    const bench = new RelayBench();
    bench.answers.set('statistics/csv', () => 'client\r\n');
    const page = bench.page();
    const table = { by: 'client', order: 'name', descending: false, filter: '' } as const;
    assert.equal(await page.request('host/copyStatistics', table), null);
    assert.equal(await page.request('host/saveStatistics', table), true);
    assert.deepEqual(bench.copied, ['client\r\n', 'mqtt-clients.csv: client\r\n']);
  });

  it('logs defects, not what a person can act on', async () => {
    const bench = new RelayBench();
    const page = bench.page();
    bench.answers.set('capture/frame', () => {
      throw new TypeError('a defect');
    });
    await assert.rejects(page.request('capture/frame', { frame: 1 }), /a defect/);
    await assert.rejects(page.request('capture/frame', { frame: -1 }), /wrong 'frame'/);
    assert.equal(bench.logged.length, 1);
  });
});
