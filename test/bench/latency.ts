import { installedPeers, ours, type Peer } from './brokers.ts';
import type { LatencyResult } from './latency-load.ts';
import { generate, median, repetitions, verdict, withBroker } from './measure.ts';

const rate = 20_000;
/** Three of them warm up and are not counted. */
const seconds = 13;

/** How long a message takes at a fixed rate, publisher to subscriber. @returns what missed its target. */
export async function benchLatency(): Promise<string[]> {
  const peers = installedPeers();
  const failures: string[] = [];
  const samples = new Map<Peer, LatencyResult[]>(peers.map((peer) => [peer, []]));
  for (let i = 0; i < repetitions; i++) {
    for (const peer of peers) {
      const result = await withBroker(peer, (port) =>
        generate<LatencyResult>('latency-load.ts', port, rate, seconds),
      );
      samples.get(peer)?.push(result);
    }
  }
  const of = (peer: Peer, key: 'p50' | 'p99'): number =>
    median((samples.get(peer) ?? []).map((sample) => sample[key]));
  console.log(`Latency at ${rate.toLocaleString('en')} messages/s, median of ${repetitions}`);
  for (const peer of peers) {
    const values = `p50 ${of(peer, 'p50').toFixed(2)} ms   p99 ${of(peer, 'p99').toFixed(2)} ms`;
    console.log(`  ${peer.name.padEnd(15)} ${values}`);
  }
  const mosquitto = peers.find(({ name }) => name === 'mosquitto');
  if (mosquitto) {
    const isMet = of(ours, 'p99') <= of(mosquitto, 'p99');
    console.log(`  ${verdict(isMet, 'p99 not above mosquitto’s', failures, 'latency')}`);
  }
  return failures;
}
