/**
 * `npm run soak [-- --minutes=10] [--seed=N]`: mixed load on the engine in a process of its own, persistence on: all
 * versions and QoS, clients that are cut off and come back, garbage, slow readers, takeovers, wills, retained messages.
 * Exit code 1 when a promise of a QoS is broken, memory grows, or the broker reports an error.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../fuzz/random.ts';
import { freePort } from '../support/clients.ts';
import { CountingSubscriber, holdBack, NumberingPublisher } from '../support/numbered-load.ts';
import { Chaos } from './chaos.ts';

function option(name: string, fallback: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return Number(given?.slice(name.length + 3) ?? fallback);
}

const minutes = option('minutes', 10);
const seed = option('seed', Date.now() % 2 ** 31);
/**
 * What the memory in use may be larger at the end than in the first third. It is looked at when nothing waits, for
 * what waits depends on how fast this machine publishes.
 */
const mayGrow = { part: 0.05, megabytes: 5 };
/** Milliseconds between two looks at it. */
const restEvery = 30_000;

const random = new Random(seed);
const folder = mkdtempSync(join(tmpdir(), 'mqtt-workbench-soak-'));
const port = await freePort();
const program = join(import.meta.dirname, '../support/broker-process.ts');
// With the default limits: those that a user has.
const broker = spawn(process.execPath, ['--expose-gc', program, String(port), folder], {
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
});
assert.ok(broker.stdout && broker.stderr);
let errors = '';
broker.stderr.on('data', (text: Buffer) => {
  if (!text.includes('ExperimentalWarning')) errors += text.toString();
});
await once(broker.stdout, 'data');

const publishers = [3, 4, 5].map(
  (version) => new NumberingPublisher(`publisher-${version}`, version as 3 | 4 | 5),
);
const subscribers = [3, 4, 5].map(
  (version) => new CountingSubscriber(`subscriber-${version}`, version as 3 | 4 | 5),
);
const clients = [...publishers, ...subscribers].map(({ client }) => client);
holdBack(publishers, subscribers);
for (const client of clients) await client.connect(port);
for (const { client } of subscribers) await client.subscribe('load/+/+', 2);
const chaos = new Chaos(port, random, seed);

function residentMegabytes(): number {
  const status = readFileSync(`/proc/${broker.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

console.log(`seed ${seed}, ${minutes} minutes, ${folder}`);
const start = performance.now();
const end = start + minutes * 60_000;
/** Memory in use while nothing waits, MiB. */
const memory: number[] = [];
const isComplete = (): boolean =>
  publishers.every((publisher) =>
    subscribers.every((subscriber) => subscriber.hasAllOf(publisher)),
  );

/** Nothing is published until everything has arrived, and memory was looked at. */
async function rest(): Promise<void> {
  for (const publisher of publishers) publisher.isPaused = true;
  await chaos.end();
  for (let count = 0; count < 600 && !isComplete(); count++) {
    for (const client of clients) {
      if (!client.isConnected) await client.connect(port).catch(() => undefined);
    }
    await pause(100);
  }
  const answer = once(broker, 'message');
  broker.send('memory?');
  memory.push(Number((await answer)[0]) / 2 ** 20);
  for (const publisher of publishers) publisher.isPaused = false;
}

let reported = start;
while (performance.now() < end && broker.exitCode === null) {
  for (const publisher of publishers) publisher.fill();
  chaos.step();
  if (random.once(10)) random.pick(clients).cut();
  for (const client of clients) {
    if (!client.isConnected && random.once(3)) await client.connect(port).catch(() => undefined);
  }
  await pause(20 + random.below(60));
  if (performance.now() - reported > restEvery) {
    const resident = residentMegabytes();
    await rest();
    reported = performance.now();
    const done = publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const minute = ((reported - start) / 60_000).toFixed(1);
    console.log(
      `${minute} min: ${done.toLocaleString('en')} acknowledged, ${chaos.actions.toLocaleString('en')} disturbances, ${memory.at(-1)?.toFixed(1) ?? ''} MiB in use at rest, ${resident.toFixed(0)} MiB resident under load`,
    );
    if (!isComplete()) break;
  }
}

await rest();
const problems = subscribers.flatMap(({ client, violations }) =>
  violations.map((violation) => `${client.clientIdentifier}: ${violation}`),
);
if (broker.exitCode !== null) problems.push(`The broker ended with ${broker.exitCode}`);
if (!isComplete()) problems.push('Not everything that was published has arrived');
if (clients.some(({ sessionsLost }) => sessionsLost > 0)) problems.push('A session was lost');
if (errors !== '') problems.push(`The broker reported: ${errors.slice(0, 2000)}`);
const third = Math.ceil(memory.length / 3);
const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const before = average(memory.slice(0, third));
const after = average(memory.slice(-third));
if (after > before * (1 + mayGrow.part) + mayGrow.megabytes) {
  problems.push(`Memory has grown from ${before.toFixed(1)} to ${after.toFixed(1)} MiB`);
}
const received = subscribers.reduce((sum, subscriber) => sum + subscriber.received, 0);
const repeated = subscribers.reduce((sum, subscriber) => sum + subscriber.repeated, 0);
const published = publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
console.log(
  `${published.toLocaleString('en')} messages acknowledged, ${received.toLocaleString('en')} delivered (${repeated} QoS 1 ones again), ${chaos.actions.toLocaleString('en')} disturbances, memory in use ${before.toFixed(1)} → ${after.toFixed(1)} MiB`,
);
for (const problem of problems.slice(0, 20)) console.error(problem);
console.log(problems.length === 0 ? 'No promise broken' : `${problems.length} problems`);
for (const client of clients) client.cut();
broker.kill('SIGKILL');
rmSync(folder, { recursive: true, force: true });
process.exit(problems.length === 0 ? 0 : 1);
