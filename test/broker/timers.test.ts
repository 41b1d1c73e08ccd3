import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Timer, Timers } from '../../src/broker/timers.ts';

describe('Timers', () => {
  it('fires in the order of the deadlines, whatever was armed, moved and disarmed', () => {
    const operations = fc.array(
      fc.record({ timer: fc.nat(19), deadline: fc.option(fc.nat(1000), { nil: Infinity }) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(operations, (list) => {
        const timers = new Timers();
        const fired: number[] = [];
        const expected = new Map<number, number>();
        const all = Array.from({ length: 20 }, (_, index) => new Timer(() => fired.push(index)));
        for (const { timer, deadline } of list) {
          const target = all[timer];
          if (!target) continue;
          timers.arm(target, deadline);
          if (deadline === Infinity) expected.delete(timer);
          else expected.set(timer, deadline);
        }
        assert.equal(timers.size, expected.size);
        assert.equal(timers.next(), Math.min(Infinity, ...expected.values()));
        for (let now = 0; now <= 1000; now += 100) {
          timers.advance(now);
          const due = [...expected].filter(([, deadline]) => deadline <= now);
          assert.deepEqual([...fired].sort(), due.map(([timer]) => timer).sort());
        }
        const deadlines = fired.map((timer) => expected.get(timer) ?? -1);
        assert.deepEqual(
          deadlines,
          [...deadlines].sort((a, b) => a - b),
        );
        assert.equal(timers.next(), Infinity);
      }),
    );
  });

  it('a timer may arm itself again', () => {
    const timers = new Timers();
    let count = 0;
    const timer = new Timer((now) => {
      count++;
      if (now < 50) timers.arm(timer, now + 10);
    });
    timers.arm(timer, 10);
    for (let now = 0; now <= 100; now++) timers.advance(now);
    assert.equal(count, 5);
    assert.equal(timer.armed, false);
  });
});
