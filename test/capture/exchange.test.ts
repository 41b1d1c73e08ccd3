import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ExchangeIndex } from '../../src/capture/exchange/exchange-index.ts';
import { exchangeReport } from '../../src/capture/exchange/exchange-report.ts';
import { summarizeExchange } from '../../src/capture/exchange/exchange-summary.ts';
import { CaptureLog } from '../../src/capture/log.ts';
import type { ControlPacket, ProtocolVersion, Properties } from '../../src/mqtt/packet.ts';
import { append, append5, matching, publish } from '../support/filtered.ts';

const toBroker = 0;
const toClient = 1;

/** A capture with clients on links 1, 2, …; the virtual clock gives each frame its number in milliseconds. */
function captureOf(version: ProtocolVersion, ...clients: string[]): CaptureLog {
  const log = new CaptureLog(1e9);
  clients.forEach((client, index) => identify(log, index + 1, client, version));
  return log;
}

function identify(log: CaptureLog, link: number, client: string, version: ProtocolVersion): void {
  log.linkOpened(link, `127.0.0.1:${link}`, 'tcp', 0);
  log.linkIdentified(link, client, version, undefined);
}

function acknowledgement(
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetIdentifier: number,
  reasonCode = 0,
): ControlPacket {
  return { type, packetIdentifier, reasonCode };
}

function connack(sessionPresent: boolean, reasonCode = 0): ControlPacket {
  return { type: 'connack', sessionPresent, reasonCode };
}

function connect(clientIdentifier: string, version: ProtocolVersion): ControlPacket {
  return {
    type: 'connect',
    protocolVersion: version,
    cleanStart: false,
    keepAlive: 0,
    clientIdentifier,
  };
}

/** The exchanges as `first frame: packets, state`. */
function exchanges(log: CaptureLog): string[] {
  const index = new ExchangeIndex(log);
  index.advance(log.end);
  const firsts = Array.from({ length: log.end - log.first }, (_, at) => log.first + at);
  return firsts
    .filter((frame) => index.begins(frame))
    .map((frame) => {
      const { steps, state, waitingFor } = summarizeExchange(log, index, frame);
      const packets = steps.map(({ packet, isRetry }) => (isRetry ? `${packet} again` : packet));
      const due = waitingFor === undefined ? '' : ` for ${waitingFor}`;
      return `${frame}: ${packets.join(', ')}, ${state}${due}`;
    });
}

