/** What a filter says, as a tree. DESIGN 7 is the language; positions are offsets in the text. */
export type FilterNode =
  { kind: 'and' | 'or'; nodes: FilterNode[] } | { kind: 'not'; node: FilterNode } | FilterTerm;

/** One thing that must hold: `text`, or `key:value`. */
export interface FilterTerm {
  kind: 'term';
  /** In small letters; undefined for text alone. */
  key: string | undefined;
  /** The key as it was written: names of properties and of JSON have capitals. */
  name: string;
  value: string;
  start: number;
  valueStart: number;
  end: number;
}

/** The names in payloads and of user properties are anybody's; other keys are few. */
const keyOfTerm = /^(?:(?:payload|prop)\.[^\s:()"]*|[a-zA-Z][\w.]*)(?=:)/i;

/** A filter that cannot be understood: what is wrong, and where. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

/** Longest filter, characters, and deepest nesting: it comes from a page. */
const maximumLength = 4096;
const maximumDepth = 64;

/**
 * Parses a filter: terms side by side must all hold, `or` joins alternatives, `-` negates,
 * parentheses group, double quotes keep blanks together (`\"` and `\\` inside). Undefined for an
 * empty filter.
 * @throws FilterError
 */
export function parseFilter(text: string): FilterNode | undefined {
  if (text.length > maximumLength) {
    throw new FilterError(
      `A filter has at most ${maximumLength} characters.`,
      maximumLength,
      text.length,
    );
  }
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): FilterNode | undefined {
    this.#skipBlanks();
    if (this.#at === this.#text.length) return undefined;
    const node = this.#alternatives();
    if (this.#at < this.#text.length) {
      throw new FilterError("There is no '(' for this ')'.", this.#at, this.#at + 1);
    }
    return node;
  }

  #alternatives(): FilterNode {
    if (++this.#depth > maximumDepth) {
      throw new FilterError('Too many parentheses in each other.', this.#at, this.#at + 1);
    }
    const nodes = [this.#sequence()];
    while (this.#atOr()) {
      this.#at += 2;
      this.#skipBlanks();
      nodes.push(this.#sequence());
    }
    this.#depth--;
    return one('or', nodes);
  }

  #sequence(): FilterNode {
    const nodes: FilterNode[] = [];
    const start = this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')' && !this.#atOr()) {
      nodes.push(this.#factor());
      this.#skipBlanks();
    }
    if (nodes.length === 0) {
      throw new FilterError(
        'Something to look for is missing here.',
        start,
        Math.max(start, this.#at),
      );
    }
    return one('and', nodes);
  }

  #factor(): FilterNode {
    let negated = false;
    while (this.#text[this.#at] === '-') {
      negated = !negated;
      this.#at++;
    }
    const node = this.#text[this.#at] === '(' ? this.#group() : this.#term();
    return negated ? { kind: 'not', node } : node;
  }

  #group(): FilterNode {
    const start = this.#at++;
    this.#skipBlanks();
    const node = this.#alternatives();
    if (this.#text[this.#at] !== ')') {
      throw new FilterError("The ')' for this '(' is missing.", start, start + 1);
    }
    this.#at++;
    return node;
  }

  #term(): FilterNode {
    const start = this.#at;
    const key = keyOfTerm.exec(this.#text.slice(start))?.[0];
    if (key !== undefined) this.#at += key.length + 1;
    const valueStart = this.#at;
    const value = this.#text[this.#at] === '"' ? this.#quoted() : this.#word();
    if (value === '') {
      const what = key === undefined ? "'-'" : `'${key}:'`;
      throw new FilterError(`A value must follow ${what}.`, start, Math.max(this.#at, start + 1));
    }
    return {
      kind: 'term',
      key: key?.toLowerCase(),
      name: key ?? '',
      value,
      start,
      valueStart,
      end: this.#at,
    };
  }

  #quoted(): string {
    const start = this.#at++;
    let value = '';
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined) {
        throw new FilterError('The closing quote is missing.', start, this.#text.length);
      }
      if (character === '"') return value;
      value += character === '\\' ? (this.#text[this.#at++] ?? '') : character;
    }
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\s()]/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #atOr(): boolean {
    return /^or(?=[\s(]|$)/i.test(this.#text.slice(this.#at, this.#at + 3));
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }
}

function one(kind: 'and' | 'or', nodes: FilterNode[]): FilterNode {
  const [only] = nodes;
  return nodes.length === 1 && only ? only : { kind, nodes };
}
