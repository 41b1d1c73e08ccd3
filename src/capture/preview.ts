import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';

/** Bytes of a payload that a row looks at, and characters that it shows. */
const textBytes = 160;
const binaryBytes = 24;

/**
 * The start of a payload on one line: text with control characters made visible, or bytes in
 * hexadecimal when it is not text. `total` is the whole payload's size, when `bytes` is only a part.
 */
export function previewOf(bytes: Uint8Array, total = bytes.length): string {
  if (bytes.length === 0) return '';
  const end = Math.min(bytes.length, textBytes);
  const cut = end < total;
  const invalid = findInvalidUtf8(bytes, 0, end);
  // A character that the cut goes through is no fault of the payload.
  const stop = invalid < 0 ? end : cut && end - invalid < 4 ? invalid : -1;
  if (stop >= 0) {
    const text = decodeUtf8(bytes, 0, stop);
    if (!looksBinary(text)) return visible(text) + (cut ? '…' : '');
  }
  const shown = bytes.subarray(0, binaryBytes);
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return shown.length < total ? `${hex} …` : hex;
}

/** Text may hold line breaks and tabs; NUL and other controls mean that it is something else. */
function looksBinary(text: string): boolean {
  return /[\u0000-\u0008\u000e-\u001f]/.test(text);
}

/**
 * Control characters as symbols (U+2400 on), line breaks as ⏎, and bidirectional controls, which
 * could make a row read as something else, as escapes.
 */
export function visible(text: string): string {
  return text.replace(
    /\r\n|[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (match) => {
      if (match === '\r\n' || match === '\n') return '⏎';
      const code = match.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      if (code === 0x7f) return '␡';
      return `\\u${code.toString(16).padStart(4, '0')}`;
    },
  );
}
