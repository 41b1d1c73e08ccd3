import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, ProtocolVersion } from '../../src/mqtt/packet.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

const connectBytes = (version: ProtocolVersion): Uint8Array =>
  encode(
    {
      type: 'connect',
      protocolVersion: version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'x',
    },
    version,
  );

/** Another client, connected all the time, is served as if nothing had happened. */
function checkUndisturbed(harness: BrokerHarness): void {
  const witness = harness.connect('witness', 4, { cleanStart: true });
  witness.subscribe('witness/topic', 1);
  witness.publish('witness/topic', 'fine', { qos: 1, packetIdentifier: 1 });
  witness.takePublish('witness/topic', 'fine');
  witness.take('puback');
  witness.disconnect();
}

describe('broker: hostile input', () => {
  it('random bytes never are a fault, before and after CONNECT', () => {
    const harness = new BrokerHarness();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom<ProtocolVersion | undefined>(undefined, 3, 4, 5),
        (bytes, version) => {
          const client = harness.open(version ?? 4);
          if (version !== undefined) client.sendBytes(connectBytes(version));
          client.sendBytes(bytes);
          client.drop();
          assert.equal(harness.broker.counters.faults, 0);
        },
      ),
      { numRuns: 3000 },
    );
    checkUndisturbed(harness);
    assert.equal(harness.broker.counters.connections, 0);
  });

  it('packets with one byte changed never are a fault', () => {
    const harness = new BrokerHarness();
    const payload = Uint8Array.of(1, 2, 3);
    const properties = { messageExpiryInterval: 5, contentType: 'x', responseTopic: 'r' };
    const base = { dup: false, retain: false, payload, topicName: 'a/b' };
    const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = [{ topicFilter: 'a/#', qos: 2, ...options } as const];
    const packets: ControlPacket[] = [
      { type: 'publish', ...base, qos: 0, properties },
      { type: 'publish', ...base, qos: 2, packetIdentifier: 7, properties },
      { type: 'subscribe', packetIdentifier: 1, subscriptions },
      { type: 'unsubscribe', packetIdentifier: 1, topicFilters: ['a/#', 'b'] },
      { type: 'pubrel', packetIdentifier: 7, reasonCode: 0x92 },
      { type: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 9 } },
    ];
    for (const version of [3, 4, 5] as const) {
      for (const packet of packets) {
        const bytes = encode(packet, version);
        for (let index = 0; index < bytes.length; index++) {
          for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
            const changed = bytes.slice();
            changed[index] = value;
            const client = harness.open(version);
            client.sendBytes(connectBytes(version), changed);
            client.drop();
          }
        }
      }
    }
    assert.equal(harness.broker.counters.faults, 0);
    checkUndisturbed(harness);
  });

  it('a packet cut at every byte is understood, or waits', () => {
    const harness = new BrokerHarness();
    const bytes = encode(
      {
        type: 'publish',
        topicName: 'a',
        payload: new Uint8Array(300),
        qos: 0,
        dup: false,
        retain: false,
      },
      5,
    );
    for (let cut = 0; cut <= bytes.length; cut++) {
      const client = harness.connect('client', 5);
      client.subscribe('a');
      client.sendBytes(bytes.subarray(0, cut));
      assert.equal(client.inbox.length, cut === bytes.length ? 1 : 0);
      client.sendBytes(bytes.subarray(cut));
      assert.equal(client.take('publish').payload.length, 300);
    }
  });

  it('a whole conversation in single bytes', () => {
    const harness = new BrokerHarness();
    const client = harness.open(4);
    const publish = encode(
      {
        type: 'publish',
        topicName: 'a',
        payload: new Uint8Array(3),
        qos: 1,
        packetIdentifier: 1,
        dup: false,
        retain: false,
      },
      4,
    );
    for (const byte of [...connectBytes(4), ...publish, 0xc0, 0x00]) client.sendBytes([byte]);
    assert.deepEqual(
      client.inbox.map(({ type }) => type),
      ['connack', 'puback', 'pingresp'],
    );
  });

  it('an oversized packet: v5 DISCONNECT 0x95 as soon as its header came, shown to the observer', () => {
    const harness = new BrokerHarness({ maximumPacketSize: 2000 });
    const client = harness.connect('client', 5);
    client.sendBytes([0xc0, 0x00], [0x30, 0xff, 0xff, 0x7f, 1, 2, 3]);
    client.take('pingresp');
    assert.equal(client.take('disconnect').reasonCode, 0x95);
    assert.equal(client.closed, true);
    const incoming = harness.events.filter(
      (event) => event.name === 'packet' && event.direction === 0,
    );
    const last = incoming.at(-1);
    assert.deepEqual(last?.name === 'packet' && [...last.bytes], [0x30, 0xff, 0xff, 0x7f, 1, 2, 3]);
  });

  it('a remaining length of five bytes is malformed, also one byte at a time, and shown whole', () => {
    for (const together of [true, false]) {
      const harness = new BrokerHarness();
      const client = harness.connect('client', 5);
      const bytes = [0x30, 0xff, 0xff, 0xff, 0xff, 0x01];
      if (together) client.sendBytes(bytes);
      else for (const byte of bytes) client.sendBytes([byte]);
      assert.equal(client.take('disconnect').reasonCode, 0x81);
      const last = harness.events.findLast(
        (event) => event.name === 'packet' && event.direction === 0,
      );
      const expected = together ? bytes : bytes.slice(0, 5);
      assert.deepEqual(last?.name === 'packet' && [...last.bytes], expected);
    }
  });

  it('a violation is shown to the observer before the reaction', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    const bad = [0x36, 0x03, 0x00, 0x01, 0x61];
    client.sendBytes(bad);
    const [frame, reaction] = harness.events.filter(({ name }) => name === 'packet').slice(-2);
    assert.deepEqual(frame?.name === 'packet' && [...frame.bytes], bad);
    assert.equal(reaction?.name === 'packet' && reaction.direction, 1);
  });

  it('packets that only a server sends: DISCONNECT 0x82', () => {
    const packets: ControlPacket[] = [
      { type: 'connack', sessionPresent: false, reasonCode: 0 },
      { type: 'suback', packetIdentifier: 1, reasonCodes: [0] },
      { type: 'unsuback', packetIdentifier: 1, reasonCodes: [0] },
      { type: 'pingresp' },
      { type: 'auth', reasonCode: 0x18 },
    ];
    const harness = new BrokerHarness();
    for (const packet of packets) {
      const client = harness.connect('client', 5);
      client.send(packet);
      assert.equal(client.take('disconnect').reasonCode, 0x82, packet.type);
      assert.equal(client.closed, true);
    }
  });

  it('nothing is served after the violation', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4);
    client.sendBytes([0xf0, 0x00], [0xc0, 0x00]);
    client.expectNothing();
    client.sendBytes([0xc0, 0x00]);
    client.expectNothing();
    assert.equal(client.closed, true);
  });

  it('1,000 links opened and dropped leave no state behind', () => {
    const harness = new BrokerHarness();
    for (let index = 0; index < 1000; index++) {
      const client = harness.open(5);
      if (index % 2 === 0) continue;
      client.connect({ clientIdentifier: `client${index}`, keepAlive: 10 });
      client.subscribe(`a/${index}/+`, 1);
      if (index % 3 === 0) client.drop();
    }
    assert.equal(harness.broker.counters.connections, 1000 - 167);
    harness.advance(60_000);
    const { connections, clientsConnected, sessions, subscriptions } = harness.broker.counters;
    assert.deepEqual([connections, clientsConnected, sessions, subscriptions], [0, 0, 0, 0]);
    assert.deepEqual(harness.broker.clients(), []);
    assert.equal(harness.broker.nextTimeout(), Infinity);
  });

  it('[3.1.1: MQTT-4.8.0-2] a bug while serving a link closes this link only, and is reported', () => {
    const harness = new BrokerHarness();
    const watcher = harness.connect('watcher', 5);
    watcher.subscribe('#');
    const client = harness.connect('client', 5);
    harness.failAtLink = client.link.number;
    client.publish('a', 'x');
    assert.equal(client.take('disconnect').reasonCode, 0x80);
    assert.equal(client.closed, true);
    assert.equal(watcher.closed, false);
    const fault = harness.events.find((event) => event.name === 'fault');
    assert.equal(fault?.name === 'fault' && fault.link, client.link.number);
    assert.equal(harness.broker.counters.faults, 1);
    checkUndisturbed(harness);
    assert.equal(watcher.closed, false);
  });

  it('a flood of distinct topics is bounded and still right', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 4);
    client.subscribe('flood/+');
    for (let round = 0; round < 140; round++) {
      const packets = Array.from({ length: 1000 }, (_, index) => {
        const topicName = `flood/${round * 1000 + index}`;
        return encode(
          {
            type: 'publish',
            topicName,
            payload: new Uint8Array(0),
            qos: 0,
            dup: false,
            retain: false,
          },
          4,
        );
      });
      client.link.receive(new Uint8Array(Buffer.concat(packets)), harness.now);
      harness.broker.flush(harness.now);
      const last = client.inbox.at(-1);
      assert.equal(client.inbox.length, 1000);
      assert.equal(last?.type === 'publish' && last.topicName, `flood/${round * 1000 + 999}`);
      client.inbox.length = 0;
      harness.events.length = 0;
    }
  });
});

describe('broker: bursts', () => {
  it('a subscription to much that is retained stops at what a slow client may have waiting, and goes on when it reads', () => {
    const harness = new BrokerHarness({ maximumPendingBytes: 100_000 });
    const publisher = harness.connect('publisher');
    for (let index = 0; index < 100; index++) {
      publisher.publish(`large/${index}`, 'x'.repeat(50_000), { retain: true });
    }
    const client = harness.connect('client', 5);
    client.slow = true;
    const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    client.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: Array.from({ length: 1000 }, () => ({ topicFilter: '#', qos: 0, ...options })),
    });
    client.take('suback');
    assert.ok(client.inbox.length >= 20 && client.inbox.length < 30);
    client.drain();
    assert.equal(client.inbox.length, 100);
    assert.equal(harness.broker.counters.publishDropped, 0);
  });
});
