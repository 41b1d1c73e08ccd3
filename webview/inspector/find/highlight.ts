/** Cells whose text is what find looks at. */
const searched = '.cell.client, .cell.topic > span:first-child, .cell.payload';
/** Matches that are marked in one cell. */
const mostInCell = 20;

/**
 * Marks text in the rows that are in the document, without a change to them: the rows stay as they are, only the
 * browser paints the ranges.
 */
export class FindHighlight {
  readonly #table: HTMLElement;
  #lower = '';

  constructor(table: HTMLElement) {
    this.#table = table;
  }

  /** Text in any case; empty takes the marks away. */
  setText(text: string): void {
    this.#lower = text.toLowerCase();
    this.update();
  }

  /** The rows show something else. */
  update(): void {
    CSS.highlights.delete('find');
    CSS.highlights.delete('find-current');
    if (this.#lower === '') return;
    const [all, current] = [new Highlight(), new Highlight()];
    for (const cell of this.#table.querySelectorAll(`.body .row:not([hidden]) :is(${searched})`)) {
      const isCurrent = cell.closest('.row[aria-selected="true"]') !== null;
      for (const range of this.#rangesIn(cell)) (isCurrent ? current : all).add(range);
    }
    CSS.highlights.set('find', all);
    CSS.highlights.set('find-current', current);
  }

  #rangesIn(cell: Element): Range[] {
    const node = cell.firstChild;
    if (!(node instanceof Text)) return [];
    const text = node.data.toLowerCase();
    // A letter whose small form is longer would move what comes after it.
    if (text.length !== node.data.length) return [];
    const ranges: Range[] = [];
    let at = text.indexOf(this.#lower);
    while (at >= 0 && ranges.length < mostInCell) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + this.#lower.length);
      ranges.push(range);
      at = text.indexOf(this.#lower, at + this.#lower.length);
    }
    return ranges;
  }
}
