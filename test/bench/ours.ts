/**
 * Our broker with its limits raised, for what the defaults do not let in: `node ours.ts PORT`. The capture is
 * small: it is bounded by a setting of its own (256 MiB unless changed), which would hide what is measured.
 */
import { Engine } from '../../src/engine/engine.ts';

const engine = new Engine(
  { snapshot: () => undefined, queryChanged: () => undefined, log: () => undefined },
  () => Promise.reject(new Error('There is no client here')),
  () => Promise.reject(new Error('There are no certificates here')),
);
engine.configureCapture(16 * 1024 * 1024);
await engine.startBroker({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  limits: { maximumConnections: 100_000, maximumRetainedMessages: 2_000_000 },
});
