import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import type { ControlPacket, PacketTypeName } from '../../src/mqtt/packet.ts';
import { properties, type PropertyCarrier } from '../../src/mqtt/properties.ts';
import {
  isReturnCode,
  ReasonCode,
  reasonCodes,
  reasonName,
  returnCodeName,
  returnCodeOf,
} from '../../src/mqtt/reason-codes.ts';
import { bytesOf } from '../packets/bytes.ts';

/** A packet with the reason code `xx`, and the codes that the tables of chapter 3 give it. */
const reasonTables: [packet: PacketTypeName, bytes: string, codes: string][] = [
  [
    'connack',
    '20 { 00 xx {} }',
    '00 80 81 82 83 84 85 86 87 88 89 8a 8c 90 95 97 99 9a 9b 9c 9d 9f',
  ],
  ['puback', '40 { 00 01 xx }', '00 10 80 83 87 90 91 97 99'],
  ['pubrec', '50 { 00 01 xx }', '00 10 80 83 87 90 91 97 99'],
  ['pubrel', '62 { 00 01 xx }', '00 92'],
  ['pubcomp', '70 { 00 01 xx }', '00 92'],
  ['suback', '90 { 00 01 {} xx }', '00 01 02 80 83 87 8f 91 97 9e a1 a2'],
  ['unsuback', 'b0 { 00 01 {} xx }', '00 11 80 83 87 8f 91'],
  [
    'disconnect',
    'e0 { xx }',
    '00 04 80 81 82 83 87 89 8b 8c 8d 8e 8f 90 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f a0 a1 a2',
  ],
  ['auth', 'f0 { xx { 15 "M" } }', '00 18 19'],
];

describe('Reason codes', () => {
  for (const [packet, text, codes] of reasonTables) {
    it(`of ${packet.toUpperCase()}`, () => {
      const allowed: string[] = [];
      for (let code = 0; code < 256; code++) {
        const hex = code.toString(16).padStart(2, '0');
        const bytes = bytesOf(text.replace('xx', hex));
        if (accepts(bytes, ReasonCode.protocolError)) allowed.push(hex);
      }
      assert.equal(allowed.join(' '), codes);
    });
  }

  it('have the name that the packet gives them', () => {
    assert.equal(reasonName(0), 'Success');
    assert.equal(reasonName(0, 'puback'), 'Success');
    assert.equal(reasonName(0, 'suback'), 'Granted QoS 0');
    assert.equal(reasonName(1, 'suback'), 'Granted QoS 1');
    assert.equal(reasonName(0, 'disconnect'), 'Normal disconnection');
    assert.equal(reasonName(0x8e), 'Session taken over');
    assert.equal(reasonName(0x8e, 'connack'), 'Session taken over');
    assert.equal(reasonName(0x7f), 'Unknown reason code');
  });

  it('all have a constant, and every constant is one', () => {
    const inTable = new Set(reasonCodes.map(({ code }) => code));
    assert.deepEqual(new Set<number>(Object.values(ReasonCode)), inTable);
    assert.equal(inTable.size, 43);
  });

  it('of CONNACK have a return code for v3', () => {
    for (const { code, packets } of reasonCodes) {
      if (packets.includes('connack')) assert.ok(isReturnCode(returnCodeOf(code)));
    }
    assert.equal(returnCodeOf(ReasonCode.success), 0);
    assert.equal(returnCodeOf(ReasonCode.unsupportedProtocolVersion), 1);
    assert.equal(returnCodeOf(ReasonCode.clientIdentifierNotValid), 2);
    assert.equal(returnCodeOf(ReasonCode.serverBusy), 3);
    assert.equal(returnCodeOf(ReasonCode.badUserNameOrPassword), 4);
    assert.equal(returnCodeOf(ReasonCode.notAuthorized), 5);
    assert.equal(returnCodeName(5), 'Not authorized');
    assert.equal(returnCodeName(6), 'Unknown return code');
  });
});

