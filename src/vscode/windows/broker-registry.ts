/** Which windows run a local broker: a file for each in a folder that all windows of the person share. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The local broker of a window. */
export interface WindowBroker {
  /** Of the window's extension host. */
  readonly processId: number;
  /** Name of its workspace; empty without one. */
  readonly workspace: string;
  /** Addresses of its listeners. */
  readonly urls: readonly string[];
}

/** Milliseconds: a file that nobody has touched for so long is of a window that is gone. */
const longestSilence = 90_000;
const largestFile = 64 * 1024;
const mostWindows = 50;
const mostUrls = 16;
const longestText = 300;
const ending = '.json';

/** Another program, or another version of this one, may have written anything: what is no broker is left out. */
export class BrokerRegistry {
  readonly #folder: string;
  readonly #processId: number;
  readonly #file: string;

  /** @param processId of this window's extension host. */
  constructor(folder: string, processId: number) {
    this.#folder = folder;
    this.#processId = processId;
    this.#file = join(folder, `${processId}${ending}`);
  }

  /** This window's broker listens on these addresses. Not written when the file system does not allow it: it is a courtesy. */
  announce(workspace: string, urls: readonly string[]): void {
    const broker: WindowBroker = { processId: this.#processId, workspace, urls };
    try {
      mkdirSync(this.#folder, { recursive: true });
      // Another window reads all of it, or nothing.
      writeFileSync(`${this.#file}.new`, JSON.stringify(broker), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      this.withdraw();
    }
  }

  /** This window's broker still runs. */
  touch(now: Date): void {
    try {
      utimesSync(this.#file, now, now);
    } catch {
      // Somebody has cleaned up: the other windows do not see this one then.
    }
  }

  /** This window runs no broker any more. */
  withdraw(): void {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // It cannot be removed: the other windows forget it when it is silent.
    }
  }

  /** Brokers of the windows but this one, by process. Files of windows that are gone are removed. */
  others(now: Date): WindowBroker[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return [];
    }
    return names
      .filter((name) => /^\d{1,10}\.json$/.test(name))
      .slice(0, mostWindows)
      .flatMap((name) => {
        const processId = Number(name.slice(0, -ending.length));
        return processId === this.#processId ? [] : this.#read(name, processId, now);
      })
      .sort((one, other) => one.processId - other.processId);
  }

  #read(name: string, processId: number, now: Date): WindowBroker[] {
    const file = join(this.#folder, name);
    try {
      const { mtimeMs, size } = statSync(file);
      if (now.getTime() - mtimeMs > longestSilence || !isAlive(processId)) {
        rmSync(file, { force: true });
        return [];
      }
      if (size > largestFile) return [];
      const broker = brokerOf(JSON.parse(readFileSync(file, 'utf8')), processId);
      return broker ? [broker] : [];
    } catch {
      // Gone meanwhile, or nothing that can be read.
      return [];
    }
  }
}

/** The port of a listener's address; 0 if it has none. */
export function portOf(url: string): number {
  return Number(/:(\d+)(?:\/|$)/.exec(url)?.[1] ?? 0);
}

function brokerOf(value: unknown, processId: number): WindowBroker | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { workspace, urls } = value as Partial<Record<keyof WindowBroker, unknown>>;
  if (typeof workspace !== 'string' || !Array.isArray(urls)) return undefined;
  const known = urls.filter(
    (url): url is string =>
      typeof url === 'string' && url.length <= longestText && /^(mqtts?|wss?):\/\//.test(url),
  );
  if (known.length === 0) return undefined;
  return {
    processId,
    workspace: workspace.slice(0, longestText),
    urls: known.slice(0, mostUrls),
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // It is there, and another person's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
