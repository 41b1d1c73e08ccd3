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
import type { PublishPacket } from '../../src/mqtt/packet.ts';
import { textOf } from '../support/broker-harness.ts';
import { freePort } from '../support/clients.ts';
import { StrictClient } from '../support/strict-client.ts';

const kills = Number(process.env['KILLS'] ?? 50);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const program = fileURLToPath(new URL('../support/broker-process.ts', import.meta.url));
/** Messages of one publisher that wait for their acknowledgement at a time. */
const window = 20;

/** Mulberry32: a small generator that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

/** Publishes numbered messages as fast as they are acknowledged, until it is told to stop. */
class Publisher {
  readonly client: StrictClient;
  /** Texts that the broker has acknowledged, by QoS. */
  readonly acknowledged: Record<1 | 2, string[]> = { 1: [], 2: [] };
  /** Newest retained text that was acknowledged. */
  status = '';
  isStopped = false;
  #number = 0;
  #inFlight = 0;

  constructor(name: string, version: 4 | 5) {
    this.client = new StrictClient(name, version);
  }

  get isIdle(): boolean {
    return this.#inFlight === 0 && this.client.outstanding === 0;
  }

  fill(): void {
    while (!this.isStopped && this.#inFlight < window) this.#publishNext();
  }

  #publishNext(): void {
    const number = ++this.#number;
    const name = this.client.clientIdentifier;
    const qos = number % 2 === 0 ? 2 : 1;
    const isStatus = number % 10 === 0;
    const text = `${name} ${qos} ${String(number).padStart(7, '0')}`;
    this.#inFlight++;
    const topicName = isStatus ? `status/${name}` : `load/${name}/${qos}`;
    void this.client.publish(topicName, text, qos, isStatus).then(() => {
      this.#inFlight--;
      if (isStatus) this.status = text;
      else this.acknowledged[qos].push(text);
      // Not at once: the broker's process wants some of the processor too.
      setImmediate(() => this.fill());
    });
  }
}

class Subscriber {
  readonly client: StrictClient;
  readonly received: string[] = [];

  constructor(name: string, version: 4 | 5) {
    this.client = new StrictClient(name, version);
    this.client.onMessage = ({ payload }: PublishPacket) => this.received.push(textOf(payload));
  }

  /** What is wrong with what came, given what was acknowledged. */
  problems({ client, acknowledged }: Publisher): string[] {
    const counts = new Map<string, number>();
    const firsts: string[] = [];
    for (const text of this.received.filter((one) => one.startsWith(client.clientIdentifier))) {
      if (!counts.has(text)) firsts.push(text);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const me = this.client.clientIdentifier;
    const problems: string[] = [];
    for (const qos of [1, 2] as const) {
      for (const text of acknowledged[qos]) {
        const count = counts.get(text) ?? 0;
        if (count === 0) problems.push(`${me}: ${text} is lost`);
        if (qos === 2 && count > 1) problems.push(`${me}: ${text} came ${count} times`);
      }
      // [MQTT-4.6.0-6] in the order in which they were published, for each QoS by itself.
      const ofQos = firsts.filter((text) => text.split(' ')[1] === String(qos));
      const outOfOrder = ofQos.find((text, index) => text < (ofQos[index - 1] ?? ''));
      if (outOfOrder !== undefined) problems.push(`${me}: ${outOfOrder} came too late`);
    }
    return problems;
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let count = 0; !holds(); count++) {
    assert.ok(count < 3000, `still not: ${what}`);
    await pause(20);
  }
}

describe('a broker that is killed under load', () => {
  const random = randomFrom(seed);

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
      const publishers = [new Publisher('p-old', 4), new Publisher('p-new', 5)];
      const steady = new Subscriber('steady', 5);
      const away = new Subscriber('away', 4);
      const clients = [...publishers, steady, away].map(({ client }) => client);
      await broker.start();
      await Promise.all(clients.map((client) => client.connect(port)));
      for (const { client } of [steady, away]) assert.equal(await client.subscribe('load/#', 2), 2);

      for (let round = 0; round < kills; round++) {
        for (const publisher of publishers) publisher.fill();
        // Now and then one of the subscribers is not there, and a publisher is cut off.
        if (random() < 0.5) away.client.cut();
        if (random() < 0.2) publishers[0]?.client.cut();
        await pause(20 + random() * 250);
        await broker.kill();
        await broker.start();
        const back = clients.filter((client) => client !== away.client || random() < 0.6);
        await Promise.all(back.map((client) => client.connect(port)));
      }

      for (const publisher of publishers) publisher.isStopped = true;
      if (!away.client.isConnected) await away.client.connect(port);
      await until(() => publishers.every(({ isIdle }) => isIdle), 'everything is acknowledged');
      const problems = (): string[] =>
        [steady, away].flatMap((subscriber) =>
          publishers.flatMap((publisher) => subscriber.problems(publisher)),
        );
      const lost = (): boolean => problems().some((problem) => problem.endsWith('lost'));
      await until(
        () => !lost(),
        `everything has arrived: ${problems().slice(0, 5).join('; ')}`,
      ).catch(() => undefined);
      assert.deepEqual(problems().slice(0, 10), []);
      assert.deepEqual(
        clients.map(({ sessionsLost }) => sessionsLost),
        [0, 0, 0, 0],
      );
      assert.equal(broker.errors, '');

      const reader = new Subscriber('reader', 5);
      await reader.client.connect(port);
      await reader.client.subscribe('status/#', 1);
      await until(() => reader.received.length >= 2, 'both retained messages are there');
      assert.deepEqual(reader.received.sort(), publishers.map(({ status }) => status).sort());
      const total = publishers.reduce(
        (sum, { acknowledged }) => sum + acknowledged[1].length + acknowledged[2].length,
        0,
      );
      assert.ok(total > kills * 10, `${total} messages were acknowledged`);
      console.log(`${total} messages acknowledged over ${kills} kills (seed ${seed})`);
      for (const client of [...clients, reader.client]) client.cut();
    },
  );
});
