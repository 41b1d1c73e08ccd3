import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import type { Properties, PublishPacket } from '../../src/mqtt/packet.ts';
import { PublishHeader } from '../../src/mqtt/publish-header.ts';
import { PublishProperties } from '../../src/mqtt/publish-properties.ts';
import { packetOf } from '../packets/arbitrary.ts';

const publish = packetOf(5).filter((packet): packet is PublishPacket => packet.type === 'publish');

/** What decode says of the bytes: the packet, or undefined when it refuses it. */
function decoded(bytes: Uint8Array): PublishPacket | undefined {
  try {
    return decode(bytes, 5) as PublishPacket;
  } catch (error) {
    assert.ok(error instanceof PacketError);
    return undefined;
  }
}

/** The scan takes exactly what decode takes, and reads the same. */
function checkAgreement(bytes: Uint8Array): void {
  const header = new PublishHeader();
  try {
    header.read(bytes, 0, bytes.length, 5);
  } catch (error) {
    assert.ok(error instanceof PacketError);
    return;
  }
  const scan = new PublishProperties();
  const taken = scan.read(bytes, header.propertiesStart, header.propertiesEnd);
  // The topic name is not the scan's business: give decode one that is right.
  const topic = bytes.slice();
  topic.fill(0x61, header.topicStart, header.topicEnd);
  const packet = decoded(topic);
  const properties = packet?.properties ?? {};
  const expected = packet !== undefined && properties.subscriptionIdentifiers === undefined;
  const noTopic = header.topicStart === header.topicEnd && properties.topicAlias === undefined;
  if (noTopic) return;
  assert.equal(taken, expected, Buffer.from(bytes).toString('hex'));
  if (!taken) return;
  assert.equal(scan.topicAlias, properties.topicAlias ?? 0);
  assert.equal(scan.payloadFormatIndicator, properties.payloadFormatIndicator ?? 0);
  assert.equal(scan.expiryOffset >= 0, properties.messageExpiryInterval !== undefined);
  if (scan.expiryOffset >= 0) {
    assert.equal(scan.messageExpiryInterval, properties.messageExpiryInterval);
    const at = new DataView(bytes.buffer, bytes.byteOffset + scan.expiryOffset, 4);
    assert.equal(at.getUint32(0), properties.messageExpiryInterval);
  }
  const alias = bytes.subarray(scan.aliasStart, scan.aliasEnd);
  const { topicAlias = 0 } = properties;
  const expectedAlias = topicAlias === 0 ? [] : [0x23, topicAlias >> 8, topicAlias & 0xff];
  assert.deepEqual([...alias], expectedAlias);
}

describe('PublishProperties', () => {
  it('takes what decode takes, and reads the same', () => {
    fc.assert(
      fc.property(publish, (packet) => checkAgreement(encode(packet, 5))),
      { numRuns: 3000 },
    );
  });

  it('refuses what decode refuses: bytes changed, lost or added', () => {
    const change = fc.record({
      at: fc.nat(1000),
      kind: fc.constantFrom('set', 'remove', 'insert'),
      byte: fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(0, 1, 2, 3, 8, 9, 0x0b, 0x23, 0x26, 0x2b, 0x7f, 0x80, 0xff),
      ),
    });
    fc.assert(
      fc.property(publish, fc.array(change, { minLength: 1, maxLength: 4 }), (packet, changes) => {
        const bytes = [...encode(packet, 5)];
        for (const { at, kind, byte } of changes) {
          const place = 2 + (at % (bytes.length - 1));
          bytes.splice(place, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
        }
        if (bytes.length < 130) bytes[1] = bytes.length - 2;
        checkAgreement(Uint8Array.from(bytes));
      }),
      { numRuns: 20_000 },
    );
  });

  it('refuses U+0000, ill-formed UTF-8 and wildcards wherever they stand in a text', () => {
    const texts: Properties = {
      contentType: 'a\u00e9b\u{1f600}c',
      responseTopic: 'd/\u00e9/e',
      userProperties: [['k\u00e9y', 'valu\u00e9']],
    };
    const plain = { type: 'publish', qos: 0, dup: false, retain: false } as const;
    const payload = new Uint8Array(3);
    const bytes = encode({ ...plain, topicName: 't', payload, properties: texts }, 5);
    for (let at = 2; at < bytes.length; at++) {
      for (const byte of [0, 0x23, 0x2b, 0x61, 0x80, 0xc0, 0xff]) {
        const changed = bytes.slice();
        changed[at] = byte;
        checkAgreement(changed);
      }
    }
  });
});
