import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PacketError } from '../../src/mqtt/errors.ts';
import {
  decodeUtf8,
  decodeUtf8Lossy,
  encodeUtf8,
  findInvalidUtf8,
  utf8Length,
} from '../../src/mqtt/utf8.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const reference = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

describe('Well-formed UTF-8', () => {
  const cases: [bytes: string, text: string][] = [
    ['', ''],
    ['00', '\0'],
    ['41', 'A'],
    ['7f', '\u007f'],
    ['c2 80', '\u0080'],
    ['df bf', '\u07ff'],
    ['e0 a0 80', '\u0800'],
    ['ed 9f bf', '\ud7ff'],
    ['ee 80 80', '\ue000'],
    ['ef bf bf', '\uffff'],
    ['ef bb bf 41', '\ufeffA'],
    ['f0 90 80 80', '\u{10000}'],
    ['f4 8f bf bf', '\u{10ffff}'],
    ['41 c3 a9 e2 82 ac f0 9f 98 80 42', 'Aé€😀B'],
  ];
  for (const [bytes, text] of cases) {
    it(bytes || 'empty', () => {
      const all = hex(`ff ${bytes} ff`);
      assert.equal(decodeUtf8(all, 1, all.length - 1), text);
      assert.equal(decodeUtf8Lossy(all, 1, all.length - 1), text);
      assert.equal(findInvalidUtf8(all, 1, all.length - 1), -1);
      assert.deepEqual(encodeUtf8(text), hex(bytes));
      assert.equal(utf8Length(text), hex(bytes).length);
    });
  }

  for (const length of [127, 128, 129, 4095, 4096, 4097, 65_535]) {
    it(`of ${length} ASCII characters, and with others`, () => {
      const ascii = 'abcdefghij'.repeat(length).slice(0, length);
      assert.equal(decodeUtf8(Buffer.from(ascii), 0, length), ascii);
      const mixed = `é${ascii}😀`;
      const bytes = encodeUtf8(mixed);
      assert.deepEqual(bytes, new Uint8Array(Buffer.from(mixed)));
      assert.equal(decodeUtf8(bytes, 0, bytes.length), mixed);
    });
  }

  it('at random, as the platform has it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const bytes = encodeUtf8(text);
        assert.deepEqual(bytes, new TextEncoder().encode(text));
        assert.equal(utf8Length(text), bytes.length);
        assert.equal(decodeUtf8(bytes, 0, bytes.length), text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Ill-formed UTF-8', () => {
  const cases: [name: string, bytes: string, invalidAt: number][] = [
    ['a continuation byte alone', '80', 0],
    ['the last continuation byte alone', '41 bf', 1],
    ['an overlong U+0000', 'c0 80', 0],
    ['an overlong slash in two bytes', 'c0 af', 0],
    ['the last overlong two byte form', 'c1 bf', 0],
    ['an overlong slash in three bytes', 'e0 80 af', 0],
    ['the last overlong three byte form', 'e0 9f bf', 0],
    ['an overlong slash in four bytes', 'f0 80 80 af', 0],
    ['the last overlong four byte form', 'f0 8f bf bf', 0],
    ['the first high surrogate', 'ed a0 80', 0],
    ['the last low surrogate', 'ed bf bf', 0],
    ['a surrogate pair', '41 ed a0 bd ed b8 80', 1],
    ['above U+10FFFF', 'f4 90 80 80', 0],
    ['0xF5', 'f5 80 80 80', 0],
    ['0xF8, five bytes', 'f8 88 80 80 80', 0],
    ['0xFC, six bytes', 'fc 84 80 80 80 80', 0],
    ['0xFE', 'fe', 0],
    ['0xFF', '41 42 ff', 2],
    ['two bytes cut off', '41 c3', 1],
    ['three bytes cut off after one', 'e2', 0],
    ['three bytes cut off after two', 'e2 82', 0],
    ['four bytes cut off after three', 'f0 9f 98', 0],
    ['two bytes broken by ASCII', 'c3 41', 0],
    ['three bytes broken by ASCII', 'e2 82 41', 0],
    ['four bytes broken by another character', 'f0 9f 98 c3 a9', 0],
  ];
  for (const [name, text, invalidAt] of cases) {
    it(name, () => {
      const bytes = hex(text);
      assert.equal(findInvalidUtf8(bytes, 0, bytes.length), invalidAt);
      assert.throws(
        () => decodeUtf8(bytes, 0, bytes.length),
        (error) =>
          error instanceof PacketError &&
          error.reasonCode === 0x81 &&
          error.statement === 'MQTT-1.5.4-1' &&
          error.start === invalidAt,
      );
      assert.ok(decodeUtf8Lossy(bytes, 0, bytes.length).includes('\ufffd'));
    });
  }

  it('is what the platform calls so, at random', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0x8f),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (all) => {
        const bytes = Uint8Array.from(all);
        let expected;
        try {
          expected = reference.decode(bytes);
        } catch {
          assert.notEqual(findInvalidUtf8(bytes, 0, bytes.length), -1);
          return;
        }
        assert.equal(decodeUtf8(bytes, 0, bytes.length), expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('is written for a lone surrogate, so that receivers can be tested', () => {
    for (const text of ['\ud800', 'a\udfffb', '\ud83d\ud83d']) {
      const bytes = encodeUtf8(text);
      assert.equal(bytes.length, utf8Length(text));
      assert.notEqual(findInvalidUtf8(bytes, 0, bytes.length), -1);
    }
    assert.deepEqual(encodeUtf8('\ud800'), hex('ed a0 80'));
  });
});
