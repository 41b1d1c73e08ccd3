import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { Output } from '../../src/broker/output.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { BrokerHarness } from '../support/broker-harness.ts';

describe('Output', () => {
  it('merges neighbours of one buffer into one view, without a copy', () => {
    const output = new Output();
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
    output.append(bytes, 1, 3);
    output.append(bytes, 3, 6);
    const chunks = output.take();
    assert.equal(chunks.length, 1);
    assert.equal(chunks[0]?.buffer, bytes.buffer);
    assert.deepEqual([...chunks.flatMap((chunk) => [...chunk])], [2, 3, 4, 5, 6]);
    assert.equal(output.pendingBytes, 0);
    assert.deepEqual(output.take(), []);
  });

  it('copies small ranges of different buffers together, in order', () => {
    const output = new Output();
    for (let value = 0; value < 50; value++) {
      output.append(Uint8Array.of(255, value, 255), 1, 2);
      output.target[output.reserve(1)] = value;
    }
    const chunks = output.take();
    assert.equal(chunks.length, 1);
    assert.deepEqual(
      [...chunks.flatMap((chunk) => [...chunk])],
      Array.from({ length: 100 }, (_, index) => index >> 1),
    );
  });

  it('leaves large ranges where they are', () => {
    const output = new Output();
    const large = new Uint8Array(5000).fill(7);
    output.append(Uint8Array.of(1), 0, 1);
    output.append(large, 0, 5000);
    output.append(Uint8Array.of(2), 0, 1);
    output.reserve(3);
    const chunks = output.take();
    assert.deepEqual(
      chunks.map(({ length }) => length),
      [1, 5000, 4],
    );
    assert.equal(chunks[1]?.buffer, large.buffer);
  });

  it('never changes bytes that were taken', () => {
    const output = new Output();
    const taken: (readonly [Uint8Array, number])[] = [];
    for (let round = 0; round < 5000; round++) {
      const length = 1 + ((round * 37) % 90);
      const offset = output.reserve(length);
      output.target.fill(round & 255, offset, offset + length);
      for (const chunk of output.take()) taken.push([chunk, round & 255]);
    }
    for (const [chunk, value] of taken) assert.ok(chunk.every((byte) => byte === value));
  });

  it('gives a large reservation a buffer of its own', () => {
    const output = new Output();
    output.reserve(10);
    output.reserve(100_000);
    output.reserve(10);
    assert.deepEqual(
      output.take().map(({ length }) => length),
      [10, 100_000, 10],
    );
  });
});

describe('broker: forwarding', () => {
  it('a chunk of messages to one subscriber leaves as one view of this chunk', () => {
    const harness = new BrokerHarness();
    const subscriber = harness.connect('subscriber', 4);
    subscriber.subscribe('a');
    const publisher = harness.connect('publisher', 4);
    const frame = encode(
      {
        type: 'publish',
        topicName: 'a',
        payload: new Uint8Array(20),
        qos: 0,
        dup: false,
        retain: false,
      },
      4,
    );
    subscriber.writes.length = 0;
    publisher.sendBytes(...Array.from({ length: 100 }, () => frame));
    assert.deepEqual(subscriber.writes, [[100 * frame.length]]);
    assert.equal(subscriber.inbox.length, 100);
  });
});
