import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { PayloadBinding } from '../../src/engine/payload-contract.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

/** The timeout only bounds a defect: nothing here waits for time to pass. */
const bounded = { timeout: 20_000 };

/** What the payload `a1 61 61 f5` on a topic is shown as first. */
async function shown(context: TestContext, topicName: string, bindings: readonly PayloadBinding[]) {
  const engine = new EngineUnderTest(context);
  const url = urlOf(await engine.start());
  await engine.channel.request('payload/configure', { bindings });
  const opened = await engine.channel.request('query/open', { view: 'messages', filter: '' });
  const { query, generation } = opened;
  const client = await mqttClient(context, url, { protocolVersion: 5 });
  await client.publishAsync(topicName, Buffer.from('a16161f5', 'hex'), { qos: 1 });
  await engine.query(query, ({ end }) => end >= 1);
  const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 1 });
  const frame = rows[0]?.frame ?? -1;
  const detail = await engine.channel.request('capture/frame', { frame });
  const document = await engine.channel.request('capture/document', { frame, generation });
  return { engine, frame, first: detail?.payload?.decodings[0], document };
}

describe('payload bindings', bounded, () => {
  it('decide by the first topic filter that matches', async (context) => {
    const { engine, frame, first, document } = await shown(context, 'rooms/a/data', [
      { topicFilter: 'rooms/b/#', decoder: 'numbers' },
      { topicFilter: 'rooms/+/data', decoder: 'cbor' },
      { topicFilter: '#', decoder: 'messagePack' },
    ]);
    assert.equal(first?.decoder, 'cbor');
    assert.equal(first.binding, 'rooms/+/data');
    assert.equal(first.text, '{\n  "a": true\n}');
    assert.equal(document?.text, first.text);
    await engine.channel.request('payload/configure', { bindings: [] });
    const after = await engine.channel.request('capture/frame', { frame });
    assert.equal(after?.payload?.decodings[0]?.decoder, 'text');
  });
});
