/** PUBLISH, quality of service, retained messages and order: chapters 3.3, 4.3 to 4.7. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { encode } from '../../src/mqtt/encode.ts';
import type { ConnectPacket, ProtocolVersion, QoS } from '../../src/mqtt/packet.ts';
import { BrokerHarness, textOf, type TestClient } from '../support/broker-harness.ts';
import { eachVersion } from '../support/each-version.ts';

function kept(version: ProtocolVersion): Partial<ConnectPacket> {
  return {
    cleanStart: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: 1000 } }),
  };
}

/** Publishes from a client of its own. */
function publishTo(harness: BrokerHarness, topicName: string, text: string, qos: QoS = 0): void {
  const publisher = harness.connect('publisher');
  publisher.publish(topicName, text, { qos, ...(qos > 0 && { packetIdentifier: 1 }) });
}

/** Texts of the messages that came. */
function texts(client: TestClient): string[] {
  return client.inbox.splice(0).flatMap((packet) => {
    return packet.type === 'publish' ? [textOf(packet.payload)] : [];
  });
}

describe('spec: QoS of messages from clients', () => {
  eachVersion('[MQTT-3.3.4-1] [MQTT-4.3.1-1] QoS 0 is not answered', (version) => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', version);
    receiver.subscribe('a', 2);
    const sender = harness.connect('sender', version);
    sender.publish('a', 'x');
    sender.expectNothing();
    receiver.takePublish('a', 'x', { qos: 0, dup: false });
  });

  eachVersion(
    '[MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.2-5] QoS 1: PUBACK, then the identifier is free again',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version);
      receiver.subscribe('a');
      const sender = harness.connect('sender', version);
      for (const [text, dup] of [
        ['1', false],
        ['2', false],
        ['3', true],
      ] as const) {
        sender.publish('a', text, { qos: 1, packetIdentifier: 7, dup });
        const { packetIdentifier, reasonCode } = sender.take('puback');
        assert.deepEqual([packetIdentifier, reasonCode], [7, 0]);
      }
      assert.deepEqual(texts(receiver), ['1', '2', '3']);
    },
  );

  eachVersion(
    '[MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12] QoS 2: once, until PUBCOMP',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version);
      receiver.subscribe('a');
      const sender = harness.connect('sender', version);
      for (const dup of [false, true, true]) {
        sender.publish('a', 'once', { qos: 2, packetIdentifier: 5, dup });
        assert.equal(sender.take('pubrec').packetIdentifier, 5);
      }
      sender.acknowledge('pubrel', 5);
      assert.equal(sender.take('pubcomp').packetIdentifier, 5);
      sender.publish('a', 'new', { qos: 2, packetIdentifier: 5, dup: true });
      sender.take('pubrec');
      assert.deepEqual(texts(receiver), ['once', 'new']);
    },
  );

  it('[MQTT-4.3.3-9] QoS 2: after a PUBREC that refuses, the identifier is a new message', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('a');
    const sender = harness.connect('sender', 5);
    sender.publish('$SYS/mine', 'refused', { qos: 2, packetIdentifier: 5 });
    assert.equal(sender.take('pubrec').reasonCode, 0x87);
    sender.publish('a', 'new', { qos: 2, packetIdentifier: 5 });
    assert.equal(sender.take('pubrec').reasonCode, 0);
    assert.deepEqual(texts(receiver), ['new']);
  });

  it('[MQTT-4.3.3-13] QoS 2 goes on when the message has expired', () => {
    const harness = new BrokerHarness();
    const sender = harness.connect('sender', 5);
    const properties = { messageExpiryInterval: 1 };
    sender.publish('a', 'x', { qos: 2, packetIdentifier: 5, properties });
    sender.take('pubrec');
    harness.advance(10_000);
    sender.publish('a', 'x', { qos: 2, packetIdentifier: 5, properties, dup: true });
    sender.take('pubrec');
    sender.acknowledge('pubrel', 5);
    assert.equal(sender.take('pubcomp').reasonCode, 0);
  });

  it('[3.1.1: MQTT-3.3.5-2] one that is not allowed is acknowledged as usual', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver');
    receiver.subscribe('$SYS/#');
    const sender = harness.connect('sender', 4);
    sender.publish('$SYS/mine', 'x', { qos: 1, packetIdentifier: 1 });
    sender.take('puback');
    sender.publish('$SYS/mine', 'x', { qos: 2, packetIdentifier: 1 });
    sender.take('pubrec');
    sender.acknowledge('pubrel', 1);
    sender.take('pubcomp');
    receiver.expectNothing();
  });
});

