/** Two decoders that know nothing of each other are given the same packets of real clients. */
import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import type { FrameDetail } from '../../src/engine/contract.ts';
import { mosquittoObstacle } from '../support/clients.ts';
import { EngineUnderTest } from '../support/engine.ts';
import { differences, reasonCount } from './compare.ts';
import {
  mosquittoSessions,
  mqttJsSessions,
  pahoObstacle,
  pahoSessions,
  startBroker,
} from './sessions.ts';
import { decodeByTshark, tsharkObstacle } from './tshark.ts';

const everyClientSends = [
  ...['CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'],
  ...['SUBSCRIBE', 'SUBACK', 'DISCONNECT'],
];
const reasons = new Set<string>();

async function framesOf(engine: EngineUnderTest): Promise<FrameDetail[]> {
  const { capture } = await engine.snapshot(() => true);
  const frames: FrameDetail[] = [];
  for (let frame = capture.first; ; frame++) {
    const detail = await engine.channel.request('capture/frame', { frame });
    if (!detail) return frames;
    frames.push(detail);
  }
}

async function compare(
  context: TestContext,
  sessions: (at: { url: string; port: number }) => Promise<void>,
): Promise<void> {
  const engine = new EngineUnderTest(context);
  await sessions(await startBroker(engine));
  const frames = await framesOf(engine);
  const decoded = await decodeByTshark(
    frames.map(({ link, direction, bytes }) => ({ link, fromBroker: direction === 1, bytes })),
  );
  assert.deepEqual(
    frames.flatMap((frame, index) => differences(frame, decoded[index] ?? [], reasons)),
    [],
  );
  for (const version of [3, 4, 5]) {
    const ofVersion = frames.filter(({ protocolVersion }) => protocolVersion === version);
    const seen = new Set(ofVersion.map(({ packet }) => packet));
    const missing = everyClientSends.filter((packet) => !seen.has(packet));
    assert.deepEqual(missing, [], `packets of MQTT ${version}`);
  }
}

describe('Every field is the same to tshark,', { skip: tsharkObstacle() ?? false }, () => {
  after(() => assert.equal(reasons.size, reasonCount, 'a reason that explains nothing must go'));

  it('in sessions of MQTT.js', (context) =>
    compare(context, ({ url }) => mqttJsSessions(context, url)));

  it(
    'in sessions of mosquitto_sub and mosquitto_pub',
    { skip: mosquittoObstacle() ?? false },
    (context) => compare(context, ({ port }) => mosquittoSessions(port)),
  );

  it('in sessions of paho', async (context) => {
    const obstacle = await pahoObstacle();
    if (obstacle === undefined) await compare(context, ({ port }) => pahoSessions(port));
    else context.skip(obstacle);
  });
});
