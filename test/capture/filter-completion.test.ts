import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileFilter } from '../../src/capture/filter.ts';
import { completeFilter } from '../../src/capture/filter-completion.ts';
import { CaptureLog } from '../../src/capture/log.ts';
import { append, publish } from '../support/filtered.ts';

function sample(): CaptureLog {
  const log = new CaptureLog(1e9);
  log.linkOpened(1, '127.0.0.1:1', 'tcp', 0);
  log.linkIdentified(1, 'Lamp (kitchen)', 4, undefined);
  log.linkOpened(2, '127.0.0.1:2', 'tcp', 0);
  log.linkIdentified(2, 'panel', 4, undefined);
  append(log, publish('home/kitchen/lamp', 'ON'));
  append(log, publish('home/hall/temp', '1'), 0, 2);
  append(log, publish('home/hall/light', '1'), 0, 2);
  append(log, publish('garden', '1'), 0, 2);
  append(log, publish('with blank', '1'), 0, 2);
  append(log, { type: 'pingreq' }, 0, 2);
  return log;
}

/** The filter with each item in its place; `|` is the caret. */
function completed(text: string, log = sample()): string[] {
  const caret = text.indexOf('|');
  const filter = text.slice(0, caret) + text.slice(caret + 1);
  const { start, end, items } = completeFilter(filter, caret, log);
  return items.map((item) => filter.slice(0, start) + item.text + filter.slice(end));
}

describe('completion of a filter', () => {
  it('offers the keys that begin so, wherever a term can stand', () => {
    assert.deepEqual(completed('t|'), ['topic:', 'type:']);
    assert.deepEqual(completed('on -(TO|'), ['on -(topic:']);
    assert.deepEqual(completed('pay|'), ['payload:', 'payload.']);
    assert.deepEqual(completed('--re| x'), ['--retain: x', '--reason: x']);
    assert.ok(completed('|').includes('after:'));
    assert.deepEqual(completed('"to|'), []);
    assert.deepEqual(completed('nothing|'), []);
  });

  it('offers properties by name', () => {
    assert.deepEqual(completed('prop.cont|'), ['prop.contentType:']);
    assert.ok(completed('prop.|').length > 15);
  });

  it('offers the branches and topics of the capture, the newest first', () => {
    assert.deepEqual(completed('topic:|'), [
      'topic:home/#',
      'topic:"with blank"',
      'topic:garden',
      'topic:home/hall/light',
      'topic:home/hall/temp',
      'topic:home/kitchen/lamp',
    ]);
    assert.deepEqual(completed('topic:home/ha| x'), [
      'topic:home/hall/# x',
      'topic:home/hall/light x',
      'topic:home/hall/temp x',
    ]);
    assert.deepEqual(completed('topic:"with b|lank" x'), ['topic:"with blank" x']);
    assert.deepEqual(completed('topic:"with |" x'), ['topic:"with blank" x']);
  });

  it('offers clients, quoted where they have to be', () => {
    assert.deepEqual(completed('client:LAM|'), ['client:"Lamp (kitchen)"']);
    assert.deepEqual(completed('-client:|'), ['-client:panel', '-client:"Lamp (kitchen)"']);
  });

  it('offers packet types, those captured first, and more after a comma', () => {
    assert.deepEqual(completed('type:pu|'), [
      'type:publish',
      'type:puback',
      'type:pubrec',
      'type:pubrel',
      'type:pubcomp',
    ]);
    assert.deepEqual(completed('type:publish,ping|'), [
      'type:publish,pingreq',
      'type:publish,pingresp',
    ]);
    assert.equal(completed('type:publish,|').includes('type:publish,publish'), false);
  });

  it('offers what a value can be', () => {
    assert.deepEqual(completed('qos:|'), ['qos:0', 'qos:1', 'qos:2']);
    assert.deepEqual(completed('dir:|'), ['dir:in', 'dir:out']);
    assert.deepEqual(completed('retain:|'), ['retain:true', 'retain:false']);
    assert.deepEqual(completed('reason:not auth|').length, 0);
    assert.deepEqual(completed('reason:authorized|'), ['reason:0x87']);
    assert.deepEqual(completed('reason:"not auth|'), ['reason:0x87']);
    assert.deepEqual(completed('size:|'), []);
    assert.deepEqual(completed('constructor:|'), []);
  });

  it('looks at the newest names only, and gives twenty at most', () => {
    const log = new CaptureLog(1e9);
    for (let i = 0; i < 30_000; i++) append(log, publish(`t${i}`, ''));
    assert.equal(completed('topic:|', log).length, 20);
    assert.deepEqual(completed('topic:t29999|', log), []);
    const found = completed('topic:t100|', log);
    assert.equal(found.length, 20);
    assert.ok(found.every((text) => /^topic:t100\d\d$/.test(text)));
  });

  it('never fails, and what it offers for a value is a filter', () => {
    const log = sample();
    const part = fc.oneof(
      fc.constantFrom(
        'topic:',
        'client:',
        'type:',
        'prop.',
        'reason:',
        '"',
        '\\',
        '(',
        ')',
        '-',
        ' ',
        'or',
        ':',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part), fc.nat(40), (parts, caret) => {
        const text = parts.join('');
        const { start, end, items } = completeFilter(text, caret, log);
        assert.ok(0 <= start && start <= end && end <= text.length);
        for (const item of items) {
          const filter = text.slice(0, start) + item.text + text.slice(end);
          if (compileFilter(text).ok && !/[:.]$/.test(item.text)) {
            assert.ok(compileFilter(filter).ok, filter);
          }
        }
      }),
    );
  });
});
