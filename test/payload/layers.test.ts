import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { unpack } from '../../src/engine/unpack.ts';
import { maximumLayers, maximumUnpacked, startsLikeZlib } from '../../src/payload/layers.ts';
import { bytesOf, decodedAs, formsOf } from './support.ts';

const json = '{"a": 1}';
const indented = '{\n  "a": 1\n}';
/** As the command line tool does; without a checksum zstd does not notice most damage. */
const zstd = (bytes: Uint8Array | string) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const packers = { gzip: gzipSync, zlib: deflateSync, zstd };

/** Text that does not become much smaller. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 0x20 + (state % 90);
  });
}

describe('layers', () => {
  for (const compression of ['gzip', 'zstd'] as const) {
    it(`unpacks ${compression} by its first bytes, and says so`, () => {
      const packed = packers[compression](json);
      const { decodings, others } = formsOf(packed);
      assert.deepEqual(
        decodings.map(({ decoder, text }) => [decoder, text]),
        [
          ['json', indented],
          ['text', json],
        ],
      );
      const layer = { compression, packed: packed.length, unpacked: 8 };
      for (const { layers } of decodings) assert.deepEqual(layers, [layer]);
      assert.ok(others.some(({ decoder }) => decoder === 'unpacked'));
      assert.deepEqual(decodedAs('base64', packers[compression]('Zm9v')).text, 'foo');
    });
  }

  it('unpacks zlib when the content type or the person says so, and its header is right', () => {
    const packed = deflateSync(json);
    assert.deepEqual(
      formsOf(packed).decodings.map(({ decoder, layers }) => [decoder, layers]),
      [['text', undefined]],
    );
    assert.equal(formsOf(packed, 'application/zlib').decodings[0]?.text, indented);
    assert.equal(decodedAs('zlib', packed).text, indented);
    const binary = decodedAs('zlib', deflateSync(Uint8Array.of(0xff, 0)));
    assert.match(binary.text, /^000000 {2}ff 00 /);
    const none = decodedAs('zlib', '7801');
    assert.equal(none.layers?.[0]?.problem, 'ends early');
    for (const header of ['789d', '7820', '8801', '00', '']) {
      assert.equal(startsLikeZlib(bytesOf(header)), false, header);
      assert.match(decodedAs('zlib', header).problem ?? '', /Not zlib/);
    }
  });

  it('takes the format from the content type, also within a layer', () => {
    const [cbor] = formsOf(gzipSync(Uint8Array.of(0x81, 1)), 'application/cbor').decodings;
    assert.equal(cbor?.decoder, 'cbor');
    assert.equal(cbor.text, '[\n  1\n]');
    const [inner] = formsOf(gzipSync(json), 'application/gzip').decodings;
    assert.equal(inner?.decoder, 'json');
  });

  it('unpacks what is packed again, up to a limit', () => {
    const twice = zstdCompressSync(gzipSync(json));
    const [decoding] = formsOf(twice).decodings;
    assert.equal(decoding?.text, indented);
    assert.deepEqual(
      decoding.layers?.map(({ compression }) => compression),
      ['zstd', 'gzip'],
    );
    const often = gzipSync(gzipSync(gzipSync(gzipSync(json))));
    const [deep] = formsOf(often).decodings;
    assert.equal(deep?.layers?.length, maximumLayers);
    assert.notEqual(deep.text, json);
  });

  it('shows an empty content as an empty text', () => {
    const { decodings } = formsOf(gzipSync(''));
    assert.deepEqual(
      decodings.map(({ text, layers }) => [text, layers?.[0]?.unpacked]),
      [['', 0]],
    );
  });
});

describe('layers that are not whole', () => {
  for (const compression of ['gzip', 'zlib', 'zstd'] as const) {
    const content = noise(400_000);
    const packed = packers[compression](content);
    const first = (bytes: Uint8Array) => unpack(compression, bytes, maximumUnpacked);

    it(`keep what came out of a ${compression} stream that ends early`, () => {
      const { bytes, problem } = first(packed.subarray(0, packed.length / 2));
      assert.equal(problem, 'ends early');
      assert.ok(bytes.length > 100_000);
      assert.deepEqual(bytes, Buffer.from(content.subarray(0, bytes.length)));
    });

    it(`keep what came out of a ${compression} stream until it is damaged`, () => {
      const damaged = Uint8Array.from(packed);
      damaged.fill(0xff, damaged.length * 0.75, damaged.length * 0.75 + 64);
      const { bytes, problem } = first(damaged);
      assert.match(problem ?? '', /after byte \d+$/);
      assert.ok(bytes.length > 100_000);
      assert.deepEqual(bytes.subarray(0, 100_000), Buffer.from(content.subarray(0, 100_000)));
    });

    it(`are all there when only the check of a ${compression} stream is wrong`, () => {
      const wrong = Uint8Array.from(packed);
      const at = wrong.length - (compression === 'gzip' ? 8 : 4);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      const { bytes, problem } = first(wrong);
      assert.match(problem ?? '', /(check|checksum) after byte \d+$/);
      assert.ok(bytes.length >= content.length - (compression === 'zstd' ? 131_072 : 0));
    });

    it(`tell of bytes after a ${compression} stream`, () => {
      const { bytes, problem } = first(Buffer.concat([packed, Buffer.from('after')]));
      assert.match(problem ?? '', compression === 'gzip' ? /after byte/ : /^5 bytes after its end/);
      assert.equal(bytes.length, content.length);
    });

    it(`bound what comes out of a ${compression} bomb`, () => {
      const bomb = packers[compression](new Uint8Array(64 * 1024 * 1024));
      const { bytes, problem } = first(bomb);
      assert.match(problem ?? '', /more than 4 MiB come out/);
      assert.ok(bytes.length > 1024 * 1024 && bytes.length <= maximumUnpacked, `${bytes.length}`);
      const [text] = formsOf(bomb, 'application/zlib').decodings;
      assert.match(text?.layers?.[0]?.problem ?? '', /more than 4 MiB/);
      assert.ok((text?.truncated ?? 0) > 0);
    });
  }

  it('name the limit of what is read', () => {
    // Empty blocks: they cost time and give nothing.
    const empty = Buffer.alloc(5 * 1024 * 1024, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const { bytes, problem } = unpack(
      'gzip',
      Buffer.concat([gzipSync('').subarray(0, 10), empty]),
      maximumUnpacked,
    );
    assert.equal(bytes.length, 0);
    assert.equal(problem, 'only its first 4 MiB are read');
  });

  it('leave the payload as it is where nothing comes out', () => {
    const [text] = formsOf(bytesOf('1f8b08ff')).decodings;
    assert.equal(text?.text, '\u001f');
    assert.equal(text.layers?.length, 1);
    assert.equal(text.layers[0]?.unpacked, 0);
    assert.ok(text.layers[0].problem);
    const [zstd] = formsOf(bytesOf('28b52ffdffffffffff')).decodings;
    assert.equal(zstd?.text, '(');
    assert.ok(zstd.layers?.[0]?.problem);
  });

  it('don’t unpack without end what unpacks to itself', () => {
    // The gzip of a gzip bomb: each layer has its own bound.
    const bomb = gzipSync(gzipSync(new Uint8Array(64 * 1024 * 1024)));
    const [text] = formsOf(bomb).decodings;
    assert.equal(text?.layers?.length, 2);
    assert.ok(text.layers.every(({ unpacked }) => unpacked <= maximumUnpacked));
  });
});
