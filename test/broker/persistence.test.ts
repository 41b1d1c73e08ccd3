import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { BrokerEngineOptions } from '../../src/broker/options.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';
import { MemoryStore } from '../support/memory-store.ts';

const lasting = { cleanStart: false, properties: { sessionExpiryInterval: 1000 } } as const;
const nothingStored = {
  sessions: 0,
  subscriptions: 0,
  retained: 0,
  messages: 0,
  deliveries: 0,
  incoming: 0,
  retainedSent: 0,
};

/** A broker whose store survives it. */
class Scene {
  readonly store = new MemoryStore();
  harness: BrokerHarness;
  readonly #options: BrokerEngineOptions;

  constructor(options: BrokerEngineOptions = {}) {
    this.#options = options;
    this.harness = this.#begin(1_000_000);
  }

  /** The broker is gone from one moment to the next; after `milliseconds` another one begins. */
  crash(milliseconds = 0): void {
    this.harness = this.#begin(this.harness.now + milliseconds);
    this.harness.broker.flush(this.harness.now);
  }

  connect(name: string, version: 4 | 5 = 5): TestClient {
    return this.harness.connect(name, version, version === 5 ? lasting : { cleanStart: false });
  }

  /** The client comes back. @returns it, and whether the broker knew it. */
  comeBack(name: string, version: 4 | 5 = 5): [TestClient, boolean] {
    const client = this.harness.open(version);
    const connect = version === 5 ? lasting : { cleanStart: false };
    const connack = client.connect({ clientIdentifier: name, ...connect });
    return [client, connack.sessionPresent];
  }

  #begin(now: number): BrokerHarness {
    return new BrokerHarness(this.#options, undefined, { store: this.store, now });
  }
}

function publish(client: TestClient, text: string, qos: 1 | 2, packetIdentifier = 1): void {
  client.publish('t', text, { qos, packetIdentifier });
}

