import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HumanError } from '../../src/base/errors.ts';
import { DamagedStoreError, type StoredState } from '../../src/broker/store.ts';
import { PacketError } from '../../src/mqtt/errors.ts';
import * as rows from '../../src/engine/store/rows.ts';
import type { Row } from '../../src/engine/store/rows.ts';
import { openStore, storeFile } from '../../src/engine/store/open-store.ts';
import { noChanges } from '../../src/broker/persistence-rows.ts';
import { withoutSqliteWarning } from '../../src/engine/store/quiet-import.ts';
import { BrokerHarness } from '../support/broker-harness.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

function newFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-workbench-store-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(engine: EngineUnderTest, folder: string) {
  const options = { host: '127.0.0.1', port: 0, persistence: { folder } };
  return engine.channel.request('broker/start', options);
}

/** Leaves a session with a subscription, a queued and a retained message in the folder. */
async function fill(context: TestContext, folder: string): Promise<void> {
  const engine = new EngineUnderTest(context);
  const url = urlOf(await start(engine, folder));
  const receiver = await mqttClient(context, url, { clientId: 'receiver', clean: false });
  await receiver.subscribeAsync('t/#', { qos: 1 });
  await receiver.endAsync();
  const sender = await mqttClient(context, url);
  await sender.publishAsync('t/kept', 'hello', { qos: 1, retain: true });
  await sender.endAsync();
  await engine.channel.request('broker/stop', null);
}

async function expectHumanError(promise: Promise<unknown>, code: string): Promise<HumanError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  assert.equal(error.code, code);
  return error;
}

