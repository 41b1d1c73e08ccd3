import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileFilter } from '../../src/capture/filter.ts';
import { CaptureLog } from '../../src/capture/log.ts';
import { CaptureQuery } from '../../src/capture/query.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket } from '../../src/mqtt/packet.ts';
import { topicMatches } from '../../src/mqtt/topics.ts';
import { append, filterOf, matching, publish } from '../support/filtered.ts';

function sample(): CaptureLog {
  const log = new CaptureLog(1e9);
  log.linkOpened(1, '127.0.0.1:1', 'tcp', 0);
  log.linkIdentified(1, 'Lamp-Kitchen', 4, undefined);
  log.linkOpened(2, '127.0.0.1:2', 'tcp', 0);
  log.linkIdentified(2, 'panel', 4, undefined);
  append(log, publish('home/kitchen/lamp', 'ON'));
  append(log, publish('home/kitchen/lamp', 'ON'), 1, 2);
  append(log, { type: 'pingreq' }, 0, 2);
  append(log, publish('home/hall/temp', 'grün 21.5', { qos: 1, retain: true }), 0, 2);
  append(log, { type: 'puback', packetIdentifier: 1, reasonCode: 0 }, 1, 2);
  append(log, publish('home/hall/temp', 'x'.repeat(3000), { qos: 1, dup: true }), 0, 2);
  append(log, publish('$SYS/broker/uptime', '1'), 1, 2, 1);
  return log;
}

const encoder = new TextEncoder();

