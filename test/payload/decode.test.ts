import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PayloadDecoding } from '../../src/payload/decoding.ts';
import { maximumDepth, maximumInput } from '../../src/payload/limits.ts';
import { maximumTextBytes } from '../../src/payload/text.ts';
import { formsOf } from './support.ts';

const encoder = new TextEncoder();

function decoders(payload: Uint8Array | string, contentType?: string): string[] {
  const bytes = typeof payload === 'string' ? encoder.encode(payload) : payload;
  return formsOf(bytes, contentType).decodings.map(({ decoder }) => decoder);
}

function json(text: string, contentType?: string): PayloadDecoding {
  const found = formsOf(encoder.encode(text), contentType).decodings.find(
    ({ decoder }) => decoder === 'json',
  );
  assert.ok(found, 'there is a JSON decoding');
  return found;
}

describe('choice of decoders', () => {
  it('offers nothing for an empty payload', () => assert.deepEqual(decoders(''), []));
  it('offers JSON first for an object or array', () => {
    assert.deepEqual(decoders(' \n{"a": 1}'), ['json', 'text']);
    assert.deepEqual(decoders('[1]'), ['json', 'text']);
  });
  it('does not call a bare number, word or broken object JSON', () => {
    for (const text of ['21.5', 'true', '"x"', '{on}', '{"a": 1} trailing']) {
      assert.deepEqual(decoders(text), ['text'], text);
    }
  });
  it('believes the content type: then a number is JSON, and what is wrong is told', () => {
    assert.equal(json('21.5', 'application/json').text, '21.5');
    assert.equal(json('1', 'application/senml+json; charset=utf-8').text, '1');
    assert.match(json('{on}', 'application/json').problem ?? '', /JSON/);
    assert.deepEqual(decoders('1', 'text/plain'), ['text']);
  });
  it('takes binary formats from the content type only', () => {
    const types = {
      cbor: [
        'application/cbor',
        'application/senml+cbor',
        'Application/CBOR; x=1',
        'application/cbor-seq',
      ],
      messagePack: ['application/msgpack', 'application/x-msgpack', 'application/vnd.msgpack'],
      protobuf: [
        'application/protobuf',
        'application/x-protobuf',
        'application/vnd.google.protobuf',
      ],
    };
    for (const [decoder, contentTypes] of Object.entries(types)) {
      for (const type of contentTypes) {
        assert.deepEqual(decoders(Uint8Array.of(0x08, 0x01), type), [decoder, 'text'], type);
      }
    }
    for (const type of [
      undefined,
      'cbor',
      'application/octet-stream',
      '__proto__',
      'a/b+constructor',
    ]) {
      assert.deepEqual(decoders(Uint8Array.of(0xa1, 0x61, 0x61, 1), type), ['text'], type);
    }
  });
  it('takes XML from the content type, or from text that plainly is XML', () => {
    assert.deepEqual(decoders(' <a>1</a>'), ['xml', 'text']);
    for (const text of [
      '<a>',
      '<on>',
      '<',
      '< 5',
      '<a/><b/>',
      '<<a/>',
      '<!-- a -->',
      '<p>a<br></p>',
    ]) {
      assert.deepEqual(decoders(text), ['text'], text);
      for (const type of ['text/xml', 'application/xml', 'image/svg+xml']) {
        assert.deepEqual(decoders(text, type), ['xml', 'text'], text);
      }
    }
  });
  it('offers all others, zlib only where its header is there', () => {
    const others = (payload: Uint8Array, type?: string) =>
      formsOf(payload, type).others.map(({ decoder }) => decoder);
    const all = [
      'json',
      'xml',
      'cbor',
      'messagePack',
      'sparkplug',
      'protobuf',
      'base64',
      'numbers',
    ];
    assert.deepEqual(others(encoder.encode('a')), all);
    assert.deepEqual(others(Uint8Array.of(0x78, 0x9c, 1)), [...all, 'zlib']);
    assert.deepEqual(
      others(Uint8Array.of(1), 'application/cbor'),
      all.filter((decoder) => decoder !== 'cbor'),
    );
  });
});

