import { decodeUtf8, findInvalidUtf8, utf8Length } from '../mqtt/utf8.ts';
import type { Decoded } from './decoding.ts';
import {
  depthLimitText,
  maximumDepth,
  maximumInput,
  maximumOutput,
  outputLimitText,
} from './limits.ts';
import { wholeCharacters } from './writer.ts';

/**
 * The payload as indented JSON; undefined when it does not look like JSON. Numbers, key order and
 * repeated keys stay exactly as they were sent: tokens are re-indented, not parsed and printed.
 * @param expected the content type says JSON: then what is wrong is told instead of undefined.
 */
export function decodeJson(payload: Uint8Array, expected: boolean): Decoded | undefined {
  const failed = (problem: string): Decoded | undefined =>
    expected ? { text: '', truncated: payload.length, problem } : undefined;
  if (!expected && !startsLikeJson(payload)) return undefined;
  if (payload.length > maximumInput) {
    return failed(`Not shown as JSON: larger than ${maximumInput / 1024 / 1024} MiB`);
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
  if (depthOf(text) > maximumDepth) {
    return failed(`Not shown as JSON: ${depthLimitText.toLowerCase()}`);
  }
  const indented = indent(text);
  const truncated = payload.length - utf8Length(text.slice(0, indented.consumed));
  return {
    text: indented.text,
    truncated,
    ...(truncated > 0 && { problem: outputLimitText }),
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

/**
 * Indents valid JSON by two blanks a level; empty objects and arrays stay on their line. Stops when
 * the output is at its limit; `consumed` are the characters of `text` that are in it.
 */
function indent(text: string): { text: string; consumed: number } {
  const parts: string[] = [];
  let depth = 0;
  let length = 0;
  let opened = false;
  const put = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  const newLine = (): void => put(`\n${'  '.repeat(depth)}`);
  for (const { 0: part, index } of text.matchAll(token)) {
    const closes = part === '}' || part === ']';
    if (closes) depth--;
    // Not between the brackets of an empty object or array.
    if (closes !== opened) newLine();
    opened = part === '{' || part === '[';
    const room = maximumOutput - length;
    if (part.length > room) {
      const shown = wholeCharacters(part, Math.max(0, room));
      return { text: parts.join('') + part.slice(0, shown), consumed: index + shown };
    }
    put(part);
    if (opened) depth++;
    else if (part === ',') newLine();
    else if (part === ':') put(' ');
  }
  return { text: parts.join(''), consumed: text.length };
}
