import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureLog } from '../../src/capture/log.ts';
import { MessageReach } from '../../src/capture/message-reach.ts';
import { append5, publish } from '../support/filtered.ts';

function opened(limit = 1e9): CaptureLog {
  const log = new CaptureLog(limit);
  for (const link of [1, 2, 3]) log.linkOpened(link, '', 'tcp', 0);
  return log;
}

describe('MessageReach', () => {
  it('counts the copies of each message, and neither what came in nor retries', () => {
    const log = opened();
    const reach = new MessageReach(log);
    append5(log, publish('a', 'x', { qos: 1 }), 0, 1, 7);
    append5(log, publish('a', 'x', { qos: 1 }), 1, 2, 7);
    append5(log, publish('a', 'x', { qos: 1 }), 1, 3, 7);
    append5(log, publish('a', 'x', { qos: 1, dup: true }), 1, 3, 7);
    append5(log, { type: 'puback', packetIdentifier: 1, reasonCode: 0 }, 1, 1);
    append5(log, publish('b', 'x'), 0, 1, 300);
    append5(log, publish('c', 'x'), 1, 1, 0);
    reach.advance(2);
    assert.equal(reach.copiesOf(7), 1);
    reach.advance(log.end);
    assert.equal(reach.copiesOf(7), 2);
    assert.equal(reach.copiesOf(300), 0);
    assert.equal(reach.copiesOf(0), 0);
    append5(log, publish('b', 'x'), 1, 2, 300);
    append5(log, publish('b', 'x'), 1, 2, 0xffff_ffff);
    reach.advance(log.end);
    assert.equal(reach.copiesOf(300), 1);
    assert.equal(reach.copiesOf(0xffff_ffff), 1);
  });

  it('holds at the most that it can count', () => {
    const log = opened();
    const reach = new MessageReach(log);
    for (let copy = 0; copy < 65_540; copy++) append5(log, publish('a', ''), 1, 2, 1);
    reach.advance(log.end);
    assert.equal(reach.copiesOf(1), 65_535);
  });

  it('forgets what was cleared and what the capture dropped', () => {
    const log = opened(200_000);
    const reach = new MessageReach(log);
    for (let message = 1; message <= 20_000; message++) {
      append5(log, publish('a', 'x'.repeat(40)), 1, 2, message);
      if (message % 500 === 0) reach.advance(log.end);
    }
    assert.ok(log.first > 0);
    assert.equal(reach.copiesOf(1), 0);
    assert.equal(reach.copiesOf(20_000), 1);
    // Two bytes for each message that is held, and what is not needed of the chunks at both ends.
    assert.ok(reach.bytes < (log.end - log.first) * 4 + 2000, `${reach.bytes}`);
    log.clear();
    append5(log, publish('a', ''), 1, 2, 20_000);
    reach.advance(log.end);
    assert.equal(reach.copiesOf(20_000), 1);
    assert.equal(reach.copiesOf(19_999), 0);
  });
});
