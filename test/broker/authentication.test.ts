/** CONNECT with an authenticator that answers later; MQTT 5.0 sections 3.1.4 and 5.4. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';
import { accepted, refused, ScriptedAuthenticator } from '../support/scripted-authenticator.ts';
import type { BrokerEngineOptions } from '../../src/broker/broker.ts';
import type { ConnectPacket, ProtocolVersion, PublishPacket } from '../../src/mqtt/packet.ts';

class Scene {
  readonly authenticator = new ScriptedAuthenticator();
  readonly harness: BrokerHarness;

  constructor(options: BrokerEngineOptions = {}) {
    this.harness = new BrokerHarness(options, undefined, { authenticator: this.authenticator });
  }

  /** Sends CONNECT, and nothing comes yet. */
  begin(
    clientIdentifier: string,
    version: ProtocolVersion = 5,
    connect: Partial<ConnectPacket> = {},
  ): TestClient {
    const client = this.harness.open(version);
    client.send({
      type: 'connect',
      protocolVersion: version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier,
      ...connect,
    });
    client.expectNothing();
    return client;
  }

  /** A client that was accepted as this user. */
  connect(
    clientIdentifier: string,
    userName: string,
    connect: Partial<ConnectPacket> = {},
    version: ProtocolVersion = 5,
  ): { client: TestClient; sessionPresent: boolean } {
    const client = this.begin(clientIdentifier, version, { userName, ...connect });
    this.accept(userName);
    const { reasonCode, sessionPresent } = client.take('connack');
    assert.equal(reasonCode, 0);
    return { client, sessionPresent };
  }

  accept(userName?: string): void {
    this.authenticator.take().reply(accepted(userName), this.harness.now);
    this.harness.broker.flush(this.harness.now);
  }

  refuse(reasonCode: number): void {
    this.authenticator.take().reply(refused(reasonCode, 'Wrong.'), this.harness.now);
    this.harness.broker.flush(this.harness.now);
  }
}

const hello: PublishPacket = {
  type: 'publish',
  topicName: 'a',
  payload: new TextEncoder().encode('early'),
  qos: 0,
  dup: false,
  retain: false,
};

describe('A CONNECT whose answer comes later', () => {
  it('is asked with what the client says of itself', () => {
    const scene = new Scene();
    scene.begin('one', 5, { userName: 'eve', password: Uint8Array.of(1, 2) });
    const { credentials } = scene.authenticator.take();
    assert.deepEqual(credentials, {
      clientIdentifier: 'one',
      userName: 'eve',
      password: Uint8Array.of(1, 2),
      certificateName: undefined,
      remoteAddress: '127.0.0.1:50000',
    });
  });

  it('holds nobody else up, and is answered when the authenticator says so', () => {
    const scene = new Scene();
    const slow = scene.begin('slow');
    const { reply } = scene.authenticator.take();
    const { client } = scene.connect('other', 'bob');
    assert.deepEqual(client.subscribe('a', 0), [0]);
    slow.expectNothing();
    reply(accepted(), scene.harness.now);
    scene.harness.broker.flush(scene.harness.now);
    assert.equal(slow.take('connack').reasonCode, 0);
  });

  it('packets that came before CONNACK are handled after it, in their order', () => {
    const scene = new Scene();
    const { client: reader } = scene.connect('reader', 'bob');
    reader.subscribe('a');
    const client = scene.begin('early');
    client.send(hello, { type: 'pingreq' });
    client.expectNothing();
    reader.expectNothing();
    scene.accept();
    client.take('connack');
    client.take('pingresp');
    reader.takePublish('a', 'early');
  });

  it('[MQTT-3.1.4-6] what came with a CONNECT that is refused is not handled, but was seen', () => {
    const scene = new Scene();
    const client = scene.begin('early');
    client.send(hello);
    scene.refuse(0x86);
    assert.equal(client.take('connack').reasonCode, 0x86);
    assert.equal(client.closed, true);
    assert.deepEqual(scene.harness.messages, []);
    const seen = scene.harness.events.filter(
      (event) => event.name === 'packet' && event.direction === 0,
    );
    assert.equal(seen.length, 2);
  });

  it('what waits is bounded: whole packets, many small ones, and one that is never whole', () => {
    const flood = (send: (client: TestClient) => void): void => {
      const scene = new Scene({ maximumUnauthenticatedBytes: 10_000 });
      const client = scene.begin('flood');
      send(client);
      assert.equal(client.take('connack').reasonCode, 0x97);
      assert.equal(client.closed, true);
      // The answer comes to a link that is gone.
      scene.accept();
      client.expectNothing();
    };
    flood((client) => client.send({ ...hello, payload: new Uint8Array(10_001) }));
    flood((client) =>
      client.sendBytes(new Uint8Array(2 * 157).fill(0xc0).map((b, i) => (i % 2 ? 0 : b))),
    );
    flood((client) => client.sendBytes([0x30, 0xff, 0xff, 0x7f], new Uint8Array(10_000)));
  });

  it('the connect timeout still holds', () => {
    const scene = new Scene({ connectTimeout: 1000 });
    const client = scene.begin('slow');
    scene.harness.advance(999);
    client.expectNothing();
    scene.harness.advance(1);
    assert.equal(client.take('connack').reasonCode, 0x89);
    assert.equal(client.closed, true);
    scene.accept();
    assert.deepEqual(scene.harness.broker.clients(), []);
  });

  it('a link that ends meanwhile leaves nothing behind, and the answer is harmless', () => {
    const scene = new Scene();
    const client = scene.begin('gone', 5, { will: { ...hello, topicName: 'will' } });
    client.drop();
    scene.accept();
    assert.deepEqual(scene.harness.broker.clients(), []);
    assert.equal(scene.harness.broker.counters.connections, 0);
    assert.deepEqual(scene.harness.messages, []);
    assert.equal(scene.harness.broker.nextTimeout(), Infinity);
  });

  it('an answer counts once', () => {
    const scene = new Scene();
    const client = scene.begin('twice');
    const { reply } = scene.authenticator.take();
    reply(accepted(), scene.harness.now);
    reply(refused(0x87), scene.harness.now);
    scene.harness.broker.flush(scene.harness.now);
    assert.equal(client.take('connack').reasonCode, 0);
    client.expectNothing();
    assert.equal(client.closed, false);
  });

  it('a shutdown meanwhile closes it', () => {
    const scene = new Scene();
    const client = scene.begin('waits');
    scene.harness.broker.shutdown(scene.harness.now);
    assert.equal(client.closed, true);
    scene.accept();
  });
});

