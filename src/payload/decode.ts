import type { PayloadDecoding } from './decoding.ts';
import { decodeJson } from './json.ts';
import { decodeText } from './text.ts';

/** Every way that applies to show a payload, the most telling first. Bytes always apply too. */
export function decodePayload(
  payload: Uint8Array,
  contentType: string | undefined,
): PayloadDecoding[] {
  if (payload.length === 0) return [];
  const json = decodeJson(payload, contentType !== undefined && isJsonType(contentType));
  const text = decodeText(payload);
  return json ? [json, text] : [text];
}

/** `application/json`, `application/senml+json; charset=utf-8`… */
function isJsonType(contentType: string): boolean {
  return /^[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType);
}
