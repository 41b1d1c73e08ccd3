import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode } from '../../src/mqtt/encode.ts';
import { inspect } from '../../src/mqtt/inspect.ts';
import type { ControlPacket, Field, ProtocolVersion } from '../../src/mqtt/packet.ts';
import { summarize } from '../../src/mqtt/summary.ts';
import { bytesOf } from '../packets/bytes.ts';

/** `start-end label = value (meaning) §section`, children indented. */
function lines(fields: readonly Field[], depth = 0): string[] {
  return fields.flatMap((field) => [
    `${'  '.repeat(depth)}${field.start}-${field.end} ${field.label}` +
      (field.bits ? ` [${field.bits.join('-')}]` : '') +
      (field.value === undefined ? '' : ` = ${String(field.value)}`) +
      (field.meaning === undefined ? '' : ` (${field.meaning})`) +
      (field.section === undefined ? '' : ` §${field.section}`),
    ...lines(field.children ?? [], depth + 1),
  ]);
}

function count(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + 1 + count(field.children ?? []), 0);
}

function tree(text: string, version: ProtocolVersion = 5): string[] {
  return lines(inspect(bytesOf(text), version).fields);
}

describe('The field tree', () => {
  it('of a PUBLISH has flags, properties and payload', () => {
    assert.deepEqual(tree(`33 { "a/b" 00 07 { 02 00 00 0e 10 26 "k" "v" } 'hello' }`), [
      '0-2 Fixed header §2.1',
      '  0-1 Packet Type [7-4] = 3 (PUBLISH) §2.1.2',
      '  0-1 DUP [3-3] = false §3.3.1.1',
      '  0-1 QoS [2-1] = 1 (At least once) §3.3.1.2',
      '  0-1 RETAIN [0-0] = true §3.3.1.3',
      '  1-2 Remaining Length = 25 §2.1.4',
      '2-22 Variable header §3.3.2',
      '  2-7 Topic Name = a/b §3.3.2.1',
      '  7-9 Packet Identifier = 7 §2.2.1',
      '  9-22 Properties §3.3.2.3',
      '    9-10 Property Length = 12 §3.3.2.3.1',
      '    10-15 Message Expiry Interval = 3600 (3600 seconds, 60 minutes) §3.3.2.3.3',
      '      10-11 Property Identifier = 2 (0x02 Message Expiry Interval) §2.2.2.2',
      '      11-15 Message Expiry Interval = 3600 (3600 seconds, 60 minutes) §3.3.2.3.3',
      '    15-22 User Property = k: v §3.3.2.3.7',
      '      15-16 Property Identifier = 38 (0x26 User Property) §2.2.2.2',
      '      16-19 Name = k §3.3.2.3.7',
      '      19-22 Value = v §3.3.2.3.7',
      '22-27 Payload (5 bytes) §3.3.3',
    ]);
  });

  it('of a SUBSCRIBE has each subscription with its options', () => {
    assert.deepEqual(tree('82 { 00 01 {} "a" 2d }').slice(8), [
      '5-9 Payload §3.8.3',
      '  5-9 Subscription §3.8.3',
      '    5-8 Topic Filter = a §3.8.3',
      '    8-9 Subscription Options §3.8.3.1',
      '      8-9 Reserved [7-6] = 0',
      '      8-9 Retain Handling [5-4] = 2 (Do not send retained messages) §3.8.3.1',
      '      8-9 Retain As Published [3-3] = true §3.8.3.1',
      '      8-9 No Local [2-2] = true §3.8.3.1',
      '      8-9 Maximum QoS [1-0] = 1 (At least once) §3.8.3.1',
    ]);
  });

  it('of a CONNECT has the flags as bits, and the version that it names', () => {
    const inspection = inspect(bytesOf('10 { "MQTT" 04 c2 00 3c "c" "u" 00 01 78 }'), 5);
    assert.equal(inspection.version, 4);
    assert.deepEqual(lines(inspection.fields).slice(4), [
      '2-12 Variable header §3.1.2',
      '  2-8 Protocol Name = MQTT §3.1.2.1',
      '  8-9 Protocol Version = 4 (MQTT 3.1.1) §3.1.2.2',
      '  9-10 Connect Flags §3.1.2.3',
      '    9-10 User Name Flag [7-7] = true §3.1.2.8',
      '    9-10 Password Flag [6-6] = true §3.1.2.9',
      '    9-10 Will Retain [5-5] = false §3.1.2.7',
      '    9-10 Will QoS [4-3] = 0 (At most once) §3.1.2.6',
      '    9-10 Will Flag [2-2] = false §3.1.2.5',
      '    9-10 Clean Session [1-1] = true §3.1.2.4',
      '    9-10 Reserved [0-0] = 0 §3.1.2.3',
      '  10-12 Keep Alive = 60 (60 seconds) §3.1.2.10',
      '12-21 Payload §3.1.3',
      '  12-15 Client Identifier = c §3.1.3.1',
      '  15-18 User Name = u §3.1.3.5',
      '  18-21 Password = 78 (1 byte) §3.1.3.6',
    ]);
  });

  it('of MQTT 3.1 has DUP and QoS where a packet may be sent again', () => {
    assert.deepEqual(tree('6a { 00 07 }', 3).slice(1, 5), [
      '  0-1 Packet Type [7-4] = 6 (PUBREL) §2.1.2',
      '  0-1 DUP [3-3] = true §3.3.1.1',
      '  0-1 QoS [2-1] = 1 (At least once) §3.3.1.2',
      '  0-1 Reserved [0-0] = 0 §2.1.3',
    ]);
    assert.equal(tree('40 { 00 07 }', 3)[2], '  0-1 Reserved [3-0] = 0 §2.1.3');
  });

  it('names reason codes as the packet does', () => {
    assert.ok(
      tree('90 { 00 01 {} 01 8f }').includes(
        '  6-7 Reason Code = 143 (0x8F Topic Filter invalid) §3.9.3',
      ),
    );
    assert.ok(tree('e0 00 ').length === 4);
    assert.ok(
      tree('20 02 00 04', 4).includes(
        '  3-4 Connect Return Code = 4 (Bad user name or password) §3.2.2.2',
      ),
    );
  });

  it('goes as far as the bytes do', () => {
    assert.deepEqual(tree('30 { 00 05 61 }').slice(6), [
      '2-4 Variable header §3.3.2',
      '4-5 Not decoded = 61 (1 byte)',
    ]);
    assert.deepEqual(tree(''), ['0-0 Fixed header §2.1']);
  });

  it('goes on after the end of the packet that its length tells', () => {
    const { problems, fields, packet } = inspect(bytesOf('c0 00 ff ff'), 5);
    assert.equal(problems[0]?.message, '2 bytes follow the packet.');
    assert.deepEqual([problems[0].start, problems[0].end], [2, 4]);
    assert.equal(packet, undefined);
    assert.equal(fields.length > 0, true);
  });
});

