import { run } from './command-line.ts';
import type { Terminal } from './output.ts';
import { exitCode } from './usage.ts';

/** The process as a terminal. A reader that went away (`| head`) ends the process quietly. */
function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCode.success : exitCode.failure);
  });
  return {
    stdin: process.stdin,
    ...(process.stdin.isTTY && { hidden: process.stdin }),
    stdout: process.stdout,
    stderr: process.stderr,
    untilInterrupted: () =>
      new Promise((resolve) => {
        const interrupted = (): void => resolve();
        process.once('SIGINT', interrupted);
        process.once('SIGTERM', interrupted);
      }),
    onHangUp: (listener) => {
      // On Windows it is told when the console closes: there is nothing to read again then.
      if (process.platform === 'win32') return () => undefined;
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
  };
}

process.exitCode = await run(process.argv.slice(2), processTerminal());
