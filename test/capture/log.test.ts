import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CaptureLog } from '../../src/capture/log.ts';
import { segmentFrames } from '../../src/capture/segment.ts';

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
    log.append(7, 1, chunk, 1, 5, 'home/lamp', 0, 12.5);
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

  it('copies: the source may change afterwards', () => {
    const log = new CaptureLog(large);
    const chunk = Uint8Array.from([0xc0, 0]);
    log.append(1, 0, chunk, 0, 2, undefined, 0, 0);
    chunk.fill(9);
    assert.deepEqual([...log.raw(0)], [0xc0, 0]);
  });

  it('stores the bytes of a fan-out once', () => {
    const log = new CaptureLog(large);
    const chunk = frame(3, 100_000);
    log.append(1, 0, chunk, 0, chunk.length, 'a', 0, 0);
    const before = log.bytes;
    for (let i = 0; i < 100; i++) log.append(2 + i, 1, chunk, 0, chunk.length, 'a', 0, 0);
    assert.equal(log.bytes, before);
    assert.deepEqual(log.raw(100), chunk);
  });

  it('never holds more than its limit, drops the oldest first and counts them', () => {
    const limit = 2 * 1024 * 1024;
    const log = new CaptureLog(limit);
    for (let i = 0; i < 1_000_000; i++) {
      log.append(1, 0, frame(3, 40), 0, 40, `topic/${i % 5000}`, 0, i);
      if (i % 10_000 === 0) assert.ok(log.bytes <= limit, `${log.bytes} after ${i}`);
    }
    assert.equal(log.end, 1_000_000);
    assert.equal(log.dropped, log.first);
    assert.ok(log.end - log.first > 10_000, 'most of the limit is used');
    assert.equal(log.time(log.first), log.first);
  });

  it('costs at most 48 bytes per frame above the raw bytes', () => {
    const log = new CaptureLog(large);
    for (let i = 0; i < 1_000_000; i++) log.append(1, 0, frame(3, 64), 0, 64, 'a', 0, i);
    assert.ok(log.bytes / 1_000_000 - 64 <= 48, String(log.bytes / 1_000_000 - 64));
  });

  it('drops a packet that alone is larger than the limit, and counts it', () => {
    const log = new CaptureLog(1024 * 1024);
    log.append(1, 0, frame(3, 3 * 1024 * 1024), 0, 3 * 1024 * 1024, 'a', 0, 0);
    assert.equal(log.end - log.first, 0);
    assert.equal(log.dropped, 1);
    log.append(1, 0, frame(12, 2), 0, 2, undefined, 0, 0);
    assert.equal(log.firstByte(1), 0xc0);
  });

  it('is bounded also when every message has a long topic of its own', () => {
    const limit = 4 * 1024 * 1024;
    const log = new CaptureLog(limit);
    for (let i = 0; i < 50_000; i++) {
      log.append(1, 0, frame(3, 20), 0, 20, `${i}/`.padEnd(500, 'x'), 0, i);
    }
    assert.ok(log.bytes <= limit);
    assert.ok(log.dropped > 0);
  });

  it('drops at once when the limit shrinks', () => {
    const log = new CaptureLog(large);
    for (let i = 0; i < 10 * segmentFrames; i++) log.append(1, 0, frame(3, 64), 0, 64, 'a', 0, i);
    log.limit = 3 * 1024 * 1024;
    assert.ok(log.bytes <= 3 * 1024 * 1024);
    assert.equal(log.dropped, log.first);
  });

  it('clears: a new generation, nothing counted as dropped, numbers not used again', () => {
    const log = new CaptureLog(large);
    for (let i = 0; i < 5; i++) log.append(1, 0, frame(3, 8), 0, 8, 'a', 0, i);
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
        arbitrary: fc.record({ size: fc.integer({ min: 2, max: 9000 }), again: fc.boolean() }),
      },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
      { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 300_000 }) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const log = new CaptureLog(100_000);
        const all: Uint8Array[] = [];
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
            if (!step.again) last = frame(3, step.size);
            log.append(1, 0, last, 0, last.length, undefined, 0, all.length);
            all.push(last);
          }
          first = log.first;
          assert.equal(log.end, all.length);
          assert.equal(log.first, log.dropped + cleared);
          assert.ok(log.bytes <= log.limit || log.end === log.first);
          for (let i = log.first; i < log.end; i++) {
            assert.equal(log.size(i), all[i]?.length);
            assert.equal(log.time(i), i);
          }
          if (log.end > log.first) assert.deepEqual(log.raw(log.first), all[log.first]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
