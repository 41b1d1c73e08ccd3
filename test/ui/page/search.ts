/** Find over the made-up rows: as the engine tells it. */
import type { Row } from '../../../src/engine/contract.ts';
import type { SearchRequest, SearchResult } from '../../../src/engine/editor-contract.ts';

/** Matches that are counted here. */
const mostMatches = 1000;

export function searchResult(
  request: SearchRequest,
  first: number,
  end: number,
  rowAt: (ordinal: number) => Row,
): SearchResult {
  const text = request.text.toLowerCase();
  const matches: number[] = [];
  for (let ordinal = first; ordinal < end && matches.length < mostMatches; ordinal++) {
    const { topic = '', client, preview = '' } = rowAt(ordinal);
    if (`${topic}\n${client}\n${preview}`.toLowerCase().includes(text)) matches.push(ordinal);
  }
  const { from, direction, inclusive } = request;
  const result = { count: matches.length, hasMore: matches.length === mostMatches };
  if (from === undefined || matches.length === 0) return result;
  const found =
    direction === 'next'
      ? (matches.find((one) => (inclusive ? one >= from : one > from)) ?? matches[0])
      : (matches.findLast((one) => one < from) ?? matches.at(-1));
  if (found === undefined) return result;
  const { frame } = rowAt(found);
  return { ...result, match: { ordinal: found, frame, index: matches.indexOf(found) + 1 } };
}
