import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { HumanError } from '../../src/base/errors.ts';
import { EngineProxy } from '../../src/vscode/engine/engine-proxy.ts';

const lines: string[] = [];
const log = {
  debug: (message: string) => void lines.push(`debug ${message}`),
  info: (message: string) => void lines.push(`info ${message}`),
  warn: (message: string) => void lines.push(`warn ${message}`),
  error: (message: string) => void lines.push(`error ${message}`),
};
const workerPath = join(import.meta.dirname, 'support/engine-worker.ts');
const options = { host: '127.0.0.1', port: 0 };
const hasCode = (code: string) => (error: unknown) =>
  error instanceof HumanError && error.code === code;

let proxy: EngineProxy;
function create(path = workerPath): EngineProxy {
  lines.length = 0;
  proxy = new EngineProxy({ workerPath: path, log });
  return proxy;
}

describe('Engine proxy', () => {
  afterEach(() => proxy.stop());

  it('starts the worker with the first request', async () => {
    const engine = create();
    assert.equal(engine.started, false);
    const snapshots: unknown[] = [];
    engine.onSnapshot((snapshot) => snapshots.push(snapshot?.broker.status));
    const state = await engine.request('broker/start', options);
    assert.equal(state.status, 'running');
    assert.deepEqual(snapshots, ['running']);
    assert.equal(engine.started, true);
    assert.ok(lines.includes('info started'));
  });

  it('rejects what waits when the engine dies, and stays down until it is revived', async () => {
    const engine = create();
    await engine.request('broker/start', options);
    const events: string[] = [];
    engine.onCrash(({ brokerWasRunning }) => events.push(`crash ${brokerWasRunning}`));
    engine.onRestart(() => events.push('restart'));
    engine.onSnapshot((snapshot) => events.push(snapshot ? 'snapshot' : 'nothing'));
    await Promise.all([
      assert.rejects(
        engine.request('topics/children', { prefix: undefined, from: 0, count: 1 }),
        hasCode('engineCrashed'),
      ),
      assert.rejects(engine.request('capture/clear', null), hasCode('engineCrashed')),
    ]);
    assert.deepEqual(events, ['nothing', 'crash true']);
    await assert.rejects(engine.request('broker/clients', null), hasCode('engineCrashed'));
    assert.equal(engine.started, false);
    engine.revive();
    await engine.request('broker/clients', null);
    assert.deepEqual(events.slice(2), ['restart']);
    assert.match(lines.join('\n'), /error The engine ended unexpectedly \(exit code 7\)/);
  });

  it('reports a worker that cannot be loaded', async () => {
    const engine = create('/nowhere/worker.cjs');
    let crashes = 0;
    engine.onCrash(() => crashes++);
    await assert.rejects(engine.request('broker/clients', null), hasCode('engineCrashed'));
    engine.revive();
    await assert.rejects(engine.request('broker/clients', null), hasCode('engineCrashed'));
    assert.equal(crashes, 2);
  });

  it('stops for good, without calling that a crash', async () => {
    const engine = create();
    let crashes = 0;
    engine.onCrash(() => crashes++);
    await engine.request('broker/start', options);
    await engine.stop();
    assert.equal(crashes, 0);
    await assert.rejects(engine.request('broker/clients', null), hasCode('closed'));
  });
});
