import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { HumanError } from '../../src/base/errors.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

/** The timeouts only bound a defect: nothing here waits for time to pass. */
const bounded = { timeout: 20_000 };

describe('the engine with real clients', bounded, () => {
  for (const transport of ['tcp', 'ws'] as const) {
    for (const protocolVersion of [3, 4, 5] as const) {
      it(`delivers QoS 0, 1 and 2 over ${transport} to an MQTT.js client of version ${protocolVersion}`, async (context) => {
        const engine = new EngineUnderTest(context);
        const url = urlOf(await engine.start({ webSocket: true }), transport);
        const protocolId = protocolVersion === 3 ? 'MQIsdp' : 'MQTT';
        const client = await mqttClient(context, url, { protocolVersion, protocolId });
        await client.subscribeAsync('a/#', { qos: 2 });
        const received: string[] = [];
        const all = new Promise<void>((resolve) => {
          client.on('message', (topic, payload, packet) => {
            received.push(`${topic} ${payload.toString()} ${packet.qos}`);
            if (received.length === 3) resolve();
          });
        });
        await client.publishAsync('a/0', 'zero', { qos: 0 });
        await client.publishAsync('a/1', 'one', { qos: 1 });
        await client.publishAsync('a/2', 'two', { qos: 2 });
        await all;
        assert.deepEqual(received.sort(), ['a/0 zero 0', 'a/1 one 1', 'a/2 two 2']);
      });
    }
  }

  it('captures every packet of a conversation, as rows in order with their details', async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const { query } = await engine.channel.request('query/open', { view: 'packets', filter: '' });
    const client = await mqttClient(context, url, { clientId: 'lamp', protocolVersion: 5 });
    await client.publishAsync('home/lamp', '{"on": true}', { qos: 1, retain: true });
    await client.endAsync();
    await engine.query(query, ({ end }) => end >= 5);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 10 });
    assert.deepEqual(
      rows.map(({ packet, direction, client: name }) => `${name} ${direction} ${packet}`),
      ['lamp 0 CONNECT', 'lamp 1 CONNACK', 'lamp 0 PUBLISH', 'lamp 1 PUBACK', 'lamp 0 DISCONNECT'],
    );
    const publish = rows[2];
    assert.ok(publish);
    assert.equal(publish.topic, 'home/lamp');
    assert.equal(publish.qos, 1);
    assert.equal(publish.flags, 'R');
    assert.equal(publish.preview, '{"on": true}');
    const detail = await engine.channel.request('capture/frame', { frame: publish.frame });
    assert.ok(detail?.payload);
    assert.equal(detail.bytes.length, publish.size);
    const { start, end } = detail.payload;
    assert.equal(Buffer.from(detail.bytes.subarray(start, end)).toString(), '{"on": true}');
    assert.ok(detail.payload.decodings.some(({ decoder }) => decoder === 'json'));
    assert.ok(detail.fields.length >= 3);
  });

  it('keeps a filtered view of messages up to date', async (context) => {
    const engine = new EngineUnderTest(context);
    const client = await mqttClient(context, urlOf(await engine.start()));
    const { query } = await engine.channel.request('query/open', {
      view: 'messages',
      filter: 'topic:a/+ -nothing',
    });
    for (const topic of ['a/1', 'b/1', 'a/2', 'a/b/c'])
      await client.publishAsync(topic, 'x', { qos: 1 });
    await client.publishAsync('a/3', 'nothing', { qos: 1 });
    await engine.query(query, ({ end }) => end === 2);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 10 });
    assert.deepEqual(
      rows.map(({ topic, copies }) => [topic, copies]),
      [
        ['a/1', 0],
        ['a/2', 0],
      ],
    );
  });

  it('tells how many got each message, also when they come for it later', async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
    const copies = async (expected: readonly number[]) => {
      for (;;) {
        const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 10 });
        const told = rows.map((row) => row.copies);
        if (isDeepStrictEqual(told, expected)) return told;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const away = { clientId: 'away', clean: false };
    const first = await mqttClient(context, url, away);
    await first.subscribeAsync('lamp', { qos: 1 });
    await first.endAsync();
    const [one, two] = [await mqttClient(context, url), await mqttClient(context, url)];
    await one.subscribeAsync('lamp', { qos: 1 });
    const got = new Promise((resolve) => one.once('message', resolve));
    await two.publishAsync('lamp', 'on', { qos: 1 });
    await two.publishAsync('fan', 'on', { qos: 1 });
    await got;
    assert.ok(await copies([1, 0]));
    await mqttClient(context, url, away);
    assert.ok(await copies([2, 0]));
  });

  it('refuses a wrong filter and says where', async (context) => {
    const engine = new EngineUnderTest(context);
    await assert.rejects(
      engine.channel.request('query/open', { view: 'packets', filter: 'type:nonsense' }),
      (error) =>
        error instanceof HumanError &&
        error.code === 'filter' &&
        /character \d+/.test(error.message),
    );
  });

  it('tells clients and topics as they come and go', async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const client = await mqttClient(context, url, {
      clientId: 'panel',
      protocolVersion: 5,
      keepalive: 30,
    });
    await client.subscribeAsync('home/+/lamp', { qos: 1 });
    await client.publishAsync('home/hall/lamp', 'on', { qos: 1, retain: true });
    await engine.snapshot(({ clientCount, topicCount }) => clientCount === 1 && topicCount >= 1);
    const [view] = await engine.channel.request('broker/clients', null);
    assert.equal(view?.clientIdentifier, 'panel');
    assert.equal(view.protocolVersion, 5);
    assert.equal(view.keepAlive, 30);
    assert.equal(view.subscriptions[0]?.topicFilter, 'home/+/lamp');
    const { nodes } = await engine.channel.request('topics/children', {
      prefix: 'home/hall',
      from: 0,
      count: 10,
    });
    assert.equal(nodes[0]?.topic, 'home/hall/lamp');
    assert.equal(nodes[0].retained, true);
    assert.equal(nodes[0].latest?.preview, 'on');
    await client.endAsync();
    await engine.snapshot(({ clientCount }) => clientCount === 0);
  });

  it('publishes and subscribes through its own client, and tells the answer', async (context) => {
    const engine = new EngineUnderTest(context);
    await engine.start();
    const request = {
      topicName: 'x/y',
      payload: Buffer.from('hi'),
      qos: 1,
      retain: false,
    } as const;
    assert.deepEqual(await engine.channel.request('client/publish', request), {
      reasonCode: 0x10,
      reason: 'No matching subscribers',
    });
    const granted = await engine.channel.request('client/subscribe', {
      topicFilter: 'x/#',
      qos: 2,
    });
    assert.equal(granted.reasonCode, 2);
    const outcome = await engine.channel.request('client/publish', { ...request, qos: 2 });
    assert.equal(outcome.reasonCode, 0);
    await engine.channel.request('client/unsubscribe', { topicFilter: 'x/#' });
    const again = await engine.channel.request('client/publish', request);
    assert.equal(again.reasonCode, 0x10);
  });

  it('does not publish while the broker is stopped, and says what to do', async (context) => {
    const engine = new EngineUnderTest(context);
    await assert.rejects(
      engine.channel.request('client/publish', {
        topicName: 'x',
        payload: new Uint8Array(0),
        qos: 0,
        retain: false,
      }),
      (error) => error instanceof HumanError && error.code === 'brokerStopped',
    );
  });
});

