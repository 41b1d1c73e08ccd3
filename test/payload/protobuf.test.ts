import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maximumDepth, maximumOutput } from '../../src/payload/limits.ts';
import { bytesOf, decodedAs } from './support.ts';

/** Of protobuf.dev/programming-guides/encoding, and one for each reading. */
const examples: readonly (readonly [hex: string, text: string])[] = [
  ['08 9601', '1 VARINT: 150 (zigzag 75)'],
  ['12 07 74657374696e67', '2 LEN 7: "testing"'],
  ['1a 03 089601', '3 LEN 3: {\n  1 VARINT: 150 (zigzag 75)\n}'],
  [
    '22 05 68656c6c6f 28 01 28 02 28 03',
    '4 LEN 5: "hello"\n5 VARINT: 1 (bool true, zigzag -1)\n5 VARINT: 2 (zigzag 1)\n5 VARINT: 3 (zigzag -2)',
  ],
  ['32 06 038e029ea705', "6 LEN 6: h'038e029ea705' (packed varints 3, 270, 86942)"],
  [
    '08 feffffffffffffffff01',
    '1 VARINT: 18446744073709551614 (signed -2, zigzag 9223372036854775807)',
  ],
  ['08 00', '1 VARINT: 0 (bool false, zigzag 0)'],
  ['0d 0000ac41', '1 I32: 1101791232 (float 21.5)'],
  ['0d feffffff', '1 I32: 4294967294 (signed -2, float NaN)'],
  ['0d cdcccc3d', '1 I32: 1036831949 (float 0.1)'],
  ['09 000000000000f03f', '1 I64: 4607182418800017408 (double 1.0)'],
  ['09 ffffffffffffffff', '1 I64: 18446744073709551615 (signed -1, double NaN)'],
  ['0a 00', '1 LEN 0: ""'],
  ['0a 02 5031', '1 LEN 2: "P1" or {\n  10 VARINT: 49 (zigzag -25)\n}'],
  ['0a 03 000102', "1 LEN 3: h'000102' (packed varints 0, 1, 2)"],
  ['0a 02 c328', "1 LEN 2: h'c328'"],
  ['0b 10 01 0c', '1 SGROUP: {\n  2 VARINT: 1 (bool true, zigzag -1)\n}'],
  ['0b 13 14 0c', '1 SGROUP: {\n  2 SGROUP: {\n  }\n}'],
  [
    '0a 04 13 08 01 14',
    '1 LEN 4: {\n  2 SGROUP: {\n    1 VARINT: 1 (bool true, zigzag -1)\n  }\n}',
  ],
  ['f8ffffff0f 01', '536870911 VARINT: 1 (bool true, zigzag -1)'],
];

/** `depth` messages within each other. */
function nested(depth: number): Uint8Array {
  let bytes = bytesOf('0801');
  for (let level = 0; level < depth; level++) {
    const length: number[] = [];
    for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
      length.push((rest % 128) + (rest > 127 ? 128 : 0));
      if (rest < 128) break;
    }
    bytes = Uint8Array.of(0x0a, ...length, ...bytes);
  }
  return bytes;
}

describe('Protobuf without a schema', () => {
  for (const [hex, text] of examples) {
    it(`shows ${hex}`, () => {
      const decoding = decodedAs('protobuf', hex);
      assert.equal(decoding.text, text);
      assert.equal(decoding.problem, undefined);
    });
  }

  const hostile: [hex: string, problem: RegExp][] = [
    ['0801 08', /Ends within a value that begins at byte 3/],
    ['0801 08ff', /Ends within/],
    ['0801 0aff01', /Ends within/],
    ['0801 0affffffffffffffffff01', /Ends within/],
    ['0801 08ffffffffffffffffff7f', /byte 3: a varint of more than 64 bits/],
    ['0801 08ffffffffffffffffffff01', /byte 3: a varint of more than 64 bits/],
    ['0801 00', /byte 2: no field begins/],
    ['0801 ffffffffff01', /byte 2: no field begins/],
    ['0801 0e', /wire type 6 does not exist/],
    ['0801 0f', /wire type 7 does not exist/],
    ['0801 0c', /end of group 1, which is not open/],
    ['0801 0b', /Ends within/],
    ['0801 0b14', /end of group 2 within group 1/],
  ];
  for (const [hex, problem] of hostile) {
    it(`stops at what is wrong in ${hex}, and shows what came before`, () => {
      const decoding = decodedAs('protobuf', hex);
      assert.ok(decoding.text.startsWith('1 VARINT: 1 (bool true, zigzag -1)'));
      assert.match(decoding.problem ?? '', problem);
      assert.ok(decoding.truncated >= 0);
    });
  }

  it('names the limit of nesting, for messages and groups', () => {
    for (const bytes of [nested(3_000), new Uint8Array(10_000).fill(0x0b)]) {
      const deep = decodedAs('protobuf', bytes);
      assert.match(deep.problem ?? '', new RegExp(`deeper than ${maximumDepth} levels`));
    }
    assert.equal(decodedAs('protobuf', nested(maximumDepth)).problem, undefined);
  });

  it('is bounded in its output', () => {
    const long = decodedAs('protobuf', new Uint8Array(1_000_000).fill(0x08));
    assert.equal(long.text.length, maximumOutput);
    assert.match(long.problem ?? '', /Cut after/);
  });
});
