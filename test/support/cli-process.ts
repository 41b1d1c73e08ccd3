import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { root } from '../../build.ts';

/** `mqtt-workbench broker` as a process of its own. */
export class BrokerProcess {
  readonly child: ChildProcess;
  #text = '';
  #read = 0;
  #wake: () => void = () => undefined;

  constructor(context: TestContext, args: readonly string[]) {
    const main = join(root, 'src/cli/main.ts');
    this.child = spawn(process.execPath, [main, 'broker', ...args]);
    context.after(() => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#text += chunk.toString();
        this.#wake();
      });
    }
  }

  /** Waits for a line that has not been waited for. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text.slice(this.#read));
      if (match) {
        this.#read += match.index + match[0].length;
        return match;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Ends it with a signal; resolves with its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    const [code] = await ended;
    return code;
  }
}
