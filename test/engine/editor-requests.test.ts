import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HumanError } from '../../src/base/errors.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

/** A publisher and a subscriber of everything; resolves when four messages have passed. */
async function traffic(context: Parameters<typeof mqttClient>[0]) {
  const engine = new EngineUnderTest(context);
  const url = urlOf(await engine.start());
  const lamp = await mqttClient(context, url, { clientId: 'lamp', protocolVersion: 5 });
  const panel = await mqttClient(context, url, { clientId: 'panel', protocolVersion: 5 });
  await panel.subscribeAsync('#', { qos: 1 });
  const arrived = new Promise<void>((resolve) => {
    let count = 0;
    panel.on('message', () => {
      if (++count === 4) resolve();
    });
  });
  const properties = { contentType: 'text/plain', userProperties: { a: '1' } };
  await lamp.publishAsync('home/temp', 'first', { qos: 1, properties });
  await lamp.publishAsync('home/other', 'between', { qos: 1 });
  await lamp.publishAsync('home/temp', Buffer.from([0, 255]), { qos: 1, retain: true });
  await lamp.publishAsync('home/temp', 'third', { qos: 1 });
  await arrived;
  return engine;
}

/** The frames that a filter finds. */
async function framesOf(engine: EngineUnderTest, filter: string): Promise<number[]> {
  const { query } = await engine.channel.request('query/open', { view: 'packets', filter });
  const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 100 });
  return rows.map(({ frame }) => frame);
}

describe('what the editor asks of the engine', () => {
  it('facts of a frame: its message with properties, payload cut where asked', async (context) => {
    const engine = await traffic(context);
    const [first = -1] = await framesOf(engine, 'type:publish dir:in first');
    const facts = await engine.channel.request('capture/facts', { frame: first, payloadBytes: 3 });
    assert.equal(facts?.client, 'lamp');
    assert.equal(facts.packet, 'PUBLISH');
    assert.equal(facts.message?.topicName, 'home/temp');
    assert.deepEqual(Buffer.from(facts.message.payload).toString(), 'fir');
    assert.equal(facts.message.payloadSize, 5);
    assert.equal(facts.message.properties.contentType, 'text/plain');
    assert.deepEqual(facts.message.properties.userProperties, [['a', '1']]);
    const [connect = -1] = await framesOf(engine, 'type:connect client:lamp');
    const other = await engine.channel.request('capture/facts', {
      frame: connect,
      payloadBytes: 9,
    });
    assert.equal(other?.packet, 'CONNECT');
    assert.equal(other.message, undefined);
    const gone = { frame: 1e6, payloadBytes: 1 };
    assert.equal(await engine.channel.request('capture/facts', gone), undefined);
  });

  it('the message before of the same topic, not a copy of the same message', async (context) => {
    const engine = await traffic(context);
    const [third = -1] = await framesOf(engine, 'type:publish dir:out third');
    const second = await engine.channel.request('capture/previous', { frame: third });
    const seconds = await framesOf(engine, 'topic:home/temp type:publish retain:true dir:in');
    const facts = await engine.channel.request('capture/facts', {
      frame: second ?? -1,
      payloadBytes: 9,
    });
    assert.deepEqual([...(facts?.message?.payload ?? [])], [0, 255]);
    assert.equal(seconds.length, 1);
    const before = await engine.channel.request('capture/previous', { frame: seconds[0] ?? -1 });
    const firsts = await framesOf(engine, 'type:publish first');
    assert.ok(before !== undefined && firsts.includes(before));
    const none = await engine.channel.request('capture/previous', { frame: firsts[0] ?? -1 });
    assert.equal(none, undefined);
    assert.equal(await engine.channel.request('capture/previous', { frame: 1e6 }), undefined);
  });

  it('find: the newest question counts, wrong ones are refused', async (context) => {
    const engine = await traffic(context);
    const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
    const ask = (text: string, from?: number) =>
      engine.channel.request('query/search', {
        query,
        text,
        ...(from !== undefined && { from }),
        direction: 'next',
        inclusive: true,
      });
    const found = await ask('HOME/TEMP', 1);
    assert.deepEqual([found?.count, found?.hasMore, found?.match?.index], [3, false, 2]);
    assert.equal((await ask('between'))?.count, 1);
    for (const text of ['', 'x'.repeat(513)]) {
      await assert.rejects(
        ask(text),
        (error) => error instanceof HumanError && error.code === 'searchText',
      );
    }
    await engine.channel.request('query/close', { query });
    await assert.rejects(
      ask('x'),
      (error) => error instanceof HumanError && error.code === 'queryClosed',
    );
  });
});
