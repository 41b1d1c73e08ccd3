import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import type { Decoded } from './decoding.ts';

/** Bytes of a payload that are shown as text at most. */
export const maximumTextBytes = 256 * 1024;

/** The payload as UTF-8. Where it is not, what comes before is shown, and where it stops. */
export function decodeText(payload: Uint8Array): Decoded {
  const end = Math.min(payload.length, maximumTextBytes);
  const invalid = findInvalidUtf8(payload, 0, end);
  // The limit may go through a character: that is not the payload's fault.
  const cutByLimit = invalid >= 0 && end < payload.length && end - invalid < 4;
  const stop = invalid < 0 ? end : invalid;
  return {
    text: decodeUtf8(payload, 0, stop),
    truncated: payload.length - stop,
    ...(invalid >= 0 && !cutByLimit && { problem: `Not valid UTF-8 at byte ${invalid}` }),
  };
}
