import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureLog } from '../../src/capture/log.ts';
import { CaptureQuery } from '../../src/capture/query.ts';
import {
  mostMatches,
  RowSearch,
  type SearchDirection,
  type SearchMatch,
} from '../../src/capture/row-search.ts';
import { append, filterOf, publish } from '../support/filtered.ts';

/** Messages of which every `nth` has `needle` in its payload. */
function logOf(count: number, nth: number, limit = 1e9): CaptureLog {
  const log = new CaptureLog(limit);
  log.linkOpened(1, '127.0.0.1:1', 'tcp', 0);
  log.linkIdentified(1, 'lamp', 4, undefined);
  for (let at = 0; at < count; at++) {
    append(log, publish('home/lamp', at % nth === 0 ? 'a Needle' : 'hay'));
  }
  return log;
}

function searched(log: CaptureLog, text: string, filter = ''): RowSearch {
  const query = new CaptureQuery(log, 'packets', filterOf(filter));
  while (!query.scan(1000)) continue;
  const search = new RowSearch(log, query, text);
  while (!search.step(7)) continue;
  return search;
}

function seek(
  search: RowSearch,
  from: number,
  direction: SearchDirection = 'next',
  inclusive = false,
): SearchMatch | undefined {
  const seeking = search.seek(from, direction, inclusive);
  for (;;) {
    const { done, value } = seeking.next();
    if (done === true) return value;
  }
}

describe('find in rows', () => {
  it('goes from match to match, and round', () => {
    const search = searched(logOf(20, 8), 'needle');
    assert.equal(search.count, 3);
    assert.equal(search.hasMore, false);
    assert.deepEqual(seek(search, 0), { ordinal: 8, index: 2 });
    assert.deepEqual(seek(search, 0, 'next', true), { ordinal: 0, index: 1 });
    assert.deepEqual(seek(search, 16), { ordinal: 0, index: 1 });
    assert.deepEqual(seek(search, 19), { ordinal: 0, index: 1 });
    assert.deepEqual(seek(search, 16, 'previous'), { ordinal: 8, index: 2 });
    assert.deepEqual(seek(search, 0, 'previous'), { ordinal: 16, index: 3 });
    assert.deepEqual(seek(search, 19, 'previous'), { ordinal: 16, index: 3 });
    assert.deepEqual(seek(search, 16, 'previous', true), { ordinal: 16, index: 3 });
  });

  it('looks at topic, client and payload, in any case, and takes operators as text', () => {
    const log = logOf(3, 2);
    assert.equal(searched(log, 'HOME/L').count, 3);
    assert.equal(searched(log, 'LAMP').count, 3);
    assert.equal(searched(log, 'topic:home/lamp').count, 0);
    assert.equal(searched(log, 'needle or').count, 0);
    assert.equal(seek(searched(log, 'nowhere'), 0), undefined);
  });

  it('finds in the rows of a filter only, by their ordinals', () => {
    const search = searched(logOf(10, 2), 'needle', 'needle');
    assert.equal(search.count, 5);
    assert.deepEqual(seek(search, 1), { ordinal: 2, index: 3 });
  });

  it('goes on with new rows, and forgets dropped ones', () => {
    const log = logOf(10, 5, 64 * 1024);
    const search = searched(log, 'needle');
    assert.equal(search.count, 2);
    append(log, publish('home/lamp', 'needle'));
    while (!search.step(7)) continue;
    assert.equal(search.count, 3);
    while (log.first <= 10) append(log, publish('home/lamp', 'hay'));
    while (!search.step(100)) continue;
    assert.equal(search.count, 0);
    assert.equal(seek(search, log.first), undefined);
    assert.equal(search.isOutdated, false);
    log.clear();
    assert.equal(search.isOutdated, true);
  });

  it('counts no more than 10,000, and still finds what lies behind them', () => {
    const log = logOf(mostMatches + 50, 1);
    append(log, publish('home/lamp', 'hay'));
    const search = searched(log, 'needle');
    assert.equal(search.count, mostMatches);
    assert.equal(search.hasMore, true);
    assert.deepEqual(seek(search, mostMatches - 1), { ordinal: mostMatches, index: undefined });
    assert.deepEqual(seek(search, mostMatches + 49), { ordinal: 0, index: 1 });
    assert.deepEqual(seek(search, mostMatches, 'previous'), {
      ordinal: mostMatches - 1,
      index: mostMatches,
    });
    const last = { ordinal: mostMatches + 49, index: undefined };
    assert.deepEqual(seek(search, 0, 'previous'), last);
    assert.deepEqual(seek(search, mostMatches + 50, 'previous'), last);
  });
});