describe('JSON', () => {
  it('indents, and leaves numbers, order and repeated keys as they were sent', () => {
    const text = '{"b":1.0,"a":[12345678901234567890,{}],"b":"x:,{y}\\"","c":[ ]}';
    assert.equal(
      json(text).text,
      '{\n  "b": 1.0,\n  "a": [\n    12345678901234567890,\n    {}\n  ],\n  "b": "x:,{y}\\"",\n  "c": []\n}',
    );
  });

  it('changes nothing but blanks, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, spaced) => {
        const text = JSON.stringify([value], undefined, spaced ? 3 : undefined);
        assert.equal(json(text).text, JSON.stringify([value], undefined, 2));
      }),
    );
  });

  it('refuses what is nested too deeply or too large, and says so when JSON was promised', () => {
    const deep = '['.repeat(maximumDepth + 1) + ']'.repeat(maximumDepth + 1);
    assert.deepEqual(decoders(deep), ['text']);
    assert.match(json(deep, 'application/json').problem ?? '', /deeper than/);
    const large = `"${'x'.repeat(maximumInput)}"`;
    assert.match(json(large, 'application/json').problem ?? '', /larger than/);
  });

  it('tells how many bytes did not fit when it is cut, and cuts no character', () => {
    const items = Array.from({ length: 200_000 }, (_, i) => i % 10);
    const many = json(JSON.stringify(items));
    const shown = [...many.text.matchAll(/\d/g)].length;
    assert.ok(shown > 0 && shown < items.length);
    assert.match(many.problem ?? '', /Cut/);
    const rest = JSON.stringify(items).length - many.truncated;
    assert.equal(many.text.replace(/\s/g, ''), JSON.stringify(items).slice(0, rest));
    // However long what comes before: the cut is not within a pair of surrogates.
    for (const before of ['', 'x']) {
      const text = JSON.stringify([...items.slice(0, 50_000), before + '😀'.repeat(200_000)]);
      const emoji = json(text);
      assert.ok(emoji.truncated > 0);
      assert.ok(emoji.text.endsWith('😀'));
      assert.equal(emoji.truncated % 4, 2, 'whole characters, the quote and the bracket');
    }
    const whole = json(' {"a": [ ] }  ');
    assert.equal(whole.truncated, 0);
  });

  it('survives a string as long as a payload may be', () => {
    const text = `["${'\\n'.repeat(500_000)}"]`;
    assert.ok(json(text).text.startsWith('[\n  "\\n'));
    const closed = '['.repeat(500_000) + ']'.repeat(500_000);
    assert.match(json(closed, 'application/json').problem ?? '', /deeper than/);
  });

  it('survives 100,000 levels and a million quotes that never close', () => {
    assert.deepEqual(decoders('['.repeat(100_000)), ['text']);
    assert.deepEqual(decoders(`{"${'\\"'.repeat(400_000)}`), ['text']);
  });
});

describe('text', () => {
  it('says where bytes stop being UTF-8, and shows what comes before', () => {
    const [text] = formsOf(Uint8Array.of(0x61, 0xc3, 0xa9, 0xff, 0x62)).decodings;
    assert.equal(text?.text, 'aé');
    assert.equal(text.problem, 'Not valid UTF-8 at byte 3');
    assert.equal(text.truncated, 2);
  });

  it('is bounded, also when the limit goes through a character', () => {
    const [text] = formsOf(encoder.encode('€'.repeat(maximumTextBytes))).decodings;
    assert.ok(text);
    assert.ok(text.text.length <= maximumTextBytes);
    assert.equal(text.problem, undefined);
    assert.equal(text.truncated, 3 * maximumTextBytes - encoder.encode(text.text).length);
  });

  it('never throws, whatever the bytes and the content type', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.string()), (bytes, type) => {
        const { decodings } = formsOf(bytes, type ?? undefined);
        assert.equal(decodings.length > 0, bytes.length > 0);
      }),
    );
  });
});