describe('spec: QoS of messages to clients', () => {
  eachVersion(
    '[MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3] QoS 1: unacknowledged until PUBACK',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version, kept(version));
      receiver.subscribe('a', 1);
      publishTo(harness, 'a', '1', 1);
      publishTo(harness, 'a', '2', 1);
      const first = receiver.takePublish('a', '1', { qos: 1, dup: false });
      const second = receiver.takePublish('a', '2', { qos: 1, dup: false });
      assert.ok((first.packetIdentifier ?? 0) > 0);
      assert.notEqual(first.packetIdentifier, second.packetIdentifier);
      receiver.acknowledge('puback', first.packetIdentifier);
      receiver.drop();
      const again = harness.connect('receiver', version, kept(version));
      again.takePublish('a', '2', { qos: 1, dup: true });
      again.expectNothing();
    },
  );

  eachVersion(
    '[MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-3] QoS 2: unacknowledged until PUBREC',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version, kept(version));
      receiver.subscribe('a', 2);
      publishTo(harness, 'a', 'x', 2);
      const { packetIdentifier = 0 } = receiver.takePublish('a', 'x', { qos: 2, dup: false });
      assert.ok(packetIdentifier > 0);
      receiver.drop();
      const again = harness.connect('receiver', version, kept(version));
      again.takePublish('a', 'x', { qos: 2, dup: true, packetIdentifier });
    },
  );

  eachVersion(
    '[MQTT-4.3.3-4] [MQTT-4.3.3-5] [MQTT-4.3.3-6] QoS 2: then PUBREL, until PUBCOMP, and no PUBLISH',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version, kept(version));
      receiver.subscribe('a', 2);
      publishTo(harness, 'a', 'x', 2);
      const { packetIdentifier = 0 } = receiver.take('publish');
      receiver.acknowledge('pubrec', packetIdentifier);
      assert.equal(receiver.take('pubrel').packetIdentifier, packetIdentifier);
      receiver.drop();
      const again = harness.connect('receiver', version, kept(version));
      assert.equal(again.take('pubrel').packetIdentifier, packetIdentifier);
      again.expectNothing();
      again.acknowledge('pubcomp', packetIdentifier);
      again.drop();
      harness.connect('receiver', version, kept(version)).expectNothing();
    },
  );

  it('[MQTT-4.3.3-7] QoS 2 that was sent does not expire; its interval does not go below 0', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5, kept(5));
    receiver.subscribe('a', 2);
    harness.connect('sender', 5).publish('a', 'x', {
      qos: 2,
      packetIdentifier: 1,
      properties: { messageExpiryInterval: 2 },
    });
    receiver.take('publish');
    receiver.drop();
    harness.advance(60_000);
    const again = harness.connect('receiver', 5, kept(5));
    const publish = again.takePublish('a', 'x', { qos: 2, dup: true });
    assert.equal(publish.properties?.messageExpiryInterval, 0);
  });

  eachVersion(
    '[MQTT-4.4.0-1] [MQTT-3.3.1-1] sent again after a reconnect, at no other time',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version, kept(version));
      receiver.subscribe('a', 2);
      publishTo(harness, 'a', '1', 1);
      publishTo(harness, 'a', '2', 2);
      const identifiers = [receiver.take('publish'), receiver.take('publish')].map(
        ({ packetIdentifier = 0 }) => packetIdentifier,
      );
      harness.advance(1_000_000);
      receiver.expectNothing();
      receiver.drop();
      const again = harness.connect('receiver', version, kept(version));
      again.takePublish('a', '1', { dup: true, packetIdentifier: identifiers[0] ?? 0 });
      again.takePublish('a', '2', { dup: true, packetIdentifier: identifiers[1] ?? 0 });
      harness.advance(1_000_000);
      again.expectNothing();
    },
  );

  it('[MQTT-4.4.0-2] a PUBACK or PUBREC that refuses acknowledges', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5, kept(5));
    receiver.subscribe('a', 2);
    publishTo(harness, 'a', '1', 1);
    receiver.acknowledge('puback', receiver.take('publish').packetIdentifier, 0x80);
    publishTo(harness, 'a', '2', 2);
    receiver.acknowledge('pubrec', receiver.take('publish').packetIdentifier, 0x99);
    receiver.expectNothing();
    receiver.drop();
    harness.connect('receiver', 5, kept(5)).expectNothing();
  });

  eachVersion(
    '[MQTT-3.3.1-2] [MQTT-3.3.1-3] DUP of a message received is not that of one sent',
    (version) => {
      const harness = new BrokerHarness();
      const receiver = harness.connect('receiver', version);
      receiver.subscribe('a', 2);
      const sender = harness.connect('sender', version);
      for (const qos of [1, 2] as const) {
        sender.publish('a', `${qos}`, { qos, packetIdentifier: qos, dup: true });
        receiver.takePublish('a', `${qos}`, { qos, dup: false });
      }
      receiver.unsubscribe('a');
      receiver.subscribe('a', 0);
      sender.publish('a', 'to QoS 0', { qos: 1, packetIdentifier: 3, dup: true });
      receiver.takePublish('a', 'to QoS 0', { qos: 0, dup: false });
    },
  );

  eachVersion(
    '[MQTT-4.6.0-5] [MQTT-4.6.0-6] messages of one QoS come in the order sent, whatever happens',
    (version) => {
      const harness = new BrokerHarness({ maximumInFlight: 3 });
      let receiver = harness.connect('receiver', version, kept(version));
      receiver.subscribe('a', 1);
      const sender = harness.connect('sender', version);
      const seen: string[] = [];
      for (let index = 0; index < 60; index++) {
        sender.publish('a', `${index}`, { qos: 1, packetIdentifier: 1 });
        if (index % 7 === 0) {
          receiver.drop();
          receiver = harness.connect('receiver', version, kept(version));
        }
        if (index % 3 === 0) continue;
        const publish = receiver.take('publish');
        if (!publish.dup || !seen.includes(textOf(publish.payload))) {
          seen.push(textOf(publish.payload));
        }
        receiver.acknowledge('puback', publish.packetIdentifier);
      }
      while (receiver.inbox.length > 0) {
        const publish = receiver.take('publish');
        if (!seen.includes(textOf(publish.payload))) seen.push(textOf(publish.payload));
        receiver.acknowledge('puback', publish.packetIdentifier);
      }
      assert.deepEqual(
        seen,
        Array.from({ length: 60 }, (_, index) => `${index}`),
      );
    },
  );
});

