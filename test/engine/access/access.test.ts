/** Users and rules with real sockets: mosquitto's clients, MQTT.js, and a SCRAM client made by hand. */
import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connectAsync, type MqttClient } from 'mqtt';
import { addUser, changePassword, removeUser } from '../../../src/engine/access/manage-users.ts';
import type { AccessOptions, BrokerState } from '../../../src/engine/contract.ts';
import { decode } from '../../../src/mqtt/decode.ts';
import { encode } from '../../../src/mqtt/encode.ts';
import { Framer } from '../../../src/mqtt/framer.ts';
import type { ControlPacket, Properties } from '../../../src/mqtt/packet.ts';
import { mosquittoObstacle, mosquittoPublish } from '../../support/clients.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../../support/engine.ts';

/** A broker with the users bob and eve, whose passwords are pencil and apple. */
async function startWithUsers(
  context: TestContext,
  access: Partial<AccessOptions> = {},
): Promise<{ engine: EngineUnderTest; state: BrokerState; usersFile: string; port: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'access-'));
  context.after(() => rm(folder, { recursive: true }));
  const usersFile = join(folder, 'users.json');
  await addUser(usersFile, 'bob', 'pencil');
  await addUser(usersFile, 'eve', 'apple');
  const engine = new EngineUnderTest(context);
  const state = await engine.channel.request('broker/start', {
    host: '127.0.0.1',
    port: 0,
    access: { anonymous: false, usersFile, rules: [], ...access },
  });
  return { engine, state, usersFile, port: state.listeners[0]?.port ?? 0 };
}

