import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

describe('what the broker rejects', { timeout: 20_000 }, () => {
  it('is told in the snapshot by reason, and begins anew with the broker', async (context) => {
    const engine = new EngineUnderTest(context);
    const start = { host: '127.0.0.1', port: 0, limits: { maximumConnections: 1 } };
    const state = await engine.channel.request('broker/start', start);
    const first = await engine.snapshot(({ broker }) => broker.status === 'running');
    assert.deepEqual(first.rejections, {});
    await mqttClient(context, urlOf(state));
    await assert.rejects(mqttClient(context, urlOf(state)));
    const { rejections } = await engine.snapshot(
      (snapshot) => snapshot.rejections.connectionsOverLimit === 1,
    );
    assert.deepEqual(rejections, { connectionsRefused: 1, connectionsOverLimit: 1 });
    await engine.channel.request('broker/stop', null);
    const stopped = await engine.snapshot(({ broker }) => broker.status === 'stopped');
    assert.deepEqual(stopped.rejections, {});
  });
});