describe('the store in a folder', () => {
  it('keeps sessions and retained messages over a restart', async (context) => {
    const folder = newFolder(context);
    await fill(context, folder);
    const engine = new EngineUnderTest(context);
    const state = await start(engine, folder);
    assert.equal(state.notice, undefined);
    const clients = await engine.channel.request('broker/clients', null);
    assert.deepEqual(
      clients.map(({ clientIdentifier, connected, queued }) => [
        clientIdentifier,
        connected,
        queued,
      ]),
      [['receiver', false, 1]],
    );
    const late = await mqttClient(context, urlOf(state));
    const message = new Promise((resolve) =>
      late.once('message', (_topic, payload) => resolve(payload.toString())),
    );
    await late.subscribeAsync('t/+');
    assert.equal(await message, 'hello');
  });

  it('is one broker’s at a time; the lock goes with the broker', async (context) => {
    const folder = newFolder(context);
    const first = await openStore(folder);
    const error = await expectHumanError(openStore(folder), 'storeInUse');
    assert.match(error.message, /Another broker/);
    first.close();
    (await openStore(folder)).close();
  });

  it('takes over a store of version 1, and goes on with what is in it', async (context) => {
    const folder = newFolder(context);
    (await openStore(folder)).close();
    change(
      join(folder, storeFile),
      `DROP TABLE retainedSent; ALTER TABLE subscriptions DROP COLUMN retainedSince;
       ALTER TABLE messages DROP COLUMN publisher; PRAGMA user_version = 1;
       INSERT INTO sessions VALUES ('a', 5, 100, 1, 1, 0, 0, NULL, NULL, NULL);
       INSERT INTO subscriptions VALUES ('a', 't/#', 1, 0, 0, 0, NULL);`,
    );
    const store = await openStore(folder);
    context.after(() => store.close());
    assert.deepEqual(
      store.load().subscriptions.map(({ retainedSince }) => retainedSince),
      [undefined],
    );
    store.commit({
      ...noChanges(),
      retainedSent: [{ clientIdentifier: 'a', topicFilter: 't/#', topicName: 't/1' }],
    });
    assert.equal(store.load().retainedSent.length, 1);
  });

  it('does not warn that SQLite is experimental, but of everything else', async (context) => {
    const told: unknown[] = [];
    const before: unknown = Reflect.get(process, 'emitWarning');
    context.after(() => {
      Reflect.set(process, 'emitWarning', before);
    });
    const record = (...given: unknown[]): void => void told.push(given);
    process.emitWarning = record;
    const load = (): Promise<string> => {
      const sqlite = 'SQLite is an experimental feature and might change at any time';
      process.emitWarning(sqlite, 'ExperimentalWarning');
      process.emitWarning('Another thing is experimental', 'ExperimentalWarning');
      process.emitWarning(`${sqlite}, says another`);
      return Promise.resolve('loaded');
    };
    assert.equal(await withoutSqliteWarning(load), 'loaded');
    assert.deepEqual(told, [
      ['Another thing is experimental', 'ExperimentalWarning'],
      ['SQLite is an experimental feature and might change at any time, says another'],
    ]);
    assert.equal(Reflect.get(process, 'emitWarning'), record, 'it is as it was');
  });

  it('refuses a folder that cannot be written, and a store of a newer version, which it leaves alone', async (context) => {
    const folder = newFolder(context);
    writeFileSync(join(folder, 'file'), '');
    await expectHumanError(openStore(join(folder, 'file', 'below')), 'storeFolder');
    (await openStore(folder)).close();
    const database = new DatabaseSync(join(folder, storeFile));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expectHumanError(openStore(folder), 'storeTooNew');
    assert.deepEqual(readdirSync(folder).sort(), [storeFile, 'file'].sort());
  });

  for (const [title, damage] of [
    [
      'garbage',
      (path: string) =>
        writeFileSync(path, 'not a database, but long enough to be looked at'.repeat(200)),
    ],
    ['another database', (path: string) => new DatabaseSync(path).exec('CREATE TABLE other (x)')],
    ['a page overwritten', overwritePage],
    [
      'a row that no broker writes',
      (path: string) => change(path, "UPDATE messages SET frame = x'3000'"),
    ],
    ['a session gone', (path: string) => change(path, 'DELETE FROM sessions')],
    ['a table gone', (path: string) => change(path, 'DROP TABLE incoming')],
  ] as const) {
    it(`damaged (${title}): set aside and told, never emptied`, async (context) => {
      const folder = newFolder(context);
      if (title !== 'another database') await fill(context, folder);
      damage(join(folder, storeFile));
      const engine = new EngineUnderTest(context);
      const state = await start(engine, folder);
      assert.match(state.notice ?? '', /damaged .*It is kept in .*broker\.sqlite\.damaged-/s);
      const aside = readdirSync(folder).filter((name) => /damaged-[\dT-]+Z$/.test(name));
      assert.equal(aside.length, 1, readdirSync(folder).join());
      assert.deepEqual(await engine.channel.request('broker/clients', null), []);
      assert.ok(
        engine.logs.some(({ level, message }) => level === 'error' && message === state.notice),
      );
      const client = await mqttClient(context, urlOf(state));
      await client.publishAsync('works', 'again', { qos: 1, retain: true });
    });
  }

  it('is restored or refused, whatever its rows hold', async (context) => {
    const folder = newFolder(context);
    await fill(context, folder);
    const database = new DatabaseSync(join(folder, storeFile));
    context.after(() => database.close());
    const readers = {
      sessions: rows.sessionOf,
      subscriptions: rows.subscriptionOf,
      retained: rows.retainedOf,
      messages: rows.messageOf,
      deliveries: rows.deliveryOf,
    } as const;
    type Table = keyof typeof readers;
    const tables = Object.keys(readers) as Table[];
    const all = (table: Table): Row[] => database.prepare(`SELECT * FROM ${table}`).all();
    const value = fc.oneof(
      fc.constantFrom(null, 0, -1, 1, 2, 3, 65_536, 2 ** 53, NaN, '', 't/#', 'a/#/b', '1 x', 7n),
      fc.uint8Array({ maxLength: 30 }),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...tables), fc.nat(20), value, (changed, column, wrong) => {
        const load = (): StoredState => {
          const read = (table: Table): unknown[] =>
            all(table).map((row) => {
              const names = Object.keys(row);
              const name = names[column % names.length] ?? '';
              return readers[table](table === changed ? { ...row, [name]: wrong } : row);
            });
          const state = Object.fromEntries(tables.map((table) => [table, read(table)]));
          return { ...state, incoming: [], retainedSent: [] } as unknown as StoredState;
        };
        try {
          const store = { load, commit: () => undefined };
          new BrokerHarness({}, undefined, { store }).advance(1000);
        } catch (error) {
          assert.ok(
            error instanceof DamagedStoreError || error instanceof PacketError,
            String(error),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Not the first page: the database opens, and is found wrong when it is looked through. */
function overwritePage(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  const { page } =
    database.prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'retained'").get() ??
    {};
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, (Number(page) - 1) * 4096, Number(page) * 4096);
  writeFileSync(path, bytes);
}
