import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from './brokers.ts';

const run = promisify(execFile);

/** How often each figure is taken; the median counts. */
export const repetitions = process.argv.includes('--quick') ? 1 : 5;

/** Kills a process when this one exits. @returns what forgets it. */
export function killAtExit(child: ChildProcess): () => void {
  const end = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  return () => process.off('exit', end);
}

/** Runs `action` with a broker of its own, which is killed afterwards whatever happens. */
export async function withBroker<Value>(
  peer: Peer,
  action: (port: number, broker: ChildProcess) => Promise<Value>,
): Promise<Value> {
  const { port, process: broker } = await peer.start();
  const forget = killAtExit(broker);
  try {
    return await action(port, broker);
  } finally {
    forget();
    const closed = once(broker, 'exit');
    broker.kill('SIGKILL');
    await closed;
  }
}

/** Runs a load generator of this folder, and gives what it printed. */
export async function generate<Result>(
  file: string,
  ...args: (string | number)[]
): Promise<Result> {
  const path = join(import.meta.dirname, file);
  const running = run(process.execPath, [path, ...args.map(String)], { timeout: 120_000 });
  const forget = killAtExit(running.child);
  try {
    return JSON.parse((await running).stdout) as Result;
  } finally {
    forget();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`;
}

/** `met` or `MISSED`, for the end of a line. */
export function verdict(isMet: boolean, target: string, failures: string[], what: string): string {
  if (!isMet) failures.push(`${what}: target ${target}`);
  return `target ${target}: ${isMet ? 'met' : 'MISSED'}`;
}
