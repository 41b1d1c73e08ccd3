import { Channel, type Port } from '../base/channel.ts';
import { countStoredData, deleteStoredData } from './store/stored-data.ts';
import { addUser, changePassword, listUsers, removeUser } from './access/manage-users.ts';
import type { LoadCertificateMaker } from '../net/certificates/development-authority.ts';
import type { EngineContract, EngineHostContract } from './contract.ts';
import { Engine } from './engine.ts';
import type { LoadMqttClient } from './local-client.ts';
import type { LoadSchemaCompiler } from './schemas/schema-compiler.ts';

/** Serves an engine's contract over a port: what the worker does, and tests without a worker. */
export function serveEngine(
  port: Port,
  loadMqttClient: LoadMqttClient,
  loadCertificateMaker: LoadCertificateMaker,
  loadSchemaCompiler: LoadSchemaCompiler,
): Engine {
  const channel = new Channel<EngineContract, EngineHostContract>(port);
  const engine = new Engine(
    {
      snapshot: (snapshot) => channel.notify('snapshot', snapshot),
      queryChanged: (state) => channel.notify('queryChanged', state),
      log: (entry) => channel.notify('log', entry),
    },
    loadMqttClient,
    loadCertificateMaker,
    loadSchemaCompiler,
  );
  channel.handle('broker/start', (options) => engine.startBroker(options));
  channel.handle('broker/stop', async () => {
    await engine.stopBroker();
    return null;
  });
  channel.handle('broker/clients', () => engine.clients());
  channel.handle('broker/disconnectClient', ({ clientIdentifier }) =>
    engine.disconnectClient(clientIdentifier),
  );
  channel.handle('broker/refusals', () => engine.traffic.accessRefusals.list());
  channel.handle('store/count', ({ folder }) => countStoredData(folder));
  channel.handle('store/delete', async ({ folder }) => {
    await deleteStoredData(folder);
    return null;
  });
  channel.handle('broker/reloadAccess', async (options) => {
    await engine.reloadAccess(options ?? undefined);
    return null;
  });
  channel.handle('users/list', ({ file }) => listUsers(file));
  channel.handle('users/add', async ({ file, userName, password }) => {
    await addUser(file, userName, password);
    return null;
  });
  channel.handle('users/changePassword', async ({ file, userName, password }) => {
    await changePassword(file, userName, password);
    return null;
  });
  channel.handle('users/remove', async ({ file, userName }) => {
    await removeUser(file, userName);
    return null;
  });
  channel.handle('client/publish', (request) => engine.client.publish(request));
  channel.handle('client/subscribe', ({ topicFilter, qos }) =>
    engine.client.subscribe(topicFilter, qos),
  );
  channel.handle('client/unsubscribe', async ({ topicFilter }) => {
    await engine.client.unsubscribe(topicFilter);
    return null;
  });
  channel.handle('capture/configure', ({ limit }) => {
    engine.configureCapture(limit);
    return null;
  });
  channel.handle('capture/clear', () => {
    engine.clearCapture();
    return null;
  });
  channel.handle('query/open', ({ view, filter }) => engine.queries.open(view, filter));
  channel.handle('filter/complete', ({ filter, caret }) => engine.queries.complete(filter, caret));
  channel.handle('query/close', ({ query }) => {
    engine.queries.close(query);
    return null;
  });
  channel.handle('query/rows', ({ query, from, count }) => engine.queries.rows(query, from, count));
  channel.handle('query/find', ({ query, frame }) => engine.queries.find(query, frame));
  channel.handle('query/search', (request) => engine.queries.search(request));
  channel.handle('capture/facts', ({ frame, payloadBytes }) =>
    engine.frames.facts(frame, payloadBytes),
  );
  channel.handle('capture/document', ({ frame, generation }) =>
    engine.frames.document(frame, generation),
  );
  channel.handle('capture/previous', ({ frame }) => engine.frames.previous(frame));
  channel.handle('capture/frame', ({ frame }) => engine.payloads.detail(frame));
  channel.handle('capture/delivery', ({ frame, outcome }) =>
    engine.deliveries.report(frame, outcome),
  );
  channel.handle('capture/exchange', ({ frame, around }) => engine.queries.exchange(frame, around));
  channel.handle('capture/history', ({ frame, count, path }) =>
    engine.histories.history(frame, count, path),
  );
  channel.handle('capture/payload', ({ frame, decoder }) => engine.payloads.decode(frame, decoder));
  channel.handle('payload/configure', async ({ bindings }) => ({
    problems: await engine.payloads.configure(bindings),
  }));
  channel.handle('capture/bytes', ({ frame, start, end }) => engine.bytes(frame, start, end));
  channel.handle('topics/children', ({ prefix, from, count }) =>
    engine.topicChildren(prefix, from, count),
  );
  channel.handle('certificates/authority', ({ folder }) => engine.certificates.authority(folder));
  channel.handle('certificates/exportAuthority', async ({ folder, file }) => {
    await engine.certificates.exportAuthority(folder, file, true);
    return null;
  });
  channel.handle('certificates/createClient', (request) =>
    engine.certificates.createClient(request),
  );
  channel.handle('statistics/read', (request) => engine.counts.read(request));
  channel.handle('statistics/reset', () => {
    engine.counts.reset();
    return null;
  });
  channel.handle('statistics/csv', (table) => engine.counts.csv(table));
  channel.handle('engine/statistics', () => engine.statistics());
  return engine;
}
