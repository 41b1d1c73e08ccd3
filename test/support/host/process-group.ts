/** A child process at the head of its own process group, so that all of it can be ended. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface ProcessGroupOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each piece of what it prints, both streams. */
  readonly onOutput?: (text: string) => void;
}

export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves with the exit code; a signal counts as 1. Rejects if it could not be started. */
  readonly exit: Promise<number>;
  /** Ends the whole group: SIGTERM, then SIGKILL after `graceMilliseconds`. */
  end(graceMilliseconds?: number): Promise<void>;
}

const running = new Set<ProcessGroup>();
let cleansUp = false;

/**
 * When this process ends or is asked to end, its groups are asked to end too: with SIGTERM, so that
 * a group which has started groups of its own can hand it on.
 */
function cleanUpOnExit(): void {
  if (cleansUp) return;
  cleansUp = true;
  process.on('exit', () => {
    for (const group of running) signal(group.child, 'SIGTERM');
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // A program with a handler of its own ends itself in order.
      if (process.listenerCount(name) === 1) process.exit(1);
    });
  }
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has already ended.
  }
}

/** The environment without what an outer npm, node:test or VS Code left in it. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const foreign = /^(npm_|VSCODE_|ELECTRON_)|^(NODE_OPTIONS|NODE_TEST_CONTEXT)$/i;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

export function startProcessGroup(
  command: string,
  args: readonly string[],
  options: ProcessGroupOptions = {},
): ProcessGroup {
  cleanUpOnExit();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? cleanEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
  }
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const ended = exit.then(
    () => undefined,
    () => undefined,
  );
  const group: ProcessGroup = {
    child,
    exit,
    async end(graceMilliseconds = 5000) {
      signal(child, 'SIGTERM');
      const timer = setTimeout(() => signal(child, 'SIGKILL'), graceMilliseconds);
      await ended;
      clearTimeout(timer);
      // The head may have gone before its children.
      signal(child, 'SIGKILL');
    },
  };
  running.add(group);
  void ended.then(() => {
    signal(child, 'SIGKILL');
    running.delete(group);
  });
  return group;
}

/**
 * Runs a program to its end and resolves with what it printed. Rejects with that text when it
 * fails or takes longer than `limitSeconds`.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProcessGroupOptions & { readonly limitSeconds: number },
): Promise<string> {
  let output = '';
  const limit = { passed: false };
  const group = startProcessGroup(command, args, {
    ...options,
    onOutput: (text) => {
      output = (output + text).slice(-200_000);
      options.onOutput?.(text);
    },
  });
  const timer = setTimeout(() => {
    limit.passed = true;
    void group.end();
  }, options.limitSeconds * 1000);
  const code = await group.exit.finally(() => clearTimeout(timer));
  if (limit.passed || code !== 0) {
    const what = limit.passed
      ? `took more than ${options.limitSeconds} s`
      : `ended with code ${code}`;
    throw new Error(`${command} ${args.join(' ')} ${what}:\n${output.trim()}`);
  }
  return output;
}