describe('spec: retained messages', () => {
  eachVersion(
    '[MQTT-3.3.1-5] [MQTT-3.3.1-9] [3.1.1: MQTT-3.3.1-8] the last one comes with each SUBSCRIBE, RETAIN 1',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.publish('a/b', 'old', { retain: true, qos: 1, packetIdentifier: 1 });
      client.publish('a/b', 'new', { retain: true });
      client.publish('a/c', 'other', { retain: true, qos: 1, packetIdentifier: 1 });
      client.take('puback');
      client.take('puback');
      for (let round = 0; round < 2; round++) {
        client.subscribe('a/+', 2);
        client.takePublish('a/b', 'new', { retain: true, qos: 0 });
        client.takePublish('a/c', 'other', { retain: true, qos: 1 });
        client.expectNothing();
      }
    },
  );

  eachVersion('[MQTT-3.3.1-12] RETAIN is 0 for a subscription that was there', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    client.subscribe('a');
    client.publish('a', 'x', { retain: true });
    client.takePublish('a', 'x', { retain: false });
  });

  eachVersion(
    '[MQTT-3.3.1-6] [MQTT-3.3.1-7] one without payload removes it, and is sent as usual',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      client.publish('a', 'x', { retain: true });
      client.subscribe('a');
      client.take('publish');
      client.publish('a', '', { retain: true });
      client.takePublish('a', '', { retain: false });
      client.subscribe('a');
      client.expectNothing();
    },
  );

  eachVersion('[MQTT-3.3.1-8] RETAIN 0 leaves it as it is, without payload too', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    client.publish('a', 'kept', { retain: true });
    client.publish('a', 'x');
    client.publish('a', '');
    client.subscribe('a');
    client.takePublish('a', 'kept', { retain: true });
    client.expectNothing();
  });

  it('of MQTT 5.0 keep their properties, and less of their expiry each time', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5);
    const properties = {
      messageExpiryInterval: 10,
      contentType: 'text/plain',
      userProperties: [['k', 'v']] as [string, string][],
    };
    client.publish('a', 'x', { retain: true, properties });
    for (const left of [10, 7, 4, 1]) {
      client.subscribe('a');
      const expected = { ...properties, messageExpiryInterval: left };
      assert.deepEqual(client.take('publish').properties, expected);
      harness.advance(3000);
    }
    client.subscribe('a');
    client.expectNothing();
  });
});

