/** Base64, numbers and the bytes of what was unpacked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodedAs } from './support.ts';

const encoder = new TextEncoder();
const base64 = (text: string) => decodedAs('base64', encoder.encode(text));

describe('Base64', () => {
  it('shows what RFC 4648 section 10 has', () => {
    const vectors = {
      'Zg==': 'f',
      'Zm8=': 'fo',
      Zm9v: 'foo',
      'Zm9vYg==': 'foob',
      'Zm9vYmE=': 'fooba',
    };
    for (const [text, decoded] of Object.entries(vectors)) {
      assert.equal(base64(text).text, decoded);
      assert.equal(base64(text).problem, undefined);
      assert.equal(base64(text.replaceAll('=', '')).text, decoded);
    }
  });

  it('shows what is within in its most telling form', () => {
    assert.equal(base64(Buffer.from('{"a":1}').toString('base64')).text, '{\n  "a": 1\n}');
    assert.equal(base64('-_-_').text, base64('+/+/').text);
    assert.match(base64('+/+/').text, /^000000 {2}fb ff bf /);
  });

  it('decodes what Node encodes, in both alphabets, over several lines', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom<BufferEncoding>('base64', 'base64url'),
        (text, encoding) => {
          const sent = Buffer.from(`x${text}`).toString(encoding);
          const decoding = base64(sent.replace(/.{20}/g, '$&\r\n'));
          assert.equal(decoding.problem, undefined);
          assert.equal(decoding.text, Buffer.from(`x${text}`).toString());
        },
      ),
    );
  });

  it('says where it stops to be Base64', () => {
    for (const [text, decoded, problem] of [
      ['Zm9v!', 'foo', /byte 4/],
      ['Zg==Zg', 'f', /byte 4/],
      ['Zg===', 'f', /byte 4/],
      ['=', '', /byte 0/],
      ['Zm9vY', 'foo', /makes no byte/],
      ['  ', '', /nothing to decode/],
    ] as const) {
      assert.equal(base64(text).text, decoded, text);
      assert.match(base64(text).problem ?? '', problem, text);
    }
  });
});

describe('Numbers', () => {
  const lines = (payload: string | Uint8Array): string[] =>
    decodedAs('numbers', payload)
      .text.split('\n')
      .map((line) => line.replace(/\s+/g, ' ').trim());

  it('are read in every way', () => {
    assert.deepEqual(lines('c8'), ['unsigned 200', 'signed -56', 'bits 11001000']);
    assert.deepEqual(lines('3c00'), [
      'big-endian little-endian',
      'unsigned 15360 60',
      'signed 15360 60',
      'float 16 1.0 0.0000035762786865234375',
    ]);
    assert.deepEqual(lines('41ac0000'), [
      'big-endian little-endian',
      'unsigned 1101791232 44097',
      'signed 1101791232 44097',
      'float 32 21.5 6.1793e-41',
    ]);
    assert.deepEqual(lines('ffffffffffffffff'), [
      'big-endian little-endian',
      'unsigned 18446744073709551615 18446744073709551615',
      'signed -1 -1',
      'float 64 NaN NaN',
    ]);
  });

  it('are read as text too', () => {
    const first = (text: string) => lines(encoder.encode(text))[0];
    assert.equal(first(' 21.50\n'), 'as text 21.5');
    assert.equal(first('12345678901234567890123'), 'as text 12345678901234567890123');
    assert.equal(first('-7'), 'as text -7');
    assert.equal(first('0xff'), 'as text 255');
    assert.equal(lines(encoder.encode('255'))[1], '0xff');
    assert.equal(first('1e3'), 'as text 1000');
  });

  it('say so where there are none', () => {
    for (const text of ['abc', '1 2 3', '9'.repeat(65), '1.2.3']) {
      const decoding = decodedAs('numbers', encoder.encode(text));
      assert.equal(decoding.text, '');
      assert.match(decoding.problem ?? '', new RegExp(`No number: ${text.length} bytes`));
    }
  });
});

describe('Unpacked bytes', () => {
  it('are told byte by byte, up to a limit', () => {
    const decoding = decodedAs('unpacked', gzipSync('0123456789abcdef\n'));
    assert.equal(
      decoding.text,
      '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n' +
        `000010  0a ${' '.repeat(45)} .`,
    );
    const large = decodedAs('unpacked', gzipSync(new Uint8Array(1_000_000)));
    assert.equal(large.truncated, 1_000_000 - 65_536);
    assert.match(large.problem ?? '', /Cut after 64 KiB/);
    assert.match(decodedAs('unpacked', '01').problem ?? '', /Nothing was unpacked/);
  });
});
