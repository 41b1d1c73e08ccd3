import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';
import { sparkplugPayload } from '../support/sparkplug.ts';

/** The timeout only bounds a defect: nothing here waits for time to pass. */
const bounded = { timeout: 20_000 };

type Message = readonly [topicName: string, fields: Readonly<Record<string, unknown>>];

/** What each message is shown as, after all were published. */
async function shown(context: TestContext, messages: readonly Message[]) {
  const engine = new EngineUnderTest(context);
  const url = urlOf(await engine.start());
  const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
  const client = await mqttClient(context, url, {});
  for (const [topicName, fields] of messages) {
    await client.publishAsync(`spBv1.0/plant/${topicName}`, sparkplugPayload(fields), { qos: 1 });
  }
  const count = messages.length;
  await engine.query(query, ({ end }) => end >= count);
  const { rows } = await engine.channel.request('query/rows', { query, from: 0, count });
  const decodings = [];
  for (const { frame } of rows) {
    const detail = await engine.channel.request('capture/frame', { frame });
    decodings.push(detail?.payload?.decodings[0]);
  }
  return { engine, decodings, last: decodings.at(-1), frame: rows.at(-1)?.frame ?? -1 };
}

const metricsOf = (text: string | undefined): unknown =>
  (JSON.parse(text ?? '') as { metrics: unknown }).metrics;
const nodeBirth: Message = [
  'NBIRTH/press',
  {
    seq: 0,
    metrics: [
      { name: 'bdSeq', datatype: 8, long_value: 1 },
      { name: 'Speed', alias: 1, datatype: 3, int_value: 0 },
    ],
  },
];
const deviceBirth: Message = [
  'DBIRTH/press/arm',
  { seq: 1, metrics: [{ name: 'Angle', alias: 2, datatype: 2, int_value: 0 }] },
];

describe('Sparkplug B on its topics', bounded, () => {
  it('has names and types from the births of node and device', async (context) => {
    const { engine, decodings, frame } = await shown(context, [
      nodeBirth,
      deviceBirth,
      ['NDATA/press', { seq: 2, metrics: [{ alias: 1, int_value: 0xffff_fffb }] }],
      ['DDATA/press/arm', { seq: 3, metrics: [{ alias: 2, int_value: 0xffff }] }],
    ]);
    const [, , node, device] = decodings;
    assert.equal(node?.label, 'Sparkplug B · NDATA');
    assert.equal(node.notes, undefined);
    assert.deepEqual(metricsOf(node.text), [{ name: 'Speed', value: -5, type: 'Int32', alias: 1 }]);
    assert.equal(device?.notes, undefined);
    assert.deepEqual(metricsOf(device?.text), [
      { name: 'Angle', value: -1, type: 'Int16', alias: 2 },
    ]);
    const asked = { frame, decoder: 'sparkplug' } as const;
    assert.equal((await engine.channel.request('capture/payload', asked))?.text, device?.text);
  });

  it('tells of gaps in the sequence, over node and devices', async (context) => {
    const { decodings } = await shown(context, [
      nodeBirth,
      deviceBirth,
      ['NDATA/press', { seq: 4 }],
      ['DDATA/press/arm', { seq: 5 }],
      ['DDATA/press/arm', { seq: 5 }],
      ['NDATA/other', { seq: 77 }],
      ['DDATA/press/arm', { seq: 7 }],
    ]);
    assert.deepEqual(
      decodings.map((decoding) => decoding?.notes ?? []),
      [
        [],
        [],
        ['Sequence gap: 4 after 1, 2 messages are missing'],
        [],
        ['Sequence number 5 again'],
        ['No NBIRTH is held from before this message'],
        ['Sequence gap: 7 after 5, 1 message is missing'],
      ],
    );
  });

  it('goes on from 255 with 0', async (context) => {
    const { last } = await shown(context, [
      nodeBirth,
      ['NDATA/press', { seq: 255 }],
      ['NDATA/press', { seq: 0 }],
    ]);
    assert.equal(last?.notes, undefined);
  });

  it('tells of data after a death, and of a death that is of another session', async (context) => {
    const { decodings } = await shown(context, [
      nodeBirth,
      ['NDEATH/press', { metrics: [{ name: 'bdSeq', datatype: 8, long_value: 0 }] }],
      ['NDATA/press', { seq: 1, metrics: [{ alias: 1, int_value: 1 }, { alias: 8 }] }],
    ]);
    assert.deepEqual(decodings[1]?.notes, [
      'bdSeq is 0, but 1 in the NBIRTH before: this ends another session',
    ]);
    assert.deepEqual(decodings[2]?.notes, [
      'No NBIRTH came since NDEATH',
      '1 metric has an alias that no birth before this message declares',
    ]);
  });

  it('gives way to a binding of the settings', async (context) => {
    const { engine, frame } = await shown(context, [nodeBirth]);
    const bindings = [{ topicFilter: 'spBv1.0/#', decoder: 'protobuf' } as const];
    await engine.channel.request('payload/configure', { bindings });
    const detail = await engine.channel.request('capture/frame', { frame });
    assert.equal(detail?.payload?.decodings[0]?.decoder, 'protobuf');
  });
});
