import { unpack } from '../../src/engine/unpack.ts';
import { decodeAs, decodePayload } from '../../src/payload/decode.ts';
import type { PayloadDecoder, PayloadDecoding, PayloadForms } from '../../src/payload/decoding.ts';

/** Bytes from hexadecimal digits; blanks don't count. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** How a payload is shown without asking, and what can be asked for. */
export function formsOf(payload: Uint8Array, contentType?: string): PayloadForms {
  return decodePayload(payload, contentType, unpack);
}

/** The payload by one decoder: bytes, or their hexadecimal digits. */
export function decodedAs(
  decoder: PayloadDecoder,
  payload: Uint8Array | string,
  contentType?: string,
): PayloadDecoding {
  const bytes = typeof payload === 'string' ? bytesOf(payload) : payload;
  return decodeAs(decoder, bytes, contentType, unpack);
}

/** Indented text on one line, as the specifications write their examples. */
export function onOneLine(text: string): string {
  return text
    .replace(/,\n\s*/g, ', ')
    .replace(/([[{(]_[0-3]?)\n\s*/g, '$1 ')
    .replace(/\n\s*/g, '');
}