/** A packet with properties, and the identifiers that chapter 3 lets it have. */
const propertyTables: [carrier: PropertyCarrier, bytes: string, identifiers: string][] = [
  ['connect', '10 { "MQTT" 05 02 00 00 { xx } "c" }', '11 15 17 19 21 22 26 27'],
  ['will', '10 { "MQTT" 05 06 00 00 {} "c" { xx } "w" 00 00 }', '01 02 03 08 09 18 26'],
  ['connack', '20 { 00 00 { xx } }', '11 12 13 15 1a 1c 1f 21 22 24 25 26 27 28 29 2a'],
  ['publish', '30 { "a" { xx } }', '01 02 03 08 09 0b 23 26'],
  ['puback', '40 { 00 01 00 { xx } }', '1f 26'],
  ['pubrec', '50 { 00 01 00 { xx } }', '1f 26'],
  ['pubrel', '62 { 00 01 00 { xx } }', '1f 26'],
  ['pubcomp', '70 { 00 01 00 { xx } }', '1f 26'],
  ['subscribe', '82 { 00 01 { xx } "a" 00 }', '0b 26'],
  ['suback', '90 { 00 01 { xx } 00 }', '1f 26'],
  ['unsubscribe', 'a2 { 00 01 { xx } "a" }', '26'],
  ['unsuback', 'b0 { 00 01 { xx } 00 }', '1f 26'],
  ['disconnect', 'e0 { 00 { xx } }', '11 1c 1f 26'],
  ['auth', 'f0 { 00 { xx 15 "M" } }', '16 1f 26'],
];
/** A legal value for each data type. */
const sampleValues = {
  byte: '01',
  twoByteInteger: '00 01',
  fourByteInteger: '00 00 00 01',
  variableByteInteger: '01',
  utf8String: '"x"',
  binaryData: '00 01 00',
  utf8StringPair: '"x" "y"',
} as const;

describe('Properties', () => {
  for (const [carrier, text, identifiers] of propertyTables) {
    it(`of ${carrier.toUpperCase()}`, () => {
      const single = (identifier: number): boolean => {
        const hex = identifier.toString(16).padStart(2, '0');
        const property = properties.find((one) => one.identifier === identifier);
        const value = property ? sampleValues[property.dataType] : '00';
        return accepts(bytesOf(text.replace('xx', `${hex} ${value}`)));
      };
      const allowed: string[] = [];
      for (let identifier = 0; identifier < 128; identifier++) {
        // Those that stand or fall with another: tested by the table of packets.
        if (identifier === 0x16 && carrier !== 'auth') continue;
        if (identifier === 0x15 && carrier === 'auth') continue;
        if (single(identifier)) allowed.push(identifier.toString(16).padStart(2, '0'));
      }
      assert.equal(allowed.join(' '), identifiers);
    });

    it(`of ${carrier.toUpperCase()} stand there once, except for some`, () => {
      for (const { identifier, sections, dataType } of properties) {
        if (sections[carrier] === undefined || (carrier === 'auth' && identifier === 0x15))
          continue;
        const one = `${identifier.toString(16).padStart(2, '0')} ${sampleValues[dataType]}`;
        const mayRepeat = identifier === 0x26 || (identifier === 0x0b && carrier === 'publish');
        const bytes = bytesOf(text.replace('xx', `${one} ${one}`));
        assert.equal(accepts(bytes, ReasonCode.protocolError), mayRepeat, `${carrier} ${one}`);
      }
    });
  }

  it('have a data type that is read whole or not at all', () => {
    for (const { identifier, dataType, sections } of properties) {
      const [carrier] = Object.keys(sections) as PropertyCarrier[];
      const text = propertyTables.find(([one]) => one === carrier)?.[1];
      assert.ok(text);
      const hex = identifier.toString(16).padStart(2, '0');
      const value = sampleValues[dataType].replace('"y"', '00').replace('"x"', '00 02 61');
      const cut = dataType === 'byte' ? '' : value.replace(/ ?\S+$/, '');
      const bytes = bytesOf(text.replace('xx', `${hex} ${cut}`));
      assert.equal(accepts(bytes), false, `${hex} ${cut}`);
    }
  });
});

