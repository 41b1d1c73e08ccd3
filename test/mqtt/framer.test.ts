import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PacketError } from '../../src/mqtt/errors.ts';
import { Framer } from '../../src/mqtt/framer.ts';

const ping = Uint8Array.of(0xc0, 0);

function publishOf(size: number): Uint8Array {
  const lengthBytes: number[] = [];
  for (let rest = size; ; rest >>= 7) {
    lengthBytes.push(rest >= 128 ? (rest & 127) | 128 : rest);
    if (rest < 128) break;
  }
  const bytes = new Uint8Array(1 + lengthBytes.length + size).fill(0x61);
  bytes.set([0x30, ...lengthBytes]);
  return bytes;
}

function refused(reasonCode: number): (error: unknown) => boolean {
  return (error) => error instanceof PacketError && error.reasonCode === reasonCode;
}

const none = (): void => undefined;

describe('Framer', () => {
  it('hands out whole packets where they lie in the chunk', () => {
    const chunk = Uint8Array.from([...ping, ...publishOf(3), ...ping]);
    const found: [boolean, number, number][] = [];
    new Framer(100).push(chunk, (bytes, start, end) => {
      found.push([bytes === chunk, start, end]);
    });
    assert.deepEqual(found, [
      [true, 0, 2],
      [true, 2, 7],
      [true, 7, 9],
    ]);
  });

  for (const size of [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
    it(`puts together a packet of remaining length ${size}`, () => {
      const packet = publishOf(size);
      const framed: Uint8Array[] = [];
      const framer = new Framer(3_000_000);
      for (let offset = 0; offset < packet.length; offset += 65_536) {
        framer.push(packet.subarray(offset, offset + 65_536), (bytes, start, end) => {
          framed.push(bytes.subarray(start, end));
        });
      }
      assert.equal(framed.length, 1);
      assert.equal(Buffer.compare(framed[0] ?? ping, packet), 0);
      assert.equal(framer.pending, 0);
    });
  }

  it('takes a fixed header byte by byte', () => {
    const packet = publishOf(20_000);
    const framed: number[] = [];
    const framer = new Framer(100_000);
    const push = (bytes: Uint8Array): void =>
      framer.push(bytes, (_, start, end) => {
        framed.push(end - start);
      });
    for (let index = 0; index < 4; index++) push(packet.subarray(index, index + 1));
    assert.equal(framer.pending, 4);
    push(packet.subarray(4));
    assert.deepEqual(framed, [packet.length]);
  });

  it('copies each byte a bounded number of times: a packet may come byte by byte', () => {
    const packet = publishOf(400_000);
    const framer = new Framer(1_000_000);
    let size = 0;
    for (let index = 0; index < packet.length; index++) {
      framer.push(packet.subarray(index, index + 1), (_, start, end) => {
        size = end - start;
      });
    }
    assert.equal(size, packet.length);
  });

  it('gives out buffers that it does not write again', () => {
    const packet = publishOf(300);
    const framed: Uint8Array[] = [];
    const framer = new Framer(1000);
    for (let turn = 0; turn < 3; turn++) {
      packet.fill(0x61 + turn, 3);
      const copy = packet.slice();
      framer.push(copy.subarray(0, 100), none);
      framer.push(copy.subarray(100), (bytes, start, end) => {
        framed.push(bytes.subarray(start, end));
      });
    }
    assert.deepEqual(
      framed.map((bytes) => bytes[200]),
      [0x61, 0x62, 0x63],
    );
  });

  it('refuses a remaining length of more than four bytes, also in pieces', () => {
    const bytes = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01);
    assert.throws(() => new Framer(1e9).push(bytes, none), refused(0x81));
    const framer = new Framer(1e9);
    assert.throws(() => {
      for (const byte of bytes) framer.push(Uint8Array.of(byte), none);
    }, refused(0x81));
  });

  it('refuses a packet that is too large as soon as its header tells', () => {
    const header = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f);
    assert.throws(() => new Framer(1_000_000).push(header, none), refused(0x95));
    assert.throws(() => new Framer(9).push(publishOf(8), none), refused(0x95));
    let packets = 0;
    new Framer(10).push(publishOf(8), () => {
      packets++;
    });
    assert.equal(packets, 1);
  });

  it('gives the packets before the one that it refuses', () => {
    const framed: number[] = [];
    const framer = new Framer(4);
    const bytes = Uint8Array.from([...ping, ...publishOf(50)]);
    assert.throws(
      () =>
        framer.push(bytes, (_, start, end) => {
          framed.push(end - start);
        }),
      refused(0x95),
    );
    assert.deepEqual(framed, [2]);
  });

  it('takes no memory for what is only declared', () => {
    const framer = new Framer(Number.MAX_SAFE_INTEGER);
    const before = process.memoryUsage().arrayBuffers;
    framer.push(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0x61), none);
    assert.equal(framer.pending, 6);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
  });

  it('applies a new maximum to the packets that follow', () => {
    const framer = new Framer(1000);
    framer.push(publishOf(100), none);
    framer.maximumPacketSize = 50;
    assert.throws(() => framer.push(publishOf(100), none), refused(0x95));
  });

  it('stops when the sink says so, and stays stopped', () => {
    const framer = new Framer(100);
    let packets = 0;
    const stop = (): boolean => {
      packets++;
      return false;
    };
    framer.push(Uint8Array.from([...ping, ...ping, ...ping]), stop);
    framer.push(ping, stop);
    assert.equal(packets, 1);
  });

  it('stops when the sink says so of a packet put together', () => {
    const framer = new Framer(100);
    let packets = 0;
    const stop = (): boolean => {
      packets++;
      return false;
    };
    framer.push(ping.subarray(0, 1), stop);
    framer.push(Uint8Array.of(0, ...ping, ...ping), stop);
    assert.equal(packets, 1);
  });

  it('takes empty chunks', () => {
    const framer = new Framer(100);
    let packets = 0;
    const count = (): void => {
      packets++;
    };
    framer.push(new Uint8Array(0), count);
    framer.push(ping.subarray(0, 1), count);
    framer.push(new Uint8Array(0), count);
    framer.push(ping.subarray(1), count);
    assert.equal(packets, 1);
  });
});
