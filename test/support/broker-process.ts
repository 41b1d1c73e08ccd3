/**
 * A broker in a process of its own, to be killed: `node broker-process.ts PORT [FOLDER [LIMITS-AS-JSON]]`. Prints `ready` when it
 * listens; what it logs as an error goes to stderr. To a parent that sends it a message it answers how many bytes
 * it has in use, after a collection if `--expose-gc` allows one.
 */
import { setImmediate } from 'node:timers/promises';
import type { BrokerLimits } from '../../src/engine/contract.ts';
import { Engine } from '../../src/engine/engine.ts';

const [port = '0', folder, limits = '{}'] = process.argv.slice(2);
const engine = new Engine(
  {
    snapshot: () => undefined,
    queryChanged: () => undefined,
    log: ({ level, message }) => {
      if (level === 'error') console.error(message);
    },
  },
  () => Promise.reject(new Error('There is no client here')),
  () => Promise.reject(new Error('There are no certificates here')),
);
engine.configureCapture(1024 * 1024);
await engine.startBroker({
  host: '127.0.0.1',
  port: Number(port),
  limits: { sysInterval: 0, ...(JSON.parse(limits) as BrokerLimits) },
  ...(folder !== undefined && { persistence: { folder } }),
});
console.log('ready');
process.on('message', () => {
  void (async () => {
    // Buffers of connections that have ended are given back in the rounds of the event loop after a collection.
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await setImmediate();
    }
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  })();
});
