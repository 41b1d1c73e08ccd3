import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** A process that has something open. */
export interface ProcessInfo {
  readonly name: string;
  readonly processId: number;
}

/** /proc/net/tcp's code for a listening socket (Linux, include/net/tcp_states.h). */
const listening = '0A';
/** Most processes looked at, so that a huge machine does not hold up an error message. */
const processLimit = 5000;

/**
 * The process that listens on a TCP port of this machine, as far as this user may see it. Linux
 * only (/proc); undefined elsewhere and where it cannot be told.
 */
export async function portOwner(port: number): Promise<ProcessInfo | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const inodes = new Set([
      ...(await listeningInodes('/proc/net/tcp', port)),
      ...(await listeningInodes('/proc/net/tcp6', port)),
    ]);
    if (inodes.size === 0) return undefined;
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const id of processes.slice(0, processLimit)) {
      if (await holdsSocket(id, inodes)) {
        return { name: await programName(id), processId: Number(id) };
      }
    }
  } catch {
    // Only a courtesy: without it the message names no program.
  }
  return undefined;
}

async function listeningInodes(path: string, port: number): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true && columns[3] === listening)
    .map((columns) => columns[9] ?? '');
}

/** The program's file; its `comm` is only what its main thread calls itself. */
async function programName(processId: string): Promise<string> {
  const path = await readlink(`/proc/${processId}/exe`).catch(() => undefined);
  if (path !== undefined) return basename(path);
  return (await readFile(`/proc/${processId}/comm`, 'utf8')).trim();
}

async function holdsSocket(processId: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${processId}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
