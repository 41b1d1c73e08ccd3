import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topicHistory, topicOfFrame } from '../../../src/capture/history/topic-history.ts';
import { TopicMessages } from '../../../src/capture/history/topic-messages.ts';
import { CaptureLog } from '../../../src/capture/log.ts';
import { append, append5, publish } from '../../support/filtered.ts';

function opened(limit = 1e9): CaptureLog {
  const log = new CaptureLog(limit);
  log.linkOpened(1, '127.0.0.1:1', 'tcp', 0);
  log.linkIdentified(1, 'sensor', 5, undefined);
  log.linkOpened(2, '127.0.0.1:2', 'tcp', 0);
  log.linkIdentified(2, 'panel', 5, undefined);
  return log;
}

function read(log: CaptureLog, topic: string): TopicMessages {
  const messages = new TopicMessages(log, topic);
  while (!messages.step()) continue;
  return messages;
}

function history(log: CaptureLog, frame: number, count = 100, path?: string) {
  const topic = topicOfFrame(log, frame);
  assert.ok(topic !== undefined);
  return topicHistory(log, read(log, topic), frame, count, path);
}

describe('The history of a topic', () => {
  it('has each message once, the oldest first, with the numbers at a path', () => {
    const log = opened();
    append5(log, publish('a', '{"t": 1, "on": true, "room": {"x": [5, 6]}}', { qos: 1 }), 0, 1, 1);
    append5(log, publish('a', '{"t": 1, "on": true}', { qos: 1 }), 1, 2, 1);
    append5(log, publish('b', '{"t": 99}'), 0, 1, 2);
    append5(log, publish('a', '{"t": 2.5, "on": false}', { retain: true }), 0, 2, 3);
    append5(log, publish('a', 'no JSON'), 0, 1, 4);
    const all = history(log, 0);
    assert.equal(all.topic, 'a');
    assert.deepEqual(
      all.messages.map(({ frame, client, qos, retain, size, value }) => [
        frame,
        client,
        qos,
        retain,
        size,
        value,
      ]),
      [
        [0, 'sensor', 1, false, 43, 1],
        [3, 'panel', 0, true, 23, 2.5],
        [4, 'sensor', 0, false, 7, undefined],
      ],
    );
    assert.deepEqual(all.paths, ['t', 'on', 'room.x[0]', 'room.x[1]']);
    assert.equal(all.path, 't');
    assert.equal(all.messages[2]?.preview, 'no JSON');
    assert.deepEqual(
      history(log, 0, 100, 'on').messages.map(({ value }) => value),
      [1, 0, undefined],
    );
    assert.equal(history(log, 0, 100, 'room.x[1]').messages[0]?.value, 6);
    assert.equal(history(log, 0, 100, 'nowhere').path, 't', 'a path that is in none is not kept');
  });

  it('knows the message of a delivered copy and of an acknowledgement', () => {
    const log = opened();
    append5(log, publish('a', '1', { qos: 1 }), 0, 1, 1);
    append5(log, publish('a', '2', { qos: 1 }), 0, 1, 2);
    append5(log, publish('a', '1', { qos: 1, packetIdentifier: 9 }), 1, 2, 1);
    append5(log, { type: 'puback', packetIdentifier: 9, reasonCode: 0 }, 0, 2);
    assert.equal(history(log, 2).frame, 0);
    assert.equal(history(log, 3).frame, 0);
    assert.equal(history(log, 1).frame, 1);
    assert.deepEqual(history(log, 1).paths, [''], 'the payload is itself the number');
    assert.equal(history(log, 1).messages[1]?.value, 2);
    append5(log, { type: 'pingreq' }, 0, 2);
    assert.equal(topicOfFrame(log, 4), undefined);
    assert.equal(topicOfFrame(log, 99), undefined);
  });

  it('tells those around the message, and how many more there are', () => {
    const log = opened();
    for (let index = 0; index < 100; index++) append5(log, publish('a', `${index}`), 0, 1, index);
    const around = history(log, 50, 10);
    assert.deepEqual(
      around.messages.map(({ value }) => value),
      [45, 46, 47, 48, 49, 50, 51, 52, 53, 54],
    );
    assert.deepEqual([around.earlier, around.later], [45, 45]);
    const newest = history(log, 99, 10);
    assert.deepEqual([newest.earlier, newest.later], [90, 0]);
    const oldest = history(log, 0, 10);
    assert.deepEqual([oldest.earlier, oldest.later, oldest.messages.length], [0, 90, 10]);
  });

  it('goes on where it stopped, in a segment that grows, and forgets what was dropped', () => {
    const log = opened(150_000);
    append(log, publish('a', 'first'));
    const messages = read(log, 'a');
    assert.equal(messages.frames.end, 1);
    append(log, publish('b', 'x'));
    append(log, publish('a', 'second'));
    while (!messages.step()) continue;
    assert.equal(messages.frames.at(1), 2);
    for (let index = 0; index < 5000; index++) append(log, publish('a', 'x'.repeat(60)));
    while (!messages.step()) continue;
    assert.ok(log.first > 2);
    assert.equal(messages.frames.first, 2, 'both of before are gone');
    assert.equal(messages.frames.at(messages.frames.first), log.first);
    assert.ok(messages.isCurrent);
    log.clear();
    assert.ok(!messages.isCurrent);
  });

  it('is bounded for hostile payloads', () => {
    const log = opened();
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i])),
    );
    const odd = '{"a.b": 1, "": 2, "c[0]": 3, "__proto__": 4, "ok": 1e999}';
    for (const payload of [deep, wide, odd, `"${'x'.repeat(100_000)}"`]) {
      append5(log, publish('a', payload), 0, 1, 1);
    }
    const told = history(log, 3);
    assert.equal(told.paths.length, 200);
    assert.equal(told.unread, 1);
    assert.equal(told.messages[1]?.value, 0);
    const odds = opened();
    append5(odds, publish('a', odd), 0, 1, 1);
    assert.deepEqual(history(odds, 0).paths, ['__proto__', 'ok']);
    assert.equal(history(odds, 0, 1, 'ok').messages[0]?.value, undefined);
    assert.equal(history(odds, 0, 1, '__proto__').messages[0]?.value, 4);
  });
});
