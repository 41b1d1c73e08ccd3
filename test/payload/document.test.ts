import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpack } from '../../src/engine/unpack.ts';
import { payloadDocument, type PayloadDocument } from '../../src/payload/document.ts';

function documentOf(payload: string | Uint8Array, contentType?: string): PayloadDocument {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return payloadDocument(bytes, contentType, unpack);
}

describe('a payload as a document', () => {
  it('is indented where it is JSON or XML', () => {
    const json = documentOf('{"b":1.0,"a":[]}');
    assert.deepEqual([json.format, json.text], ['json', '{\n  "b": 1.0,\n  "a": []\n}']);
    assert.deepEqual([json.shown, json.size], [16, 16]);
    assert.equal(documentOf('<a><b/></a>').format, 'xml');
  });

  it('is text as it was sent, with its content type for the language', () => {
    const text = documentOf('21.5 °C\r\nx\t\u202e');
    assert.deepEqual([text.format, text.text], ['text', '21.5 °C\r\nx\t\u202e']);
    const wrong = documentOf('{"a":', 'application/json');
    assert.deepEqual([wrong.format, wrong.text], ['json', '{"a":']);
    assert.deepEqual(documentOf(''), { format: 'text', text: '', shown: 0, size: 0 });
  });

  it('is a listing where it is no text', () => {
    const { format, text } = documentOf(Uint8Array.from({ length: 18 }, (_, at) => at + 60));
    assert.equal(format, 'text', text);
    const bytes = documentOf(Uint8Array.from({ length: 18 }, (_, at) => 240 + at));
    assert.equal(bytes.format, 'bytes');
    assert.equal(
      bytes.text,
      [
        '00000000  f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff  ................',
        `00000010  00 01 ${' '.repeat(42)} ..`,
      ].join('\n'),
    );
    assert.equal(documentOf('a\0b').format, 'bytes');
  });

  it('is what was packed', () => {
    assert.equal(documentOf(gzipSync('{"on":true}')).text, '{\n  "on": true\n}');
    const cbor = documentOf(Uint8Array.of(0xa1, 0x61, 0x61, 0x01), 'application/cbor');
    assert.equal(cbor.format, 'text');
    assert.match(cbor.text, /"a": 1/);
  });

  it('is bounded, and tells how much of it is there', () => {
    const text = documentOf('é'.repeat(6 * 1024 * 1024));
    assert.equal(text.format, 'text');
    assert.equal(text.shown, 10 * 1024 * 1024);
    assert.equal(text.size, 12 * 1024 * 1024);
    const odd = documentOf(`x${'é'.repeat(6 * 1024 * 1024)}`);
    assert.equal(odd.shown, 10 * 1024 * 1024 - 1);
    const bytes = documentOf(new Uint8Array(3 * 1024 * 1024));
    assert.equal(bytes.shown, 1024 * 1024);
    assert.equal(bytes.text.split('\n').length, 65_536);
    const large = documentOf(`[${'1,'.repeat(1024 * 1024)}1]`);
    assert.deepEqual([large.format, large.shown], ['json', large.size]);
  });
});