describe('The problems', () => {
  it('are all there, not only the first', () => {
    const { problems } = inspect(bytesOf('82 { 00 00 {} "a#" 00 "b" 43 }'), 5);
    assert.deepEqual(
      problems.map(({ statement, start, end }) => [statement, start, end]),
      [
        ['MQTT-2.2.1-3', 2, 4],
        ['MQTT-4.7.1-1', 5, 9],
        ['MQTT-3.8.3-5', 13, 14],
        [undefined, 13, 14],
      ],
    );
  });

  it('name the bytes that are wrong', () => {
    const { problems } = inspect(bytesOf('30 { 00 03 61 ff 62 {} }'), 5);
    const [first] = problems;
    assert.deepEqual([first?.start, first?.end], [5, 6]);
    assert.equal(first?.message, 'Topic Name is not well-formed UTF-8 at byte 1.');
  });
});

describe('An inspection', () => {
  it('is bounded for packets with very many fields', () => {
    const filters = Array.from({ length: 50_000 }, (_, index) => `f${index}`);
    const bytes = encode({ type: 'unsubscribe', packetIdentifier: 1, topicFilters: filters }, 5);
    const { fields, packet, problems } = inspect(bytes, 5);
    assert.ok(count(fields) <= 2001);
    assert.match(fields.at(-1)?.meaning ?? '', /^48\d{3} more fields are not shown$/);
    assert.deepEqual(problems, []);
    assert.equal(packet?.type === 'unsubscribe' && packet.topicFilters.length, 50_000);
  });

  it('is bounded for packets with very many problems', () => {
    const filters = Array.from({ length: 5000 }, () => 'a#');
    const bytes = encode({ type: 'unsubscribe', packetIdentifier: 1, topicFilters: filters }, 5);
    assert.equal(inspect(bytes, 5).problems.length, 100);
  });

  it('is bounded for long values, and says so', () => {
    const password = new Uint8Array(65_535);
    const bytes = encode(
      {
        type: 'connect',
        protocolVersion: 5,
        cleanStart: true,
        keepAlive: 1,
        clientIdentifier: 'x'.repeat(65_535),
        password,
      },
      5,
    );
    const text = lines(inspect(bytes, 5).fields).join('\n');
    assert.ok(text.length < 5000);
    assert.ok(text.includes('The first 1024 of 65535 characters'));
    assert.ok(text.includes('65535 bytes; the first 64 shown'));
  });

  it('finds the payload', () => {
    assert.deepEqual(inspect(bytesOf(`30 { "a" {} 'xyz' }`), 5).payload, { start: 6, end: 9 });
    assert.equal(inspect(bytesOf('c0 00'), 5).payload, undefined);
  });

  it('has a name for every packet type', () => {
    assert.equal(inspect(bytesOf('00 00'), 5).packetName, 'INVALID');
    assert.equal(inspect(bytesOf(''), 5).packetName, 'INVALID');
    assert.equal(inspect(bytesOf('f0 00'), 5).packetName, 'AUTH');
    assert.equal(inspect(bytesOf('62'), 5).packetType, 6);
  });
});

