import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installedPeers, ours, type Peer } from './brokers.ts';
import { shapes, type LoadResult, type Shape } from './shapes.ts';

const runs = 3;
const secondsPerRun = 3;
const run = promisify(execFile);

/**
 * Delivered messages per second of ours beside its peers, the brokers taking turns within one run,
 * medians compared as ratios. Returns the failures: a peer that must be beaten and was not.
 */
export async function benchThroughput(): Promise<string[]> {
  const peers = installedPeers();
  const failures: string[] = [];
  console.log(`Throughput: messages delivered per second, median of ${runs}, payload 64 bytes`);
  console.log(peers.map(({ name, version }) => `${name} ${version}`).join(' · '));
  for (const shape of shapes) {
    const samples = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
    for (let i = 0; i < runs; i++) {
      for (const peer of peers) samples.get(peer)?.push(await measure(peer, shape));
    }
    const medianOf = (peer: Peer): number => median(samples.get(peer) ?? []);
    const columns = peers.map((peer) => {
      const value = `${peer.name} ${Math.round(medianOf(peer)).toLocaleString('en')}/s`;
      if (peer === ours) return value;
      const ratio = medianOf(ours) / medianOf(peer);
      if (peer.name === 'aedes' && ratio <= 1) failures.push(`${shape.name}: slower than aedes`);
      return `${value} (ours × ${ratio.toFixed(2)})`;
    });
    console.log(`  ${shape.name.padEnd(12)} ${columns.join('   ')}`);
  }
  return failures;
}

async function measure(peer: Peer, shape: Shape): Promise<number> {
  const { port, process: broker } = await peer.start();
  try {
    const { stdout } = await run(process.execPath, [
      join(import.meta.dirname, 'load.ts'),
      String(port),
      JSON.stringify(shape),
      String(secondsPerRun),
    ]);
    return (JSON.parse(stdout) as LoadResult).deliveredPerSecond;
  } finally {
    const closed = once(broker, 'exit');
    broker.kill('SIGKILL');
    await closed;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
