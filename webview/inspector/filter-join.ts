/**
 * A filter with one more term that must hold too. One that has an `or` outside of quotes and parentheses is put in
 * parentheses first; a term that is there already is not repeated.
 */
export function withTerm(filter: string, term: string): string {
  const before = filter.trim();
  if (before === '') return term;
  const opposite = term.startsWith('-') ? term.slice(1) : `-${term}`;
  const bare = outermost(before);
  if (bare.includes(' or ')) return `(${before}) ${term}`;
  const parts = before.split(' ');
  if (parts.includes(term)) return before;
  // By and without the same would find nothing; within quotes and parentheses it means something else.
  const kept = /["()]/.test(before) ? parts : parts.filter((part) => part !== opposite);
  return [...kept, term].join(' ');
}

/** The filter with all that is in quotes or parentheses taken out, in small letters. */
function outermost(filter: string): string {
  let depth = 0;
  let text = '';
  for (const [part] of filter.matchAll(/"(?:[^"\\]|\\.)*"?|[()]|[^"()]+/g)) {
    if (part === '(') depth++;
    else if (part === ')') depth--;
    else if (depth === 0) text += part.startsWith('"') ? '"' : part.toLowerCase();
  }
  return text.replaceAll(/\s+/g, ' ');
}
