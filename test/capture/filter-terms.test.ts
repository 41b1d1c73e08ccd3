import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureLog } from '../../src/capture/log.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { append, append5, matching, publish } from '../support/filtered.ts';

const encoder = new TextEncoder();

describe('terms of the filter language that read packets', () => {
  it('compares reason codes, also those of refusals, by number and by name', () => {
    const log = new CaptureLog(1e9);
    const links = [
      [1, 5],
      [2, 4],
    ] as const;
    for (const [link, version] of links) {
      log.linkOpened(link, 'x', 'tcp', 0);
      log.linkIdentified(link, 'c', version, undefined);
    }
    append5(log, { type: 'puback', packetIdentifier: 1, reasonCode: 0x87 });
    append5(log, { type: 'suback', packetIdentifier: 1, reasonCodes: [1, 0x8f] });
    append(log, { type: 'connack', sessionPresent: false, reasonCode: 5 }, 1, 2);
    append5(log, publish('secret', 'x'));
    log.notes.add(3, 'Not allowed.', 0x87, 5);
    append5(log, { type: 'disconnect', reasonCode: 0 });
    assert.deepEqual(matching(log, 'reason:0x87'), [0, 3]);
    assert.deepEqual(matching(log, 'reason:>=0x80'), [0, 1, 3]);
    assert.deepEqual(matching(log, 'reason:143'), [1]);
    assert.deepEqual(matching(log, 'reason:"not authorized"'), [0, 2, 3]);
    assert.deepEqual(matching(log, 'reason:0 type:disconnect'), [4]);
    assert.deepEqual(matching(log, 'reason:normal'), [4]);
  });

  it('looks into properties of MQTT 5: text, numbers, user properties and those of wills', () => {
    const log = new CaptureLog(1e9);
    log.linkOpened(1, 'x', 'tcp', 0);
    log.linkIdentified(1, 'c', 5, undefined);
    append5(log, publish('a', '1', { properties: { contentType: 'application/JSON' } }));
    append5(log, publish('a', '1', { properties: { messageExpiryInterval: 30 } }));
    append5(log, publish('a', '1', { properties: { userProperties: [['Source-Id', 'panel 7']] } }));
    append5(log, publish('a', '1'));
    const correlationData = encoder.encode('req-9');
    append5(log, {
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'c',
      will: {
        topicName: 'w',
        payload: encoder.encode('x'),
        qos: 0,
        retain: false,
        properties: { correlationData, willDelayInterval: 5 },
      },
    });
    const cases: [filter: string, frames: number[]][] = [
      ['prop.contentType:json', [0]],
      ['PROP.CONTENTTYPE:*', [0]],
      ['prop.messageExpiryInterval:<=30', [1]],
      ['prop.messageExpiryInterval:30', [1]],
      ['prop.messageExpiryInterval:>30', []],
      ['prop.Source-Id:PANEL', [2]],
      ['prop.source-id:panel', []],
      ['prop.userProperties:source', [2]],
      ['prop.correlationData:req', [4]],
      ['prop.willDelayInterval:*', [4]],
      ['-prop.contentType:*', [1, 2, 3, 4]],
    ];
    for (const [filter, frames] of cases) assert.deepEqual(matching(log, filter), frames, filter);
    const old = new CaptureLog(1e9);
    old.linkOpened(1, 'x', 'tcp', 0);
    old.linkIdentified(1, 'c', 4, undefined);
    append(old, publish('a', '1'));
    assert.deepEqual(matching(old, 'prop.contentType:*'), []);
  });

  it('follows paths into JSON payloads', () => {
    const log = new CaptureLog(1e9);
    log.linkOpened(1, 'x', 'tcp', 0);
    log.linkIdentified(1, 'c', 4, undefined);
    const payloads = [
      '{"temp": 31.5, "on": true, "name": "Kitchen"}',
      ' {"temp": "31.5", "rooms": [{"temp": -4}]}',
      '{"te\\u006dp": 40, "none": null}',
      '[1, 22, {"temp": {"max": 3}}]',
      'temp 50',
      '{"temp": 50',
      '{"temp": 60}' + ' '.repeat(1024 * 1024),
      '['.repeat(100_000) + 'temp',
    ];
    for (const payload of payloads) append(log, publish('t', payload));
    const cases: [filter: string, frames: number[]][] = [
      ['payload.temp:>30', [0, 2]],
      ['payload.temp:31.5', [0, 1]],
      ['payload.temp:>=-100 payload.temp:<35', [0]],
      ['payload.on:true', [0]],
      ['payload.on:false', []],
      ['payload.none:null', [2]],
      ['payload.name:kitch', [0]],
      ['payload.Name:kitch', []],
      ['payload.rooms[0].temp:<0', [1]],
      ['payload.rooms.0.temp:=-4', [1]],
      ['payload.[1]:22', [3]],
      ['payload.[2].temp:*', [3]],
      ['payload.[2].temp:3', []],
      ['payload.constructor:*', []],
      ['payload:KITCHEN', [0]],
      ['payload:"temp 50"', [4]],
    ];
    for (const [filter, frames] of cases) assert.deepEqual(matching(log, filter), frames, filter);
  });

  it('counts the time from where the capture began, also when its first frames are gone', () => {
    const log = new CaptureLog(1e9);
    for (let i = 0; i < 5; i++) {
      const bytes = encode({ type: 'pingreq' }, 4);
      log.append(1, 0, bytes, 0, bytes.length, undefined, 0, 1_700_000_000_000 + i * 1000);
    }
    assert.deepEqual(matching(log, 'after:3s'), [3, 4]);
    assert.deepEqual(matching(log, 'after:2999ms'), [3, 4]);
    assert.deepEqual(matching(log, 'before:2'), [0, 1]);
    assert.deepEqual(matching(log, 'after:1s before:0.05min'), [1, 2]);
    assert.deepEqual(matching(log, 'after:1h'), []);
    log.limit = 100;
    assert.equal(log.first, 5);
    const bytes = encode({ type: 'pingreq' }, 4);
    log.append(1, 0, bytes, 0, bytes.length, undefined, 0, 1_700_000_010_000);
    assert.equal(log.startedAt, 1_700_000_000_000);
    log.clear();
    assert.equal(log.startedAt, 0);
  });
});
