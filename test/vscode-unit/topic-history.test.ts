import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeTopicWithChart, topicDetails } from '../../src/vscode/views/describe.ts';
import {
  barCount,
  barMilliseconds,
  sparkline,
  TopicHistory,
} from '../../src/vscode/views/topic-history.ts';
import { topic } from './support/views.ts';

describe('Charts in the tree of topics', () => {
  it('are blocks from nothing to the greatest', () => {
    assert.equal(sparkline([0, 1, 4, 8, 2]), '▁▂▅█▃');
    assert.equal(sparkline([0, 1_000_000]), '▁█');
    assert.equal(sparkline([1, 100]), '▂█', 'what is not nothing does not look like it');
    assert.equal(sparkline([0, 0]), '');
    assert.equal(sparkline([]), '');
  });

  it('have a bar for each two seconds, once those are over', () => {
    const history = new TopicHistory();
    const at = (bar: number, part = 0): number => (bar + part) * barMilliseconds;
    history.note('a', 10, at(100));
    history.note('a', 13, at(100, 0.5));
    assert.deepEqual(history.recent('a'), []);
    history.note('a', 15, at(101, 0.1));
    assert.deepEqual(history.recent('a'), [3]);
    history.note('a', 20, at(104));
    assert.deepEqual(history.recent('a'), [3, 2, 0, 0]);
    history.note('a', 20, at(105));
    assert.deepEqual(history.recent('a'), [3, 2, 0, 0, 5]);
  });

  it('are bounded, and fall to nothing', () => {
    const history = new TopicHistory();
    for (let bar = 0; bar < 50; bar++) history.note('a', bar, bar * barMilliseconds);
    assert.deepEqual(history.recent('a'), new Array(barCount).fill(1));
    history.note('a', 49, 1e9 * barMilliseconds);
    assert.deepEqual(history.recent('a'), new Array(barCount).fill(0));
  });

  it('begin anew when the counts do, and forget what left the screen', () => {
    const history = new TopicHistory();
    for (const bar of [0, 1, 2]) history.note('a/b', bar * 5, bar * barMilliseconds);
    history.note('a/b', 1, 3 * barMilliseconds);
    assert.deepEqual(history.recent('a/b'), []);
    history.note('a/b', 3, 4 * barMilliseconds);
    assert.deepEqual(history.recent('a/b'), [0]);
    history.forget((name) => name.startsWith('a/'));
    assert.deepEqual(history.recent('a/b'), []);
  });

  it('stand behind the description, and in words in the tooltip', () => {
    const node = topic({ messageCount: 30, rate: 2 });
    assert.match(describeTopicWithChart(node, [0, 2, 4]), /30 · 2\/s · ▁▅█$/);
    assert.doesNotMatch(describeTopicWithChart(node, [0, 0]), /▁|· $/);
    assert.deepEqual(
      topicDetails(node, [0, 2, 4]).find(([name]) => name.startsWith('Last')),
      ['Last 6 seconds', '6 messages, at most 4 and now 4 in 2 seconds'],
    );
    assert.equal(topicDetails(node, [0]).length, topicDetails(node).length);
  });
});