describe('filters over a capture', () => {
  const cases: [filter: string, frames: number[]][] = [
    ['', [0, 1, 2, 3, 4, 5, 6]],
    ['   ', [0, 1, 2, 3, 4, 5, 6]],
    ['topic:home/kitchen/lamp', [0, 1]],
    ['topic:home/+/temp', [3, 5]],
    ['topic:home/#', [0, 1, 3, 5]],
    ['topic:#', [0, 1, 3, 5]],
    ['topic:$SYS/#', [6]],
    ['type:pingreq', [2]],
    ['type:PINGREQ,puback', [2, 4]],
    ['-type:publish', [2, 4]],
    ['kitchen', [0, 1]],
    ['on', [0, 1]],
    ['GRÜN', [3]],
    ['grün', [3]],
    ['"21.5"', [3]],
    ['"grün 21"', [3]],
    ['panel', [1, 2, 3, 4, 5, 6]],
    ['client:lamp-k', [0]],
    ['qos:1', [3, 5]],
    ['retain:true', [3]],
    ['dup:true', [5]],
    ['dir:out', [1, 4, 6]],
    ['size:>2kb', [5]],
    ['size:2', [2]],
    ['type:publish -topic:home/#', [6]],
    ['type:pingreq or qos:1', [2, 3, 5]],
    ['(type:pingreq or qos:1) -dup:true', [2, 3]],
    ['-(type:publish or type:puback)', [2]],
    ['order', []],
    // Lengths, flags and packet identifiers are bytes, no text: 0x30, 0x32, 0x40.
    ['0', []],
    ['2', [3]],
    ['@', []],
    ['puback', []],
  ];
  for (const [filter, frames] of cases) {
    it(`'${filter}' shows ${frames.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(matching(sample(), filter), frames);
    });
  }

  it('finds text in any case, also beyond ASCII, but not halves of two characters', () => {
    const log = new CaptureLog(1e9);
    for (const payload of ['GRÜN', 'я', 'ѯ', 'straße', 'x'.repeat(100) + 'End', '']) {
      append(log, publish('t', payload));
    }
    assert.deepEqual(matching(log, 'grün'), [0]);
    assert.deepEqual(matching(log, 'Я'), [1]);
    assert.deepEqual(matching(log, 'STRASSE'), []);
    assert.deepEqual(matching(log, 'straße'), [3]);
    assert.deepEqual(matching(log, 'xeND'), [4]);
  });

  it('finds text in topic filters, wills and reasons, also of packets that are malformed', () => {
    const log = new CaptureLog(1e9);
    log.linkOpened(1, 'x', 'tcp', 0);
    log.linkIdentified(1, 'c', 5, undefined);
    const packets: ControlPacket[] = [
      {
        type: 'connect',
        protocolVersion: 5,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier: 'sensor',
        will: { topicName: 'gone', payload: encoder.encode('Farewell'), qos: 0, retain: false },
      },
      { type: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'Going home' } },
    ];
    for (const packet of packets) {
      const bytes = encode(packet, 5);
      log.append(1, 0, bytes, 0, bytes.length, undefined, 0, 0);
    }
    const malformed = Uint8Array.of(0x82, 6, 0, 1, 0, 9, 0x68, 0x69);
    log.append(1, 0, malformed, 0, malformed.length, undefined, 0, 0);
    const cut = Uint8Array.of(0x36, 4, 0, 9, 0x68, 0x69);
    log.append(1, 0, cut, 0, cut.length, undefined, 0, 0);
    assert.deepEqual(matching(log, 'farewell'), [0]);
    assert.deepEqual(matching(log, 'gone'), [0]);
    assert.deepEqual(matching(log, 'mqtt'), [], 'the protocol name is in every CONNECT');
    assert.deepEqual(matching(log, 'home'), [1]);
    assert.deepEqual(matching(log, 'hi'), [2, 3]);
  });

  it('agrees with looking at every frame, for any filter of columns and text', () => {
    interface Sent {
      readonly topic: string;
      readonly payload: string;
      readonly qos: 0 | 1 | 2;
      readonly direction: 0 | 1;
    }
    const sent = fc.record<Sent>({
      topic: fc.constantFrom('a/b', 'a/c', 'A/b/c', 'on', '$x/on'),
      payload: fc.constantFrom('', 'on', 'ON', 'off', '\u0000on', '0', 'b'.repeat(50)),
      qos: fc.constantFrom(0, 1, 2),
      direction: fc.constantFrom(0, 1),
    });
    type Case = [text: string, holds: (one: Sent) => boolean];
    const holdsText = (wanted: string) => (one: Sent) =>
      [one.topic, one.payload, 'Kettle'].some((text) => text.toLowerCase().includes(wanted));
    const term: fc.Arbitrary<Case> = fc.constantFrom(
      ...([
        ['topic:a/+', ({ topic }) => topicMatches('a/+', topic)],
        ['topic:#', ({ topic }) => topicMatches('#', topic)],
        ['topic:a/b', ({ topic }) => topic === 'a/b'],
        ['on', holdsText('on')],
        ['"B"', holdsText('b')],
        ['kett', holdsText('kett')],
        ['0', holdsText('0')],
        ['qos:1', ({ qos }) => qos === 1],
        ['dir:in', ({ direction }) => direction === 0],
        ['type:publish', () => true],
        ['type:pingreq,puback', () => false],
      ] as Case[]),
    );
    const { filter } = fc.letrec<{ filter: Case }>((tie) => ({
      filter: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        term,
        tie('filter').map(([text, holds]): Case => [`-(${text})`, (one: Sent) => !holds(one)]),
        fc
          .tuple(tie('filter'), tie('filter'))
          .map(([[a, holdsA], [b, holdsB]]): Case => [
            `(${a}) (${b})`,
            (one: Sent) => holdsA(one) && holdsB(one),
          ]),
        fc
          .tuple(tie('filter'), tie('filter'))
          .map(([[a, holdsA], [b, holdsB]]): Case => [
            `(${a} or ${b})`,
            (one: Sent) => holdsA(one) || holdsB(one),
          ]),
      ),
    }));
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 30 }), filter, (all, [text, holds]) => {
        const log = new CaptureLog(1e9);
        log.linkOpened(1, 'nowhere', 'tcp', 0);
        log.linkIdentified(1, 'Kettle', 4, undefined);
        for (const { topic, payload, qos, direction } of all) {
          append(log, publish(topic, payload, { qos }), direction);
        }
        const expected = all.flatMap((one, frame) => (holds(one) ? [frame] : []));
        assert.deepEqual(matching(log, text), expected, text);
      }),
      { numRuns: 300 },
    );
  });

  const errors: [filter: string, start: number, message: RegExp][] = [
    ['type:nonsense', 5, /not a packet type.*publish/],
    ['a topic:home/#/x', 8, /#/],
    ['colour:red', 0, /not known.*topic:/],
    ['constructor:x', 0, /not known/],
    ['qos:3', 4, /0, 1 or 2/],
    ['retain:maybe', 7, /true or false/],
    ['size:big', 5, /bytes/],
    ['dir:up', 4, /in .* or out/],
    ['a "b', 2, /quote/],
    ['(a', 0, /missing/],
    ['a)', 1, /no '\('/],
    ['a or', 4, /missing/],
    ['or a', 0, /missing/],
    ['topic:', 0, /value must follow/],
    ['-', 1, /value must follow/],
    ['('.repeat(100) + 'a', 64, /parentheses/],
    ['x'.repeat(5000), 4096, /characters/],
    [`a ${'x'.repeat(600)}`, 514, /512 characters/],
  ];
  for (const [filter, start, message] of errors) {
    it(`'${filter.slice(0, 30)}' is refused at ${start}`, () => {
      const compiled = compileFilter(filter);
      assert.ok(!compiled.ok);
      assert.match(compiled.message, message);
      assert.equal(compiled.start, start);
      assert.ok(compiled.end >= compiled.start);
    });
  }

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      'topic:',
      'type:',
      '-',
      '(',
      ')',
      '"',
      'or',
      ' ',
      '\\',
      'size:>',
      'a',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          assert.equal(typeof compileFilter(text).ok, 'boolean');
        },
      ),
    );
  });
});

describe('CaptureQuery', () => {
  it('shows each application message once: no deliveries, no retries, but what the broker sent of its own', () => {
    assert.deepEqual(matching(sample(), '', 'messages'), [0, 3, 6]);
  });

  it('shows a retry as a message, once, when no original is held', () => {
    const retry = publish('a', 'x', { qos: 1, dup: true, packetIdentifier: 7 });
    const log = new CaptureLog(1e9);
    for (const link of [1, 2, 3]) log.linkOpened(link, '', 'tcp', 0);
    log.linkIdentified(1, 'pump', 4, undefined);
    log.linkIdentified(2, 'pump', 4, undefined);
    log.linkIdentified(3, 'fan', 4, undefined);
    append(log, retry, 0, 1);
    append(log, retry, 0, 1);
    append(log, retry, 0, 3); // Another client.
    append(log, publish('a', 'y', { qos: 1, packetIdentifier: 8 }), 0, 1);
    append(log, { ...retry, packetIdentifier: 8 }, 0, 2); // The same client, connected anew.
    assert.deepEqual(matching(log, '', 'messages'), [0, 2, 3]);
  });

  it('finds the original of a retry some segments before, and forgets those cleared', () => {
    const original = publish('a', 'x', { qos: 1, packetIdentifier: 7 });
    const log = new CaptureLog(1e9);
    const query = new CaptureQuery(log, 'messages', undefined);
    append(log, original);
    for (let i = 0; i < 40_000; i++) append(log, { type: 'pingreq' });
    append(log, { ...original, dup: true });
    while (!query.scan(1000)) continue;
    assert.equal(query.end, 1);
    log.clear();
    append(log, { ...original, dup: true });
    while (!query.scan(1000)) continue;
    assert.equal(query.frameAt(query.first), log.first);
  });

  it('interrupts a text filter over large frames, and goes on', () => {
    const log = new CaptureLog(1e9);
    for (let i = 0; i < 10; i++) append(log, publish('a', 'x'.repeat(700_000)));
    append(log, publish('a', 'needle'));
    const query = new CaptureQuery(log, 'packets', filterOf('needle'));
    assert.equal(query.scan(1000), false);
    assert.ok(query.scanned > 0 && query.scanned < 5, String(query.scanned));
    while (!query.scan(1000)) continue;
    assert.equal(query.frameAt(0), 10);
  });

  it('has no row at a place that is none', () => {
    const query = new CaptureQuery(sample(), 'messages', undefined);
    query.scan(100);
    for (const place of [-1, 0.5, NaN, Infinity, 3]) assert.equal(query.frameAt(place), undefined);
  });

  it('keeps ordinals while the log drops and grows, as a list that filters everything would', () => {
    const topics = ['a/b', 'a/c', 'b', '$x/y'];
    const step = fc.oneof(
      {
        weight: 30,
        arbitrary: fc.record({
          topic: fc.constantFrom(...topics),
          size: fc.integer({ min: 0, max: 3000 }),
        }),
      },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
      { weight: 5, arbitrary: fc.constant('scan' as const) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.constantFrom('', 'topic:a/+', '-topic:b'),
        (steps, text) => {
          const log = new CaptureLog(150_000);
          const query = new CaptureQuery(log, 'messages', filterOf(text));
          const all: string[] = [];
          for (const one of steps) {
            if (one === 'clear') log.clear();
            else if (one === 'scan') query.scan(10);
            else {
              append(log, publish(one.topic, 'x'.repeat(one.size)));
              all.push(one.topic);
            }
            assert.ok(query.first <= query.end);
          }
          while (!query.scan(10)) continue;
          const holds = (topic: string): boolean =>
            text === '' || (text === '-topic:b' ? topic !== 'b' : topicMatches('a/+', topic));
          const expected = all
            .map((topic, frame) => ({ topic, frame }))
            .filter(({ topic, frame }) => frame >= log.first && holds(topic));
          assert.equal(query.end - query.first, expected.length);
          expected.forEach(({ frame }, i) => {
            assert.equal(query.frameAt(query.first + i), frame);
            assert.equal(query.ordinalOf(frame), query.first + i);
          });
          assert.equal(query.frameAt(query.end), undefined);
          assert.equal(query.frameAt(query.first - 1), undefined);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the nearest row after a frame that is not shown, and the last when there is none', () => {
    const query = new CaptureQuery(sample(), 'packets', filterOf('qos:1'));
    query.scan(100);
    assert.equal(query.ordinalOf(0), 0);
    assert.equal(query.ordinalOf(4), 1);
    assert.equal(query.ordinalOf(6), 1);
    const none = new CaptureQuery(sample(), 'packets', filterOf('nothing-at-all'));
    none.scan(100);
    assert.equal(none.ordinalOf(0), undefined);
  });

  it('tells how far it is', () => {
    const query = new CaptureQuery(sample(), 'packets', filterOf('a'));
    assert.equal(query.scan(3), false);
    assert.deepEqual([query.scanned, query.toScan], [3, 7]);
    assert.equal(query.scan(100), true);
    assert.deepEqual([query.scanned, query.toScan], [7, 7]);
  });
});
