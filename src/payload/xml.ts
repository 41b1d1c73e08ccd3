/**
 * XML 1.0, indented: tags, comments and texts stay as they were sent, only blanks between tags are
 * replaced. Entities are never resolved and document type definitions never read: both are shown as
 * they are. It checks that tags match, not all that XML demands.
 * Limits: those of limits.ts. UTF-8 only.
 */
import { decodeUtf8, findInvalidUtf8, utf8Length } from '../mqtt/utf8.ts';
import type { Decoded } from './decoding.ts';
import { maximumInput } from './limits.ts';
import { deeper } from './walk.ts';
import { tokensOf, type XmlToken } from './xml-tokens.ts';
import { DecodingStop, TextWriter } from './writer.ts';

/**
 * The payload as indented XML; undefined when it is not plainly that.
 * @param expected XML was promised or asked for: then what is wrong is told instead of undefined.
 */
export function decodeXml(payload: Uint8Array, expected: boolean): Decoded | undefined {
  if (!expected && !startsLikeXml(payload)) return undefined;
  const failed = (problem: string): Decoded | undefined =>
    expected ? { text: '', truncated: payload.length, problem } : undefined;
  if (payload.length > maximumInput) {
    return failed(`Not shown as XML: larger than ${maximumInput / 1024 / 1024} MiB`);
  }
  const invalid = findInvalidUtf8(payload, 0, payload.length);
  if (invalid >= 0) return failed(`Not valid UTF-8 at byte ${invalid}`);
  const text = decodeUtf8(payload, 0, payload.length);
  const printer = new XmlPrinter();
  let consumed = 0;
  try {
    for (const token of tokensOf(text)) {
      printer.put(token);
      consumed = token.end;
    }
    printer.end();
    return { text: printer.text, truncated: 0 };
  } catch (error) {
    if (!(error instanceof DecodingStop)) throw error;
    if (!expected && !printer.full) return undefined;
    const truncated = payload.length - utf8Length(text.slice(0, consumed));
    return { text: printer.text, truncated, problem: error.message };
  }
}

/** Whether the first character that is no blank (or mark of UTF-8) begins a tag or a declaration. */
function startsLikeXml(payload: Uint8Array): boolean {
  const marked = payload[0] === 0xef && payload[1] === 0xbb && payload[2] === 0xbf;
  for (const byte of payload.subarray(marked ? 3 : 0, 1024)) {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) continue;
    return byte === 0x3c;
  }
  return false;
}

/** Writes tokens, each tag on a line of its own unless a text is beside it. */
class XmlPrinter {
  /** The limit of the output was reached: until then all was well. */
  full = false;
  readonly #writer = new TextWriter();
  readonly #open: string[] = [];
  #before: XmlToken['kind'] | undefined;
  #hasRoot = false;

  get text(): string {
    return this.#writer.text;
  }

  /** @throws DecodingStop where the tags don't match, and at a limit. */
  put(token: XmlToken): void {
    const { kind, text, start } = token;
    if (kind === 'blank') return;
    const inRoot = this.#open.length > 0;
    if (!inRoot && (kind === 'text' || (this.#hasRoot && (kind === 'start' || kind === 'empty')))) {
      throw new DecodingStop(`Not XML at character ${start}: it is outside of the root element`);
    }
    if (kind === 'end') this.#close(token);
    // A text stays beside its tags: blanks would become part of it.
    const besideText = kind === 'text' || this.#before === 'text';
    const isEmpty = kind === 'end' && this.#before === 'start';
    this.full = true;
    if (this.#before !== undefined && !besideText && !isEmpty) this.#writer.line();
    this.#writer.put(text);
    this.full = false;
    if (kind === 'start') this.#begin(token.name);
    if (kind === 'empty') this.#hasRoot = true;
    this.#before = kind;
  }

  /** @throws DecodingStop where an element is open, or none was. */
  end(): void {
    const open = this.#open.at(-1);
    if (open !== undefined) throw new DecodingStop(`Ends before <${open}> is closed`);
    if (!this.#hasRoot) throw new DecodingStop('There is no element');
  }

  #begin(name: string): void {
    this.#hasRoot = true;
    deeper(this.#open.length);
    this.#open.push(name);
    this.#writer.indent();
  }

  #close({ name, start }: XmlToken): void {
    const open = this.#open.pop();
    if (open !== name) {
      const expected = open === undefined ? 'nothing is open' : `<${open}> is open`;
      throw new DecodingStop(`Not XML at character ${start}: </${name}>, but ${expected}`);
    }
    this.#writer.outdent();
  }
}
