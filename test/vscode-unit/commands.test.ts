import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Emitter } from '../../src/base/event.ts';
import type { QueryState } from '../../src/engine/contract.ts';
import { compileFilter } from '../../src/capture/filter.ts';
import { clientFilterText, topicFilterText } from '../../src/vscode/commands/filter-text.ts';
import { latestPayload } from '../../src/vscode/commands/latest-payload.ts';
import { isWhole, messageParts, withRecent } from '../../src/vscode/commands/message.ts';
import type { EngineProxy } from '../../src/vscode/engine/engine-proxy.ts';
import { queryState } from './support/page.ts';

describe('Filters for what a person asked for', () => {
  it('take in what lies below a level', () => {
    assert.equal(topicFilterText({ topic: 'home', hasChildren: true }), 'topic:home/#');
    assert.equal(topicFilterText({ topic: 'home/lamp', hasChildren: false }), 'topic:home/lamp');
  });

  for (const name of ['a b', 'say "hi"', 'back\\slash', '(x)', '-x', 'or', 'topic:x', '', 'ü/😀']) {
    it(`can be understood with ${JSON.stringify(name)}`, () => {
      const filters = [clientFilterText(name), topicFilterText({ topic: name, hasChildren: true })];
      for (const filter of name === '' ? filters.slice(1) : filters) {
        assert.equal(compileFilter(filter).ok, true, filter);
      }
    });
  }
});

describe('Message of the publish command', () => {
  it('takes from an argument what is right in it', () => {
    assert.deepEqual(messageParts({ topicName: 'a', payload: '', qos: 2, retain: true, more: 1 }), {
      topicName: 'a',
      payload: '',
      qos: 2,
      retain: true,
    });
    assert.deepEqual(messageParts({ topicName: 'a/#', payload: 1, qos: 3, retain: 'yes' }), {});
    for (const wrong of [undefined, null, 'a', 3]) assert.deepEqual(messageParts(wrong), {});
  });

  it('needs no question when topic and payload are given', () => {
    assert.equal(isWhole({ topicName: 'a', payload: '' }), true);
    assert.equal(isWhole({ topicName: 'a' }), false);
  });

  it('remembers topics, the newest first, each once', () => {
    assert.deepEqual(withRecent(['a', 'b'], 'b'), ['b', 'a']);
    assert.deepEqual(withRecent({ stored: 'nonsense' }, 'b'), ['b']);
    const many = Array.from({ length: 40 }, (_, i) => `t${i}`);
    assert.equal(withRecent(many, 'new').length, 15);
  });
});

/** An engine whose capture holds one message, with its payload at [5, 5 + size). */
function engineWith(size: number, scanned: number) {
  const asked: string[] = [];
  const changes = new Emitter<QueryState>();
  const answers: Record<string, (params: { start: number; end: number }) => unknown> = {
    'query/open': () => ({ ...queryState(1, scanned), toScan: 1 }),
    'query/rows': () => ({ rows: [{ frame: 42 }] }),
    'capture/frame': () => ({ frame: 42, payload: { start: 5, end: 5 + size } }),
    'capture/bytes': ({ start, end }) => new Uint8Array(end - start).fill(end % 256),
    'query/close': () => null,
  };
  const request = (method: string, params: never) => {
    asked.push(method);
    return Promise.resolve(answers[method]?.(params));
  };
  const engine = { request, onQueryChanged: changes.event } as unknown as EngineProxy;
  return { engine, asked, changes, answers };
}

describe('Latest payload of a topic', () => {
  it('is fetched whole, page by page, and the query is closed', async () => {
    const { engine, asked } = engineWith(2.5 * 1024 * 1024, 1);
    assert.equal((await latestPayload(engine, 'a'))?.length, 2.5 * 1024 * 1024);
    assert.equal(asked.filter((method) => method === 'capture/bytes').length, 3);
    assert.equal(asked.at(-3 - 2), 'query/close');
  });

  it('is looked for until the whole capture was', async () => {
    const { engine, changes } = engineWith(3, 0);
    const found = latestPayload(engine, 'a');
    await new Promise((resolve) => setImmediate(resolve));
    changes.fire({ ...queryState(2, 1), toScan: 1 });
    changes.fire({ ...queryState(1, 1), toScan: 1 });
    assert.equal((await found)?.length, 3);
  });

  it('is nothing when the message is gone, or going', async () => {
    const gone = engineWith(3, 1);
    gone.answers['query/rows'] = () => ({ rows: [] });
    assert.equal(await latestPayload(gone.engine, 'a'), undefined);
    const going = engineWith(3, 1);
    going.answers['capture/bytes'] = () => new Uint8Array(0);
    assert.equal(await latestPayload(going.engine, 'a'), undefined);
  });
});
