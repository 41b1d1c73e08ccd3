import type { Writable } from 'node:stream';
import type { HiddenInput } from './password-prompt.ts';

/** Where a command reads and writes; the process's own, or a test's. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The same where a person sits, for what must not be shown while it is typed. */
  readonly hidden?: HiddenInput;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Resolves at SIGINT or SIGTERM; a second one ends the process at once. */
  untilInterrupted(): Promise<void>;
  /** Calls `listener` at each SIGHUP, which ends the process otherwise. Call the result to leave off. */
  onHangUp(listener: () => void): () => void;
}

/** Writes a line and waits while the reader is slower than we are. */
export async function writeLine(stream: Writable, line: string): Promise<void> {
  if (stream.write(`${line}\n`)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}

/**
 * Text from the network, safe on a terminal: control characters, which could move the cursor or
 * rename the window, and bidirectional controls become visible escapes.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
