import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unpack } from '../../src/engine/unpack.ts';
import { decodeAs, decodePayload } from '../../src/payload/decode.ts';
import type { BoundDecoder } from '../../src/payload/decoding.ts';
import { payloadDocument } from '../../src/payload/document.ts';

const cbor = new Uint8Array([0xa1, 0x61, 0x61, 0xf5]);

describe('bound decoders', () => {
  it('come first, and tell the binding', () => {
    const bound: BoundDecoder = { decoder: 'cbor', binding: 'a/#' };
    const { decodings, others } = decodePayload(cbor, undefined, unpack, bound);
    assert.deepEqual(
      decodings.map(({ decoder, binding }) => [decoder, binding]),
      [
        ['cbor', 'a/#'],
        ['text', undefined],
      ],
    );
    assert.ok(!others.some(({ decoder }) => decoder === 'cbor'));
    const json = decodePayload(new TextEncoder().encode('{}'), undefined, unpack, {
      decoder: 'text',
      binding: '#',
    });
    assert.deepEqual(
      json.decodings.map(({ decoder }) => decoder),
      ['text', 'json'],
    );
  });

  it('decode in their own way, and tell what else there is to know', () => {
    const bound: BoundDecoder = {
      decoder: 'protobuf',
      binding: 'a',
      label: 'Protobuf · demo.A',
      decode: ({ length }) => ({
        text: `{\n  "length": ${length}\n}`,
        truncated: 0,
        isJson: true,
        notes: ['One message is missing'],
      }),
    };
    const [first] = decodePayload(cbor, undefined, unpack, bound).decodings;
    assert.deepEqual(first, {
      decoder: 'protobuf',
      label: 'Protobuf · demo.A',
      text: '{\n  "length": 4\n}',
      truncated: 0,
      isJson: true,
      notes: ['One message is missing'],
      binding: 'a',
    });
    assert.deepEqual(decodeAs('protobuf', cbor, undefined, unpack, bound), first);
    assert.equal(decodeAs('cbor', cbor, undefined, unpack, bound).binding, undefined);
    const document = payloadDocument(cbor, undefined, unpack, bound);
    assert.deepEqual([document.format, document.text], ['json', first.text]);
  });
});
