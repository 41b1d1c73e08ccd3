/** A part of a filter's text, for its colour. */
export interface FilterPiece {
  readonly text: string;
  readonly kind: 'key' | 'operator' | 'quoted' | 'text';
}

/**
 * Blanks, quotes (also such as are not closed), keys, operators, words: one of these begins wherever the one before
 * ended. Only the engine decides what a filter means.
 */
const pieces =
  /(?<blank>\s+)|(?<quoted>"(?:\\.|[^"\\])*"?)|(?<key>(?:(?:payload|prop)\.[^\s:()"]*|[a-z][\w.]*):)|(?<operator>[()]|-+(?=\S)|or(?=[\s()]|$))|(?<word>[^\s()"]+)/giy;

/** The whole text in pieces. */
export function piecesOf(filter: string): FilterPiece[] {
  const found: FilterPiece[] = [];
  // Within a word, a hyphen or `or` is text: they are operators only where a term begins.
  let isStart = true;
  for (const { 0: text, groups = {} } of filter.matchAll(pieces)) {
    const isOperator: boolean = groups['operator'] !== undefined && (isStart || /[()]/.test(text));
    const isKey: boolean = groups['key'] !== undefined && isStart;
    found.push({
      text,
      kind: isOperator
        ? 'operator'
        : isKey
          ? 'key'
          : groups['quoted'] !== undefined
            ? 'quoted'
            : 'text',
    });
    isStart = groups['blank'] !== undefined || isOperator;
  }
  return found;
}
