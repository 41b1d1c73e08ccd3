/** A payload as the text of a document: whole where it can be, for an editor rather than for a pane. */
import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import { compressionOf, formatOf } from './content-type.ts';
import { decodePayload } from './decode.ts';
import type { BoundDecoder } from './decoding.ts';
import { unpackLayers, type Unpack } from './layers.ts';

/** What a document's language is chosen by; `bytes` is a listing in hexadecimal. */
export type DocumentFormat = 'json' | 'xml' | 'text' | 'bytes';

export interface PayloadDocument {
  readonly format: DocumentFormat;
  readonly text: string;
  /** Bytes (of what was unpacked, where it was) that are in the text, of how many. */
  readonly shown: number;
  readonly size: number;
}

/** Bytes of text in a document, and bytes that are listed one by one: a line of 78 characters shows sixteen. */
const maximumText = 10 * 1024 * 1024;
const maximumListed = 1024 * 1024;
const bytesInLine = 16;
const linesInChunk = 512;

/** Controls that no text has: then it is something else that happens to be valid UTF-8. */
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/**
 * JSON and XML are indented (up to the decoders' limits; larger ones stay as they were sent), formats that a
 * content type names are written as the decoders write them, other text stays as it is, other bytes are listed.
 */
export function payloadDocument(
  payload: Uint8Array,
  contentType: string | undefined,
  unpack: Unpack,
  bound?: BoundDecoder,
): PayloadDocument {
  const { bytes } = unpackLayers(payload, compressionOf(contentType), unpack);
  const size = bytes.length;
  const [best] = decodePayload(payload, contentType, unpack, bound).decodings;
  const isText = best && best.decoder !== 'text' && !best.image;
  if (isText && best.problem === undefined && best.truncated === 0) {
    const { decoder, text, isJson } = best;
    const format = isJson ? 'json' : decoder === 'json' || decoder === 'xml' ? decoder : 'text';
    return { format, text, shown: size, size };
  }
  const end = textEnd(bytes);
  const text = end === undefined ? undefined : decodeUtf8(bytes, 0, end);
  if (text === undefined || end === undefined || binary.test(text)) return listing(bytes);
  const wanted = formatOf(contentType);
  const isWhole = end === size;
  const format = isWhole && (wanted === 'json' || wanted === 'xml') ? wanted : formatLike(text);
  return { format: isWhole ? format : 'text', text, shown: end, size };
}

/** Where the text ends, whole characters only; undefined when it is none. */
function textEnd(bytes: Uint8Array): number | undefined {
  const end = Math.min(bytes.length, maximumText);
  const invalid = findInvalidUtf8(bytes, 0, end);
  if (invalid < 0) return end;
  return end < bytes.length && end - invalid < 4 ? invalid : undefined;
}

/** By its first character, for what was too large to be looked at as a whole. */
function formatLike(text: string): DocumentFormat {
  if (text.length < maximumListed) return 'text';
  const first = text.trimStart()[0];
  return first === '{' || first === '[' ? 'json' : first === '<' ? 'xml' : 'text';
}

/** Offset, bytes and characters, sixteen a line. */
function listing(bytes: Uint8Array): PayloadDocument {
  const shown = Math.min(bytes.length, maximumListed);
  const chunks: string[] = [];
  for (let start = 0; start < shown; start += bytesInLine * linesInChunk) {
    const lines: string[] = [];
    const end = Math.min(shown, start + bytesInLine * linesInChunk);
    for (let at = start; at < end; at += bytesInLine) {
      lines.push(lineOf(bytes, at, Math.min(at + bytesInLine, end)));
    }
    chunks.push(lines.join('\n'));
  }
  return { format: 'bytes', text: chunks.join('\n'), shown, size: bytes.length };
}

function lineOf(bytes: Uint8Array, start: number, end: number): string {
  let digits = '';
  let characters = '';
  for (const byte of bytes.subarray(start, end)) {
    digits += `${byte.toString(16).padStart(2, '0')} `;
    characters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  return `${start.toString(16).padStart(8, '0')}  ${digits.padEnd(bytesInLine * 3)} ${characters}`;
}
