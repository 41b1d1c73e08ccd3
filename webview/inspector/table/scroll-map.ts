/**
 * Where the table stands, in rows, against where its scroll bar stands, in pixels. Browsers end
 * the height of an element at 16 to 33 million pixels, and a position beyond 2^23 that is held as
 * a 32-bit float has no fractions; so above a limit one pixel of the scroll bar stands for more
 * than one pixel of rows. Small movements (wheel, touch) still move the rows pixel by pixel, and
 * the scroll bar is put where it belongs when they have ended.
 */

/** Most pixels that the scrolled element is high. */
const contentLimit = 8_000_000;
/** Pixels at the ends of the scroll bar that are not scaled. */
const edgeLength = 20_000;

export class ScrollMap {
  readonly #rowHeight: number;
  #rowCount = 0;
  #viewport = 0;
  /** Pixels of rows above the first visible one. */
  #position = 0;
  /** Where the scroll bar is or was told to be. */
  #scrollTop = 0;

  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  /** Pixels from the first row to the top of the view. */
  get position(): number {
    return this.#position;
  }

  get scrollTop(): number {
    return this.#scrollTop;
  }

  /** Height of the scrolled element, pixels. */
  get contentHeight(): number {
    return Math.min(this.#rowCount * this.#rowHeight, Math.max(contentLimit, this.#viewport));
  }

  get maximumPosition(): number {
    return Math.max(0, this.#rowCount * this.#rowHeight - this.#viewport);
  }

  /** Says how many rows there are and how many pixels are visible; the position stays. */
  resize(rowCount: number, viewport: number): void {
    this.#rowCount = rowCount;
    this.#viewport = viewport;
    this.moveTo(this.#position);
  }

  /** Puts the position (pixels of rows) and with it the scroll bar. */
  moveTo(position: number): void {
    this.#position = Math.min(Math.max(0, position), this.maximumPosition);
    this.#scrollTop = this.#scrollTopOf(this.#position);
  }

  /**
   * The scroll bar was moved by the person; `dragged` by its handle, however little. Returns false
   * when it is where it was told to be.
   */
  scrolled(scrollTop: number, dragged = false): boolean {
    const delta = scrollTop - this.#scrollTop;
    if (Math.abs(delta) < 1) return false;
    this.#scrollTop = scrollTop;
    const small = !dragged && Math.abs(delta) < this.#viewport;
    const position = small ? this.#position + delta : this.#positionOf(scrollTop);
    this.#position = Math.min(Math.max(0, position), this.maximumPosition);
    // At an end of the bar no movement would be left for the rows beyond.
    if (scrollTop <= 0 || scrollTop >= this.#maximumScroll) this.moveTo(this.#position);
    return true;
  }

  /** Puts the scroll bar where the position says; true if that is elsewhere. */
  settle(): boolean {
    const before = this.#scrollTop;
    this.moveTo(this.#position);
    return Math.abs(before - this.#scrollTop) >= 1;
  }

  get #maximumScroll(): number {
    return Math.max(0, this.contentHeight - this.#viewport);
  }

  /** Pixels at either end of the bar that are pixels of rows, so that the ends scroll as usual. */
  get #edge(): number {
    return Math.min(edgeLength, this.#maximumScroll / 2);
  }

  /** Pixels of rows for one pixel of the scroll bar between the edges; 1 up to the limit. */
  get #ratio(): number {
    const scroll = this.#maximumScroll - 2 * this.#edge;
    return scroll <= 0 ? 1 : (this.maximumPosition - 2 * this.#edge) / scroll;
  }

  #scrollTopOf(position: number): number {
    const edge = this.#edge;
    if (position <= edge) return position;
    const below = this.maximumPosition - position;
    if (below <= edge) return this.#maximumScroll - below;
    return Math.round(edge + (position - edge) / this.#ratio);
  }

  #positionOf(scrollTop: number): number {
    const edge = this.#edge;
    if (scrollTop <= edge) return scrollTop;
    const below = this.#maximumScroll - scrollTop;
    if (below <= edge) return this.maximumPosition - below;
    return edge + (scrollTop - edge) * this.#ratio;
  }
}