describe('summarize', () => {
  const cases: [bytes: string, version: ProtocolVersion, summary: string][] = [
    [
      '10 { "MQTT" 05 06 00 3c {} "c" {} "home/kitchen/lamp/lwt" 00 00 }',
      5,
      'v5 · clean start · keep-alive 60 s · will home/kitchen/lamp/lwt',
    ],
    ['10 { "MQTT" 04 00 00 00 "c" }', 4, 'v3.1.1 · resume session · no keep-alive'],
    [
      '10 { "MQIsdp" 83 82 00 0a "c" "me" }',
      3,
      'v3.1 · bridge · clean session · keep-alive 10 s · user me',
    ],
    [
      '10 { "MQTT" 05 00 00 0a { 11 00 00 00 3c } "c" }',
      5,
      'v5 · resume session · keep-alive 10 s · session expires after 60 s',
    ],
    [
      '10 { "MQTT" 05 00 00 0a { 11 ff ff ff ff } "c" }',
      5,
      'v5 · resume session · keep-alive 10 s · session never expires',
    ],
    ['20 { 00 00 { 21 00 20 } }', 5, 'Success · receive maximum 32'],
    ['20 { 01 00 {} }', 5, 'Success · session present'],
    ['20 { 00 87 { 1f "no" } }', 5, '0x87 Not authorized · no'],
    ['20 02 00 00', 4, 'Connection accepted'],
    ['20 02 00 05', 4, '5 Not authorized'],
    ['82 { 00 01 {} "home/#" 01 "a" 00 }', 5, '#1 · home/# (QoS 1), a (QoS 0)'],
    ['90 { 00 01 {} 01 8f }', 5, '#1 · Granted QoS 1, 0x8F Topic Filter invalid'],
    ['90 { 00 01 02 80 }', 4, '#1 · Granted QoS 2, Failure'],
    ['a2 { 00 01 "a" "b" }', 4, '#1 · a, b'],
    ['b0 02 00 01', 4, '#1'],
    ['b0 { 00 01 {} 11 }', 5, '#1 · No subscription existed'],
    ['40 02 00 11', 5, '#17 · Success'],
    ['40 02 00 11', 4, '#17'],
    ['50 03 00 11 97', 5, '#17 · 0x97 Quota exceeded'],
    ['c0 00', 5, ''],
    ['e0 00', 5, 'Normal disconnection'],
    ['e0 00', 4, ''],
    ['e0 01 8e', 5, '0x8E Session taken over'],
    ['f0 { 18 { 15 "SCRAM" } }', 5, 'Continue authentication · SCRAM'],
    ['32 { "a" 00 05 78 }', 4, '#5 · a · 1 byte'],
  ];
  for (const [bytes, version, expected] of cases) {
    it(`${bytes}, as version ${version}`, () => {
      const { packet } = inspect(bytesOf(bytes), version);
      assert.ok(packet);
      assert.equal(summarize(packet, version), expected);
    });
  }

  it('is bounded', () => {
    const topicFilters = Array.from({ length: 1000 }, () => 'x'.repeat(60_000));
    const packet: ControlPacket = { type: 'unsubscribe', packetIdentifier: 1, topicFilters };
    const summary = summarize(packet, 5);
    assert.ok(summary.length < 2000);
    const few = summarize({ ...packet, topicFilters: Array<string>(10).fill('a') }, 5);
    assert.equal(few, '#1 · a, a, a, a, a, a, a, a, and 2 more');
  });
});