describe('stopping and starting the broker', bounded, () => {
  it('says DISCONNECT 0x8B to clients of MQTT 5, and frees the port', async (context) => {
    const engine = new EngineUnderTest(context);
    const state = await engine.start();
    const client = await mqttClient(context, urlOf(state), { protocolVersion: 5 });
    const reasonCode = new Promise<number | undefined>((resolve) => {
      client.on('disconnect', (packet) => resolve(packet.reasonCode));
    });
    const closed = new Promise<void>((resolve) => {
      client.on('close', () => resolve());
    });
    await engine.channel.request('broker/stop', null);
    assert.equal(await reasonCode, 0x8b);
    await closed;
    const port = state.listeners[0]?.port ?? 0;
    const again = await engine.channel.request('broker/start', { host: '127.0.0.1', port });
    assert.equal(again.listeners[0]?.port, port);
  });

  it('keeps what was captured, and forgets clients and retained messages', async (context) => {
    const engine = new EngineUnderTest(context);
    const client = await mqttClient(context, urlOf(await engine.start()));
    await client.publishAsync('kept', 'x', { qos: 1, retain: true });
    await engine.channel.request('broker/stop', null);
    const snapshot = await engine.snapshot(({ broker }) => broker.status === 'stopped');
    assert.ok(snapshot.capture.end >= 4);
    const { nodes } = await engine.channel.request('topics/children', {
      prefix: undefined,
      from: 0,
      count: 10,
    });
    assert.equal(nodes.find(({ topic }) => topic === 'kept')?.retained, false);
    assert.deepEqual(await engine.channel.request('broker/clients', null), []);
  });

  it('offers the next free port when the port is taken, also for the WebSocket listener', async (context) => {
    const first = new EngineUnderTest(context);
    const port = (await first.start()).listeners[0]?.port ?? 0;
    const second = new EngineUnderTest(context);
    await assert.rejects(
      second.channel.request('broker/start', { host: '127.0.0.1', port }),
      (error) =>
        error instanceof HumanError &&
        error.code === 'portTaken' &&
        error.actions[0]?.id === 'useNextPort',
    );
    await assert.rejects(
      second.channel.request('broker/start', { host: '127.0.0.1', port: 0, webSocketPort: port }),
      (error) => error instanceof HumanError && error.code === 'webSocketPortTaken',
    );
    assert.equal((await second.start()).status, 'running');
  });

  it('survives 1,000 connections that are opened and dropped', async (context) => {
    const engine = new EngineUnderTest(context);
    const port = (await engine.start()).listeners[0]?.port ?? 0;
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const socket = connect(port, '127.0.0.1');
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          if (index % 2 === 0) socket.write(Buffer.from([0x10, 0xff, index]));
          socket.destroy();
          await once(socket, 'close');
        }),
      );
    }
    const client = await mqttClient(context, `mqtt://127.0.0.1:${port}`, { clientId: 'after' });
    assert.equal(client.connected, true);
    const clients = await engine.channel.request('broker/clients', null);
    assert.deepEqual(
      clients.map(({ clientIdentifier }) => clientIdentifier),
      ['after'],
    );
  });
});

