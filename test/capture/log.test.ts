import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CaptureLog } from '../../src/capture/log.ts';
import { segmentFrames } from '../../src/capture/segment.ts';
import { topicOf } from '../support/topics.ts';
import { Random } from '../fuzz/random.ts';

const large = 1024 * 1024 * 1024;

function frame(type: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[0] = type << 4;
  bytes[size - 1] = size & 0xff;
  return bytes;
}

describe('CaptureLog', () => {
  it('gives back what was appended', () => {
    const log = new CaptureLog(large);
    log.linkOpened(7, '127.0.0.1:5', 'tcp', 1);
    log.linkIdentified(7, 'lamp', 5, 'user');
    const chunk = Uint8Array.from([0, 0x30, 1, 2, 3, 0]);
    log.append(7, 1, chunk, 1, 5, topicOf(log, 'home/lamp'), 0, 12.5);
    assert.equal(log.first, 0);
    assert.equal(log.end, 1);
    assert.equal(log.time(0), 12.5);
    assert.equal(log.link(0), 7);
    assert.equal(log.direction(0), 1);
    assert.equal(log.firstByte(0), 0x30);
    assert.equal(log.size(0), 4);
    assert.equal(log.topic(0), 'home/lamp');
    assert.deepEqual([...log.raw(0)], [0x30, 1, 2, 3]);
    assert.equal(log.linkInfo(7)?.clientIdentifier, 'lamp');
    assert.throws(() => log.raw(1), RangeError);
  });

  it('copies what was appended when it is read, or when bytes of another buffer come', () => {
    const log = new CaptureLog(large);
    const chunk = Uint8Array.from([0xc0, 0]);
    log.append(1, 0, chunk, 0, 2, undefined, 0, 0);
    assert.deepEqual([...log.raw(0)], [0xc0, 0]);
    const other = Uint8Array.from([0xd0, 0]);
    log.append(1, 1, other, 0, 2, undefined, 0, 0);
    log.append(1, 0, Uint8Array.from([0xe0, 0]), 0, 2, undefined, 0, 0);
    chunk.fill(9);
    other.fill(9);
    assert.deepEqual([...log.raw(0)], [0xc0, 0]);
    assert.deepEqual([...log.raw(1)], [0xd0, 0]);
    assert.deepEqual([...log.raw(2)], [0xe0, 0]);
  });

  it('keeps the frames of chunks whatever is appended and read between them', () => {
    const log = new CaptureLog(256 * 1024);
    const random = new Random(7);
    const chunks = Array.from({ length: 5 }, (_, seed) =>
      Uint8Array.from({ length: 4096 }, (_, index) => (index * 7 + seed * 31) & 0xff),
    );
    const places = chunks.map(() => 0);
    const model: Uint8Array[] = [];
    for (let step = 0; step < 40_000; step++) {
      // Mostly the chunk's next frame, as they come; sometimes another chunk, the same again, or a place before.
      const which = random.once(10) ? random.below(chunks.length) : (step % 97) % 2;
      const chunk = chunks[which] ?? new Uint8Array(0);
      const size = 2 + random.below(120);
      let start = random.once(20) ? random.below(3000) : (places[which] ?? 0);
      if (start + size > chunk.length) start = 0;
      places[which] = start + size;
      for (let copies = random.once(3) ? 3 : 1; copies > 0; copies--) {
        log.append(1, 0, chunk, start, start + size, undefined, 0, step);
        model.push(chunk.slice(start, start + size));
      }
      if (random.once(20)) {
        const frame = log.first + random.below(log.end - log.first);
        assert.deepEqual(log.raw(frame), model[frame]);
      }
    }
    for (let frame = log.first; frame < log.end; frame++) {
      assert.deepEqual(log.raw(frame), model[frame]);
    }
  });

  it('stores the bytes of a fan-out once', () => {
    const log = new CaptureLog(large);
    const chunk = frame(3, 100_000);
    log.append(1, 0, chunk, 0, chunk.length, topicOf(log, 'a'), 0, 0);
    const before = log.bytes;
    for (let i = 0; i < 100; i++)
      log.append(2 + i, 1, chunk, 0, chunk.length, topicOf(log, 'a'), 0, 0);
    assert.equal(log.bytes, before);
    assert.deepEqual(log.raw(100), chunk);
  });

  it('never holds more than its limit, drops the oldest first and counts them', () => {
    const limit = 2 * 1024 * 1024;
    const log = new CaptureLog(limit);
    for (let i = 0; i < 1_000_000; i++) {
      log.append(1, 0, frame(3, 40), 0, 40, topicOf(log, `topic/${i % 5000}`), 0, i);
      if (i % 10_000 === 0) assert.ok(log.bytes <= limit, `${log.bytes} after ${i}`);
    }
    assert.equal(log.end, 1_000_000);
    assert.equal(log.dropped, log.first);
    assert.ok(log.end - log.first > 10_000, 'most of the limit is used');
    assert.equal(log.time(log.first), log.first);
  });

  it('costs at most 48 bytes per frame above the raw bytes, whatever their size', () => {
    for (const size of [2, 33, 64, 70, 130, 300]) {
      const log = new CaptureLog(large);
      const count = 200_000;
      for (let i = 0; i < count; i++)
        log.append(1, 0, frame(3, size), 0, size, topicOf(log, 'a'), 0, i);
      const overhead = log.bytes / count - size;
      assert.ok(overhead <= 48, `${overhead} for frames of ${size} bytes`);
    }
  });

  it('stays full at its smallest limit: dropping the oldest never drops much', () => {
    const limit = 1024 * 1024;
    const log = new CaptureLog(limit);
    for (let i = 0; i < 100_000; i++) {
      log.append(1, 0, frame(3, 60), 0, 60, topicOf(log, 'a'), 0, i);
      if (log.dropped > 0) assert.ok(log.bytes > limit * 0.75, `${log.bytes} after ${i}`);
    }
    assert.ok(log.dropped > 0);
  });

  it('stores the bytes of a fan-out once also when they fill more than a segment', () => {
    const log = new CaptureLog(large);
    const chunk = frame(3, 5 * 1024 * 1024);
    for (let i = 0; i < 50; i++) log.append(i, 1, chunk, 0, chunk.length, topicOf(log, 'a'), 0, 0);
    assert.ok(log.bytes < 6 * 1024 * 1024, String(log.bytes));
    assert.equal(log.raw(49).length, chunk.length);
  });

  it('keeps a huge packet apart: it does not take the frames before it along', () => {
    const log = new CaptureLog(6 * 1024 * 1024);
    for (let i = 0; i < 10; i++) log.append(1, 0, frame(12, 2), 0, 2, undefined, 0, i);
    log.append(1, 0, frame(3, 5 * 1024 * 1024), 0, 5 * 1024 * 1024, topicOf(log, 'a'), 0, 10);
    assert.equal(log.first, 0);
    log.append(1, 0, frame(3, 5 * 1024 * 1024), 0, 5 * 1024 * 1024, topicOf(log, 'a'), 0, 11);
    assert.equal(log.first, 11);
  });

  it('takes the version of a link from its CONNECT, unless the broker tells another', () => {
    const log = new CaptureLog(large);
    const connect = (level: number): number[] => [0x10, 8, 0, 4, 0x4d, 0x51, 0x54, 0x54, level, 2];
    const cases: [bytes: number[], version: number | undefined][] = [
      [connect(5), 5],
      [connect(0x84), 4],
      [connect(9), undefined],
      [[0x10, 0x88, 0x80, 0x80, 0, 0, 1, 0x4d, 3], 3],
      [[0x10], undefined],
      [[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], undefined],
      [[0x10, 5, 0xff, 0xff, 5, 5, 5], undefined],
    ];
    cases.forEach(([bytes, version], link) => {
      log.linkOpened(link, '', 'tcp', 0);
      log.append(link, 0, Uint8Array.from(bytes), 0, bytes.length, undefined, 0, 0);
      assert.equal(log.linkInfo(link)?.protocolVersion, version, String(bytes));
    });
    log.linkIdentified(0, 'a', 4, undefined);
    log.append(0, 0, Uint8Array.from(connect(5)), 0, 10, undefined, 0, 0);
    assert.equal(log.linkInfo(0)?.protocolVersion, 4);
  });

  it('drops a packet that alone is larger than the limit, and counts it', () => {
    const log = new CaptureLog(1024 * 1024);
    log.append(1, 0, frame(3, 3 * 1024 * 1024), 0, 3 * 1024 * 1024, topicOf(log, 'a'), 0, 0);
    assert.equal(log.end - log.first, 0);
    assert.equal(log.dropped, 1);
    log.append(1, 0, frame(12, 2), 0, 2, undefined, 0, 0);
    assert.equal(log.firstByte(1), 0xc0);
  });

  it('is bounded also when every message has a long topic of its own', () => {
    const limit = 4 * 1024 * 1024;
    const log = new CaptureLog(limit);
    for (let i = 0; i < 50_000; i++) {
      log.append(1, 0, frame(3, 20), 0, 20, topicOf(log, `${i}/`.padEnd(500, 'x')), 0, i);
    }
    assert.ok(log.bytes <= limit);
    assert.ok(log.dropped > 0);
  });

  it('drops at once when the limit shrinks', () => {
    const log = new CaptureLog(large);
    for (let i = 0; i < 10 * segmentFrames; i++)
      log.append(1, 0, frame(3, 64), 0, 64, topicOf(log, 'a'), 0, i);
    log.limit = 3 * 1024 * 1024;
    assert.ok(log.bytes <= 3 * 1024 * 1024);
    assert.equal(log.dropped, log.first);
  });

  it('clears: a new generation, nothing counted as dropped, numbers not used again', () => {
    const log = new CaptureLog(large);
    for (let i = 0; i < 5; i++) log.append(1, 0, frame(3, 8), 0, 8, topicOf(log, 'a'), 0, i);
    log.clear();
    assert.equal(log.generation, 1);
    assert.equal(log.dropped, 0);
    assert.equal(log.first, 5);
    assert.equal(log.end, 5);
    log.append(1, 0, frame(12, 2), 0, 2, undefined, 0, 9);
    assert.equal(log.time(5), 9);
  });

  it('forgets closed links whose frames are gone', () => {
    const log = new CaptureLog(1024 * 1024);
    for (let link = 0; link < 100_000; link++) {
      log.linkOpened(link, '127.0.0.1:1', 'tcp', link);
      log.append(link, 0, frame(1, 40), 0, 40, undefined, 0, link);
      log.linkClosed(link, link, 'closed');
    }
    assert.ok(log.linkCount < 40_000, String(log.linkCount));
    assert.ok(log.linkInfo(99_999));
    assert.equal(log.linkInfo(0), undefined);
  });

  it('agrees with a list that keeps everything, for any sequence', () => {
    const action = fc.oneof(
      {
        weight: 20,
        arbitrary: fc.record({
          size: fc.integer({ min: 2, max: 9000 }),
          again: fc.boolean(),
          topic: fc.option(fc.constantFrom('a', 'b/c', 'd'), { nil: undefined }),
          link: fc.integer({ min: 0, max: 200 }),
          fromBroker: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
      { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 300_000 }) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const log = new CaptureLog(100_000);
        const all: { bytes: Uint8Array; topic: string | undefined; link: number; out: 0 | 1 }[] =
          [];
        let last = frame(12, 2);
        let cleared = 0;
        let first = 0;
        for (const step of actions) {
          if (step === 'clear') {
            log.clear();
            cleared += all.length - first;
            first = all.length;
          } else if (typeof step === 'number') {
            log.limit = step;
          } else {
            if (!step.again) last = frame(3, step.size).map((byte, i) => byte ^ (i * all.length));
            const { topic, link } = step;
            const out = step.fromBroker ? 1 : 0;
            log.append(
              link,
              out,
              last,
              0,
              last.length,
              topic && topicOf(log, topic),
              0,
              all.length,
            );
            all.push({ bytes: last, topic, link, out });
          }
          first = log.first;
          assert.equal(log.end, all.length);
          assert.equal(log.first, log.dropped + cleared);
          assert.ok(log.bytes <= log.limit || log.end === log.first);
          for (let i = log.first; i < log.end; i++) {
            assert.equal(log.size(i), all[i]?.bytes.length);
            assert.equal(log.time(i), i);
          }
        }
        for (let i = log.first; i < log.end; i++) {
          const held = { topic: log.topic(i), link: log.link(i), out: log.direction(i) };
          assert.deepEqual({ bytes: log.raw(i), ...held }, all[i]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
