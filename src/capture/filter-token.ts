/** The part of a filter that a caret stands in. */
export interface FilterToken {
  /** In small letters; undefined while it, or text, is being typed. */
  readonly key: string | undefined;
  /** It is in quotes: no key. */
  readonly isQuoted: boolean;
  /** What stands before the caret: of the value, or of the key. Without quotes and escapes. */
  readonly typed: string;
  /** What a completion replaces: offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** Never fails: a filter that is being typed is seldom right. */
export function tokenAt(text: string, caret: number): FilterToken {
  const at = Math.min(Math.max(0, caret), text.length);
  let start = 0;
  let inQuotes = false;
  for (let index = 0; index < at; index++) {
    const character = text.charAt(index);
    if (inQuotes && character === '\\') index++;
    else if (character === '"') inQuotes = !inQuotes;
    else if (!inQuotes && /[\s()]/.test(character)) start = index + 1;
  }
  while (start < at && text[start] === '-') start++;
  const before = text.slice(start, at);
  const colon = before.startsWith('"') ? -1 : before.indexOf(':');
  const key = colon < 0 ? undefined : before.slice(0, colon).toLowerCase();
  const valueStart = start + colon + 1;
  return {
    key,
    isQuoted: text[valueStart] === '"',
    typed: unquoted(text.slice(valueStart, at)),
    start: valueStart,
    end: inQuotes ? endOfQuotes(text, at) : endOfWord(text, at),
  };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1).replace(/\\(.)/g, '$1') : value;
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && !/[\s()]/.test(text.charAt(end))) end++;
  return end;
}

function endOfQuotes(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index + 1;
  }
  return text.length;
}
