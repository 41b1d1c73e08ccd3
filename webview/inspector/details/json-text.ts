import { element } from '../dom.ts';
import { appendVisible } from '../visible-text.ts';

/** Characters that are coloured; what follows is plain. */
const colouredLength = 50_000;

/** String (a key when a colon follows), number, word. An open string at the end is one too. */
const token = /("(?:[^"\\]|\\.)*"?)(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/gsu;

/** Appends JSON text with its tokens in colour. It is never parsed as markup. */
export function appendJson(parent: Node, text: string): void {
  const coloured = text.slice(0, colouredLength);
  let end = 0;
  for (const match of coloured.matchAll(token)) {
    appendVisible(parent, coloured.slice(end, match.index));
    const [whole, string, colon] = match;
    const className =
      string === undefined
        ? /^[tfn]/.test(whole)
          ? 'word'
          : 'number'
        : colon === undefined
          ? 'string'
          : 'key';
    const span = element('span', { className });
    appendVisible(span, string ?? whole);
    parent.appendChild(span);
    if (colon !== undefined) parent.appendChild(document.createTextNode(colon));
    end = match.index + whole.length;
  }
  appendVisible(parent, text.slice(end));
}
