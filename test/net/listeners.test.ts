import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { HumanError } from '../../src/base/errors.ts';
import { isLoopback } from '../../src/base/loopback.ts';
import { type ConnectionHandler, type Listener } from '../../src/net/connection.ts';
import { listenTcp } from '../../src/net/tcp-listener.ts';
import { listenWebSocket } from '../../src/net/websocket-listener.ts';

/** Sends back what it gets; closes when it gets `bye`. */
const echo: ConnectionHandler = (connection) => ({
  data: (bytes) => {
    assert.ok(!Buffer.isBuffer(bytes), 'plain bytes, whose slice copies');
    if (Buffer.from(bytes).toString() === 'bye') connection.close();
    else connection.write([bytes.subarray(0, 1), bytes.subarray(1)]);
  },
  drained: () => undefined,
  ended: () => undefined,
});

async function listenEcho(context: TestContext, kind: 'tcp' | 'ws'): Promise<Listener> {
  const listener =
    kind === 'tcp'
      ? await listenTcp('127.0.0.1', 0, echo)
      : await listenWebSocket('127.0.0.1', 0, '/mqtt', echo);
  context.after(() => listener.close(0));
  return listener;
}

function webSocket(
  listener: Listener,
  options: { path?: string; protocol?: string; origin?: string } = {},
): WebSocket {
  const { path = '/mqtt', protocol = 'mqtt', origin } = options;
  return new WebSocket(
    `ws://127.0.0.1:${listener.port}${path}`,
    protocol,
    origin === undefined ? {} : { origin },
  );
}

describe('TCP listener', () => {
  it('[MQTT-4.2-1] [3.1.1: MQTT-7.1.1-1] tells its address, carries bytes both ways and closes on request', async (context) => {
    const listener = await listenEcho(context, 'tcp');
    assert.equal(listener.url, `mqtt://127.0.0.1:${listener.port}`);
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('hello');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(data.toString(), 'hello');
    socket.write('bye');
    await once(socket, 'end');
    socket.destroy();
  });

  it('frees its port when closed, and cuts off peers that stay', async () => {
    const listener = await listenTcp('127.0.0.1', 0, echo);
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await listener.close(0);
    await closed;
    const again = await listenTcp('127.0.0.1', listener.port, echo);
    assert.equal(again.port, listener.port);
    await again.close(0);
  });

  it('names the port, its owner and the next free port when the port is taken', async (context) => {
    const listener = await listenEcho(context, 'tcp');
    await assert.rejects(listenTcp('127.0.0.1', listener.port, echo), (error) => {
      assert.ok(error instanceof HumanError);
      assert.equal(error.code, 'portTaken');
      assert.match(
        error.message,
        new RegExp(`Port ${listener.port} on 127.0.0.1 is already in use`),
      );
      if (process.platform === 'linux') {
        assert.match(error.message, new RegExp(`by node \\(process ${process.pid}\\)`));
      }
      const [action] = error.actions;
      assert.equal(action?.id, 'useNextPort');
      assert.ok(Number(action.value) > listener.port);
      return true;
    });
  });

  it('explains an address that is not of this machine', async () => {
    await assert.rejects(listenTcp('192.0.2.1', 0, echo), (error) => {
      assert.ok(error instanceof HumanError);
      assert.equal(error.code, 'addressUnavailable');
      return true;
    });
  });
});

describe('WebSocket listener', () => {
  it('[MQTT-6.0.0-3] [MQTT-6.0.0-4] [3.1.1: MQTT-6.0.0-4] carries binary frames both ways with the subprotocol mqtt', async (context) => {
    const listener = await listenEcho(context, 'ws');
    const socket = webSocket(listener);
    await once(socket, 'open');
    assert.equal(socket.protocol, 'mqtt');
    const received: Buffer[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer, isBinary) => {
        assert.ok(isBinary);
        received.push(data);
        if (Buffer.concat(received).length === 5) resolve();
      });
    });
    socket.send(Buffer.from('hello'));
    await done;
    assert.equal(Buffer.concat(received).toString(), 'hello');
    socket.send(Buffer.from('bye'));
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, 1000);
  });

  it('[MQTT-6.0.0-2] [3.1.1: MQTT-6.0.0-2] frames need not be packets: one may hold parts of them', async (context) => {
    const listener = await listenEcho(context, 'ws');
    const socket = webSocket(listener);
    await once(socket, 'open');
    const received: Buffer[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        received.push(data);
        if (Buffer.concat(received).length === 6) resolve();
      });
    });
    // PINGREQ three times, in four frames; one of them is sent in two fragments.
    for (const bytes of [[0xc0], [0x00, 0xc0], [], [0x00, 0xc0]])
      socket.send(Uint8Array.from(bytes));
    socket.send(Uint8Array.of(), { fin: false });
    socket.send(Uint8Array.of(0x00), { fin: true });
    await done;
    assert.deepEqual([...Buffer.concat(received)], [0xc0, 0, 0xc0, 0, 0xc0, 0]);
    socket.close();
    await once(socket, 'close');
  });

  it('[MQTT-6.0.0-1] [3.1.1: MQTT-6.0.0-1] closes on a text frame', async (context) => {
    const listener = await listenEcho(context, 'ws');
    const socket = webSocket(listener);
    await once(socket, 'open');
    socket.send('text');
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, 1003);
  });

  const refusals = [
    { why: 'another subprotocol', options: { protocol: 'chat' }, status: 400 },
    { why: 'another path', options: { path: '/other' }, status: 404 },
    { why: 'a page of another site', options: { origin: 'https://evil.example' }, status: 403 },
  ];
  for (const { why, options, status } of refusals) {
    it(`refuses ${why} with HTTP ${status}`, async (context) => {
      const listener = await listenEcho(context, 'ws');
      const [error] = (await once(webSocket(listener, options), 'error')) as [Error];
      assert.match(error.message, new RegExp(String(status)));
    });
  }

  it('serves pages of this machine', async (context) => {
    const listener = await listenEcho(context, 'ws');
    const socket = webSocket(listener, { origin: 'http://localhost:3000' });
    await once(socket, 'open');
    assert.equal(socket.readyState, WebSocket.OPEN);
    socket.terminate();
  });

  it('explains itself to a browser', async (context) => {
    const listener = await listenEcho(context, 'ws');
    const response = await fetch(`http://127.0.0.1:${listener.port}/`);
    assert.equal(response.status, 426);
    assert.match(await response.text(), /MQTT broker/);
  });
});

describe('isLoopback', () => {
  for (const host of [
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '[::1]',
    'localhost',
    'a.localhost',
    '::ffff:127.0.0.1',
  ]) {
    it(`holds for ${host}`, () => assert.equal(isLoopback(host), true));
  }
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'example.com',
    '127.0.0.1.example.com',
    'localhost.example.com',
  ]) {
    it(`does not hold for ${host}`, () => assert.equal(isLoopback(host), false));
  }
});
