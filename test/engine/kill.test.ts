/**
 * The proof of persistence: the broker is killed at random moments under load, again and again. Every message
 * that was acknowledged arrives; those at QoS 2 once. `KILLS` and `SEED` in the environment change the run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { Random } from '../fuzz/random.ts';
import { textOf } from '../support/broker-harness.ts';
import { freePort } from '../support/clients.ts';
import { CountingSubscriber, holdBack, NumberingPublisher } from '../support/numbered-load.ts';
import { StrictClient } from '../support/strict-client.ts';

const kills = Number(process.env['KILLS'] ?? 50);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const program = fileURLToPath(new URL('../support/broker-process.ts', import.meta.url));
class BrokerProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'mqtt-workbench-kill-'));
  errors = '';
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const args = [program, String(this.#port), this.folder];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (text: Buffer) => {
      if (!text.includes('ExperimentalWarning')) this.errors += text.toString();
    });
    const ready = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    assert.match(String(ready[0]), /ready/, `the broker starts again; it said: ${this.errors}`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let count = 0; !holds(); count++) {
    assert.ok(count < 3000, `still not: ${what}`);
    await pause(20);
  }
}

describe('a broker that is killed under load', () => {
  const random = new Random(seed);

  it(
    `${kills} times (seed ${seed}): loses nothing that it acknowledged, and delivers QoS 2 once`,
    { timeout: 600_000 },
    async () => {
      const port = await freePort();
      const broker = new BrokerProcess(port);
      after(async () => {
        await broker.kill();
        rmSync(broker.folder, { recursive: true, force: true });
      });
      const publishers = [new NumberingPublisher('p-old', 4), new NumberingPublisher('p-new', 5)];
      const steady = new CountingSubscriber('steady', 5);
      const away = new CountingSubscriber('away', 4);
      // However long a round lasts: the broker may drop what exceeds the queue of a client that is away.
      holdBack(publishers, [steady, away]);
      const clients = [...publishers, steady, away].map(({ client }) => client);
      await broker.start();
      await Promise.all(clients.map((client) => client.connect(port)));
      for (const { client } of [steady, away]) assert.equal(await client.subscribe('load/#', 2), 2);

      for (let round = 0; round < kills; round++) {
        for (const publisher of publishers) publisher.fill();
        // Now and then one of the subscribers is not there, and a publisher is cut off.
        if (random.once(2)) away.client.cut();
        if (random.once(5)) publishers[0]?.client.cut();
        await pause(20 + random.below(250));
        await broker.kill();
        await broker.start();
        const back = clients.filter((client) => client !== away.client || !random.once(3));
        await Promise.all(back.map((client) => client.connect(port)));
      }

      for (const publisher of publishers) publisher.isPaused = true;
      if (!away.client.isConnected) await away.client.connect(port);
      const violations = (): string[] =>
        [steady, away].flatMap((subscriber) =>
          subscriber.violations.map((text) => `${subscriber.client.clientIdentifier}: ${text}`),
        );
      await until(
        () =>
          violations().length > 0 ||
          publishers.every((one) => steady.hasAllOf(one) && away.hasAllOf(one)),
        'everything is acknowledged and has arrived',
      );
      assert.deepEqual(violations(), []);
      assert.deepEqual(
        clients.map(({ sessionsLost }) => sessionsLost),
        [0, 0, 0, 0],
      );
      assert.equal(broker.errors, '');

      const reader = new StrictClient('reader', 5);
      const retained: string[] = [];
      reader.onMessage = ({ payload }) => retained.push(textOf(payload));
      await reader.connect(port);
      await reader.subscribe('load/#', 1);
      const expected = publishers.flatMap((publisher) => publisher.retained());
      await until(() => retained.length >= expected.length, 'the retained messages are there');
      assert.deepEqual(retained.sort(), expected.sort());
      const total = publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
      assert.ok(total > kills * 10, `${total} messages were acknowledged`);
      console.log(`${total} messages acknowledged over ${kills} kills (seed ${seed})`);
      for (const client of [...clients, reader]) client.cut();
    },
  );
});
