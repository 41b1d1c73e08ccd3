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

  it('begins a new run for another reason, and after a message that was not dropped', () => {
    const drops = new DropLog<Reason>();
    drops.record('a', 1, 'slowLink', 1);
    drops.record('a', 2, 'queueFull', 2);
    drops.record('a', 4, 'queueFull', 3);
    assert.equal(drops.runs, 3);
    assert.deepEqual(drops.find(3), []);
    assert.equal(drops.find(4)[0]?.reason, 'queueFull');
  });

  it('is bounded: what falls out is counted, and it says up to which message', () => {
    const drops = new DropLog<Reason>(10);
    for (let message = 2; message <= 200; message += 2) {
      drops.record('a', message, 'slowLink', message);
    }
    assert.equal(drops.runs, 10);
    assert.equal(drops.forgotten, 90);
    assert.equal(drops.forgottenThrough, 180);
    assert.deepEqual(drops.find(180), []);
    assert.equal(drops.find(182).length, 1);
    // The slot of the newest run is known to its own client only.
    for (let client = 0; client < 1000; client++) drops.record(`c${client}`, 300, 'slowLink', 1);
    drops.record('a', 301, 'slowLink', 1);
    assert.equal(drops.find(301).length, 1);
    assert.equal(drops.runs, 10);
  });
});
