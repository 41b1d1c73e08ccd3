import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

/** The timeouts only bound a defect: nothing here waits for time to pass. */
const bounded = { timeout: 20_000 };

describe('who got it, by the engine with real clients', bounded, () => {
  it('tells it of a PUBLISH, and of nothing else', async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const { query } = await engine.channel.request('query/open', {
      view: 'packets',
      filter: 'type:publish or type:puback or type:connect',
    });
    const reader = await mqttClient(context, url, { clientId: 'reader', protocolVersion: 5 });
    await reader.subscribeAsync('a/+', { qos: 1 });
    const other = await mqttClient(context, url, { clientId: 'other' });
    await other.subscribeAsync('b', { qos: 0 });
    const writer = await mqttClient(context, url, { clientId: 'writer', protocolVersion: 5 });
    await writer.publishAsync('a/1', 'x', { qos: 1 });
    // CONNECTs, PUBLISH in and out, both acknowledgements.
    await engine.query(query, ({ end }) => end >= 7);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 10 });
    for (const { frame, packet } of rows) {
      const report = await engine.channel.request('capture/delivery', { frame });
      if (packet === 'CONNECT') {
        assert.equal(report, undefined);
        continue;
      }
      assert.ok(report, packet);
      assert.equal(report.publisher.client, 'writer');
      assert.deepEqual(report.counts, { delivered: 1 });
      assert.equal(report.rows[0]?.client, 'reader');
      assert.equal(report.notMatching.count, 2);
      assert.deepEqual(report.notMatching.nearest[0], { client: 'other', topicFilter: 'b' });
      assert.deepEqual(report.gaps, []);
      assert.equal(report.pending, false);
      assert.equal(report.limits?.maximumQueuedMessages, 10_000);
    }
  });

  it('keeps messages and links of two brokers in one capture apart', async (context) => {
    const engine = new EngineUnderTest(context);
    const { query } = await engine.channel.request('query/open', {
      view: 'packets',
      filter: 'type:publish dir:in',
    });
    for (const name of ['first', 'second']) {
      const url = urlOf(await engine.start());
      const client = await mqttClient(context, url, { clientId: name });
      await client.subscribeAsync('t');
      await client.publishAsync('t', 'x', { qos: 1 });
      await client.endAsync();
      await engine.channel.request('broker/stop', null);
    }
    await engine.query(query, ({ end }) => end >= 2);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 10 });
    assert.deepEqual(
      rows.map(({ client }) => client),
      ['first', 'second'],
    );
    for (const { frame, client } of rows) {
      const report = await engine.channel.request('capture/delivery', { frame });
      assert.equal(report?.publisher.client, client);
      assert.deepEqual(
        report.rows.map((row) => row.client),
        [client],
      );
    }
  });
});
