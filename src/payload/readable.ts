/** Bytes that came out of something, in the form that tells most. */
import type { Decoded } from './decoding.ts';
import { decodeHex } from './hex.ts';
import { decodeJson } from './json.ts';
import { decodeText } from './text.ts';
import { decodeXml } from './xml.ts';

/** As JSON or XML where they are plainly that, as text where they are text, else byte by byte. */
export function readable(bytes: Uint8Array): Decoded {
  const structured = decodeJson(bytes, false) ?? decodeXml(bytes, false);
  if (structured) return structured;
  const text = decodeText(bytes);
  return text.problem === undefined ? text : decodeHex(bytes);
}
