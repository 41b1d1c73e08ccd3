import { installedPeers, ours, type Peer } from './brokers.ts';
import { generate, median, perSecond, repetitions, verdict, withBroker } from './measure.ts';
import {
  throughputRows,
  topicRows,
  versionRows,
  type LoadResult,
  type RelativeRow,
  type Shape,
} from './shapes.ts';

const secondsPerRun = 2.5;

async function measure(peer: Peer, shape: Shape): Promise<LoadResult> {
  return withBroker(peer, (port) =>
    generate<LoadResult>('load.ts', port, JSON.stringify(shape), secondsPerRun),
  );
}

/** Medians of messages delivered per second, the brokers taking turns within one run. */
async function compare(
  peers: readonly Peer[],
  shape: Shape,
): Promise<{ rates: Map<Peer, number>; generatorLoad: number }> {
  const samples = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
  const loads: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    for (const peer of peers) {
      const { deliveredPerSecond, generatorLoad, warmedUp } = await measure(peer, shape);
      if (!warmedUp) console.log(`  ${shape.name}, ${peer.name}: counted before each topic came`);
      samples.get(peer)?.push(deliveredPerSecond);
      if (peer === ours) loads.push(generatorLoad);
    }
  }
  const rates = new Map(peers.map((peer) => [peer, median(samples.get(peer) ?? [])]));
  return { rates, generatorLoad: median(loads) };
}

/** Delivered per second beside the peers. @returns what missed its target. */
export async function benchThroughput(): Promise<string[]> {
  const peers = installedPeers();
  const failures: string[] = [];
  console.log(`Throughput: delivered messages, median of ${repetitions}, payload 64 bytes`);
  for (const { shape, target } of throughputRows) {
    const { rates, generatorLoad } = await compare(peers, shape);
    const own = rates.get(ours) ?? NaN;
    const columns = peers.map((peer) => {
      const value = `${peer.name} ${perSecond(rates.get(peer) ?? NaN)}`;
      return peer === ours ? value : `${value} (× ${(own / (rates.get(peer) ?? NaN)).toFixed(1)})`;
    });
    const mosquitto = peers.find(({ name }) => name === 'mosquitto');
    const ratio = own / ((mosquitto && rates.get(mosquitto)) ?? NaN);
    const result = mosquitto ? verdict(ratio >= target, `× ${target}`, failures, shape.name) : '';
    const load = `generator ${Math.round(generatorLoad * 100)} %`;
    console.log(`  ${shape.name.padEnd(15)} ${columns.join('   ')}   ${load}   ${result}`);
  }
  return failures;
}

/** MQTT 5 beside 3.1.1. */
export function benchVersions(): Promise<string[]> {
  return benchRelative('Versions: 1→1 QoS 0', versionRows, 'aedes has no MQTT 5 and is left out');
}

/** Many topics, many wildcard subscriptions, and subscriptions that come and go. */
export function benchTopics(): Promise<string[]> {
  return benchRelative(
    'Topics: 1→1 QoS 0, after each topic came once',
    topicRows,
    'aedes is not measured here, to save time',
  );
}

/**
 * Each row against the first one of the same broker. All rows take turns, and each is compared with the first one of its own
 * turn: a machine that is slower for a minute is so for both.
 */
async function benchRelative(
  title: string,
  rows: readonly RelativeRow[],
  withoutAedes: string,
): Promise<string[]> {
  const peers = installedPeers().filter(({ name }) => name !== 'aedes');
  const failures: string[] = [];
  console.log(`${title}, median of ${repetitions}; ${withoutAedes}`);
  const turns: Map<Peer, number>[][] = [];
  for (let turn = 0; turn < repetitions; turn++) turns.push(await measureAll(peers, rows));
  for (const [index, { shape, target }] of rows.entries()) {
    const rate = (peer: Peer): number => median(turns.map((turn) => turn[index]?.get(peer) ?? NaN));
    const part = (peer: Peer): number =>
      median(turns.map((turn) => (turn[index]?.get(peer) ?? NaN) / (turn[0]?.get(peer) ?? NaN)));
    const columns = peers.map(
      (peer) => `${peer.name} ${perSecond(rate(peer))} (${Math.round(part(peer) * 100)} %)`,
    );
    const result =
      target === 1 ? '' : verdict(part(ours) >= target, `${target * 100} %`, failures, shape.name);
    console.log(`  ${shape.name.padEnd(24)} ${columns.join('   ')}   ${result}`);
  }
  return failures;
}

/** One turn: messages delivered per second, for each row by each broker. */
async function measureAll(
  peers: readonly Peer[],
  rows: readonly RelativeRow[],
): Promise<Map<Peer, number>[]> {
  const turn: Map<Peer, number>[] = [];
  for (const { shape } of rows) {
    const rates = new Map<Peer, number>();
    for (const peer of peers) {
      const { deliveredPerSecond, warmedUp } = await measure(peer, shape);
      if (!warmedUp) console.log(`  ${shape.name}, ${peer.name}: counted before each topic came`);
      rates.set(peer, deliveredPerSecond);
    }
    turn.push(rates);
  }
  return turn;
}
