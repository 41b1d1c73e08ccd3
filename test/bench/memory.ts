import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installedPeers, ours, oursUnlimited, type Peer } from './brokers.ts';
import { killAtExit, verdict, withBroker } from './measure.ts';

const rows = [
  { what: 'connections', count: 10_000, title: '10,000 idle connections', target: 150 },
  { what: 'retained', count: 1_000_000, title: '1,000,000 retained topics', target: 400 },
] as const;

/** Resident memory of a process, MiB. Linux only. */
function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** What idle connections and retained messages cost a broker. @returns what missed its target. */
export async function benchMemory(): Promise<string[]> {
  const failures: string[] = [];
  if (process.platform !== 'linux') {
    console.log('Memory: not measured, it is read from /proc');
    return failures;
  }
  console.log('Memory: MiB above the empty broker, once; ours with a capture of 16 MiB included');
  const peers = installedPeers().map((peer) => (peer === ours ? oursUnlimited : peer));
  for (const { what, count, title, target } of rows) {
    const columns: string[] = [];
    let own = NaN;
    for (const peer of peers) {
      const used = await measure(peer, what, count).catch((error: unknown) => String(error));
      if (peer === oursUnlimited && typeof used === 'number') own = used;
      columns.push(`${peer.name} ${typeof used === 'number' ? used.toFixed(0) : used}`);
    }
    const result = verdict(own <= target, `${target} MiB`, failures, title);
    console.log(`  ${title.padEnd(26)} ${columns.join('   ')}   ${result}`);
  }
  return failures;
}

function measure(peer: Peer, what: string, count: number): Promise<number> {
  return withBroker(peer, async (port, broker) => {
    const pid = broker.pid ?? 0;
    await pause(500);
    const empty = residentMemory(pid);
    const path = join(import.meta.dirname, 'memory-load.ts');
    const load = spawn(process.execPath, [path, String(port), what, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const forget = killAtExit(load);
    try {
      const ended = once(load, 'exit').then(() => {
        throw new Error('not measured: the generator ended');
      });
      await Promise.race([
        once(load.stdout, 'data'),
        ended,
        pause(90_000).then(() => Promise.reject(new Error('not within 90 s'))),
      ]);
      await pause(3000);
      return residentMemory(pid) - empty;
    } finally {
      forget();
      load.kill('SIGKILL');
    }
  });
}