describe('the capture', bounded, () => {
  it('is cleared on request: rows begin anew in a new generation', async (context) => {
    const engine = new EngineUnderTest(context);
    const client = await mqttClient(context, urlOf(await engine.start()));
    const opened = await engine.channel.request('query/open', { view: 'packets', filter: '' });
    await client.publishAsync('a', 'x', { qos: 1 });
    await engine.query(opened.query, ({ first, end }) => end - first >= 4);
    await engine.channel.request('capture/clear', null);
    const cleared = await engine.query(
      opened.query,
      ({ generation }) => generation !== opened.generation,
    );
    assert.equal(cleared.end - cleared.first, 0);
    assert.equal(cleared.capture.dropped, 0);
  });

  it('stays within its limit and counts what it drops', async (context) => {
    const engine = new EngineUnderTest(context);
    await engine.channel.request('capture/configure', { limit: 1024 * 1024 });
    const client = await mqttClient(context, urlOf(await engine.start()));
    const payload = Buffer.alloc(64 * 1024);
    for (let i = 0; i < 64; i++) await client.publishAsync('big', payload, { qos: 1 });
    const { capture } = await engine.snapshot(({ capture: { dropped } }) => dropped > 0);
    assert.ok(capture.bytes <= capture.limit);
    assert.equal(capture.dropped, capture.first);
  });
});