describe('A refused CONNECT', () => {
  for (const [version, asked, told] of [
    [5, 0x86, 0x86],
    [5, 0x87, 0x87],
    [4, 0x86, 4],
    [4, 0x87, 5],
    [3, 0x86, 4],
  ] as const) {
    it(`[MQTT-3.1.4-2] version ${version} is told ${told} for ${asked}, and closed`, () => {
      const scene = new Scene();
      const client = scene.begin('x', version, { userName: 'eve' });
      scene.refuse(asked);
      const connack = client.take('connack');
      assert.equal(connack.reasonCode, told);
      assert.equal(client.closed, true);
      assert.equal(scene.harness.broker.counters.authenticationFailed, 1);
      const event = scene.harness.events.find(({ name }) => name === 'refused');
      assert.deepEqual(event, {
        name: 'refused',
        link: client.link.number,
        clientIdentifier: 'x',
        what: 'connect',
        topic: '',
        reasonCode: asked,
        reason: 'Wrong.',
      });
    });
  }
});

describe('Session and user', () => {
  it('[MQTT-3.1.4-3] takeover happens only when the newcomer has proved who it is', () => {
    const scene = new Scene();
    const { client: first } = scene.connect('lamp', 'bob');
    const wrong = scene.begin('lamp', 5, { userName: 'bob' });
    assert.equal(first.closed, false);
    scene.refuse(0x86);
    assert.equal(wrong.take('connack').reasonCode, 0x86);
    assert.equal(first.closed, false);
    const right = scene.begin('lamp', 5, { userName: 'bob' });
    assert.equal(first.closed, false);
    scene.accept('bob');
    assert.equal(right.take('connack').reasonCode, 0);
    assert.equal(first.take('disconnect').reasonCode, 0x8e);
  });

  it('nobody takes over the connection of another user (section 5.4.2)', () => {
    const scene = new Scene();
    const { client: first } = scene.connect('lamp', 'bob');
    const thief = scene.begin('lamp', 5, { userName: 'eve' });
    scene.accept('eve');
    assert.equal(thief.take('connack').reasonCode, 0x87);
    assert.equal(first.closed, false);
  });

  it('what waits for one user is not given to another with the same client identifier', () => {
    const scene = new Scene();
    const keep = { cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const { client } = scene.connect('lamp', 'bob', keep);
    client.subscribe('secret', 1);
    client.drop();
    const { client: other } = scene.connect('other', 'carol');
    other.publish('secret', 'for bob', { qos: 1, packetIdentifier: 1 });
    const again = scene.connect('lamp', 'eve', keep);
    assert.equal(again.sessionPresent, false);
    again.client.expectNothing();
  });

  it('the verified name is the one that is shown', () => {
    const scene = new Scene();
    scene.begin('lamp', 4, {});
    scene.accept('device-7');
    assert.equal(scene.harness.broker.clients()[0]?.userName, 'device-7');
  });
});
