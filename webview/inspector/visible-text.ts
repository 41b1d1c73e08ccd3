/**
 * Hostile text made visible: what is in a payload, topic or client identifier may hold control
 * characters and characters that turn the direction of writing around.
 */
import { element } from './dom.ts';

/**
 * C0 and C1 controls, DEL, and what a reader cannot see: zero-width and bidirectional formatting
 * characters, line separators, the byte order mark, interlinear annotations, tags.
 */
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // The pictures of control characters: ␀ ␁ … ␟ and ␡.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** One line of text with nothing hidden in it. */
export function visibleLine(text: string): string {
  return text.replace(unseen, escapeOf);
}

/** Escapes that are marked one by one: an element for each of a hundred thousand would stop the page. */
const mostMarked = 2000;

/**
 * Appends `text`, keeping line feeds and tabs, with every other unseen character as an escape. Those that follow each
 * other are marked together; beyond very many they are only written.
 */
export function appendVisible(parent: Node, text: string): void {
  let start = 0;
  let marked = 0;
  let run = '';
  const flush = (): void => {
    if (run !== '') parent.appendChild(element('span', { className: 'escape', text: run }));
    run = '';
  };
  for (const match of text.matchAll(unseen)) {
    const character = match[0];
    if (character === '\n' || character === '\t') continue;
    if (character === '\r' && text[match.index + 1] === '\n') continue;
    if (match.index > start || run === '') {
      flush();
      if (match.index > start) {
        parent.appendChild(document.createTextNode(text.slice(start, match.index)));
      }
      if (++marked > mostMarked) {
        parent.appendChild(document.createTextNode(plain(text.slice(match.index))));
        return;
      }
    }
    run += escapeOf(character);
    start = match.index + character.length;
  }
  flush();
  if (start < text.length) parent.appendChild(document.createTextNode(text.slice(start)));
}

/** As `visibleLine`, with line feeds and tabs kept. */
function plain(text: string): string {
  return text.replace(unseen, (character, at: number) => {
    const isKept = character === '\n' || character === '\t';
    return isKept || (character === '\r' && text[at + 1] === '\n')
      ? character
      : escapeOf(character);
  });
}
