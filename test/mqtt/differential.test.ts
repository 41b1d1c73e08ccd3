import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { packetOf } from '../packets/arbitrary.ts';
import { bytesOf } from '../packets/bytes.ts';
import { validCases } from '../packets/cases.ts';
import {
  differences,
  fromTheirs,
  generateTheirs,
  isDifferent,
  normalized,
  parseTheirs,
} from '../packets/mqtt-packet.ts';

const versions = [3, 4, 5] as const;

describe('mqtt-packet', () => {
  for (const version of versions) {
    it(`reads what encode writes, as version ${version}`, () => {
      fc.assert(
        fc.property(packetOf(version), (packet) => {
          fc.pre(!isDifferent('encode', packet, version));
          const theirs = fromTheirs(parseTheirs(encode(packet, version), version), version);
          assert.deepEqual(normalized(theirs), normalized(packet));
        }),
        { numRuns: 1000 },
      );
    });

    it(`writes what decode reads, as version ${version}`, () => {
      fc.assert(
        fc.property(packetOf(version), (packet) => {
          fc.pre(!isDifferent('decode', packet, version));
          const ours = decode(generateTheirs(packet, version), version);
          assert.deepEqual(normalized(ours), normalized(packet));
        }),
        { numRuns: 1000 },
      );
    });
  }

  it('reads the table of packets as decode does', () => {
    let compared = 0;
    for (const { name, versions: own, bytes, packet, canonical } of validCases) {
      if (canonical === false) continue;
      for (const version of own) {
        if (isDifferent('encode', packet, version)) continue;
        if (packet.type === 'auth' && packet.properties === undefined) continue;
        if (packet.type === 'connect' && packet.bridge === true) continue;
        const theirs = fromTheirs(parseTheirs(bytesOf(bytes), version), version);
        assert.deepEqual(normalized(theirs), normalized(packet), name);
        compared++;
      }
    }
    assert.ok(compared > 60);
  });

  it('still has every difference that is listed', () => {
    for (const { reason, direction, applies } of differences) {
      const [packet] = fc.sample(
        packetOf(5).filter((one) => applies(one, 5)),
        { numRuns: 1, seed: 1 },
      );
      assert.ok(packet, reason);
      assert.throws(() => {
        const bytes = direction === 'decode' ? generateTheirs(packet, 5) : encode(packet, 5);
        const read =
          direction === 'decode' ? decode(bytes, 5) : fromTheirs(parseTheirs(bytes, 5), 5);
        assert.deepEqual(normalized(read), normalized(packet));
      }, reason);
    }
  });
});
