/** The engine's worker thread: the extension host starts it on first use. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { toDisposable } from '../base/disposable.ts';
import type { LoadMqttClient } from './local-client.ts';
import { serveEngine } from './service.ts';

if (!parentPort) throw new Error('The engine runs in a worker thread.');
const port = parentPort;

/** MQTT.js is a bundle beside this one, loaded with the first client connection. */
const loadMqttClient: LoadMqttClient = async () => {
  const path = join(__dirname, 'mqtt-client.cjs');
  const loaded = (await import(pathToFileURL(path).href)) as {
    default: Awaited<ReturnType<LoadMqttClient>>;
  };
  return loaded.default;
};

serveEngine(
  {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', listener);
      return toDisposable(() => port.off('message', listener));
    },
  },
  loadMqttClient,
);
