/** A worker that speaks the engine's language and dies when told. */
import { parentPort } from 'node:worker_threads';
import { Channel } from '../../../src/base/channel.ts';
import { toDisposable } from '../../../src/base/disposable.ts';
import type { EngineContract, EngineHostContract } from '../../../src/engine/contract.ts';

const port = parentPort;
if (!port) throw new Error('This is a worker.');
const channel = new Channel<EngineContract, EngineHostContract>({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', listener);
    return toDisposable(() => port.off('message', listener));
  },
});
channel.handle('broker/start', () => {
  const broker = { status: 'running', listeners: [] } as const;
  channel.notify('snapshot', {
    ...{
      broker,
      clientCount: 0,
      sessionCount: 0,
      clientsRevision: 0,
      refusalsRevision: 0,
      rejections: {},
      topicsRevision: 0,
    },
    ...{ topicCount: 0, messageRate: 0 },
    capture: { first: 0, end: 0, bytes: 0, limit: 0, dropped: 0, generation: 0 },
  });
  channel.notify('log', { level: 'info', message: 'started' });
  return broker;
});
channel.handle('broker/stop', () => null);
channel.handle('broker/clients', () => []);
/** Dies with the request unanswered. */
channel.handle('capture/clear', () => process.exit(7));
/** Never answers. */
channel.handle('topics/children', () => new Promise(() => undefined));
