import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodePayload } from '../../src/payload/decode.ts';
import { decodeImage, imageOf } from '../../src/payload/image.ts';
import { unpack } from '../../src/engine/unpack.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** The heads of pictures of 300 by 200 pixels. */
const heads: Readonly<Record<string, Uint8Array>> = {
  PNG: hex('89504e470d0a1a0a 0000000d 49484452 0000012c 000000c8 0802000000'),
  GIF: hex('474946383961 2c01 c800 f70000'),
  BMP: hex('424d 76000000 00000000 36000000 28000000 2c010000 38ffffff 01001800'),
  JPEG: hex('ffd8 ffe0 0010 4a46494600010100000100010000 ff ffc0 0011 08 00c8 012c 03'),
  WebP: hex('52494646 24000000 57454250 56503820 18000000 300100 9d012a 2c01 c800'),
  'WebP without loss': hex('52494646 24000000 57454250 5650384c 18000000 2f 2bc13100 00'),
  'WebP extended': hex('52494646 24000000 57454250 56503858 0a000000 10000000 2b0100 c70000'),
};

describe('images', () => {
  for (const [name, bytes] of Object.entries(heads)) {
    it(`knows ${name} and its size`, () => {
      const facts = imageOf(bytes);
      assert.ok(facts && name.startsWith(facts.name));
      assert.deepEqual([facts.width, facts.height], [300, 200]);
    });

    it(`does not fail where ${name} ends early`, () => {
      for (let end = 0; end < bytes.length; end++) {
        const facts = imageOf(bytes.subarray(0, end));
        assert.ok(facts === undefined || facts.width === 300);
      }
    });
  }

  it('gives a copy of the bytes', () => {
    const whole = new Uint8Array([0, ...(heads['PNG'] ?? [])]);
    const { text, image } = decodeImage(whole.subarray(1));
    assert.equal(text, 'PNG image, 300 × 200 pixels');
    assert.equal(image?.mediaType, 'image/png');
    assert.equal(image.bytes.buffer.byteLength, whole.length - 1);
  });

  it('names the limits of what is not shown', () => {
    const large = hex('89504e470d0a1a0a 0000000d 49484452 0000ffff 0000ffff 0802000000');
    assert.deepEqual(decodeImage(large), {
      text: 'PNG image, 65535 × 65535 pixels',
      truncated: large.length,
      problem: 'Not shown: more than 50 million pixels',
    });
    const heavy = new Uint8Array(9 * 1024 * 1024);
    heavy.set(heads['PNG'] ?? []);
    assert.equal(decodeImage(heavy).problem, 'Not shown: larger than 8 MiB');
    assert.match(decodeImage(new Uint8Array(20)).problem ?? '', /^Not an image/);
  });

  it('is chosen by the content type; otherwise it is only offered', () => {
    const bytes = heads['PNG'] ?? new Uint8Array();
    const [byType] = decodePayload(bytes, 'image/png', unpack).decodings;
    assert.equal(byType?.decoder, 'image');
    const { decodings, others } = decodePayload(bytes, undefined, unpack);
    assert.ok(!decodings.some(({ decoder }) => decoder === 'image'));
    assert.ok(others.some(({ decoder }) => decoder === 'image'));
    const text = decodePayload(new TextEncoder().encode('hello'), undefined, unpack);
    assert.ok(!text.others.some(({ decoder }) => decoder === 'image'));
  });
});
