import { decodeUtf8, findInvalidUtf8 } from '../mqtt/utf8.ts';
import type { PayloadDecoding } from './decoding.ts';

/** Larger payloads are not parsed as JSON. */
export const maximumJsonBytes = 1024 * 1024;
/** Deeper nesting is refused: a parser's stack and a reader's eye both end. */
export const maximumJsonDepth = 200;
/** Characters of the indented text. */
const maximumOutput = 512 * 1024;

/**
 * The payload as indented JSON; undefined when it does not look like JSON. Numbers, key order and
 * repeated keys stay exactly as they were sent: tokens are re-indented, not parsed and printed.
 * @param expected the content type says JSON: then what is wrong is told instead of undefined.
 */
export function decodeJson(payload: Uint8Array, expected: boolean): PayloadDecoding | undefined {
  const failed = (problem: string): PayloadDecoding | undefined =>
    expected
      ? { decoder: 'json', label: 'JSON', text: '', truncated: payload.length, problem }
      : undefined;
  if (!expected && !startsLikeJson(payload)) return undefined;
  if (payload.length > maximumJsonBytes) {
    return failed(`Not shown as JSON: larger than ${maximumJsonBytes / 1024 / 1024} MiB`);
  }
  const invalid = findInvalidUtf8(payload, 0, payload.length);
  if (invalid >= 0) return failed(`Not valid UTF-8 at byte ${invalid}`);
  const text = decodeUtf8(payload, 0, payload.length);
  try {
    JSON.parse(text);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  // Only on valid JSON do the patterns below run in linear time.
  if (depthOf(text) > maximumJsonDepth) {
    return failed(`Not shown as JSON: nested deeper than ${maximumJsonDepth} levels`);
  }
  const indented = indent(text);
  const cut = indented.length > maximumOutput;
  return {
    decoder: 'json',
    label: 'JSON',
    text: cut ? indented.slice(0, maximumOutput) : indented,
    truncated: 0,
    ...(cut && { problem: `Cut after ${maximumOutput / 1024} KiB` }),
  };
}

/** Whether the first character that is no blank begins an object or an array. */
function startsLikeJson(payload: Uint8Array): boolean {
  for (const byte of payload.subarray(0, 1024)) {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) continue;
    return byte === 0x7b || byte === 0x5b;
  }
  return false;
}

/** A token of valid JSON: a string, a bracket or separator, or a number or word. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (part === '{' || part === '[') deepest = Math.max(deepest, ++depth);
    else if (part === '}' || part === ']') depth--;
  }
  return deepest;
}

/** Indents valid JSON by two blanks a level; empty objects and arrays stay on their line. */
function indent(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let length = 0;
  let opened = false;
  const put = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  const newLine = (): void => put(`\n${'  '.repeat(depth)}`);
  for (const [part] of text.matchAll(token)) {
    if (length > maximumOutput) break;
    if (part === '}' || part === ']') {
      depth--;
      if (!opened) newLine();
      opened = false;
      put(part);
      continue;
    }
    if (opened) newLine();
    opened = false;
    put(part);
    if (part === '{' || part === '[') {
      depth++;
      opened = true;
    } else if (part === ',') newLine();
    else if (part === ':') put(' ');
  }
  return parts.join('');
}