describe('broker: what a restart does not reach', () => {
  for (const version of [4, 5] as const) {
    it(`sessions, subscriptions and queued messages, v${version}`, () => {
      const scene = new Scene();
      const receiver = scene.connect('receiver', version);
      receiver.subscribe('t', 2);
      receiver.drop();
      const sender = scene.harness.connect('sender');
      for (const text of ['1', '2', '3']) {
        publish(sender, text, 1);
        sender.take('puback');
      }
      assert.deepEqual(scene.store.counts, {
        ...nothingStored,
        sessions: 1,
        subscriptions: 1,
        messages: 3,
        deliveries: 3,
      });
      scene.crash();
      const [again, sessionPresent] = scene.comeBack('receiver', version);
      assert.equal(sessionPresent, true);
      for (const text of ['1', '2', '3']) {
        const { packetIdentifier } = again.takePublish('t', text, { qos: 1, dup: false });
        again.acknowledge('puback', packetIdentifier);
      }
      again.expectNothing();
      assert.deepEqual(scene.store.counts, { ...nothingStored, sessions: 1, subscriptions: 1 });
      const late = scene.harness.connect('late');
      publish(late, '4', 2, 7);
      again.takePublish('t', '4', { qos: 2 });
    });
  }

  it('[MQTT-4.4.0-1] what is in flight is sent again, with its identifier, in its order', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 2);
    const sender = scene.harness.connect('sender');
    for (const [index, text] of ['1', '2', '3'].entries()) publish(sender, text, 2, index + 1);
    for (let count = 0; count < 3; count++) receiver.take('publish');
    receiver.acknowledge('pubrec', 2);
    receiver.take('pubrel');
    scene.crash();
    const [again] = scene.comeBack('receiver');
    assert.equal(again.take('pubrel').packetIdentifier, 2);
    again.takePublish('t', '1', { qos: 2, dup: true, packetIdentifier: 1 });
    again.takePublish('t', '3', { qos: 2, dup: true, packetIdentifier: 3 });
    const other = scene.harness.connect('other');
    publish(other, '4', 2);
    again.takePublish('t', '4', { packetIdentifier: 4, dup: false });
  });

  it('[MQTT-4.3.3-10] a QoS 2 message that was acknowledged is not taken twice', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 2);
    receiver.drop();
    const sender = scene.connect('sender');
    publish(sender, 'once', 2, 9);
    sender.take('pubrec');
    scene.crash();
    const [again] = scene.comeBack('sender');
    again.publish('t', 'once', { qos: 2, packetIdentifier: 9, dup: true });
    again.take('pubrec');
    again.acknowledge('pubrel', 9);
    assert.equal(again.take('pubcomp').reasonCode, 0);
    assert.equal(scene.store.counts.incoming, 0);
    const [back] = scene.comeBack('receiver');
    back.takePublish('t', 'once');
    back.expectNothing();
  });

  it('a message for many is stored once, and goes with the last of them', () => {
    const scene = new Scene();
    for (const name of ['a', 'b', 'c']) {
      const client = scene.connect(name);
      client.subscribe('t', 1);
      client.drop();
    }
    publish(scene.harness.connect('sender'), 'x', 1);
    const { messages, deliveries } = scene.store.counts;
    assert.deepEqual([messages, deliveries], [1, 3]);
    scene.crash();
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      assert.equal(scene.store.counts.messages, 1);
      const [client] = scene.comeBack(name);
      if (index === 1) client.disconnect(0, { sessionExpiryInterval: 0 });
      else client.acknowledge('puback', client.takePublish('t', 'x').packetIdentifier);
    }
    assert.deepEqual(scene.store.counts, { ...nothingStored, sessions: 2, subscriptions: 2 });
  });

  it('retained messages, the last of each topic; $SYS is not', () => {
    const scene = new Scene({ sysInterval: 10 });
    const sender = scene.harness.connect('sender', 5);
    for (const [topicName, text] of [
      ['a', 'old'],
      ['a', 'new'],
      ['b', 'x'],
      ['b', ''],
    ] as const) {
      sender.publish(topicName, text, { retain: true, properties: { contentType: 'text/plain' } });
    }
    scene.harness.advance(50);
    assert.equal(scene.store.counts.retained, 1);
    scene.crash();
    const receiver = scene.harness.connect('receiver', 5);
    receiver.subscribe('#');
    const { properties } = receiver.takePublish('a', 'new', { retain: true });
    assert.equal(properties?.contentType, 'text/plain');
    receiver.expectNothing();
  });

  it('time that passed meanwhile counts: sessions and messages expire', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 1, {}, { subscriptionIdentifiers: [5] });
    receiver.drop();
    const sender = scene.harness.connect('sender', 5);
    for (const [text, messageExpiryInterval] of [
      ['short', 10],
      ['long', 100],
    ] as const) {
      const properties = { messageExpiryInterval };
      sender.publish('t', text, { qos: 1, packetIdentifier: 1, properties });
    }
    scene.crash(30_000);
    const [again] = scene.comeBack('receiver');
    const { properties } = again.takePublish('t', 'long');
    assert.deepEqual(properties, { messageExpiryInterval: 70, subscriptionIdentifiers: [5] });
    again.expectNothing();
    again.drop();
    scene.crash(1_000_000);
    const [, sessionPresent] = scene.comeBack('receiver');
    assert.equal(sessionPresent, false);
  });

  it('wills: of a client that was connected at once, of one that was away when its delay has passed', () => {
    const scene = new Scene();
    const watcher = scene.connect('watcher');
    watcher.subscribe('will/#', 1);
    watcher.drop();
    const will = (name: string, willDelayInterval: number) => ({
      topicName: `will/${name}`,
      payload: new TextEncoder().encode('gone'),
      qos: 1 as const,
      retain: false,
      properties: { willDelayInterval },
    });
    scene.harness.connect('short', 4, { will: will('short', 0) });
    scene.harness.connect('delayed', 5, { ...lasting, will: will('delayed', 60) }).drop();
    scene.harness.connect('safe', 5, { ...lasting, will: will('safe', 0) }).disconnect();
    scene.crash(10_000);
    let [back] = scene.comeBack('watcher');
    back.acknowledge('puback', back.takePublish('will/short', 'gone').packetIdentifier);
    back.expectNothing();
    back.drop();
    scene.crash(60_000);
    [back] = scene.comeBack('watcher');
    back.acknowledge('puback', back.takePublish('will/delayed', 'gone').packetIdentifier);
    back.expectNothing();
    back.drop();
    scene.crash(60_000);
    [back] = scene.comeBack('watcher');
    back.expectNothing();
  });

  it('wills of those who were connected when the broker was stopped: once, after the next start', () => {
    const scene = new Scene();
    const watcher = scene.connect('watcher');
    watcher.subscribe('will/#', 1);
    const will = (name: string) => ({
      topicName: `will/${name}`,
      payload: new TextEncoder().encode('gone'),
      qos: 1 as const,
      retain: false,
    });
    scene.harness.connect('brief', 4, { will: will('brief') });
    scene.harness.connect('lasting', 5, { ...lasting, will: will('lasting') });
    scene.harness.broker.shutdown(scene.harness.now);
    assert.equal(watcher.take('disconnect').reasonCode, 0x8b);
    watcher.expectNothing();
    scene.crash(1000);
    let [back] = scene.comeBack('watcher');
    const first = back.take('publish');
    const second = back.take('publish');
    assert.deepEqual([first.topicName, second.topicName].sort(), ['will/brief', 'will/lasting']);
    back.acknowledge('puback', first.packetIdentifier);
    back.acknowledge('puback', second.packetIdentifier);
    back.expectNothing();
    back.drop();
    scene.crash(1000);
    [back] = scene.comeBack('watcher');
    back.expectNothing();
  });

  it('a clean start, and sessions that end with their connection, leave nothing', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 1);
    receiver.drop();
    const brief = scene.harness.connect('brief');
    brief.subscribe('t', 1);
    publish(scene.harness.connect('sender'), 'x', 1);
    assert.equal(scene.store.counts.deliveries, 1);
    scene.harness.connect('receiver', 5);
    assert.deepEqual(scene.store.counts, nothingStored);
  });

  it('what comes and goes within one round is not stored at all', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver', 4);
    receiver.subscribe('t', 0);
    const { commits } = scene.store;
    const sender = scene.harness.connect('sender');
    for (let count = 0; count < 10; count++) publish(sender, 'x', 1);
    assert.equal(scene.store.commits, commits);
  });
});

