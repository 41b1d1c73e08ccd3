/** AUTH and re-authentication; MQTT 5.0 section 4.12. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuthPacket, ConnectPacket, Properties } from '../../src/mqtt/packet.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';
import {
  accepted,
  challenge,
  refused,
  ScriptedAuthenticator,
} from '../support/scripted-authenticator.ts';
import type { Accepted, Challenge, Refused } from '../../src/broker/access/authenticator.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const method = (text?: string, authenticationMethod = 'TEST'): Properties => ({
  authenticationMethod,
  ...(text !== undefined && { authenticationData: bytes(text) }),
});
const auth = (reasonCode: number, properties: Properties = method('x')): AuthPacket => ({
  type: 'auth',
  reasonCode,
  properties,
});

class Scene {
  readonly authenticator = new ScriptedAuthenticator();
  readonly harness = new BrokerHarness({}, undefined, { authenticator: this.authenticator });

  begin(properties: Properties, connect: Partial<ConnectPacket> = {}): TestClient {
    const client = this.harness.open(5);
    client.send({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'client',
      properties,
      ...connect,
    });
    return client;
  }

  /** What the authenticator was handed, and its answer. */
  answer(data: string, answer: Accepted | Refused | Challenge): void {
    const asked = this.authenticator.take();
    assert.equal(asked.data, data);
    asked.reply(answer, this.harness.now);
    this.harness.broker.flush(this.harness.now);
  }

  /** A client that has been authenticated as bob. */
  connect(): TestClient {
    const client = this.begin(method('first'));
    this.answer('first', accepted('bob'));
    assert.equal(client.take('connack').reasonCode, 0);
    return client;
  }
}

describe('Enhanced authentication', () => {
  it('[MQTT-4.12.0-2] [MQTT-4.12.0-3] [MQTT-4.12.0-5] challenge and response, then CONNACK with the method', () => {
    const scene = new Scene();
    const client = scene.begin(method('client-first'));
    scene.answer('client-first', challenge('server-first'));
    assert.deepEqual(client.take('auth'), auth(0x18, method('server-first')));
    client.send(auth(0x18, method('client-final')));
    scene.answer('client-final', accepted('bob', 'server-final'));
    const connack = client.take('connack');
    assert.equal(connack.reasonCode, 0);
    assert.equal(connack.properties?.authenticationMethod, 'TEST');
    assert.deepEqual(connack.properties.authenticationData, bytes('server-final'));
    assert.equal(scene.harness.broker.clients()[0]?.userName, 'bob');
  });

  it('a CONNECT without authentication data is challenged too', () => {
    const scene = new Scene();
    const client = scene.begin(method());
    scene.answer('', challenge(''));
    assert.deepEqual(client.take('auth'), auth(0x18, method()));
  });

  it('[MQTT-4.12.0-1] a method that the broker does not have is refused with 0x8C, and closed', () => {
    const scene = new Scene();
    const client = scene.begin(method('x', 'OTHER'));
    assert.equal(client.take('connack').reasonCode, 0x8c);
    assert.equal(client.closed, true);
    const without = new BrokerHarness().open(5);
    assert.equal(without.connect({ properties: method('x') }).reasonCode, 0x8c);
  });

  it('[MQTT-4.12.0-4] it may be refused at any point, with CONNACK and the close', () => {
    const scene = new Scene();
    const client = scene.begin(method('a'));
    scene.answer('a', challenge('b'));
    client.take('auth');
    client.send(auth(0x18, method('c')));
    scene.answer('c', refused(0x87));
    assert.equal(client.take('connack').reasonCode, 0x87);
    assert.equal(client.closed, true);
    assert.equal(scene.harness.broker.counters.authenticationFailed, 1);
  });

  it('[MQTT-4.12.0-5] another method in AUTH is refused with 0x8C', () => {
    const scene = new Scene();
    const client = scene.begin(method('a'));
    scene.answer('a', challenge('b'));
    client.take('auth');
    client.send(auth(0x18, method('c', 'OTHER')));
    assert.equal(client.take('connack').reasonCode, 0x8c);
    assert.equal(client.closed, true);
  });

  for (const [what, packet] of [
    ['PINGREQ', { type: 'pingreq' }],
    ['SUBSCRIBE', { type: 'unsubscribe', packetIdentifier: 1, topicFilters: ['a'] }],
    ['AUTH 0x19', auth(0x19)],
    ['AUTH 0x00', auth(0)],
  ] as const) {
    it(`[MQTT-3.1.2-30] ${what} in answer to a challenge is a protocol error`, () => {
      const scene = new Scene();
      const client = scene.begin(method('a'));
      scene.answer('a', challenge('b'));
      client.take('auth');
      client.send(packet as AuthPacket);
      assert.equal(client.take('connack').reasonCode, 0x82);
      assert.equal(client.closed, true);
      assert.deepEqual(scene.authenticator.asked, []);
    });
  }

  it('[MQTT-4.12.0-3] AUTH before the challenge is a protocol error; the answer is harmless', () => {
    const scene = new Scene();
    const client = scene.begin(method('a'));
    client.send(auth(0x18, method('early')));
    assert.equal(client.take('connack').reasonCode, 0x82);
    scene.answer('a', accepted('bob'));
    client.expectNothing();
  });

  it('DISCONNECT instead of an answer ends it without a word', () => {
    const scene = new Scene();
    const client = scene.begin(method('a'));
    scene.answer('a', challenge('b'));
    client.take('auth');
    client.send({ type: 'disconnect', reasonCode: 0 });
    client.expectNothing();
    assert.equal(client.closed, true);
  });

  it('a challenge that is not answered runs into the connect timeout', () => {
    const scene = new Scene();
    const client = scene.begin(method('a'));
    scene.answer('a', challenge('b'));
    client.take('auth');
    scene.harness.advance(10_000);
    assert.equal(client.take('connack').reasonCode, 0x87);
    assert.equal(client.closed, true);
  });

  it('[MQTT-4.12.0-6] [MQTT-4.12.0-7] without a method in CONNECT there is none in CONNACK, and AUTH is a protocol error', () => {
    const scene = new Scene();
    const client = scene.begin({});
    scene.authenticator.take().reply(accepted('bob'), scene.harness.now);
    scene.harness.broker.flush(scene.harness.now);
    assert.equal(client.take('connack').properties?.authenticationMethod, undefined);
    client.send(auth(0x19));
    assert.equal(client.take('disconnect').reasonCode, 0x82);
    assert.equal(client.closed, true);
  });
});

