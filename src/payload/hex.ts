import type { Decoded } from './decoding.ts';
import { hexOf } from './writer.ts';

const bytesInLine = 16;
/** Bytes that are shown: about 80 characters for each line of 16 stay below the limit of output. */
const maximumHexBytes = 64 * 1024;

/** Offset, bytes and characters, sixteen a line. For bytes that the page does not have itself. */
export function decodeHex(bytes: Uint8Array): Decoded {
  const shown = Math.min(bytes.length, maximumHexBytes);
  const lines: string[] = [];
  for (let start = 0; start < shown; start += bytesInLine) {
    const line = bytes.subarray(start, Math.min(start + bytesInLine, shown));
    const digits = hexOf(line)
      .replace(/../g, '$& ')
      .padEnd(bytesInLine * 3);
    lines.push(`${start.toString(16).padStart(6, '0')}  ${digits} ${charactersOf(line)}`);
  }
  return {
    text: lines.join('\n'),
    truncated: bytes.length - shown,
    ...(shown < bytes.length && { problem: `Cut after ${maximumHexBytes / 1024} KiB` }),
  };
}

function charactersOf(bytes: Uint8Array): string {
  const printable = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e));
  return String.fromCharCode(...printable);
}
