import type { FrameDetail } from '../../../../src/engine/contract.ts';
import { formatByte } from '../../format.ts';

/** Bytes in one line where a payload is no text. */
const bytesPerLine = 16;
/** Characters of each of two payloads that are compared. */
export const comparedCharacters = 200_000;

/**
 * The payload of a packet as lines that can be compared: as it is decoded without a choice, else its bytes.
 * Undefined when it carries none.
 */
export function comparableText(detail: FrameDetail): { text: string; isCut: boolean } | undefined {
  const { payload } = detail;
  if (!payload) return undefined;
  const decoding = payload.decodings.find(({ problem }) => problem === undefined);
  const bytes = detail.bytes.subarray(payload.start, payload.end);
  const text = decoding?.text ?? hexLines(bytes);
  const isCut =
    text.length > comparedCharacters ||
    (decoding ? decoding.truncated > 0 : bytes.length < payload.end - payload.start);
  return { text: text.slice(0, comparedCharacters), isCut };
}

function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    lines.push(Array.from(bytes.subarray(at, at + bytesPerLine), formatByte).join(' '));
  }
  return lines.join('\n');
}
