/**
 * `npm run bench [throughput] [versions] [topics] [latency] [memory] [host] [capture] [inspector] [-- --quick] [--rate=50000]`: prints
 * ratios beside the peers and what their targets are; exit code 1 for a missed one.
 */
import { cpus } from 'node:os';
import { installedPeers } from './brokers.ts';
import { benchCapture } from './capture.ts';
import { benchHost } from './host.ts';
import { benchInspector } from './inspector.ts';
import { benchLatency } from './latency.ts';
import { benchMemory } from './memory.ts';
import { benchThroughput, benchTopics, benchVersions } from './throughput.ts';

const benches: Readonly<Record<string, () => Promise<string[]>>> = {
  throughput: benchThroughput,
  versions: benchVersions,
  topics: benchTopics,
  latency: benchLatency,
  memory: benchMemory,
  host: benchHost,
  capture: benchCapture,
  inspector: benchInspector,
};
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = named.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(' ')}`);
  process.exit(2);
}
console.log(
  `${installedPeers()
    .map(({ name, version }) => `${name} ${version}`)
    .join(' · ')}; ${cpus().length} processors`,
);
// A signal ends a process without its exit event, which kills the brokers and generators.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}
const failures: string[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (named.length === 0 || named.includes(name)) failures.push(...(await bench()));
}
for (const failure of failures) console.log(`MISSED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
