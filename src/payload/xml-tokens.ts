import { DecodingStop } from './writer.ts';

export interface XmlToken {
  /** `other`: a declaration, an instruction, a comment, a document type. */
  readonly kind: 'start' | 'end' | 'empty' | 'text' | 'blank' | 'other';
  /** As it was sent. */
  readonly text: string;
  /** Of a tag; else empty. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What begins with `<!` or `<?`, and what ends it. */
const sections: readonly (readonly [open: string, close: string, kind: XmlToken['kind']])[] = [
  ['<!--', '-->', 'other'],
  ['<![CDATA[', ']]>', 'text'],
  ['<?', '?>', 'other'],
];

/** Blanks, as XML has them; the mark of UTF-8 at the very start is one too. */
const blank = /^[\s\uFEFF]*$/u;
/** The name of a tag, from the position on. */
const nameAt = /[^\s!"#$%&'()*+,/;<=>?@[\\\]^`{|}~\d.-][^\s!"#$%&'()*+,/;<=>?@[\\\]^`{|}~]*/uy;

/**
 * Cuts XML into tokens, each character looked at a few times at most.
 * @throws DecodingStop where a token does not end, or a tag has no name.
 */
export function* tokensOf(text: string): Generator<XmlToken, void> {
  let start = 0;
  while (start < text.length) {
    const token = text[start] === '<' ? markupAt(text, start) : textAt(text, start);
    yield token;
    start = token.end;
  }
}

function textAt(text: string, start: number): XmlToken {
  const next = text.indexOf('<', start);
  const end = next < 0 ? text.length : next;
  const part = text.slice(start, end);
  return { kind: blank.test(part) ? 'blank' : 'text', text: part, name: '', start, end };
}

function markupAt(text: string, start: number): XmlToken {
  for (const [open, close, kind] of sections) {
    if (!text.startsWith(open, start)) continue;
    const found = text.indexOf(close, start + open.length);
    if (found < 0) throw new DecodingStop(`Not XML at character ${start}: ${open} does not end`);
    const end = found + close.length;
    return { kind, text: text.slice(start, end), name: '', start, end };
  }
  if (text.startsWith('<!DOCTYPE', start)) return documentTypeAt(text, start);
  const closes = text[start + 1] === '/';
  nameAt.lastIndex = start + (closes ? 2 : 1);
  const name = nameAt.exec(text)?.[0];
  if (name === undefined)
    throw new DecodingStop(`Not XML at character ${start}: no tag begins there`);
  const end = endOfTag(text, start, nameAt.lastIndex);
  const tag = text.slice(start, end);
  const kind = closes ? 'end' : tag.endsWith('/>') ? 'empty' : 'start';
  return { kind, text: tag, name, start, end };
}

/** Behind the `>` that is not within quotes. */
function endOfTag(text: string, start: number, from: number): number {
  for (let index = from; index < text.length; index++) {
    const character = text[index];
    if (character === '>') return index + 1;
    if (character === '"' || character === "'") {
      index = text.indexOf(character, index + 1);
      if (index < 0) break;
    } else if (character === '<') break;
  }
  throw new DecodingStop(`Not XML at character ${start}: the tag does not end`);
}

/** A document type with all its declarations: shown, never read. */
function documentTypeAt(text: string, start: number): XmlToken {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (character === '"' || character === "'") {
      index = text.indexOf(character, index + 1);
      if (index < 0) break;
    } else if (text.startsWith('<!--', index)) {
      index = text.indexOf('-->', index);
      if (index < 0) break;
      index += 2;
    } else if (character === '<') depth++;
    else if (character === '>' && --depth === 0) {
      const end = index + 1;
      return { kind: 'other', text: text.slice(start, end), name: '', start, end };
    }
  }
  throw new DecodingStop(`Not XML at character ${start}: <!DOCTYPE does not end`);
}
