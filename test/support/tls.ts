/** Development certificates for tests, in folders that go with them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  DevelopmentAuthority,
  type LoadCertificateMaker,
} from '../../src/net/certificates/development-authority.ts';

export const loadMaker: LoadCertificateMaker = () => import('../../src/net/certificates/maker.ts');

export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-workbench-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The authority of a folder; the first time, a new one. */
export function authorityOf(folder: string): Promise<DevelopmentAuthority> {
  return DevelopmentAuthority.open(folder, loadMaker, Date.now());
}

/** Writes a text into a file of the folder and gives its path. */
export async function written(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
