/** What is answered to packets that break the rules, in all versions: chapter 4.13. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { Framer } from '../../src/mqtt/framer.ts';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';
import { returnCodeOf } from '../../src/mqtt/reason-codes.ts';
import { bytesOf } from '../packets/bytes.ts';
import type { InvalidCase } from '../packets/case.ts';
import { invalidCases } from '../packets/cases.ts';
import { BrokerHarness } from '../support/broker-harness.ts';
import { eachVersion } from '../support/each-version.ts';

const connectType = 1;
const serverTypes = [2, 9, 11, 13];
const unsupportedVersion = 0x84;

/** True if it goes through the framer as one packet: anything else waits for the rest. */
function isWhole(bytes: Uint8Array): boolean {
  let whole = false;
  try {
    new Framer(1_000_000).push(bytes, (_bytes, start, end) => {
      whole = end - start === bytes.length;
    });
  } catch {
    // What the framer refuses comes to an end too.
    return true;
  }
  return whole;
}

/** Packets of the table that a client could send in this version. */
function casesFor(version: ProtocolVersion, isConnect: boolean): readonly InvalidCase[] {
  return invalidCases.filter(({ bytes, versions }) => {
    const type = (bytesOf(bytes)[0] ?? 0) >> 4;
    if (!versions.includes(version) || serverTypes.includes(type)) return false;
    return isConnect === (type === connectType) && isWhole(bytesOf(bytes));
  });
}

describe('spec: packets that break the rules', () => {
  eachVersion(
    '[MQTT-4.13.1-1] close the connection: v5 is told the reason code, v3 nothing; others are served on',
    (version) => {
      const cases = casesFor(version, false);
      assert.ok(cases.length > 30);
      const harness = new BrokerHarness();
      const watcher = harness.connect('watcher', 5);
      watcher.subscribe('#', 2);
      for (const { name, bytes, reasonCode } of cases) {
        const client = harness.connect('client', version, {
          ...(version === 5 && { properties: { topicAliasMaximum: 5 } }),
        });
        client.sendBytes(bytesOf(bytes), [0xc0, 0]);
        if (version === 5) assert.equal(client.take('disconnect').reasonCode, reasonCode, name);
        assert.deepEqual(client.inbox, [], name);
        assert.equal(client.closed, true, name);
      }
      watcher.expectNothing();
      watcher.publish('a', 'x');
      watcher.takePublish('a', 'x');
      const { counters } = harness.broker;
      assert.deepEqual([counters.protocolErrors, counters.faults], [cases.length, 0]);
    },
  );

  it('[MQTT-3.1.4-1] a CONNECT that does closes: v5 after CONNACK, v3 after one about its version only', () => {
    let seen = 0;
    for (const { name, bytes: text, reasonCode } of casesFor(5, true)) {
      const harness = new BrokerHarness();
      const bytes = bytesOf(text);
      // The version that the packet names.
      const version = bytes[8] === 5 ? 5 : bytes[8] === 4 ? 4 : bytes[10] === 3 ? 3 : undefined;
      const client = harness.open(version ?? 4);
      client.sendBytes(bytes, [0xc0, 0]);
      const connack = client.inbox.shift();
      if (connack !== undefined) {
        assert.ok(connack.type === 'connack', name);
        const expected = client.version === 5 ? reasonCode : returnCodeOf(reasonCode);
        assert.equal(connack.reasonCode, expected, name);
        assert.equal(connack.sessionPresent, false, name);
      }
      if (version === 5) assert.ok(connack, name);
      else if (reasonCode !== unsupportedVersion) assert.equal(connack, undefined, name);
      assert.deepEqual(client.inbox, [], name);
      assert.equal(client.closed, true, name);
      assert.equal(harness.broker.counters.faults, 0, name);
      seen++;
    }
    assert.ok(seen > 15);
  });

  eachVersion('packets that only a server sends close too', (version) => {
    for (const bytes of [
      [0x20, 3, 0, 0, 0],
      [0x90, 4, 0, 1, 0, 0],
      [0xb0, 4, 0, 1, 0, 0],
      [0xd0, 0],
    ]) {
      const client = new BrokerHarness().connect('client', version);
      client.sendBytes(bytes);
      if (version === 5) assert.ok(client.take('disconnect').reasonCode >= 0x80);
      client.expectNothing();
      assert.equal(client.closed, true);
    }
  });

  it('the more specific reason codes', () => {
    const harness = new BrokerHarness({ maximumPacketSize: 1024, receiveMaximum: 1 });
    const cases: readonly (readonly [number, (send: ReturnType<typeof connect>) => void])[] = [
      [0x95, (client) => client.publish('a', 'x'.repeat(2000))],
      [0x94, (client) => client.publish('a', 'x', { properties: { topicAlias: 1000 } })],
      [0x90, (client) => client.publish('a/+', 'x')],
      [
        0x93,
        (client) => {
          client.publish('a', 'x', { qos: 2, packetIdentifier: 1 });
          client.take('pubrec');
          client.publish('a', 'x', { qos: 2, packetIdentifier: 2 });
        },
      ],
      [0x99, (client) => publishIllFormedText(client)],
      [0x82, (client) => client.disconnect(0, { sessionExpiryInterval: 5 })],
    ];
    function connect() {
      return harness.connect('client', 5);
    }
    function publishIllFormedText(client: ReturnType<typeof connect>) {
      const properties = { payloadFormatIndicator: 1 };
      const packet = { topicName: 'a', qos: 0, dup: false, retain: false, properties } as const;
      client.send({ type: 'publish', payload: Uint8Array.of(0xff), ...packet });
    }
    for (const [reasonCode, breakRule] of cases) {
      const client = connect();
      breakRule(client);
      assert.equal(client.take('disconnect').reasonCode, reasonCode);
      client.expectNothing();
      assert.equal(client.closed, true);
    }
  });
});