describe('encode', () => {
  const publish = {
    type: 'publish',
    topicName: 'a',
    payload: new Uint8Array(),
    dup: false,
  } as const;

  it('refuses what cannot be written', () => {
    const impossible: ControlPacket[] = [
      { ...publish, qos: 0, retain: false, topicName: 'x'.repeat(65_536) },
      { ...publish, qos: 1, retain: false, packetIdentifier: 65_536 },
      { ...publish, qos: 1, retain: false, packetIdentifier: -1 },
      { ...publish, qos: 0, retain: false, properties: { messageExpiryInterval: 2 ** 32 } },
      { ...publish, qos: 0, retain: false, properties: { messageExpiryInterval: 0.5 } },
      {
        ...publish,
        qos: 0,
        retain: false,
        properties: { correlationData: new Uint8Array(65_536) },
      },
      { ...publish, qos: 0, retain: false, properties: { subscriptionIdentifiers: [268_435_456] } },
      { type: 'disconnect', reasonCode: 256 },
    ];
    for (const packet of impossible) assert.throws(() => encode(packet, 5), RangeError);
    assert.deepEqual(encode({ type: 'pingreq' }, 5), Uint8Array.of(0xc0, 0));
  });

  it('writes illegal packets', () => {
    const illegal: [packet: ControlPacket, bytes: string][] = [
      [{ ...publish, topicName: '#', qos: 0, retain: false }, '30 { "#" {} }'],
      [{ ...publish, qos: 1, retain: false }, '32 { "a" 00 00 {} }'],
      [{ ...publish, dup: true, qos: 0, retain: true }, '39 { "a" {} }'],
      [
        { ...publish, qos: 0, retain: false, properties: { topicAlias: 0 } },
        '30 { "a" { 23 00 00 } }',
      ],
      [{ type: 'subscribe', packetIdentifier: 0, subscriptions: [] }, '82 { 00 00 {} }'],
      [{ type: 'puback', packetIdentifier: 1, reasonCode: 0x8e }, '40 { 00 01 8e }'],
    ];
    for (const [packet, bytes] of illegal) {
      assert.deepEqual(encode(packet, 5), bytesOf(bytes));
      assert.equal(accepts(bytesOf(bytes)), false);
    }
  });

  it('derives the protocol name, and leaves out what v3 does not have', () => {
    const connect = {
      type: 'connect',
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'c',
    } as const;
    const properties = { receiveMaximum: 1 };
    assert.deepEqual(
      encode({ ...connect, protocolVersion: 3, properties }, 5),
      bytesOf('10 { "MQIsdp" 03 02 00 00 "c" }'),
    );
    assert.deepEqual(
      encode({ ...connect, protocolVersion: 5, properties }, 3),
      bytesOf('10 { "MQTT" 05 02 00 00 { 21 00 01 } "c" }'),
    );
    const puback = { type: 'puback', packetIdentifier: 1, reasonCode: 0x80 } as const;
    assert.deepEqual(encode({ ...puback, properties }, 4), bytesOf('40 { 00 01 }'));
  });

  it('gives every packet a buffer of its own', () => {
    const first = encode({ type: 'puback', packetIdentifier: 1, reasonCode: 0 }, 5);
    encode({ type: 'puback', packetIdentifier: 2, reasonCode: 0 }, 5);
    assert.deepEqual(first, Uint8Array.of(0x40, 2, 0, 1));
    assert.equal(first.buffer.byteLength, first.length);
  });
});

/** True if v5 decodes the bytes; a refusal must be for the reason given, if one is. */
function accepts(bytes: Uint8Array, reasonCode?: number): boolean {
  try {
    decode(bytes, 5);
    return true;
  } catch (error) {
    assert.ok(error instanceof PacketError);
    if (reasonCode !== undefined) assert.equal(error.reasonCode, reasonCode, error.message);
    return false;
  }
}
