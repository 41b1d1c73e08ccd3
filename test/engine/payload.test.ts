import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FrameDetail, PayloadDecoder } from '../../src/engine/contract.ts';
import { payloadDecoders as ofCapture } from '../../src/capture/views.ts';
import { payloadDecoders as ofPayload } from '../../src/payload/decoding.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

/** The timeout only bounds a defect: nothing here waits for time to pass. */
const bounded = { timeout: 20_000 };

/** An engine that has captured one PUBLISH, and the detail of its frame. */
async function published(
  context: TestContext,
  payload: Buffer | string,
  contentType?: string,
): Promise<{ engine: EngineUnderTest; detail: FrameDetail }> {
  const engine = new EngineUnderTest(context);
  const url = urlOf(await engine.start());
  const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
  const client = await mqttClient(context, url, { protocolVersion: 5 });
  const properties = contentType === undefined ? {} : { contentType };
  await client.publishAsync('a', payload, { qos: 1, properties });
  await engine.query(query, ({ end }) => end >= 1);
  const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 1 });
  const detail = await engine.channel.request('capture/frame', { frame: rows[0]?.frame ?? -1 });
  assert.ok(detail?.payload);
  return { engine, detail };
}

describe('payloads of frames', bounded, () => {
  it('are decoded by their content type, and otherwise when asked', async (context) => {
    const { engine, detail } = await published(context, Buffer.from('a16161f5', 'hex'));
    const { frame, payload } = detail;
    assert.deepEqual(
      payload?.decodings.map(({ decoder }) => decoder),
      ['text'],
    );
    assert.ok(payload.others.some(({ decoder, label }) => decoder === 'cbor' && label === 'CBOR'));
    const ask = (decoder: PayloadDecoder) =>
      engine.channel.request('capture/payload', { frame, decoder });
    assert.deepEqual(await ask('cbor'), {
      decoder: 'cbor',
      label: 'CBOR',
      text: '{\n  "a": true\n}',
      truncated: 0,
    });
    assert.match((await ask('messagePack'))?.problem ?? '', /The first value ends at byte 2/);
    for (const decoder of payloadDecodersOf(detail))
      assert.equal((await ask(decoder))?.decoder, decoder);
  });

  it('are unpacked before', async (context) => {
    const packed = gzipSync(Buffer.from('a16161f5', 'hex'));
    const { engine, detail } = await published(context, packed, 'application/cbor');
    const [cbor] = detail.payload?.decodings ?? [];
    assert.equal(cbor?.decoder, 'cbor');
    assert.deepEqual(cbor.layers, [{ compression: 'gzip', packed: packed.length, unpacked: 4 }]);
    const { frame } = detail;
    const bytes = await engine.channel.request('capture/payload', { frame, decoder: 'unpacked' });
    assert.match(bytes?.text ?? '', /^000000 {2}a1 61 61 f5/);
  });

  it('are not there for frames that are not held, or that carry none', async (context) => {
    const { engine } = await published(context, 'x');
    // Frame 0 is CONNECT.
    for (const frame of [0, 1e9]) {
      const request = { frame, decoder: 'cbor' } as const;
      assert.equal(await engine.channel.request('capture/payload', request), undefined);
    }
  });

  it('have the same decoders in the capture and in the decoders', () => {
    assert.deepEqual(ofCapture, ofPayload);
  });
});

function payloadDecodersOf({ payload }: FrameDetail): PayloadDecoder[] {
  return [...(payload?.decodings ?? []), ...(payload?.others ?? [])].map(({ decoder }) => decoder);
}
