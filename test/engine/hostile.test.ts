import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, ProtocolVersion } from '../../src/mqtt/packet.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

function connectPacket(protocolVersion: ProtocolVersion): Uint8Array {
  return encode(
    {
      type: 'connect',
      protocolVersion,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: `hostile-${protocolVersion}`,
    },
    protocolVersion,
  );
}

function packet(value: ControlPacket): Uint8Array {
  return encode(value, 5);
}

/** Bytes without a pattern, the same in every run. */
function noise(length: number): Uint8Array {
  let state = 42;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const oversized = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61);

/** What a hostile peer sends, and the DISCONNECT that it must get in MQTT 5. */
const attacks: { name: string; bytes: Uint8Array[]; disconnect?: number }[] = [
  { name: 'random bytes', bytes: [noise(10_000)] },
  {
    name: 'a remaining length of five bytes',
    bytes: [Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 1)],
  },
  { name: 'PUBLISH before CONNECT', bytes: [Uint8Array.of(0x30, 3, 0, 1, 0x61)] },
  { name: 'HTTP', bytes: [Buffer.from('GET / HTTP/1.1\r\n\r\n')] },
  { name: 'CONNECT twice', bytes: [connectPacket(5), connectPacket(5)], disconnect: 0x82 },
  { name: 'an oversized packet', bytes: [connectPacket(5), oversized], disconnect: 0x95 },
  {
    name: 'a filter with # in the middle',
    bytes: [connectPacket(5), Uint8Array.of(0x82, 10, 0, 1, 0, 0, 4, 0x61, 0x2f, 0x23, 0x62, 0)],
    disconnect: 0x8f,
  },
  {
    name: 'QoS 3',
    bytes: [connectPacket(5), Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1)],
    disconnect: 0x81,
  },
  {
    name: 'a packet that only a server may send',
    bytes: [connectPacket(5), packet({ type: 'pingresp' })],
    disconnect: 0x82,
  },
];

describe('hostile peers over real sockets', { timeout: 20_000 }, () => {
  for (const { name, bytes, disconnect } of attacks) {
    it(`${name}: closed${disconnect === undefined ? '' : ` with 0x${disconnect.toString(16)}`}, and nobody else is disturbed`, async (context) => {
      const engine = new EngineUnderTest(context);
      const state = await engine.start();
      const friend = await mqttClient(context, urlOf(state), { protocolVersion: 5 });
      await friend.subscribeAsync('a', { qos: 1 });

      const socket = connect(state.listeners[0]?.port ?? 0, '127.0.0.1');
      socket.on('error', () => undefined);
      const received: Buffer[] = [];
      socket.on('data', (chunk) => received.push(chunk));
      for (const part of bytes) socket.write(part);
      await once(socket, 'close');
      if (disconnect !== undefined) {
        const all = Buffer.concat(received);
        const connackSize = 2 + (all[1] ?? 0);
        assert.equal(all[connackSize], 0xe0, 'a DISCONNECT follows CONNACK');
        assert.equal(all[connackSize + 2], disconnect);
      }

      const echoed = new Promise<string>((resolve) => {
        friend.on('message', (_topic, payload) => resolve(payload.toString()));
      });
      await friend.publishAsync('a', 'still here', { qos: 1 });
      assert.equal(await echoed, 'still here');
      const clients = await engine.channel.request('broker/clients', null);
      assert.equal(clients.length, 1);
      assert.deepEqual(
        engine.logs.filter(({ level }) => level === 'error'),
        [],
        'no defect was logged',
      );
    });
  }

  it('half packets cost nothing but the connection that they came on', async (context) => {
    const engine = new EngineUnderTest(context);
    const state = await engine.start();
    const port = state.listeners[0]?.port ?? 0;
    const whole = connectPacket(4);
    for (let length = 1; length < whole.length; length++) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.end(whole.subarray(0, length));
      socket.resume();
      await once(socket, 'close');
    }
    assert.deepEqual(await engine.channel.request('broker/clients', null), []);
    const { query } = await engine.channel.request('query/open', { view: 'packets', filter: '' });
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 100 });
    assert.deepEqual(
      rows.map(({ size, severity }) => [size, severity]),
      Array.from({ length: whole.length - 1 }, (_, index) => [index + 1, 'error']),
      'what came of each is in the capture, marked as wrong',
    );
    assert.deepEqual(
      engine.logs.filter(({ level }) => level === 'error'),
      [],
    );
  });
});
