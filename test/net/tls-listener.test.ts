import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { HumanError } from '../../src/base/errors.ts';
import type { ConnectionHandler, Listener } from '../../src/net/connection.ts';
import { listenTls } from '../../src/net/tls-listener.ts';
import { listenWebSocket } from '../../src/net/websocket-listener.ts';
import { authorityOf, temporaryFolder } from '../support/tls.ts';

const kinds = ['tls', 'wss'] as const;

interface Served {
  readonly listener: Listener;
  readonly authority: string;
  /** Resolves with the reason why a client got no connection. */
  readonly refusal: Promise<string>;
}

const echo: ConnectionHandler = (connection) => ({
  data: (bytes) => {
    assert.ok(!Buffer.isBuffer(bytes), 'plain bytes, whose slice copies');
    connection.write([bytes.subarray(0, 1), bytes.subarray(1)]);
  },
  drained: () => undefined,
  ended: () => undefined,
});

async function serve(
  context: TestContext,
  kind: 'tls' | 'wss',
  handler = echo,
  handshakeTimeout = 10_000,
): Promise<Served> {
  const authority = await authorityOf(await temporaryFolder(context));
  const server = await authority.server('127.0.0.1', Date.now());
  const credentials = { ...server, clientCertificates: 'none' } as const;
  let refused: (address: string, reason: string) => void = () => undefined;
  const refusal = new Promise<string>((resolve) => (refused = (_, reason) => resolve(reason)));
  const listener =
    kind === 'tls'
      ? await listenTls('127.0.0.1', 0, credentials, handler, refused, handshakeTimeout)
      : await listenWebSocket('127.0.0.1', 0, '/mqtt', handler, {
          credentials,
          refused,
          handshakeTimeout,
        });
  context.after(() => listener.close(0));
  return { listener, authority: authority.pair.certificate, refusal };
}

function plain(listener: Listener): Socket {
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  return socket;
}

describe('TLS listener', { timeout: 20_000 }, () => {
  it('tells its address and carries bytes both ways', async (context) => {
    const { listener, authority } = await serve(context, 'tls');
    assert.equal(listener.url, `mqtts://127.0.0.1:${listener.port}`);
    const socket = connectTls({ port: listener.port, host: '127.0.0.1', ca: authority });
    socket.write('hello');
    let text = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text === 'hello') break;
    }
    assert.equal(text, 'hello');
  });

  it('tells to stop when much waits, and to go on when it has been sent', async (context) => {
    let stopped = 0;
    const chunk = new Uint8Array(256 * 1024);
    let tellDrained: (bytes: number) => void = () => undefined;
    const drained = new Promise<number>((resolve) => (tellDrained = resolve));
    const { listener, authority } = await serve(context, 'tls', (connection) => ({
      data: () => {
        // The client does not read yet: sooner or later the high-water mark is reached.
        while (connection.write([chunk])) stopped += chunk.length;
      },
      drained: () => tellDrained(stopped),
      ended: () => undefined,
    }));
    const socket = connectTls({ port: listener.port, host: '127.0.0.1', ca: authority });
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('go');
    socket.resume();
    assert.ok((await drained) >= 512 * 1024, 'not at the low mark of a TLS socket');
    socket.destroy();
  });

  it('names the port and the next free one when the port is taken', async (context) => {
    const { listener } = await serve(context, 'tls');
    const authority = await authorityOf(await temporaryFolder(context));
    const server = await authority.server('127.0.0.1', Date.now());
    const credentials = { ...server, clientCertificates: 'none' } as const;
    await assert.rejects(
      listenTls('127.0.0.1', listener.port, credentials, echo, () => undefined),
      (error) => error instanceof HumanError && error.code === 'portTaken',
    );
  });
});

describe('Secure WebSocket listener', { timeout: 20_000 }, () => {
  it('tells its address and carries binary frames', async (context) => {
    const { listener, authority } = await serve(context, 'wss');
    assert.equal(listener.url, `wss://127.0.0.1:${listener.port}/mqtt`);
    const socket = new WebSocket(listener.url, 'mqtt', { ca: authority });
    await once(socket, 'open');
    socket.send(Buffer.from('h'));
    const [data] = (await once(socket, 'message')) as [Buffer];
    assert.equal(data.toString(), 'h');
    socket.terminate();
  });
});

for (const kind of kinds) {
  describe(`Hostile clients of a ${kind} listener`, { timeout: 20_000 }, () => {
    const connectPacket = Buffer.from('101000044d5154540402003c000474657374', 'hex');
    const speeches = [
      { what: 'plain MQTT', bytes: connectPacket, reason: /did not speak TLS/ },
      { what: 'plain HTTP', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: /plain HTTP/ },
      { what: 'garbage', bytes: Buffer.alloc(4096, 0xff), reason: /TLS/ },
    ];
    for (const { what, bytes, reason } of speeches) {
      it(`closes at once on ${what}, and serves the next`, async (context) => {
        const { listener, authority, refusal } = await serve(context, kind);
        const socket = plain(listener);
        const closed = once(socket, 'close');
        socket.write(bytes);
        await closed;
        assert.match(await refusal, reason);
        const next = connectTls({ port: listener.port, host: '127.0.0.1', ca: authority });
        await once(next, 'secureConnect');
        next.destroy();
      });
    }

    it('cuts off a handshake that stalls', async (context) => {
      const { listener, refusal } = await serve(context, kind, echo, 50);
      const silent = plain(listener);
      const begun = plain(listener);
      // The header of a handshake record whose rest never comes.
      begun.write(Buffer.from('1603010200', 'hex'));
      await Promise.all([once(silent, 'close'), once(begun, 'close')]);
      assert.match(await refusal, /did not finish the TLS handshake in time/);
    });

    it('is told that the certificate is not trusted', async (context) => {
      const { listener, refusal } = await serve(context, kind);
      const { pair } = await authorityOf(await temporaryFolder(context));
      const socket = connectTls({
        port: listener.port,
        host: '127.0.0.1',
        ca: pair.certificate,
      });
      const [error] = (await once(socket, 'error')) as [Error];
      assert.match(error.message, /certificate|self.signed|unable to/i);
      assert.match(await refusal, /TLS handshake|does not trust/);
    });

    it('frees its port when closed, within a handshake too', async (context) => {
      const { listener } = await serve(context, kind);
      const socket = plain(listener);
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      await listener.close(0);
      await closed;
    });
  });
}

it('a path that is no URL does not end the WebSocket listener', async (context) => {
  const listener = await listenWebSocket('127.0.0.1', 0, '/mqtt', echo);
  context.after(() => listener.close(0));
  const socket = connect(listener.port, '127.0.0.1');
  socket.write(
    'GET // HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  const [data] = (await once(socket, 'data')) as [Buffer];
  assert.match(data.toString(), /404/);
  socket.destroy();
});
