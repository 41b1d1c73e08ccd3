import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { run } from '../../src/cli/command-line.ts';
import { addUser } from '../../src/engine/access/manage-users.ts';
import { BrokerProcess } from '../support/cli-process.ts';
import { mosquittoObstacle, mosquittoPublish, mosquittoSubscribe } from '../support/clients.ts';

describe('mqtt-workbench broker as a process', { timeout: 60_000 }, () => {
  it('serves mosquitto by one configuration: TLS, users, rules, a limit, and what outlives kill -9', async (context) => {
    const obstacle = mosquittoObstacle();
    if (obstacle !== undefined) {
      context.skip(obstacle);
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'mqtt-workbench-'));
    context.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'lab.mqtt-broker.json');
    await addUser(join(folder, 'users.json'), 'ann', 'secret');
    await writeFile(
      file,
      JSON.stringify({
        port: 0,
        tlsPort: 0,
        tls: { certificateFolder: 'ca' },
        access: {
          usersFile: 'users.json',
          rules: [{ permission: 'allow', action: 'all', topicFilter: 'home/%u/#' }],
        },
        persistence: { folder: 'store' },
        limits: { maximumTopicLevels: 4 },
      }),
    );
    const start = async (): Promise<{ broker: BrokerProcess; plain: number; tls: number }> => {
      const broker = new BrokerProcess(context, ['--config', file]);
      const [, plain] = await broker.says(/listening mqtt:\/\/127\.0\.0\.1:(\d+)/);
      const [, tls] = await broker.says(/listening mqtts:\/\/127\.0\.0\.1:(\d+)/);
      return { broker, plain: Number(plain), tls: Number(tls) };
    };
    const ann = ['-u', 'ann', '-P', 'secret', '-q', '1', '-V', '5'];
    const first = await start();
    await mosquittoPublish(first.plain, ...ann, '-t', 'home/ann/lamp', '-m', 'on', '-r');
    await assert.rejects(mosquittoPublish(first.plain, '-t', 'home/ann/lamp', '-m', 'off', '-r'));
    // mosquitto_pub 2.0.11 ends well after some refusals: what counts is that nothing is retained.
    for (const topic of ['home/bob/lamp', 'home/ann/1/2/3']) {
      const sent = mosquittoPublish(first.plain, ...ann, '-t', topic, '-m', 'x', '-r');
      await sent.catch(() => undefined);
    }
    await first.broker.end('SIGKILL');

    const second = await start();
    const ca = join(folder, 'exported.pem');
    const exported = ['export-authority', '--folder', join(folder, 'ca'), '--output', ca];
    const silent = new PassThrough().resume();
    const code = await run(['certificate', ...exported], {
      stdin: PassThrough.from([]),
      stdout: silent,
      stderr: silent,
      untilInterrupted: () => Promise.resolve(),
      onHangUp: () => () => undefined,
    });
    assert.equal(code, 0);
    const subscriber = mosquittoSubscribe(second.tls, ...ann, '--cafile', ca, '-t', 'home/ann/#');
    context.after(() => subscriber.stop());
    let received = '';
    subscriber.process.stdout?.on('data', (text: string) => (received += text));
    await subscriber.line('home/ann/lamp on');
    await mosquittoPublish(second.plain, ...ann, '-t', 'home/ann/end', '-m', 'end');
    await subscriber.line('home/ann/end end');
    assert.equal(received, 'home/ann/lamp on\nhome/ann/end end\n');
    assert.equal(await second.broker.end('SIGTERM'), 0);
  });
});
