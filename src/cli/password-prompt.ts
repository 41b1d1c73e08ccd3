import type { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { UsageError } from './usage.ts';

/** A terminal that can be kept from showing what is typed. */
export type HiddenInput = Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

/** Longest line of a password that is read, bytes. */
const longestLine = 128 * 1024;

/**
 * Asks on `output`, and takes a line from the terminal without showing it.
 * @throws UsageError when it is interrupted (Ctrl+C, Ctrl+D on an empty line).
 */
export function askHidden(input: HiddenInput, output: Writable, prompt: string): Promise<string> {
  output.write(prompt);
  input.setRawMode(true);
  input.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (end: () => void): void => {
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      end();
    };
    const onData = (chunk: Buffer | string): void => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') {
          finish(() => resolve(typed.join('')));
          return;
        }
        if (character === '\u0003' || (character === '\u0004' && typed.length === 0)) {
          finish(() => reject(new UsageError('interrupted')));
          return;
        }
        // Backspace, and Ctrl+U for the whole line.
        if (character === '\u007f' || character === '\b') typed.pop();
        else if (character === '\u0015') typed = [];
        else typed.push(character);
      }
    };
    input.on('data', onData);
  });
}

/** The first line, without its end. @throws UsageError if it is longer than any password. */
export async function readFirstLine(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestLine)
      throw new UsageError('the first line of the input is too long for a password');
    if (chunk.includes(0x0a)) break;
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/);
  return line;
}
