import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

const all = { order: 'name', descending: false, from: 0, count: 10, filter: '' } as const;

describe('Statistics of the engine', () => {
  it('are of what real clients send, begin anew when asked, and go with the capture', async (context) => {
    const engine = new EngineUnderTest(context);
    const { channel } = engine;
    const url = urlOf(await engine.start());
    const sensor = await mqttClient(context, url, { clientId: 'sensor', protocolVersion: 5 });
    const panel = await mqttClient(context, url, { clientId: 'panel' });
    await panel.subscribeAsync('home/#', { qos: 1 });
    let received = 0;
    const done = new Promise<void>((resolve) =>
      panel.on('message', () => {
        if (++received === 30) resolve();
      }),
    );
    for (let i = 0; i < 30; i++) await sensor.publishAsync(`home/${i % 3}`, 'x', { qos: 1 });
    await done;
    // Its acknowledgement of the last one is on the wire before this answer.
    await panel.unsubscribeAsync('home/#');

    const clients = await channel.request('statistics/read', { by: 'client', ...all });
    const [first, second] = clients.clients;
    assert.deepEqual([first?.name, second?.name], ['panel', 'sensor']);
    assert.deepEqual([first?.messagesOut, second?.messagesIn], [30, 30]);
    assert.deepEqual([first?.latency?.count, second?.latency], [30, undefined]);
    assert.deepEqual([first?.types[1], first?.types[8], first?.types[4]], [1, 1, 30]);
    assert.equal(clients.talkers.clients[0]?.name, 'sensor');
    const topics = await channel.request('statistics/read', { by: 'topic', ...all });
    assert.deepEqual(
      topics.topics.map(({ name, messagesIn, publisher }) => [name, messagesIn, publisher]),
      [0, 1, 2].map((index) => [`home/${index}`, 10, 'sensor']),
    );
    const csv = await channel.request('statistics/csv', { by: 'topic', ...all });
    assert.equal(csv.split('\r\n').length, 5);

    await channel.request('statistics/reset', null);
    const empty = await channel.request('statistics/read', { by: 'topic', ...all });
    assert.deepEqual([empty.total, empty.totals.packetsIn], [0, 0]);
    assert.ok(empty.since > clients.since);
    await sensor.publishAsync('home/0', 'x', { qos: 1 });
    const again = await channel.request('statistics/read', { by: 'topic', ...all });
    assert.deepEqual([again.topics[0]?.name, again.topics[0]?.messagesIn], ['home/0', 1]);
    await channel.request('capture/clear', null);
    const cleared = await channel.request('statistics/read', { by: 'topic', ...all });
    assert.equal(cleared.total, 0);
  });
});
