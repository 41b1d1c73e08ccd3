import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { base64Of, hexOf, isPlain } from '../../src/document/bytes-text.ts';

describe('bytes as text', () => {
  it('are Base64 and hexadecimal as Node has them, of every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        assert.equal(base64Of(bytes), Buffer.from(bytes).toString('base64'));
        assert.equal(hexOf(bytes), Buffer.from(bytes).toString('hex'));
      }),
    );
    const long = new Uint8Array(10_001).map((_, index) => index * 7);
    assert.equal(base64Of(long), Buffer.from(long).toString('base64'));
    assert.equal(hexOf(long), Buffer.from(long).toString('hex'));
  });

  it('text is plain when all of it is seen', () => {
    for (const text of ['', 'a b', 'grün 🏠', 'two\nlines']) assert.ok(isPlain(text), text);
    for (const text of ['\0', '\x1b[31m', '\t', '\r\n', '\u202e', '\u200b', '\u{e0041}']) {
      assert.ok(!isPlain(text), JSON.stringify(text));
    }
  });
});
