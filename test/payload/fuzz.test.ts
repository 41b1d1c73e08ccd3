import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { payloadDecoders, type PayloadDecoding } from '../../src/payload/decoding.ts';
import { maximumOutput } from '../../src/payload/limits.ts';
import { Random } from '../fuzz/random.ts';
import { cborExamples } from './cbor-examples.ts';
import { bytesOf, decodedAs, formsOf } from './support.ts';

const runs = 20_000;
const encoder = new TextEncoder();

const pool: readonly Uint8Array[] = [
  ...cborExamples.map(([hex]) => bytesOf(hex)),
  ...[
    '82a7636f6d70616374c3a6736368656d6100',
    'c70cff00000001ffffffffffffffff',
    'dd00000001de0001a16101',
    '1a03089601220568656c6c6f3206038e029ea705',
    '0b1001130801140c',
  ].map(bytesOf),
  ...[
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a b="c"><!-- d --><e/>f<![CDATA[g]]></a>',
    '{"a": [1, 2.5e3, "b\\u00e9", null, true], "c": {}}',
    'Zm9vYmFy+/==',
    '-12.5e3',
    '€ 😀 text\u0000',
  ].map((text) => encoder.encode(text)),
  gzipSync('{"a": [1, 2, 3]}'),
  deflateSync('<a>b</a>'),
  bytesOf('28b52ffd0408610000'),
];
const contentTypes = [
  '',
  'application/json',
  'application/cbor',
  'application/cbor-seq',
  'application/msgpack',
  'application/protobuf',
  'text/xml',
  'application/zlib',
  'text/plain',
];

/** One of the pool with a few bytes changed, left out or put twice; or bytes by chance. */
function input(random: Random): Uint8Array {
  if (random.once(8)) return Uint8Array.from({ length: random.below(40) }, () => random.below(256));
  let bytes = [...random.pick(pool)];
  for (let count = random.below(4); count > 0; count--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.below(9));
    const change = random.below(4);
    if (change === 0) bytes[Math.min(at, bytes.length - 1)] = random.below(256);
    else if (change === 1) bytes = [...bytes.slice(0, at), ...bytes.slice(end)];
    else if (change === 2) bytes = [...bytes.slice(0, end), ...bytes.slice(at)];
    else bytes = [...bytes.slice(0, at), ...random.pick(pool), ...bytes.slice(at)];
  }
  return Uint8Array.from(bytes);
}

function check(decoding: PayloadDecoding, bytes: Uint8Array): void {
  const size = decoding.layers?.at(-1)?.unpacked ?? bytes.length;
  assert.ok(decoding.text.length <= maximumOutput);
  assert.ok(Number.isInteger(decoding.truncated) && decoding.truncated >= 0);
  assert.ok(decoding.truncated <= Math.max(size, bytes.length) * 2);
  assert.notEqual(decoding.problem, '');
  assert.doesNotMatch(decoding.text, /\[object/);
}

describe('decoders', () => {
  for (const seed of [1, 2]) {
    it(`never throw and keep their limits, whatever the bytes (seed ${seed})`, () => {
      const random = new Random(seed);
      for (let run = 0; run < runs / 2; run++) {
        const bytes = input(random);
        const contentType = random.pick(contentTypes);
        const hex = Buffer.from(bytes).toString('hex');
        try {
          for (const decoding of formsOf(bytes, contentType).decodings) check(decoding, bytes);
          for (const decoder of payloadDecoders)
            check(decodedAs(decoder, bytes, contentType), bytes);
        } catch (error) {
          throw new Error(`run ${run}: ${hex} as ${contentType}`, { cause: error });
        }
      }
    });
  }
});