/** MQTT.js's error carries CONNACK's code. */
function refusedWith(code: number): (error: { code?: unknown }) => boolean {
  return (error) => {
    assert.equal(error.code, code);
    return true;
  };
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

describe('User name and password', () => {
  for (const [protocolVersion, bad, anonymous] of [
    [5, 0x86, 0x87],
    [4, 4, 5],
  ] as const) {
    it(`MQTT.js with version ${protocolVersion}: right, wrong, unknown and none`, async (context) => {
      const { state } = await startWithUsers(context);
      const url = urlOf(state);
      const options = { protocolVersion, reconnectPeriod: 0 } as const;
      const client = await mqttClient(context, url, {
        ...options,
        username: 'bob',
        password: 'pencil',
      });
      assert.equal(client.connected, true);
      const attempt = (username?: string, password?: string): Promise<unknown> =>
        connectAsync(url, {
          ...options,
          ...(username !== undefined && { username }),
          ...(password !== undefined && { password }),
        });
      await assert.rejects(attempt('bob', 'apple'), refusedWith(bad));
      await assert.rejects(attempt('bob'), refusedWith(bad));
      await assert.rejects(attempt('nobody', 'pencil'), refusedWith(bad));
      await assert.rejects(attempt(), refusedWith(anonymous));
      // Again: it is remembered now.
      await mqttClient(context, url, { ...options, username: 'bob', password: 'pencil' });
      await assert.rejects(attempt('bob', 'apple'), refusedWith(bad));
    });
  }

  it('mosquitto_pub with -u and -P', { skip: mosquittoObstacle() }, async (context) => {
    const { port } = await startWithUsers(context);
    const message = ['-t', 'a', '-m', 'x', '-q', '1'];
    await mosquittoPublish(port, ...message, '-u', 'bob', '-P', 'pencil');
    await assert.rejects(
      mosquittoPublish(port, ...message, '-u', 'bob', '-P', 'x'),
      /ended with 4/,
    );
    await assert.rejects(mosquittoPublish(port, ...message), /ended with 5/);
  });

  it('the workbench’s own client needs none, and no rule holds for it', async (context) => {
    const rules = [{ permission: 'deny', action: 'all', topicFilter: '#' }] as const;
    const { engine } = await startWithUsers(context, { rules });
    const payload = Buffer.from('x');
    const request = { topicName: 'a', payload, qos: 1, retain: false } as const;
    const { reason } = await engine.channel.request('client/publish', request);
    assert.equal(reason, 'No matching subscribers');
    const clients = await engine.channel.request('broker/clients', null);
    assert.equal(clients[0]?.userName, undefined);
  });

  it('a broker whose file of users is damaged does not start', async (context) => {
    const engine = new EngineUnderTest(context);
    const folder = await mkdtemp(join(tmpdir(), 'access-'));
    context.after(() => rm(folder, { recursive: true }));
    const usersFile = join(folder, 'users.json');
    await writeFile(usersFile, '{}');
    const start = (access: AccessOptions): Promise<BrokerState> =>
      engine.channel.request('broker/start', { host: '127.0.0.1', port: 0, access });
    await assert.rejects(start({ anonymous: true, usersFile, rules: [] }), { code: 'usersFile' });
    const rules = [{ permission: 'deny', action: 'all', topicFilter: 'a/#/b' }] as const;
    await assert.rejects(start({ anonymous: true, rules }), {
      code: 'wrongRule',
      message: /Rule 1/,
    });
    assert.equal((await start({ anonymous: true, rules: [] })).status, 'running');
  });
});

describe('Users and rules that are read again', () => {
  it('hold at once: who is gone, or has another password, is disconnected', async (context) => {
    const { engine, state, usersFile } = await startWithUsers(context);
    const url = urlOf(state);
    const connect = (username: string, password: string): ReturnType<typeof mqttClient> =>
      mqttClient(context, url, { protocolVersion: 5, username, password });
    const [bob, eve] = [await connect('bob', 'pencil'), await connect('eve', 'apple')];
    await addUser(usersFile, 'carol', 'tea');
    await changePassword(usersFile, 'eve', 'pear');
    const goneEve = closed(eve);
    const access = { anonymous: false, usersFile, rules: [] };
    await engine.channel.request('broker/reloadAccess', access);
    await goneEve;
    assert.equal(bob.connected, true);
    await connect('carol', 'tea');
    await connect('eve', 'pear');
    await removeUser(usersFile, 'bob');
    const goneBob = closed(bob);
    await engine.channel.request('broker/reloadAccess', access);
    await goneBob;
  });

  it('that cannot be used change nothing', async (context) => {
    const { engine, state, usersFile } = await startWithUsers(context);
    await writeFile(usersFile, 'oops');
    const access = { anonymous: true, usersFile, rules: [] };
    await assert.rejects(engine.channel.request('broker/reloadAccess', access), {
      code: 'usersFile',
    });
    const options = { protocolVersion: 5, reconnectPeriod: 0 } as const;
    await assert.rejects(connectAsync(urlOf(state), options), refusedWith(0x87));
    await mqttClient(context, urlOf(state), { ...options, username: 'bob', password: 'pencil' });
  });
});

/** A client of MQTT 5 that does SCRAM-SHA-256 itself (RFC 5802), without the code under test. */
class ScramClient {
  readonly #socket: Socket;
  readonly #packets: ControlPacket[] = [];
  #wake: () => void = () => undefined;
  #bare = '';
  #nonce = '';

  constructor(port: number) {
    this.#socket = connectSocket(port, '127.0.0.1');
    const framer = new Framer(100_000);
    this.#socket.on('data', (chunk) => {
      framer.push(new Uint8Array(chunk), (bytes, start, end) => {
        this.#packets.push(decode(bytes.slice(start, end), 5));
      });
      this.#wake();
    });
  }

  send(packet: ControlPacket): void {
    this.#socket.write(encode(packet, 5));
  }

  async next(): Promise<ControlPacket> {
    for (;;) {
      const packet = this.#packets.shift();
      if (packet) return packet;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  first(userName: string): Properties {
    this.#nonce = randomBytes(12).toString('hex');
    this.#bare = `n=${userName},r=${this.#nonce}`;
    return {
      authenticationMethod: 'SCRAM-SHA-256',
      authenticationData: Buffer.from(`n,,${this.#bare}`),
    };
  }

  /** The answer to a challenge, and what the server must prove. */
  final(password: string, challenge: ControlPacket): { properties: Properties; proof: string } {
    assert.equal(challenge.type, 'auth');
    assert.equal(challenge.reasonCode, 0x18);
    const text = Buffer.from(challenge.properties?.authenticationData ?? []).toString();
    const [, nonce = '', salt = '', iterations = ''] =
      /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(text) ?? [];
    assert.ok(nonce.startsWith(this.#nonce) && nonce.length > this.#nonce.length);
    const salted = pbkdf2Sync(
      password,
      Buffer.from(salt, 'base64'),
      Number(iterations),
      32,
      'sha256',
    );
    const hmac = (key: Buffer, data: string): Buffer =>
      createHmac('sha256', key).update(data).digest();
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const messages = `${this.#bare},${text},${withoutProof}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(), messages);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    return {
      properties: {
        authenticationMethod: 'SCRAM-SHA-256',
        authenticationData: Buffer.from(`${withoutProof},p=${proof.toString('base64')}`),
      },
      proof: `v=${hmac(hmac(salted, 'Server Key'), messages).toString('base64')}`,
    };
  }

  connect(userName: string): void {
    this.send({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: `scram-${userName}`,
      properties: this.first(userName),
    });
  }

  end(): void {
    this.#socket.destroy();
  }
}

describe('SCRAM-SHA-256 over the network', () => {
  const dataOf = (packet: ControlPacket): string =>
    'properties' in packet
      ? Buffer.from(packet.properties.authenticationData ?? []).toString()
      : '';

  it('[MQTT-4.12.0-2] connects, the server proves itself, and [MQTT-4.12.1-1] re-authenticates', async (context) => {
    const { engine, port } = await startWithUsers(context);
    const client = new ScramClient(port);
    context.after(() => client.end());
    client.connect('bob');
    const answer = client.final('pencil', await client.next());
    client.send({ type: 'auth', reasonCode: 0x18, properties: answer.properties });
    const connack = await client.next();
    assert.equal(connack.type, 'connack');
    assert.equal(connack.reasonCode, 0);
    assert.equal(dataOf(connack), answer.proof);
    const clients = await engine.channel.request('broker/clients', null);
    assert.equal(clients[0]?.userName, 'bob');

    client.send({ type: 'auth', reasonCode: 0x19, properties: client.first('bob') });
    const again = client.final('pencil', await client.next());
    client.send({ type: 'auth', reasonCode: 0x18, properties: again.properties });
    const done = await client.next();
    assert.equal(done.type, 'auth');
    assert.equal(done.reasonCode, 0);
    assert.equal(dataOf(done), again.proof);

    client.send({ type: 'auth', reasonCode: 0x19, properties: client.first('bob') });
    const wrong = client.final('pen', await client.next());
    client.send({ type: 'auth', reasonCode: 0x18, properties: wrong.properties });
    const disconnect = await client.next();
    assert.equal(disconnect.type, 'disconnect');
    assert.equal(disconnect.reasonCode, 0x87);
  });

  it('[MQTT-4.12.0-4] a wrong password and an unknown user are refused alike', async (context) => {
    const { port } = await startWithUsers(context);
    for (const [userName, password] of [
      ['bob', 'apple'],
      ['nobody', 'pencil'],
    ] as const) {
      const client = new ScramClient(port);
      context.after(() => client.end());
      client.connect(userName);
      const { properties } = client.final(password, await client.next());
      client.send({ type: 'auth', reasonCode: 0x18, properties });
      const connack = await client.next();
      assert.equal(connack.type, 'connack');
      assert.equal(connack.reasonCode, 0x87);
      assert.match(connack.properties?.reasonString ?? '', /User name or password is wrong/);
    }
  });
});