describe('exchanges', () => {
  it('are complete with PUBACK at QoS 1 and with PUBCOMP at QoS 2, and at once at QoS 0', () => {
    const log = captureOf(4, 'lamp');
    append(log, publish('t', '0'));
    append(log, publish('t', '1', { qos: 1, packetIdentifier: 1 }));
    append(log, publish('t', '2', { qos: 2, packetIdentifier: 2 }));
    append(log, acknowledgement('pubrec', 2), toClient);
    append(log, acknowledgement('puback', 1), toClient);
    append(log, acknowledgement('pubrel', 2));
    assert.deepEqual(exchanges(log), [
      '0: PUBLISH, complete',
      '1: PUBLISH, PUBACK, complete',
      '2: PUBLISH, PUBREC, PUBREL, waiting for PUBCOMP',
    ]);
    append(log, acknowledgement('pubcomp', 2), toClient);
    assert.equal(exchanges(log)[2], '2: PUBLISH, PUBREC, PUBREL, PUBCOMP, complete');
  });

  it('tell the two directions apart, though Packet Identifiers are the same', () => {
    const log = captureOf(4, 'lamp');
    append(log, publish('in', '', { qos: 1, packetIdentifier: 7 }));
    append(log, publish('out', '', { qos: 1, packetIdentifier: 7 }), toClient);
    append(log, acknowledgement('puback', 7));
    assert.deepEqual(exchanges(log), [
      '0: PUBLISH, waiting for PUBACK',
      '1: PUBLISH, PUBACK, complete',
    ]);
  });

  it('go on when the client comes back to its session and sends again, and count that [MQTT-4.4.0-1]', () => {
    const log = captureOf(5, 'lamp', 'lamp');
    append5(log, publish('t', '', { qos: 2, packetIdentifier: 3 }));
    append5(log, acknowledgement('pubrec', 3), toClient);
    log.linkClosed(1, 2, 'cut');
    append5(log, connect('lamp', 5), toBroker, 2);
    append5(log, connack(true), toClient, 2);
    append5(log, publish('t', '', { qos: 2, packetIdentifier: 3, dup: true }), toBroker, 2);
    append5(log, acknowledgement('pubrec', 3), toClient, 2);
    assert.deepEqual(exchanges(log), [
      '0: PUBLISH, PUBREC, PUBLISH again, PUBREC again, waiting for PUBREL',
      '2: CONNECT, CONNACK, complete',
    ]);
  });

  it('end with the session: the same Packet Identifier is another one then [MQTT-3.1.2-4]', () => {
    const log = captureOf(4, 'lamp', 'lamp');
    append(log, publish('t', '', { qos: 1, packetIdentifier: 3 }));
    append(log, connect('lamp', 4), toBroker, 2);
    append(log, connack(false), toClient, 2);
    append(log, acknowledgement('puback', 3), toClient, 2);
    assert.deepEqual(exchanges(log), [
      '0: PUBLISH, waiting for PUBACK',
      '1: CONNECT, CONNACK, complete',
      '3: PUBACK, headless',
    ]);
  });

  it('fail with a reason code of 0x80 or more, and name it', () => {
    const log = captureOf(5, 'lamp');
    append5(log, publish('t', '', { qos: 2, packetIdentifier: 1 }));
    append5(log, acknowledgement('pubrec', 1, 0x87), toClient);
    append5(log, {
      type: 'subscribe',
      packetIdentifier: 2,
      subscriptions: [
        { topicFilter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    });
    append5(log, { type: 'suback', packetIdentifier: 2, reasonCodes: [0x9e] }, toClient);
    const index = new ExchangeIndex(log);
    index.advance(log.end);
    assert.deepEqual(exchanges(log), [
      '0: PUBLISH, PUBREC, failed',
      '2: SUBSCRIBE, SUBACK, failed',
    ]);
    const { steps } = summarizeExchange(log, index, 0);
    assert.deepEqual(
      steps.map(({ reasonCode, reason }) => [reasonCode, reason]),
      [
        [undefined, undefined],
        [0x87, 'Not authorized'],
      ],
    );
  });

  it('fail with the return code of a CONNACK of 3.1.1', () => {
    const log = captureOf(4, 'lamp');
    append(log, connect('lamp', 4));
    append(log, connack(false, 5), toClient);
    assert.deepEqual(exchanges(log), ['0: CONNECT, CONNACK, failed']);
  });

  it('take the AUTH packets in before CONNACK; later ones are an exchange of their own', () => {
    const log = captureOf(5, 'lamp');
    const properties: Properties = { authenticationMethod: 'SCRAM-SHA-256' };
    append5(log, { ...connect('lamp', 5), properties } as ControlPacket);
    append5(log, { type: 'auth', reasonCode: 0x18, properties }, toClient);
    append5(log, { type: 'auth', reasonCode: 0x18, properties });
    append5(log, connack(false), toClient);
    append5(log, { type: 'auth', reasonCode: 0x19, properties });
    append5(log, { type: 'auth', reasonCode: 0x18, properties }, toClient);
    assert.deepEqual(exchanges(log), [
      '0: CONNECT, AUTH, AUTH, CONNACK, complete',
      '4: AUTH, AUTH, waiting for AUTH',
    ]);
    append5(log, { type: 'auth', reasonCode: 0x18, properties });
    append5(log, { type: 'auth', reasonCode: 0, properties }, toClient);
    assert.equal(exchanges(log)[1], '4: AUTH, AUTH, AUTH, AUTH, complete');
  });

  it('are abandoned when the network connection ended before the answer', () => {
    const log = captureOf(4, 'lamp');
    append(log, { type: 'pingreq' });
    append(log, { type: 'pingresp' }, toClient);
    append(log, { type: 'pingreq' });
    append(log, { type: 'disconnect', reasonCode: 0 });
    log.linkClosed(1, 4, 'closed');
    assert.deepEqual(exchanges(log), [
      '0: PINGREQ, PINGRESP, complete',
      '2: PINGREQ, abandoned for PINGRESP',
      '3: DISCONNECT, complete',
    ]);
  });

  it('tell the time between steps, and from the first to the last', () => {
    const log = captureOf(4, 'lamp');
    append(log, publish('t', '', { qos: 1, packetIdentifier: 1 }));
    append(log, publish('t', '0'));
    append(log, publish('t', '1'));
    append(log, acknowledgement('puback', 1), toClient);
    const index = new ExchangeIndex(log);
    index.advance(log.end);
    const { duration, steps } = summarizeExchange(log, index, 0);
    assert.equal(duration, 3);
    assert.deepEqual(
      steps.map(({ latency, direction }) => [latency, direction]),
      [
        [0, 0],
        [3, 1],
      ],
    );
  });

  it('name what carries the same message, the request and the response by its Correlation Data', () => {
    const log = captureOf(5, 'panel', 'lamp');
    const correlationData = Uint8Array.of(1, 2, 255);
    const request = { responseTopic: 'panel/answers', correlationData };
    append5(log, publish('lamp/get', '?', { properties: request }), toBroker, 1, 11);
    append5(log, publish('lamp/get', '?', { properties: request }), toClient, 2, 11);
    append5(
      log,
      publish('panel/answers', '1', { properties: { correlationData: Uint8Array.of(1) } }),
      toBroker,
      2,
      12,
    );
    append5(
      log,
      publish('panel/answers', 'on', { properties: { correlationData } }),
      toBroker,
      2,
      13,
    );
    append5(
      log,
      publish('panel/answers', 'on', { properties: { correlationData } }),
      toClient,
      1,
      13,
    );
    const roles = (frame: number): unknown[] =>
      exchangeReport(log, new ExchangeIndex(log), frame)?.exchanges.map((one) => [
        one.steps[0]?.frame,
        one.client,
        one.role,
      ]) ?? [];
    assert.deepEqual(roles(0), [
      [0, 'panel', 'selected'],
      [1, 'lamp', 'carries'],
      [3, 'lamp', 'response'],
    ]);
    assert.deepEqual(roles(3), [
      [0, 'panel', 'request'],
      [3, 'lamp', 'selected'],
      [4, 'panel', 'carries'],
    ]);
    const index = new ExchangeIndex(log);
    index.advance(log.end);
    assert.deepEqual(summarizeExchange(log, index, 0).response, { frame: 3, latency: 3 });
  });

  it('are told with those of a time around it, the nearest first where they are very many', () => {
    const log = captureOf(4, 'lamp', 'fan');
    for (let index = 0; index < 100; index++) {
      append(log, publish('a', '', { qos: 1, packetIdentifier: index + 1 }), toBroker, 1);
      append(log, acknowledgement('puback', index + 1), toClient, 1);
    }
    append(log, publish('b', '', { qos: 1, packetIdentifier: 1 }), toBroker, 2);
    const firsts = (frame: number, around: number) => {
      const report = exchangeReport(log, new ExchangeIndex(log), frame, around);
      return {
        of: report?.exchanges.map(({ steps }) => steps[0]?.frame),
        omitted: report?.omitted,
      };
    };
    assert.deepEqual(firsts(10, 2), { of: [8, 10, 12], omitted: 0 });
    assert.deepEqual(firsts(199, 1), { of: [198, 200], omitted: 0 });
    assert.deepEqual(firsts(0, 1), { of: [0], omitted: 0 });
    const many = firsts(100, 1000);
    assert.equal(many.of?.length, 60);
    assert.equal(many.omitted, 41);
    assert.ok(many.of.includes(98) && many.of.includes(102) && !many.of.includes(0));
    assert.equal(firsts(10, 0).of?.length, 1);
  });

  it('are the rows of the view Flow, with the packets of no exchange too', () => {
    const log = captureOf(4, 'lamp');
    append(log, publish('a', '', { qos: 1, packetIdentifier: 1 }));
    append(log, publish('b', '', { qos: 1, packetIdentifier: 2 }));
    append(log, acknowledgement('puback', 1), toClient);
    append(log, acknowledgement('puback', 9), toClient);
    assert.deepEqual(matching(log, '', 'flow'), [0, 1, 3]);
    assert.deepEqual(matching(log, 'topic:b', 'flow'), [1]);
  });

  it('are forgotten with the frames that the capture drops, and with a clear', () => {
    const log = captureOf(4, 'lamp');
    log.limit = 300_000;
    const index = new ExchangeIndex(log);
    const payload = 'x'.repeat(1000);
    for (let number = 1; number <= 3000; number++) {
      append(log, publish('t', payload, { qos: 1, packetIdentifier: number }));
      append(log, acknowledgement('puback', number), toClient);
      if (number % 100 === 0) index.advance(log.end);
    }
    assert.ok(log.first > 0);
    index.advance(log.end);
    const begun = log.first + (log.direction(log.first) === toClient ? 1 : 0);
    assert.equal(index.firstOf(log.first), log.first);
    assert.equal(summarizeExchange(log, index, begun).state, 'complete');
    assert.ok(index.bytes <= 2 * 8192 * 8);
    log.clear();
    append(log, acknowledgement('puback', 3000), toClient);
    index.advance(log.end);
    assert.equal(summarizeExchange(log, index, log.first).state, 'headless');
    assert.equal(exchangeReport(log, index, 5), undefined);
  });

  it('hold every frame exactly once, whatever comes', () => {
    const packets: ControlPacket[] = [
      publish('t', '', { qos: 1, packetIdentifier: 1 }),
      publish('t', '', { qos: 2, packetIdentifier: 1 }),
      publish('t', '', { qos: 2, packetIdentifier: 1, dup: true }),
      publish('t', ''),
      acknowledgement('puback', 1),
      acknowledgement('pubrec', 1),
      acknowledgement('pubrel', 1),
      acknowledgement('pubcomp', 1),
      connect('lamp', 4),
      connack(false),
      connack(true),
      { type: 'pingreq' },
      { type: 'pingresp' },
      { type: 'disconnect', reasonCode: 0 },
    ];
    const anything = fc.array(
      fc.tuple(fc.constantFrom(...packets), fc.constantFrom(0, 1), fc.constantFrom(1, 2)),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 7 }), (sent, slice) => {
        const log = captureOf(4, 'lamp', 'lamp');
        for (const [packet, direction, link] of sent) append(log, packet, direction, link);
        const index = new ExchangeIndex(log);
        while (index.end < log.end) index.advance(log.end, slice);
        const held: number[] = [];
        for (let frame = log.first; frame < log.end; frame++) {
          if (index.begins(frame)) held.push(...index.framesFrom(frame));
          assert.ok(summarizeExchange(log, index, index.firstOf(frame)).steps.length > 0);
        }
        assert.deepEqual(
          held.sort((one, other) => one - other),
          sent.map((_, frame) => frame),
        );
      }),
    );
  });
});
