/** The format of control packets, byte by byte: chapters 1.5, 2 and the payload of CONNECT. */
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import type { ControlPacket, ProtocolVersion } from '../../src/mqtt/packet.ts';
import { bytesOf } from '../packets/bytes.ts';
import { eachVersion } from '../support/each-version.ts';

const malformed = 0x81;

/** The packet is refused: its text is not UTF-8, has a null character, or is not there. */
function refused(text: string, version: ProtocolVersion = 5): void {
  assert.throws(
    () => decode(bytesOf(text), version),
    (error) => error instanceof PacketError && error.reasonCode === malformed,
    text,
  );
}

describe('spec: strings', () => {
  it('[MQTT-1.5.7-1] both of a pair are well-formed, without null characters', () => {
    for (const pair of [
      '00 01 ff "b"',
      '"a" 00 01 ff',
      '00 01 00 "b"',
      '"a" 00 01 00',
      '"a" 00 03 ed a0 80',
    ]) {
      refused(`30 { "t" { 26 ${pair} } }`);
      refused(`10 { "MQTT" 05 02 00 00 { 26 ${pair} } "c" }`);
    }
    const packet = decode(bytesOf('30 { "t" { 26 "\u20ac" "" } }'), 5);
    assert.ok(packet.type === 'publish');
    assert.deepEqual(packet.properties?.userProperties, [['\u20ac', '']]);
  });

  it('[MQTT-3.3.2-13] [MQTT-3.3.2-19] response topic and content type are too', () => {
    for (const identifier of ['08', '03']) {
      refused(`30 { "t" { ${identifier} 00 02 c0 80 } }`);
      refused(`30 { "t" { ${identifier} 00 01 00 } }`);
    }
  });

  eachVersion('[MQTT-3.8.3-1] [MQTT-3.10.3-1] topic filters are too', (version) => {
    const properties = version === 5 ? '{}' : '';
    for (const filter of ['00 02 c0 80', '00 03 61 00 62', '00 03 ed b0 80']) {
      refused(`82 { 00 01 ${properties} ${filter} 00 }`, version);
      refused(`a2 { 00 01 ${properties} ${filter} }`, version);
    }
  });

  eachVersion('[MQTT-1.5.4-3] U+FEFF is kept wherever it stands', (version) => {
    const topicName = '\ufeffa\ufeff';
    const packet: ControlPacket = {
      type: 'publish',
      topicName,
      payload: new Uint8Array(0),
      qos: 0,
      dup: false,
      retain: false,
    };
    const decoded = decode(encode(packet, version), version);
    assert.equal(decoded.type === 'publish' && decoded.topicName, topicName);
  });
});

describe('spec: properties', () => {
  it('[MQTT-2.2.2-1] a length of 0 where there are none', () => {
    const packets: readonly (readonly [ControlPacket, string])[] = [
      [{ type: 'connack', sessionPresent: false, reasonCode: 0 }, '20 { 00 00 {} }'],
      [{ type: 'suback', packetIdentifier: 1, reasonCodes: [0] }, '90 { 00 01 {} 00 }'],
      [{ type: 'unsuback', packetIdentifier: 1, reasonCodes: [0] }, 'b0 { 00 01 {} 00 }'],
      [{ type: 'unsubscribe', packetIdentifier: 1, topicFilters: ['a'] }, 'a2 { 00 01 {} "a" }'],
    ];
    for (const [packet, text] of packets) {
      assert.deepEqual(encode(packet, 5), bytesOf(text));
      assert.deepEqual(decode(bytesOf(text), 5), packet);
    }
    refused('20 { 00 00 }');
    refused('a2 { 00 01 "a" }');
  });
});

describe('spec: the payload of CONNECT', () => {
  const version = { 3: '"MQIsdp" 03', 4: '"MQTT" 04', 5: '"MQTT" 05' };
  const properties = { 3: '', 4: '', 5: '{}' };

  eachVersion(
    '[MQTT-3.1.2-9] [MQTT-3.1.3-1] identifier, will properties, topic and payload, user name, password',
    (number) => {
      const connect = (flags: string, payload: string) =>
        `10 { ${version[number]} ${flags} 00 00 ${properties[number]} ${payload} }`;
      const will = `${properties[number]} "w/t" 00 02 'ok'`;
      const packet = decode(bytesOf(connect('ee', `"c" ${will} "me" 00 01 'p'`)), 5);
      assert.ok(packet.type === 'connect');
      assert.equal(packet.clientIdentifier, 'c');
      assert.equal(packet.will?.topicName, 'w/t');
      assert.deepEqual([packet.will.qos, packet.will.retain], [1, true]);
      assert.deepEqual([packet.userName, packet.password], ['me', Uint8Array.of(0x70)]);
      // What a flag announces is there, and nothing else.
      refused(connect('06', '"c"'));
      refused(connect('06', `"c" ${properties[number]} "w/t"`));
      refused(connect('02', `"c" ${will}`));
      refused(connect('02', '"c" "me"'));
      refused(connect('82', `"c" "me" 00 01 'p'`));
      if (number !== 3) refused(connect('82', '"c"'));
      if (number !== 3) refused(connect('c2', '"c" "me"'));
      refused(connect('02', ''));
    },
  );
});
