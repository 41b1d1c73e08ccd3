import { maximumOutput, outputLimitText } from './limits.ts';

/** Why a decoder stops, as a person reads it. It never leaves `src/payload`. */
export class DecodingStop extends Error {}

/** Bytes that are written as hexadecimal digits in one go. */
const hexChunk = 512;

/** Text that grows up to a limit, by lines with their indentation. */
export class TextWriter {
  /** What is wrong but did not stop the decoder; the first is told. */
  problem: string | undefined;
  readonly #parts: string[] = [];
  #length = 0;
  #depth = 0;

  get text(): string {
    return this.#parts.join('');
  }

  /** @throws DecodingStop when the limit is reached; what fits is written before. */
  put(text: string): void {
    const room = maximumOutput - this.#length;
    if (text.length <= room) {
      this.#parts.push(text);
      this.#length += text.length;
      return;
    }
    this.#parts.push(text.slice(0, wholeCharacters(text, room)));
    this.#length = maximumOutput;
    throw new DecodingStop(outputLimitText);
  }

  /** Begins a line, indented by two blanks a level. */
  line(): void {
    this.put(`\n${'  '.repeat(this.#depth)}`);
  }

  indent(): void {
    this.#depth++;
  }

  outdent(): void {
    this.#depth--;
  }

  /** Writes `h'0102ff'`: long ones in pieces, so that the limit also bounds the work. */
  bytes(bytes: Uint8Array): void {
    this.put("h'");
    for (let start = 0; start < bytes.length; start += hexChunk) {
      this.put(hexOf(bytes.subarray(start, start + hexChunk)));
    }
    this.put("'");
  }

  /** The first of what went wrong is kept. */
  note(problem: string): void {
    this.problem ??= problem;
  }
}

/** Two digits for each byte. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** `length`, or one less where it would go through a surrogate pair. */
export function wholeCharacters(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
