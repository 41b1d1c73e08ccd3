import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Channel } from '../../src/base/channel.ts';
import { HumanError } from '../../src/base/errors.ts';
import { connectedPorts } from '../support/ports.ts';

interface Calculator {
  requests: {
    add: { params: { a: number; b: number }; result: number };
    fail: { params: 'human' | 'bug'; result: null };
    missing: { params: null; result: null };
    never: { params: null; result: null };
  };
  notifications: { tick: number };
}
interface Nothing {
  requests: Record<string, never>;
  notifications: Record<string, never>;
}

function pair(): { server: Channel<Calculator, Nothing>; client: Channel<Nothing, Calculator> } {
  const [first, second] = connectedPorts();
  const server = new Channel<Calculator, Nothing>(first);
  const client = new Channel<Nothing, Calculator>(second);
  server.handle('add', ({ a, b }) => a + b);
  server.handle('fail', (kind) => {
    if (kind === 'bug') throw new TypeError('broken');
    throw new HumanError('portTaken', 'Port taken.', [{ id: 'next', title: 'Next', value: 1884 }]);
  });
  server.handle('never', () => new Promise<null>(() => undefined));
  return { server, client };
}

describe('Channel', () => {
  it('answers requests, each with its own result', async () => {
    const { client } = pair();
    const results = await Promise.all([
      client.request('add', { a: 1, b: 2 }),
      client.request('add', { a: 10, b: 20 }),
    ]);
    assert.deepEqual(results, [3, 30]);
  });

  it('carries a HumanError with code and actions', async () => {
    const { client } = pair();
    await assert.rejects(client.request('fail', 'human'), (error) => {
      assert.ok(error instanceof HumanError);
      assert.equal(error.code, 'portTaken');
      assert.deepEqual(error.actions, [{ id: 'next', title: 'Next', value: 1884 }]);
      return true;
    });
  });

  it('carries other errors as plain errors with their stack', async () => {
    const { client } = pair();
    await assert.rejects(client.request('fail', 'bug'), (error) => {
      assert.ok(error instanceof Error && !(error instanceof HumanError));
      assert.match(error.stack ?? '', /TypeError: broken/);
      return true;
    });
  });

  it('rejects a request that nobody serves, naming it', async () => {
    const { client } = pair();
    await assert.rejects(client.request('missing', null), /missing/);
  });

  it('delivers notifications to every listener until disposed', async () => {
    const { server, client } = pair();
    const heard: string[] = [];
    const first = server.onNotification('tick', (value) => heard.push(`a${value}`));
    server.onNotification('tick', (value) => heard.push(`b${value}`));
    client.notify('tick', 1);
    await client.request('add', { a: 0, b: 0 });
    first.dispose();
    client.notify('tick', 2);
    await client.request('add', { a: 0, b: 0 });
    assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  });

  it('rejects what waits when it is closed, and what is asked later', async () => {
    const { client } = pair();
    const waiting = client.request('never', null);
    client.close(new HumanError('crashed', 'The engine crashed.'));
    await assert.rejects(waiting, /The engine crashed/);
    await assert.rejects(client.request('add', { a: 1, b: 1 }), /The engine crashed/);
  });

  it('ignores messages that are not its own, whatever they are', async () => {
    const [first, second] = connectedPorts();
    const server = new Channel<Calculator, Nothing>(first);
    server.handle('add', ({ a, b }) => a + b);
    for (const junk of [null, 1, 'x', [], {}, { kind: 'request' }, { kind: 'error', id: 1 }]) {
      second.post(junk);
    }
    second.post({ kind: 'result', id: 99, result: 1 });
    const client = new Channel<Nothing, Calculator>(second);
    assert.equal(await client.request('add', { a: 2, b: 2 }), 4);
  });
});
