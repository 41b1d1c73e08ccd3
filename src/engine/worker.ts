/** The engine's worker thread: the extension host starts it on first use. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { toDisposable } from '../base/disposable.ts';
import type { LoadCertificateMaker } from '../net/certificates/development-authority.ts';
import type { LoadMqttClient } from './local-client.ts';
import type { LoadSchemaCompiler, SchemaCompiler } from './schemas/schema-compiler.ts';
import { serveEngine } from './service.ts';

if (!parentPort) throw new Error('The engine runs in a worker thread.');
const port = parentPort;

/** A bundle beside this one: what is seldom needed costs nothing until then. */
async function loadBundle<T>(name: string): Promise<T> {
  const path = pathToFileURL(join(__dirname, name)).href;
  return ((await import(path)) as { default: T }).default;
}

/** With the first client connection. */
const loadMqttClient: LoadMqttClient = () => loadBundle('mqtt-client.cjs');
/** When the first certificate is made. */
const loadCertificateMaker: LoadCertificateMaker = () => loadBundle('certificates.cjs');
/** When a binding first names a schema. */
const loadSchemaCompiler: LoadSchemaCompiler = async () =>
  (await loadBundle<{ schemaCompiler: SchemaCompiler }>('schemas.cjs')).schemaCompiler;

serveEngine(
  {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', listener);
      return toDisposable(() => port.off('message', listener));
    },
  },
  loadMqttClient,
  loadCertificateMaker,
  loadSchemaCompiler,
);