describe('spec: topic names', () => {
  eachVersion(
    '[MQTT-4.7.3-4] [MQTT-3.3.2-3] are compared as they are, and sent as they came',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      // é in one code point and in two, upper case, empty levels, a space.
      const names = [
        'caf\u00e9',
        'cafe\u0301',
        'Caf\u00e9',
        'caf\u00e9/',
        '/caf\u00e9',
        'caf\u00e9 ',
      ];
      names.forEach((name) => client.subscribe(name));
      for (const name of names) {
        publishTo(harness, name, 'x');
        client.takePublish(name, 'x');
        client.expectNothing();
      }
    },
  );

  eachVersion('[MQTT-1.5.4-3] U+FEFF is a character like any other', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    client.subscribe('\ufeffa');
    client.subscribe('b\ufeff');
    publishTo(harness, 'a', 'x');
    publishTo(harness, 'b', 'x');
    client.expectNothing();
    publishTo(harness, '\ufeffa', 'x');
    client.takePublish('\ufeffa', 'x');
    publishTo(harness, 'b\ufeff', 'x');
    client.takePublish('b\ufeff', 'x');
  });

  eachVersion(
    '[MQTT-4.7.2-1] that begin with $ are not for filters that begin with a wildcard',
    (version) => {
      const harness = new BrokerHarness();
      const client = harness.connect('client', version);
      for (const filter of ['#', '+/a', '+/#']) client.subscribe(filter);
      publishTo(harness, '$internal/a', 'x');
      client.expectNothing();
      client.subscribe('$internal/+');
      publishTo(harness, '$internal/a', 'x');
      client.takePublish('$internal/a', 'x');
    },
  );

  eachVersion('[MQTT-4.7.3-3] may have 65,535 bytes', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    const name = 'n'.repeat(65_535);
    client.subscribe(name);
    publishTo(harness, name, 'x');
    client.takePublish(name, 'x');
  });

  eachVersion('[MQTT-4.7.3-2] have no null character: the connection closes', (version) => {
    const client = new BrokerHarness().connect('client', version);
    const packet = { payload: new Uint8Array(0), qos: 0, dup: false, retain: false } as const;
    const bytes = encode({ type: 'publish', topicName: 'aXb', ...packet }, version);
    bytes[bytes.indexOf(0x58)] = 0;
    client.sendBytes(bytes);
    if (version === 5) assert.equal(client.take('disconnect').reasonCode, 0x81);
    client.expectNothing();
    assert.equal(client.closed, true);
  });

  eachVersion('[MQTT-3.3.2-1] come first, in UTF-8, whatever follows', (version) => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', version);
    receiver.subscribe('\u20ac/+', 2);
    for (const qos of [0, 1, 2] as const) {
      publishTo(harness, '\u20ac/\u{1f600}', 'x', qos);
      receiver.takePublish('\u20ac/\u{1f600}', 'x', { qos });
    }
  });
});

describe('spec: packet identifiers', () => {
  eachVersion('[MQTT-2.2.1-2] are not in a PUBLISH at QoS 0', (version) => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', version);
    receiver.subscribe('a', 0);
    for (const qos of [0, 1, 2] as const) {
      publishTo(harness, 'a', 'x', qos);
      assert.equal(receiver.takePublish('a', 'x', { qos: 0 }).packetIdentifier, undefined);
    }
  });

  eachVersion('[MQTT-2.2.1-5] are those of the PUBLISH in all that answers it', (version) => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', version);
    for (const packetIdentifier of [1, 256, 65_535]) {
      client.publish('a', 'x', { qos: 1, packetIdentifier });
      assert.equal(client.take('puback').packetIdentifier, packetIdentifier);
      client.publish('a', 'x', { qos: 2, packetIdentifier });
      assert.equal(client.take('pubrec').packetIdentifier, packetIdentifier);
      client.acknowledge('pubrel', packetIdentifier);
      assert.equal(client.take('pubcomp').packetIdentifier, packetIdentifier);
    }
  });
});
