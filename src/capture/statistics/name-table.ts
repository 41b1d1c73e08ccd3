/** The row of what has no row of its own. */
export const othersRow = 0;

/**
 * Rows by name. Bounded in names and in characters of all names: what comes after that shares the row
 * of the others.
 */
export class NameTable {
  readonly #maximum: number;
  readonly #maximumCharacters: number;
  readonly #rows = new Map<string, number>();
  /** By row; the first one is the others'. */
  readonly names: string[] = [''];
  #characters = 0;

  constructor(maximum: number, maximumCharacters: number) {
    this.#maximum = maximum;
    this.#maximumCharacters = maximumCharacters;
  }

  /** Rows, with that of the others. */
  get length(): number {
    return this.names.length;
  }

  /** Names that have a row. */
  get count(): number {
    return this.names.length - 1;
  }

  rowOf(name: string): number {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    if (this.count >= this.#maximum || this.#characters + name.length > this.#maximumCharacters) {
      return othersRow;
    }
    this.#characters += name.length;
    const row = this.names.length;
    this.names.push(name);
    this.#rows.set(name, row);
    return row;
  }
}
