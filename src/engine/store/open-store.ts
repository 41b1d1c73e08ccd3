/** Opens the file that a broker keeps its sessions and retained messages in. */
import { mkdirSync, renameSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { HumanError, messageOf } from '../../base/errors.ts';
import { DamagedStoreError } from '../../broker/store.ts';
import { withoutSqliteWarning } from './quiet-import.ts';
import { migration, schema, schemaVersion } from './schema.ts';
import { SqliteStore } from './sqlite-store.ts';

/** The database, in the folder that a person has chosen. */
export const storeFile = 'broker.sqlite';

/** SQLite's own files beside it. */
const companions = ['', '-wal', '-shm'];

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const;

/**
 * Opens the store in `folder`, and makes both where they are not there.
 * @throws HumanError `storeInUse`, `storeFolder`, `storeTooNew`, `storeNotSupported`.
 * @throws DamagedStoreError if the file is no store, or not a whole one.
 */
export async function openStore(folder: string): Promise<SqliteStore> {
  const { DatabaseSync } = await loadSqlite();
  const path = join(folder, storeFile);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw folderError(folder, error);
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    prepare(database, folder);
    return new SqliteStore(database);
  } catch (error) {
    database?.close();
    throw asStoreError(error, folder);
  }
}

/**
 * Puts a damaged store aside, so that nothing of it is lost and the broker can begin anew.
 * @returns where it is now.
 */
export function setAside(folder: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(folder, `${storeFile}.damaged-${stamp}`);
  for (const companion of companions) {
    const path = join(folder, storeFile) + companion;
    if (existsSync(path)) renameSync(path, aside + companion);
  }
  return aside;
}

async function loadSqlite(): Promise<{ readonly DatabaseSync: typeof DatabaseSync }> {
  try {
    return await withoutSqliteWarning(() => import('node:sqlite'));
  } catch {
    throw new HumanError(
      'storeNotSupported',
      `Persistence needs SQLite, which Node ${process.versions.node} does not have. Use Node 22.13 or newer, or run without persistence.`,
    );
  }
}

function prepare(database: DatabaseSync, folder: string): void {
  // One broker at a time; the system frees the lock of a process that dies.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
  // A commit is on the disk when it returns: acknowledged means stored, also when the power fails.
  database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT;');
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
  if (typeof version === 'number' && version > schemaVersion) {
    throw new HumanError(
      'storeTooNew',
      `The store in ${folder} was written by a newer MQTT Workbench (format ${version}; this one knows ${schemaVersion}). Update, or choose another folder.`,
    );
  }
  const check = database.prepare('PRAGMA quick_check(1)').get() ?? {};
  if (check['quick_check'] !== 'ok') {
    throw new DamagedStoreError(`SQLite finds it damaged: ${String(check['quick_check'])}`);
  }
  if (version === 1) database.exec(`BEGIN; ${migration} COMMIT;`);
  if (version === 0) {
    const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() ?? {};
    if (count !== 0) throw new DamagedStoreError('It is a database, but not of a broker.');
    database.exec(`BEGIN; ${schema} COMMIT;`);
  }
}

function asStoreError(error: unknown, folder: string): unknown {
  if (error instanceof HumanError || error instanceof DamagedStoreError) return error;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (code === resultCode.busy) {
    return new HumanError(
      'storeInUse',
      `Another broker keeps its data in ${folder}. Stop it, or choose another folder.`,
    );
  }
  const message = messageOf(error);
  const isDamaged =
    code === resultCode.corrupt ||
    code === resultCode.notADatabase ||
    /no such (table|column)|has \d+ columns/.test(message);
  return isDamaged ? new DamagedStoreError(message) : folderError(folder, error);
}

function folderError(folder: string, error: unknown): HumanError {
  return new HumanError(
    'storeFolder',
    `The broker cannot keep its data in ${folder}: ${messageOf(error)}. Choose a folder that can be written, or turn persistence off.`,
  );
}
