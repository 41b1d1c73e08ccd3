import type { JsonLine } from './json-lines.ts';

/** Which lines of a tree are shown: those that are in nothing folded. */
export class JsonFold {
  readonly #lines: readonly JsonLine[];
  readonly #folded = new Set<number>();
  #shown: number[] = [];

  constructor(lines: readonly JsonLine[]) {
    this.#lines = lines;
    this.#update();
  }

  /** Lines, from top to bottom. */
  get shown(): readonly number[] {
    return this.#shown;
  }

  canFold(line: number): boolean {
    return (this.#lines[line]?.end ?? line) > line;
  }

  isFolded(line: number): boolean {
    return this.#folded.has(line);
  }

  set(line: number, folded: boolean): void {
    if (!this.canFold(line) || folded === this.isFolded(line)) return;
    if (folded) this.#folded.add(line);
    else this.#folded.delete(line);
    this.#update();
  }

  /** Folds everything below the top, or nothing. */
  setAll(folded: boolean): void {
    this.#folded.clear();
    if (folded) {
      this.#lines.forEach(({ depth }, line) => {
        if (depth > 0 && this.canFold(line)) this.#folded.add(line);
      });
    }
    this.#update();
  }

  /** Unfolds what a line is in. */
  reveal(line: number): void {
    let changed = false;
    for (let at = this.#lines[line]?.parent ?? -1; at >= 0; at = this.#lines[at]?.parent ?? -1) {
      changed = this.#folded.delete(at) || changed;
    }
    if (changed) this.#update();
  }

  /** Where a line stands among those shown; -1 where it is not. */
  placeOf(line: number): number {
    let low = 0;
    let high = this.#shown.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#shown[middle] ?? 0;
      if (found === line) return middle;
      if (found < line) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #update(): void {
    this.#shown = [];
    for (let line = 0; line < this.#lines.length; line++) {
      this.#shown.push(line);
      // Its closing bracket is told on the same line.
      if (this.#folded.has(line)) line = this.#lines[line]?.end ?? line;
    }
  }
}
