import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DisposableStore, toDisposable } from '../../src/base/disposable.ts';
import { Emitter } from '../../src/base/event.ts';

describe('Emitter', () => {
  it('calls listeners in order and not after they were disposed', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  });

  it('calls the same function twice when it was subscribed twice', () => {
    const emitter = new Emitter<number>();
    let calls = 0;
    const listener = (): number => calls++;
    emitter.event(listener);
    emitter.event(listener).dispose();
    emitter.fire(0);
    assert.equal(calls, 1);
  });

  it('lets every listener hear a value even if one throws, then throws the first error', () => {
    const emitter = new Emitter<number>();
    let heard = 0;
    emitter.event(() => {
      throw new Error('first');
    });
    emitter.event((value) => (heard = value));
    assert.throws(() => emitter.fire(7), /first/);
    assert.equal(heard, 7);
  });
});

describe('DisposableStore', () => {
  it('disposes newest first, once, and at once what is added late', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => order.push('old')));
    store.add(toDisposable(() => order.push('new')));
    store.dispose();
    store.dispose();
    store.add(toDisposable(() => order.push('late')));
    assert.deepEqual(order, ['new', 'old', 'late']);
  });
});
