/** A flood of attempts to connect: bounded, and nobody else waits for all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AttemptQueue } from '../../../src/engine/access/attempt-queue.ts';

/** Attempts that end when the test says so. */
class Attempts {
  readonly queue = new AttemptQueue();
  readonly begun: string[] = [];
  readonly refused: string[] = [];
  readonly #ends: (() => void)[] = [];

  add(address: string, name: string, fails = false): void {
    this.queue.add(
      address,
      () => {
        this.begun.push(name);
        return new Promise((resolve, reject) => {
          this.#ends.push(fails ? () => reject(new Error('no memory')) : resolve);
        });
      },
      () => this.refused.push(name),
    );
  }

  /** Ends the oldest that runs. */
  async end(): Promise<void> {
    this.#ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Attempts to connect', () => {
  it('run two at a time', async () => {
    const attempts = new Attempts();
    for (const name of ['1', '2', '3']) attempts.add('a', name);
    assert.deepEqual(attempts.begun, ['1', '2']);
    await attempts.end();
    assert.deepEqual(attempts.begun, ['1', '2', '3']);
  });

  it('addresses take turns: a flood from one does not hold up another', async () => {
    const attempts = new Attempts();
    for (let index = 0; index < 60; index++) attempts.add('flood', `f${index}`);
    attempts.add('other', 'o1');
    attempts.add('other', 'o2');
    for (let index = 0; index < 4; index++) await attempts.end();
    assert.deepEqual(attempts.begun.slice(2), ['f2', 'o1', 'f3', 'o2']);
  });

  it('what waits is bounded, for an address and for all', () => {
    const attempts = new Attempts();
    for (let index = 0; index < 100; index++) attempts.add('flood', `f${index}`);
    assert.equal(attempts.begun.length + 64, 100 - attempts.refused.length);
    assert.equal(attempts.refused.length, 34);
    for (let index = 0; index < 100; index++) attempts.add(`address ${index}`, `a${index}`);
    assert.equal(attempts.refused.length, 34 + 37);
  });

  it('one that fails is refused, and the next has its turn', async () => {
    const attempts = new Attempts();
    attempts.add('a', '1', true);
    attempts.add('a', '2');
    attempts.add('a', '3');
    await attempts.end();
    assert.deepEqual(attempts.refused, ['1']);
    assert.deepEqual(attempts.begun, ['1', '2', '3']);
  });
});
