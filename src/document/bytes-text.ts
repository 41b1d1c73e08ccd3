/** Bytes as text, and whether text shows all that is in it. */
import { encodeUtf8 } from '../mqtt/utf8.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** A multiple of three, so that only the last piece is padded. */
const base64Chunk = 3 * 1024;

/** RFC 4648 section 4, with padding, on one line. */
export function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += base64Chunk) {
    let part = '';
    for (let at = start; at < Math.min(start + base64Chunk, bytes.length); at += 3) {
      const left = bytes.length - at;
      const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      part += (alphabet[bits >> 18] ?? '') + (alphabet[(bits >> 12) & 63] ?? '');
      part += left > 1 ? (alphabet[(bits >> 6) & 63] ?? '') : '=';
      part += left > 2 ? (alphabet[bits & 63] ?? '') : '=';
    }
    parts.push(part);
  }
  return parts.join('');
}

/** Two digits for each byte, with nothing between. */
export function hexOf(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 4096) {
    let part = '';
    for (const byte of bytes.subarray(start, start + 4096)) {
      part += byte.toString(16).padStart(2, '0');
    }
    parts.push(part);
  }
  return parts.join('');
}

/**
 * Controls other than the line feed, and characters that nobody sees or that turn the direction of writing
 * around: in a terminal they act, elsewhere they make text read as something else.
 */
const unseen =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** Whether a reader sees all that is in the text. */
export function isPlain(text: string): boolean {
  return !unseen.test(text);
}

/** The text in pieces that are plain and pieces that are not, in turns; the first may be empty. */
export function plainPieces(text: string): string[] {
  return text.split(new RegExp(`(${unseen.source}+)`, 'u'));
}

/** As `printf` of POSIX takes it, between single quotes: what is not plain ASCII as three octal digits. */
export function octalEscaped(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 4096) {
    let part = '';
    for (const byte of bytes.subarray(start, start + 4096)) {
      // Percent, backslash and the quote mean something to printf or to the shell; ! to an interactive one.
      const isSpecial = byte === 0x25 || byte === 0x5c || byte === 0x27 || byte === 0x21;
      part +=
        byte < 0x20 || byte > 0x7e || isSpecial
          ? `\\${byte.toString(8).padStart(3, '0')}`
          : String.fromCharCode(byte);
    }
    parts.push(part);
  }
  return parts.join('');
}

/** An argument of a POSIX shell that stands for exactly this text. */
export function shellArgument(text: string): string {
  if (/^[\w./:@%+=-]+$/.test(text) && !text.startsWith('-')) return text;
  // printf's output loses line feeds at its end, which plain pieces keep.
  const pieces = plainPieces(text).map((piece, index) =>
    index % 2 === 0 ? singleQuoted(piece) : `"$(printf '${octalEscaped(encodeUtf8(piece))}')"`,
  );
  return pieces.filter((piece) => piece !== '').join('') || "''";
}

function singleQuoted(text: string): string {
  return text === '' ? '' : `'${text.replaceAll("'", "'\\''")}'`;
}
