import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import { Framer } from '../../src/mqtt/framer.ts';
import { inspect } from '../../src/mqtt/inspect.ts';
import type { Field, ProtocolVersion } from '../../src/mqtt/packet.ts';
import { PublishHeader } from '../../src/mqtt/publish-header.ts';
import { summarize } from '../../src/mqtt/summary.ts';
import { packetOf } from '../packets/arbitrary.ts';

const versions = [3, 4, 5] as const;
const anyVersion = fc.constantFrom<ProtocolVersion>(3, 4, 5);
const packetWithVersion = anyVersion.chain((version) =>
  fc.tuple(fc.constant(version), packetOf(version)),
);

describe('Random packets', () => {
  for (const version of versions) {
    it(`decode to what was encoded, as version ${version}`, () => {
      fc.assert(
        fc.property(packetOf(version), (packet) => {
          const bytes = encode(packet, version);
          assert.deepEqual(decode(bytes, version), packet);
          assert.deepEqual(inspect(bytes, version).packet, packet);
          assert.equal(typeof summarize(packet, version), 'string');
        }),
        { numRuns: 1500 },
      );
    });
  }

  it('come out of the framer whole, however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(packetWithVersion, { maxLength: 8 }), cuts, (packets, sizes) => {
        const expected = packets.map(([version, packet]) => encode(packet, version));
        const stream = Uint8Array.from(expected.flatMap((bytes) => [...bytes]));
        const framed: Uint8Array[] = [];
        const framer = new Framer(1_000_000);
        for (let offset = 0, turn = 0; offset < stream.length; turn++) {
          const end = offset + (sizes[turn % sizes.length] ?? 1);
          framer.push(stream.subarray(offset, end), (bytes, from, to) => {
            framed.push(bytes.slice(from, to));
          });
          offset = end;
        }
        assert.deepEqual(framed, expected);
        assert.equal(framer.pending, 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('Hostile bytes', () => {
  it('at random', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), anyVersion, checkAgreement), {
      numRuns: 5000,
    });
  });

  it('that begin like a packet of the right length', () => {
    const body = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), body, anyVersion, (first, rest, version) => {
        checkAgreement(Uint8Array.of(first, rest.length, ...rest), version);
      }),
      { numRuns: 5000 },
    );
  });

  it('that were packets before some bytes were changed, lost or added', () => {
    const change = fc.record({
      at: fc.nat(1000),
      kind: fc.constantFrom('set', 'remove', 'insert'),
      byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x7f, 0x80, 0xff)),
    });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(packetWithVersion, changes, fc.boolean(), ([version, packet], all, repair) => {
        const bytes = [...encode(packet, version)];
        for (const { at, kind, byte } of all) {
          const inserted = kind === 'remove' ? [] : [byte];
          bytes.splice(at % (bytes.length + 1), kind === 'insert' ? 0 : 1, ...inserted);
        }
        // With the remaining length right, what follows it is read more often.
        if (repair && bytes.length >= 2 && bytes.length < 130) bytes[1] = bytes.length - 2;
        checkAgreement(Uint8Array.from(bytes), version);
      }),
      { numRuns: 8000 },
    );
  });
});

/** inspect finds an error exactly when decode throws, the same one first, and nothing else throws. */
function checkAgreement(bytes: Uint8Array, version: ProtocolVersion): void {
  const inspection = inspect(bytes, version);
  const errors = inspection.problems.filter(({ severity }) => severity === 'error');
  checkRanges(inspection.fields, bytes.length);
  let packet;
  try {
    packet = decode(bytes, version);
  } catch (error) {
    assert.ok(error instanceof PacketError);
    assert.equal(errors[0]?.message, error.message);
    assert.equal(errors[0].reasonCode, error.reasonCode);
    assert.equal(inspection.packet, undefined);
    return;
  }
  assert.deepEqual(errors, []);
  assert.deepEqual(inspection.packet, packet);
  // What was legal stays what it is when it is written anew.
  assert.deepEqual(decode(encode(packet, version), version), packet);
  if (packet.type !== 'publish') return;
  const header = new PublishHeader();
  header.read(bytes, 0, bytes.length, version);
  assert.equal(header.packetIdentifier, packet.packetIdentifier ?? 0);
  assert.deepEqual(bytes.subarray(header.payloadStart, header.payloadEnd), packet.payload);
}

function checkRanges(fields: readonly Field[], end: number): void {
  for (const field of fields) {
    assert.ok(field.start >= 0 && field.start <= field.end && field.end <= end, field.label);
    checkRanges(field.children ?? [], end);
  }
}
