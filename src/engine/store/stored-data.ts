import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredDataCounts } from '../contract.ts';
import { openStore, storeFile } from './open-store.ts';

/**
 * How much a broker that is not running has stored in `folder`; undefined if it has no store there.
 * @throws HumanError, DamagedStoreError as `openStore`.
 */
export async function countStoredData(folder: string): Promise<StoredDataCounts | undefined> {
  if (!existsSync(join(folder, storeFile))) return undefined;
  const store = await openStore(folder);
  try {
    return store.counts();
  } finally {
    store.close();
  }
}

/** Deletes the store in `folder`, for good. @throws HumanError `storeInUse` while a broker has it. */
export async function deleteStoredData(folder: string): Promise<void> {
  if (!existsSync(join(folder, storeFile))) return;
  // Whoever has it open would go on with a file that nobody sees any more.
  (await openStore(folder)).close();
  for (const companion of ['', '-wal', '-shm']) {
    rmSync(join(folder, storeFile) + companion, { force: true });
  }
}
