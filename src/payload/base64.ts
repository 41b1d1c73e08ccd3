/**
 * A payload that is written in Base64 (RFC 4648 sections 4 and 5): both alphabets, with or without
 * padding, with blanks and line ends as MIME has them. What it stands for is shown in its most telling form.
 */
import type { Decoded } from './decoding.ts';
import { inputLimitText, maximumInput } from './limits.ts';
import { readable } from './readable.ts';

/** The payload decoded from Base64; what comes before a character that is none of it. */
export function decodeBase64(payload: Uint8Array): Decoded {
  const end = Math.min(payload.length, maximumInput);
  const bytes = new Uint8Array(Math.ceil((end * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let offset = 0;
  let padding = 0;
  let problem = end < payload.length ? `Too large: ${inputLimitText}` : undefined;
  for (; offset < end; offset++) {
    const byte = payload[offset] ?? 0;
    if (isBlank(byte)) continue;
    const value = valueOf(byte);
    // Two characters of padding where four bits are left over, one where it is two.
    if (byte === 0x3d && held < 6 && padding < held / 2) {
      padding++;
      continue;
    }
    if (value < 0 || padding > 0) {
      problem = `Not Base64 at byte ${offset}`;
      break;
    }
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[length++] = (bits >> held) & 0xff;
    }
  }
  if (problem === undefined && held === 6) problem = 'Ends with a character that makes no byte';
  if (problem === undefined && length === 0) problem = 'There is nothing to decode';
  const inner = readable(bytes.subarray(0, length));
  const told = problem ?? inner.problem;
  return {
    text: inner.text,
    truncated: payload.length - offset + Math.ceil((inner.truncated * 4) / 3),
    ...(told !== undefined && { problem: told }),
  };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** 0 to 63; -1 where it is no character of either alphabet. */
function valueOf(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30 + 52;
  if (byte === 0x2b || byte === 0x2d) return 62;
  if (byte === 0x2f || byte === 0x5f) return 63;
  return -1;
}