describe('broker: a store that fails', () => {
  it('nothing is acknowledged that is not stored; the clients are disconnected, and told once', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 1);
    receiver.drop();
    const sender = scene.harness.connect('sender', 5);
    scene.store.isFull = true;
    publish(sender, 'lost', 1);
    sender.expectNothing();
    assert.equal(sender.closed, true);
    const failures = scene.harness.events.filter(({ name }) => name === 'storeFailed');
    assert.equal(failures.length, 1);
    scene.store.isFull = false;
    const again = scene.harness.connect('sender', 5);
    publish(again, 'kept', 1);
    again.take('puback');
    scene.crash();
    const [back] = scene.comeBack('receiver');
    const texts = back.inbox.map((one) => one.type === 'publish' && one.payload.length);
    assert.deepEqual(
      texts,
      [4, 4],
      'the first was in the queue all the time, and was stored when it could be',
    );
  });

  it('[MQTT-3.3.1-9] retained messages that a subscription was yet to be sent are sent after the restart, none twice', () => {
    const scene = new Scene();
    const sender = scene.connect('sender');
    for (let index = 0; index < 10; index++) {
      sender.publish(`many/${index}`, `${index}`, { qos: 2, packetIdentifier: 1, retain: true });
      sender.take('pubrec');
      sender.acknowledge('pubrel');
      sender.take('pubcomp');
    }
    const narrow = {
      cleanStart: false,
      properties: { sessionExpiryInterval: 1000, receiveMaximum: 3 },
    } as const;
    const receiver = scene.harness.connect('receiver', 5, narrow);
    assert.deepEqual(receiver.subscribe('many/#', 2), [2]);
    const got: string[] = [];
    const take = (client: TestClient, most: number): void => {
      for (let packet = client.inbox.shift(); packet; packet = client.inbox.shift()) {
        if (packet.type === 'publish') {
          const text = textOf(packet.payload);
          if (!packet.dup || !got.includes(text)) got.push(text);
          client.acknowledge('pubrec', packet.packetIdentifier);
        } else if (packet.type === 'pubrel') {
          client.acknowledge('pubcomp', packet.packetIdentifier);
        }
        if (got.length === most) return;
      }
    };
    take(receiver, 5);
    assert.equal(got.length, 5);
    // This one is not what was retained when the subscription was made: it goes the usual way.
    scene.harness.advance(10);
    sender.publish('many/new', 'new', { qos: 1, packetIdentifier: 1, retain: true });
    scene.crash(10);
    for (let again = 0; again < 2; again++) {
      const back = scene.harness.open(5);
      assert.equal(back.connect({ clientIdentifier: 'receiver', ...narrow }).sessionPresent, true);
      take(back, Infinity);
      scene.crash(10);
    }
    assert.deepEqual(got.sort(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'new']);
    assert.equal(scene.store.counts.retainedSent, 0, 'the run is over');
    assert.equal(scene.store.load().subscriptions[0]?.retainedSince, undefined);
  });

  it('unsubscribing, or a clean start, ends what was yet to be sent of what is retained', () => {
    const scene = new Scene();
    const sender = scene.connect('sender');
    for (const name of ['many/1', 'many/2', 'many/3']) {
      sender.publish(name, 'x', { qos: 1, packetIdentifier: 1, retain: true });
    }
    for (const [name, end] of [
      ['one', (client: TestClient) => void client.unsubscribe('many/#')],
      ['two', () => void scene.harness.connect('two', 5)],
    ] as const) {
      const properties = { sessionExpiryInterval: 1000, receiveMaximum: 1 };
      const client = scene.harness.connect(name, 5, { properties });
      client.subscribe('many/#', 1);
      assert.equal(scene.store.counts.retainedSent, 1);
      client.inbox.length = 0;
      end(client);
      assert.equal(scene.store.counts.retainedSent, 0);
    }
  });

  it('refuses what no broker has written', () => {
    const scene = new Scene();
    const receiver = scene.connect('receiver');
    receiver.subscribe('t', 1);
    receiver.drop();
    publish(scene.harness.connect('sender'), 'x', 1);
    const state = scene.store.load();
    const [delivery] = state.deliveries;
    const [message] = state.messages;
    assert.ok(delivery && message);
    const wrong = [
      { sessions: [] },
      { messages: [] },
      { messages: [{ ...message, bytes: Uint8Array.of(0x30, 200) }] },
      { messages: [{ ...message, bytes: Uint8Array.of(0xc0, 0) }] },
      { deliveries: [{ ...delivery, message: undefined }] },
      { deliveries: [delivery, delivery].map((one) => ({ ...one, packetIdentifier: 3 })) },
      {
        subscriptions: [
          { clientIdentifier: 'nobody', subscription: state.subscriptions[0]?.subscription },
        ],
      },
      { incoming: [{ clientIdentifier: 'receiver', packetIdentifier: 70_000 }] },
    ];
    for (const change of wrong) {
      const store = {
        load: () => ({ ...state, ...change }) as typeof state,
        commit: () => undefined,
      };
      assert.throws(
        () => new BrokerHarness({}, undefined, { store }),
        /DamagedStoreError|PacketError/,
        JSON.stringify(Object.keys(change)),
      );
    }
  });
});
