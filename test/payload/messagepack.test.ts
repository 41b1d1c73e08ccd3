import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maximumDepth, maximumOutput } from '../../src/payload/limits.ts';
import { decodedAs, onOneLine } from './support.ts';

/** Every format of the specification's table, at its ends. */
const examples: readonly (readonly [hex: string, text: string])[] = [
  ['00', '0'],
  ['7f', '127'],
  ['e0', '-32'],
  ['ff', '-1'],
  ['c0', 'null'],
  ['c2', 'false'],
  ['c3', 'true'],
  ['ccff', '255'],
  ['cdffff', '65535'],
  ['ceffffffff', '4294967295'],
  ['cfffffffffffffffff', '18446744073709551615'],
  ['d080', '-128'],
  ['d18000', '-32768'],
  ['d280000000', '-2147483648'],
  ['d38000000000000000', '-9223372036854775808'],
  ['ca3dcccccd', '0.1'],
  ['ca41ac0000', '21.5'],
  ['ca7fc00000', 'NaN'],
  ['cb3ff199999999999a', '1.1'],
  ['cb3ff0000000000000', '1.0'],
  ['cbfff0000000000000', '-Infinity'],
  ['a0', '""'],
  ['a3616263', '"abc"'],
  ['d90161', '"a"'],
  ['da0001 61', '"a"'],
  ['db00000001 61', '"a"'],
  ['c400', "h''"],
  ['c403010203', "h'010203'"],
  ['c5000101', "h'01'"],
  ['c60000000101', "h'01'"],
  ['90', '[]'],
  ['93010203', '[1, 2, 3]'],
  ['dc0002c0c3', '[null, true]'],
  ['dd00000001 90', '[[]]'],
  ['80', '{}'],
  // The example of msgpack.org.
  ['82a7636f6d70616374c3a6736368656d6100', '{"compact": true, "schema": 0}'],
  ['de0001 a161 01', '{"a": 1}'],
  ['df00000001 01 02', '{1: 2}'],
  ['82 a161 01 a161 02', '{"a": 1, "a": 2}'],
  ['d405ff', "ext(5, h'ff')"],
  ['d505ffff', "ext(5, h'ffff')"],
  ['d6050000 0001', "ext(5, h'00000001')"],
  ['d705 0000000000000001', "ext(5, h'0000000000000001')"],
  ['d880 00000000000000000000000000000001', "ext(-128, h'00000000000000000000000000000001')"],
  ['c70005', "ext(5, h'')"],
  ['c8000105 aa', "ext(5, h'aa')"],
  ['c90000000105 aa', "ext(5, h'aa')"],
  ['d6ff514b67b0', 'timestamp(2013-03-21T20:04:00Z)'],
  ['d7ff77359400514b67b0', 'timestamp(2013-03-21T20:04:00.5Z)'],
  ['c70cff00000001ffffffffffffffff', 'timestamp(1969-12-31T23:59:59.000000001Z)'],
  ['c70cff000000017fffffffffffffff', 'timestamp(9223372036854775807 s, 1 ns)'],
  ['d7fffffffffe514b67b0', "ext(-1, h'fffffffe514b67b0')"],
  ['d4ff00', "ext(-1, h'00')"],
];

describe('MessagePack', () => {
  for (const [hex, text] of examples) {
    it(`shows ${hex} as ${text}`, () => {
      const decoding = decodedAs('messagePack', hex);
      assert.equal(onOneLine(decoding.text), text);
      assert.equal(decoding.problem, undefined);
      assert.equal(decoding.truncated, 0);
    });
  }

  const hostile: [hex: string, text: string, problem: RegExp][] = [
    ['9201', '[1', /Ends within a value that begins at byte 2/],
    ['9201c1', '[1', /Not MessagePack at byte 2: 0xc1/],
    ['ddffffffff01', '[1', /Ends within/],
    ['dfffffffff', '{', /Ends within/],
    ['c6ffffffff', '', /Ends within/],
    ['0102', '12', /The first value ends at byte 1, 1 more follow/],
    ['92a1ff01', "[h'ff',1]", /not valid UTF-8 at byte 2/],
    ['c7', '', /Ends within/],
  ];
  for (const [hex, text, problem] of hostile) {
    it(`tells what is wrong in ${hex}, and shows the rest`, () => {
      const decoding = decodedAs('messagePack', hex);
      assert.equal(decoding.text.replace(/,?\s+$/, '').replace(/\s/g, ''), text);
      assert.match(decoding.problem ?? '', problem);
    });
  }

  it('names the limits of nesting and output', () => {
    for (const byte of [0x91, 0x81]) {
      const deep = decodedAs('messagePack', new Uint8Array(10_000).fill(byte));
      assert.match(deep.problem ?? '', new RegExp(`deeper than ${maximumDepth} levels`));
    }
    const many = new Uint8Array(1_000_000).fill(1);
    many.set([0xdd, 0xff, 0xff, 0xff, 0xff]);
    const long = decodedAs('messagePack', many);
    assert.equal(long.text.length, maximumOutput);
    assert.match(long.problem ?? '', /Cut after 512 KiB/);
  });
});
