import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maximumDepth, maximumInput, maximumOutput } from '../../src/payload/limits.ts';
import { cborExamples } from './cbor-examples.ts';
import { bytesOf, decodedAs, formsOf, onOneLine } from './support.ts';

describe('CBOR', () => {
  for (const [hex, notation, ours = notation] of cborExamples) {
    it(`shows ${hex} as ${ours}`, () => {
      const decoding = decodedAs('cbor', hex);
      assert.equal(onOneLine(decoding.text), ours);
      assert.equal(decoding.problem, undefined);
      assert.equal(decoding.truncated, 0);
    });
  }

  it('indents', () => {
    const { text } = decodedAs('cbor', 'a26161016162820203');
    assert.equal(text, '{\n  "a": 1,\n  "b": [\n    2,\n    3\n  ]\n}');
  });

  it('keeps repeated keys and keys of any type', () => {
    assert.equal(
      onOneLine(decodedAs('cbor', 'a3616101616102820102f6').text),
      '{"a": 1, "a": 2, [1, 2]: null}',
    );
  });

  it('tells what was not written as short as it could be', () => {
    const cases = [
      ['1801', '1_0'],
      ['1b00000000ffffffff', '4294967295_3'],
      ['1b0000000100000000', '4294967296'],
      ['3900ff', '-256_1'],
      ['590001aa', "h'aa'_1"],
      ['780161', '"a"_0'],
      ['980101', '[_0 1]'],
      ['d90001f6', '1_1(null)'],
      ['fa3fc00000', '1.5_2'],
      ['fb3ff8000000000000', '1.5_3'],
      ['fb3fb99999a0000000', '0.10000000149011612_3'],
    ] as const;
    for (const [hex, notation] of cases) {
      assert.equal(onOneLine(decodedAs('cbor', hex).text), notation, hex);
    }
  });

  it('tells times that a calendar has, and no others', () => {
    assert.equal(decodedAs('cbor', 'c13a514b67af').text, '1(-1363896240) / 1926-10-13T03:56:00Z /');
    assert.equal(decodedAs('cbor', 'c11bffffffffffffffff').text, '1(18446744073709551615)');
    assert.equal(decodedAs('cbor', 'c1f97e00').text, '1(NaN)');
    assert.equal(decodedAs('cbor', 'c16161').text, '1("a")');
  });

  it('shows a sequence, and calls it a problem unless it was promised', () => {
    const bytes = bytesOf('01 02 6161');
    const asked = decodedAs('cbor', bytes);
    assert.equal(asked.text, '1\n2\n"a"');
    assert.equal(asked.problem, 'The first value ends at byte 1, 3 more follow');
    const [promised] = formsOf(bytes, 'application/cbor-seq').decodings;
    assert.equal(promised?.problem, undefined);
    assert.equal(promised?.text, asked.text);
  });

  it('goes on behind a text that is not UTF-8', () => {
    const decoding = decodedAs('cbor', '82 62c328 01');
    assert.equal(onOneLine(decoding.text), "[/ text, not UTF-8 / h'c328', 1]");
    assert.equal(decoding.problem, 'A text is not valid UTF-8 at byte 2');
  });

  const hostile: [hex: string, text: string, problem: RegExp][] = [
    ['8201', '[1', /Ends within a value that begins at byte 2/],
    ['820119', '[1', /Ends within a value that begins at byte 3/],
    ['62 61', '', /Ends within/],
    ['9b ffffffffffffffff 01', '[1', /Ends within/],
    ['5b ffffffffffffffff 01', '', /Ends within/],
    ['bf 01 ff', '{_1: ', /break at byte 2 that ends nothing/],
    ['ff', '', /break at byte 0/],
    ['82 01 1c', '[1', /Not CBOR at byte 2: 0x1c begins no item/],
    ['1f', '', /0x1f begins no item/],
    ['df', '', /0xdf begins no item/],
    ['f81f', '', /simple\(31\) in two bytes/],
    ['5f 6161 ff', '(_', /At byte 1 is no chunk/],
    ['5f 5f 41 01 ff ff', '(_', /At byte 1 is no chunk/],
  ];
  for (const [hex, text, problem] of hostile) {
    it(`stops at what is wrong in ${hex}, and shows what came before`, () => {
      const decoding = decodedAs('cbor', hex);
      assert.equal(decoding.text.replace(/,?\n\s*$/, '').replace(/\s+(?!$)/g, ''), text);
      assert.match(decoding.problem ?? '', problem);
    });
  }

  it('names the limit of nesting, for arrays, maps and tags', () => {
    for (const byte of [0x81, 0x9f, 0xa1, 0xc1]) {
      const decoding = decodedAs('cbor', new Uint8Array(10_000).fill(byte));
      assert.match(decoding.problem ?? '', new RegExp(`deeper than ${maximumDepth} levels`));
      assert.ok(decoding.text.length > maximumDepth);
      assert.ok(decoding.truncated > 9_000);
    }
    const fits = new Uint8Array(maximumDepth + 1).fill(0x81);
    fits[maximumDepth] = 0;
    assert.equal(decodedAs('cbor', fits).problem, undefined);
  });

  it('names the limits of input and output', () => {
    const large = new Uint8Array(maximumInput + 100).fill(0xc0);
    large.set(bytesOf('5a00100000'));
    const cut = decodedAs('cbor', large);
    assert.match(cut.problem ?? '', /first 1 MiB/);
    const many = new Uint8Array(maximumInput).fill(0x01);
    many.set(bytesOf('9f'));
    const long = decodedAs('cbor', many);
    assert.equal(long.problem, `Cut after ${maximumOutput / 1024} KiB`);
    assert.equal(long.text.length, maximumOutput);
    assert.ok(long.truncated > 0);
  });
});
