import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { RefreshGate } from '../../src/vscode/views/refresh.ts';

/** Lets what was promised happen. */
const settled = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

describe('Refreshes of a tree', () => {
  let now: number;
  let runs: number;
  let takes: number;
  let gate: RefreshGate;

  async function pass(milliseconds: number): Promise<void> {
    for (let i = 0; i < milliseconds; i += 10) {
      now += 10;
      mock.timers.tick(10);
      await settled();
    }
  }

  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    now = 1000;
    runs = 0;
    takes = 0;
    gate = new RefreshGate(
      () => {
        runs++;
        now += takes;
        return Promise.resolve();
      },
      () => now,
    );
  });

  it('are at most four a second', async () => {
    gate.visible = true;
    for (let i = 0; i < 200; i++) {
      gate.request();
      await pass(10);
    }
    assert.ok(runs >= 7 && runs <= 9, `${runs} runs in two seconds`);
  });

  it('do not happen while the view is hidden, and once when it is shown', async () => {
    gate.request();
    await pass(1000);
    assert.equal(runs, 0);
    gate.visible = true;
    await pass(1000);
    assert.equal(runs, 1);
  });

  it('do not happen when the view was hidden before their time', async () => {
    gate.visible = true;
    gate.request();
    gate.visible = false;
    await pass(1000);
    assert.equal(runs, 0);
    gate.visible = true;
    await pass(10);
    assert.equal(runs, 1);
  });

  it('become rarer when they take long', async () => {
    takes = 100;
    gate.visible = true;
    for (let i = 0; i < 200; i++) {
      gate.request();
      await pass(10);
    }
    assert.ok(runs <= 3, `${runs} runs of 100 ms in two seconds`);
  });

  it('go on after one failed', async () => {
    const failing = new RefreshGate(
      () => {
        runs++;
        return Promise.reject(new Error('gone'));
      },
      () => now,
    );
    failing.visible = true;
    failing.request();
    await pass(300);
    failing.request();
    await pass(300);
    assert.equal(runs, 2);
  });
});
