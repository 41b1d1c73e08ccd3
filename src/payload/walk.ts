import { Cursor } from './cursor.ts';
import type { Decoded } from './decoding.ts';
import { depthLimitText, maximumDepth } from './limits.ts';
import { DecodingStop, TextWriter } from './writer.ts';

/** Reads one value at the cursor and writes it. @throws DecodingStop where it cannot go on. */
export type WriteValue = (cursor: Cursor, writer: TextWriter, depth: number) => void;

/**
 * Writes all values of a payload, one after the other. Where one cannot be read, what came before
 * stays, and the problem says why.
 * @param sequence whether more than one value is as it should be.
 */
export function writeValues(payload: Uint8Array, write: WriteValue, sequence: boolean): Decoded {
  const cursor = new Cursor(payload);
  const writer = new TextWriter();
  try {
    if (payload.length === 0) throw new DecodingStop('There is nothing to decode');
    while (!cursor.atEnd) {
      if (cursor.offset > 0) {
        if (!sequence) {
          const rest = payload.length - cursor.offset;
          writer.note(`The first value ends at byte ${cursor.offset}, ${rest} more follow`);
        }
        writer.line();
      }
      write(cursor, writer, 0);
    }
    if (cursor.end < payload.length) cursor.take(1);
  } catch (error) {
    if (!(error instanceof DecodingStop)) throw error;
    // What stopped it tells more than what follows the first value.
    writer.problem = error.message;
  }
  return {
    text: writer.text,
    truncated: payload.length - cursor.offset,
    ...(writer.problem !== undefined && { problem: writer.problem }),
  };
}

/** Counts a level of nesting. @throws DecodingStop at the limit. */
export function deeper(depth: number): number {
  if (depth >= maximumDepth) throw new DecodingStop(depthLimitText);
  return depth + 1;
}

/**
 * Writes a list between brackets, each item on a line of its own; an empty one stays on its line.
 * @param more whether an item with that index follows.
 */
export function writeList(
  writer: TextWriter,
  open: string,
  close: string,
  more: (index: number) => boolean,
  item: () => void,
): void {
  writer.put(open);
  writer.indent();
  let index = 0;
  for (; more(index); index++) {
    if (index > 0) writer.put(',');
    writer.line();
    item();
  }
  writer.outdent();
  if (index > 0) writer.line();
  else if (open.endsWith('_')) writer.put(' ');
  writer.put(close);
}
