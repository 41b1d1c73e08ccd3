import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DropLog } from '../../src/capture/drop-log.ts';

type Reason = 'queueFull' | 'slowLink';

describe('Drop log', () => {
  it('tells client, reason and time of a message dropped', () => {
    const drops = new DropLog<Reason>();
    drops.record('a', 5, 'queueFull', 100);
    drops.record('b', 5, 'slowLink', 101);
    assert.deepEqual(drops.find(5), [
      { clientIdentifier: 'b', reason: 'slowLink', from: 101, to: 101 },
      { clientIdentifier: 'a', reason: 'queueFull', from: 100, to: 100 },
    ]);
    assert.deepEqual(drops.find(4), []);
    assert.deepEqual(drops.find(6), []);
  });

  it('takes the room of one for a flood, also when clients are dropped in turn', () => {
    const drops = new DropLog<Reason>();
    for (let message = 1; message <= 100_000; message++) {
      for (const client of ['a', 'b', 'c']) drops.record(client, message, 'slowLink', message);
    }
    assert.equal(drops.runs, 3);
    assert.equal(drops.find(77_777).length, 3);
    assert.equal(drops.forgotten, 0);
  });

  it('begins a new run for another reason; a message in between that was not dropped is none of it', () => {
    const drops = new DropLog<Reason>();
    drops.record('a', 1, 'slowLink', 1);
    drops.record('a', 2, 'queueFull', 2);
    drops.record('a', 4, 'queueFull', 3);
    assert.equal(drops.runs, 2);
    assert.deepEqual(drops.find(3), []);
    assert.equal(drops.find(4)[0]?.reason, 'queueFull');
  });

  it('takes a thirty-second of the room where others of the messages got through', () => {
    const drops = new DropLog<Reason>(100);
    const dropped = new Set<number>();
    for (let message = 1; message <= 3000; message++) {
      if ((message * 7919) % 10 < 4) continue;
      dropped.add(message);
      drops.record('a', message, 'slowLink', message);
    }
    assert.ok(drops.runs <= 3000 / 32 + 1);
    for (let message = 1; message <= 3000; message++) {
      assert.equal(drops.find(message).length, dropped.has(message) ? 1 : 0, String(message));
    }
    const next = drops.runs;
    for (let run = 0; run < 100; run++) drops.record('b', 10_000 + run * 64, 'slowLink', 1);
    assert.ok(next > 0);
    assert.equal(drops.forgotten, dropped.size, 'each of them is counted');
  });

  it('is bounded: what falls out is counted, and it says up to which message', () => {
    const drops = new DropLog<Reason>(10);
    for (let message = 64; message <= 6400; message += 64) {
      drops.record('a', message, 'slowLink', message);
    }
    assert.equal(drops.runs, 10);
    assert.equal(drops.forgotten, 90);
    assert.equal(drops.forgottenThrough, 5760);
    assert.deepEqual(drops.find(5760), []);
    assert.equal(drops.find(5824).length, 1);
    // The slot of the newest run is known to its own client only.
    for (let client = 0; client < 1000; client++) drops.record(`c${client}`, 300, 'slowLink', 1);
    drops.record('a', 301, 'slowLink', 1);
    assert.equal(drops.find(301).length, 1);
    assert.equal(drops.runs, 10);
  });
});
