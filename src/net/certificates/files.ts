import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HumanError, messageOf } from '../../base/errors.ts';

/** Files with private keys are their owner's only. */
export const privateMode = 0o600;
export const publicMode = 0o644;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * A text file; undefined when there is none.
 * @throws HumanError `code` when it cannot be read.
 */
export async function readText(path: string, code: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new HumanError(code, `${path} cannot be read: ${messageOf(error)}.`);
  }
}

/**
 * Writes a file whole or not at all: a reader, or a crash, never meets a part of it. Makes its
 * folder (for the owner only).
 * @param replace false leaves a file that is there as it is.
 * @returns false when a file was there and was left.
 * @throws HumanError `code` when it cannot be written.
 */
export async function writeWhole(
  path: string,
  text: string,
  mode: number,
  replace: boolean,
  code: string,
): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (replace) await rename(temporary, path);
    // Unlike a rename, a link fails when another process was faster.
    else await link(temporary, path);
    return true;
  } catch (error) {
    if (!replace && codeOf(error) === 'EEXIST') return false;
    throw new HumanError(code, `${path} cannot be written: ${messageOf(error)}.`);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
