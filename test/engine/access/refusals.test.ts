/** Who was refused what: as a list for the tree, and at the packet for the inspector. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectAsync } from 'mqtt';
import { AccessRefusals } from '../../../src/engine/access-refusals.ts';
import { FrameNotes } from '../../../src/capture/frame-notes.ts';
import type { AccessOptions } from '../../../src/engine/contract.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../../support/engine.ts';

describe('Refusals', () => {
  it('are told with client, topic and rule, and stand at the packet that was refused', async (context) => {
    const engine = new EngineUnderTest(context);
    const access: AccessOptions = {
      anonymous: true,
      rules: [
        { permission: 'deny', action: 'all', topicFilter: 'secret/#' },
        { permission: 'allow', action: 'all', topicFilter: '#' },
      ],
    };
    const state = await engine.channel.request('broker/start', {
      host: '127.0.0.1',
      port: 0,
      access,
    });
    const url = urlOf(state);
    const options = { protocolVersion: 5, clientId: 'lamp' } as const;
    const client = await mqttClient(context, url, options);
    await assert.rejects(client.publishAsync('secret/a', 'x', { qos: 1 }));
    await assert.rejects(client.publishAsync('secret/a', 'x', { qos: 1 }));
    await client.publishAsync('open', 'x', { qos: 1 });
    await client.subscribeAsync(['secret/#', 'open']).catch(() => undefined);
    await engine.channel.request('broker/reloadAccess', { ...access, anonymous: false });
    await assert.rejects(
      connectAsync(url, { protocolVersion: 5, clientId: 'thief', reconnectPeriod: 0 }),
    );
    const refusals = await engine.channel.request('broker/refusals', null);
    assert.deepEqual(
      refusals.map(({ clientIdentifier, what, topic, reasonCode, reason, count }) => [
        clientIdentifier,
        what,
        topic,
        reasonCode,
        reason,
        count,
      ]),
      [
        ['thief', 'connect', '', 0x87, 'The broker wants a user name and a password.', 1],
        // The rules allowed it to stay no longer.
        ['lamp', 'connect', '', 0x87, 'The users of the broker have changed.', 1],
        ['lamp', 'subscribe', 'secret/#', 0x87, 'deny all secret/#', 1],
        ['lamp', 'publish', 'secret/a', 0x87, 'deny all secret/#', 2],
      ],
    );
    const { query } = await engine.channel.request('query/open', { view: 'packets', filter: '' });
    await engine.query(query, ({ scanned, toScan }) => scanned === toScan);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 100 });
    const marked = rows.flatMap(({ client: name, packet, problem }) =>
      problem?.startsWith('Refused') === true ? [`${name} ${packet}: ${problem}`] : [],
    );
    assert.deepEqual(marked, [
      'lamp PUBLISH: Refused secret/a: Not authorized (0x87); deny all secret/#.',
      'lamp PUBLISH: Refused secret/a: Not authorized (0x87); deny all secret/#.',
      'lamp SUBSCRIBE: Refused secret/#: Not authorized (0x87); deny all secret/#.',
      'thief CONNECT: Refused: Not authorized (0x87); The broker wants a user name and a password.',
    ]);
    const publish = rows.find(({ problem }) => problem?.startsWith('Refused') === true);
    const detail = await engine.channel.request('capture/frame', { frame: publish?.frame ?? -1 });
    assert.equal(detail?.problems[0]?.reasonCode, 0x87);
  });

  it('are bounded; the same again is counted, and hides no other', () => {
    const refusals = new AccessRefusals();
    refusals.record('first', 'publish', 'a', 0x87, 'deny', 0);
    for (let index = 0; index < 5000; index++) {
      refusals.record('flood', 'publish', 'a', 0x87, 'deny', index);
    }
    assert.deepEqual(
      refusals.list().map(({ clientIdentifier, count }) => [clientIdentifier, count]),
      [
        ['flood', 5000],
        ['first', 1],
      ],
    );
    for (let index = 0; index < 5000; index++) {
      refusals.record('x'.repeat(60_000), 'publish', `${index}`, 0x87, 'deny', index);
    }
    assert.equal(refusals.list().length, 1000);
    assert.ok((refusals.list()[0]?.clientIdentifier.length ?? 0) < 2000);
  });

  it('at packets are bounded too', () => {
    const notes = new FrameNotes();
    for (let frame = 0; frame < 20_000; frame++) notes.add(frame, 'no', 0x87, 1);
    assert.equal(notes.get(9_999), undefined);
    assert.equal(notes.get(10_000)?.message, 'no');
    for (let index = 0; index < 5000; index++) notes.add(19_999, 'again', 0x87, 1);
    assert.ok((notes.get(19_999)?.message.length ?? 0) <= 1024);
  });
});