describe('Re-authentication', () => {
  it('[MQTT-4.12.1-1] goes on beside the traffic, and ends with AUTH 0x00', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.send(auth(0x19, method('again')));
    scene.answer('again', challenge('prove it'));
    assert.deepEqual(client.take('auth'), auth(0x18, method('prove it')));
    // Section 4.12.1: other packets use the authentication that there was.
    assert.deepEqual(client.subscribe('a', 1), [1]);
    client.send(auth(0x18, method('proof')));
    scene.answer('proof', accepted('bob', 'thanks'));
    assert.deepEqual(client.take('auth'), auth(0, method('thanks')));
    assert.equal(client.closed, false);
  });

  it('[MQTT-4.12.1-2] that fails ends in DISCONNECT and the close', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.send(auth(0x19, method('again')));
    scene.answer('again', refused(0x87));
    assert.equal(client.take('disconnect').reasonCode, 0x87);
    assert.equal(client.closed, true);
  });

  it('as another user fails', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.send(auth(0x19, method('again')));
    scene.answer('again', accepted('eve'));
    assert.equal(client.take('disconnect').reasonCode, 0x87);
  });

  it('[MQTT-4.12.1-1] with another method is refused with 0x8C', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.send(auth(0x19, method('again', 'OTHER')));
    assert.equal(client.take('disconnect').reasonCode, 0x8c);
    assert.equal(client.closed, true);
  });

  for (const [what, packets] of [
    ['AUTH 0x18 that nothing asked for', [auth(0x18)]],
    ['AUTH 0x00, which is the server’s', [auth(0)]],
    ['a second AUTH 0x19 meanwhile', [auth(0x19), auth(0x19)]],
    ['AUTH 0x18 before the challenge', [auth(0x19), auth(0x18)]],
  ] as const) {
    it(`${what} is a protocol error`, () => {
      const scene = new Scene();
      const client = scene.connect();
      client.send(...packets);
      assert.equal(client.take('disconnect').reasonCode, 0x82);
      assert.equal(client.closed, true);
    });
  }

  it('an answer for a link that has ended is harmless', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.send(auth(0x19, method('again')));
    client.drop();
    scene.answer('again', accepted('bob'));
    client.expectNothing();
  });
});
