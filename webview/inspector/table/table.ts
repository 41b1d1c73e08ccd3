import { t } from '../../../src/base/localise.ts';
import {
  usualColumns,
  type ColumnLayout,
  type ColumnName,
} from '../../../src/engine/columns-contract.ts';
import type { InspectorView, Row } from '../../../src/engine/contract.ts';
import { element, oncePerFrame, setAttribute } from '../dom.ts';
import { fitColumns } from './column-tracks.ts';
import { Header, type HeaderEvents } from './header.ts';
import { addRowMenu } from './row-menu.ts';
import { RowView } from './row-view.ts';
import { ScrollMap } from './scroll-map.ts';

/** Pixels; the style sheet says the same. */
const rowHeight = 22;
/** Rows rendered above and below the visible ones. */
const overscan = 8;
/** Rows may stand this far from the layer's origin before it is moved to them. */
const originDistance = 100_000;
/** Milliseconds without movement after which the scroll bar is put where it belongs. */
const settleDelay = 150;

export interface TableEvents {
  /** How the person arranges the columns. */
  readonly header: HeaderEvents;
  /** A row was chosen by pointer or key. */
  select(ordinal: number): void;
  /** The details of the selected row were asked for. */
  activate(): void;
  /** The menu of a row was opened, which selects it. */
  point(ordinal: number): void;
  /** The selected row is to be copied. */
  copy(): void;
  /** Escape was pressed. */
  dismiss(): void;
  /** The person scrolled away from the end, or asked for it. */
  follow(follow: boolean): void;
  /** Other rows became visible. */
  scrolled(): void;
}

/** What the table shows: rows [first, end), of which some are not here yet. */
export interface TableContent {
  readonly first: number;
  readonly end: number;
  readonly get: (ordinal: number) => Row | undefined;
  /** Frame of the selected row. */
  readonly selected: number | undefined;
  /** Ordinal that the keys move from. */
  readonly cursor: number | undefined;
  /** Stand at the end. */
  readonly follow: boolean;
}

/**
 * The virtual table: as many rows in the document as are visible, recycled while it scrolls. It
 * stands on an ordinal: rows that are added below or dropped above don't move what is read.
 */
export class Table {
  readonly element: HTMLElement;
  readonly #events: TableEvents;
  readonly #body = element('div', { className: 'body', attributes: { role: 'rowgroup' } });
  readonly #layer = element('div', { className: 'layer', attributes: { role: 'presentation' } });
  readonly #header: Header;
  #columns = usualColumns;
  #view: InspectorView = 'packets';
  #shown: readonly ColumnName[] = [];
  readonly #map = new ScrollMap(rowHeight);
  readonly #render = oncePerFrame(() => this.#draw());
  #pool: RowView[] = [];
  #content: TableContent = {
    first: 0,
    end: 0,
    get: () => undefined,
    selected: undefined,
    cursor: undefined,
    follow: false,
  };
  #viewport = 0;
  #origin = 0;
  #dragging = false;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: TableEvents) {
    this.#events = events;
    this.#header = new Header(events.header);
    this.#body.append(this.#layer);
    this.element = element('div', {
      className: 'grid',
      attributes: {
        role: 'grid',
        tabindex: '0',
        'aria-label': t('Packets'),
        'aria-rowcount': '1',
      },
      children: [
        element('div', {
          attributes: { role: 'rowgroup' },
          className: 'head',
          children: [this.#header.element],
        }),
        this.#body,
      ],
    });
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: true });
    this.element.addEventListener('pointerdown', (event) => this.#onPointerDown(event));
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('pointerover', (event) => this.#onPointerOver(event));
    this.element.addEventListener('dblclick', () => this.#events.activate());
    addRowMenu(
      this.element,
      () => this.#pool,
      () =>
        this.#pool.find(({ ordinal }) => ordinal !== undefined && ordinal === this.#content.cursor),
      (ordinal) => this.#point(ordinal),
    );
    window.addEventListener('pointerup', () => this.#endDrag());
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  /** Rows that are in the document when the table stands at the end. */
  get capacity(): number {
    return this.#fitting + overscan;
  }

  /** Rows that fit, a partial one counted. */
  get #fitting(): number {
    return Math.ceil(this.#viewport / rowHeight) + 1;
  }

  /** Ordinal of the first visible row. */
  get top(): number {
    return this.#content.first + Math.floor(this.#map.position / rowHeight);
  }

  /** The rows to have at hand: the visible ones and a few around. */
  get span(): { from: number; end: number } {
    return {
      from: Math.max(this.#content.first, this.top - overscan),
      end: Math.min(this.#content.end, this.top + this.#fitting + overscan),
    };
  }

  /** Shows other content; the first visible row stays the same unless the table follows. */
  update(content: TableContent): void {
    const dropped = content.first - this.#content.first;
    this.#content = content;
    const position = this.#map.position - dropped * rowHeight;
    this.#map.resize(content.end - content.first, this.#viewport);
    if (!this.#dragging) {
      this.#map.moveTo(content.follow ? this.#map.maximumPosition : position);
    }
    this.#draw();
  }

  /** Makes `ordinal` the first visible row. */
  scrollTo(ordinal: number): void {
    this.#map.moveTo((ordinal - this.#content.first) * rowHeight);
    this.#draw();
  }

  /** Scrolls as little as needed to make `ordinal` visible. */
  reveal(ordinal: number): void {
    this.#showRow(ordinal);
    this.#draw();
  }

  #showRow(ordinal: number): void {
    const top = (ordinal - this.#content.first) * rowHeight;
    if (top < this.#map.position) this.#map.moveTo(top);
    else if (top + rowHeight > this.#map.position + this.#viewport) {
      this.#map.moveTo(top + rowHeight - this.#viewport);
    }
  }

  setView(view: InspectorView, label: string): void {
    setAttribute(this.element, 'aria-label', label);
    if (view === this.#view) return;
    this.#view = view;
    this.#header.setView(view);
    this.element.classList.toggle('flow', view === 'flow');
    this.#arrange();
  }

  /** Arranges the columns. */
  setColumns(columns: readonly ColumnLayout[]): void {
    this.#columns = columns;
    this.#arrange();
  }

  #arrange(): void {
    const { shown, template } = fitColumns(this.#columns, this.#view, this.element.clientWidth);
    setStyle(this.element, '--columns', template);
    if (shown.join() === this.#shown.join()) return;
    this.#shown = shown;
    setAttribute(this.element, 'aria-colcount', String(shown.length));
    this.#header.arrange(shown);
    for (const view of this.#pool) view.arrange(shown);
  }

  /** Tells anew how long something is waited for. */
  refresh(): void {
    for (const view of this.#pool) view.refresh();
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  #measure(): void {
    this.#arrange();
    const viewport = Math.max(0, this.element.clientHeight - this.#header.element.offsetHeight);
    if (viewport === this.#viewport) return;
    const { first, end, follow, cursor } = this.#content;
    const top = ((cursor ?? first) - first) * rowHeight;
    const wasVisible = top >= this.#map.position && top < this.#map.position + this.#viewport;
    this.#viewport = viewport;
    this.#map.resize(end - first, viewport);
    if (follow) this.#map.moveTo(this.#map.maximumPosition);
    // The details that open for a row must not cover it.
    else if (cursor !== undefined && wasVisible) this.#showRow(cursor);
    this.#draw();
    this.#events.scrolled();
  }

  /**
   * Brings the document to where the table stands. At once, not in the next frame: a scroll event
   * that came in between would be taken for the person's.
   */
  #draw(): void {
    const { first, end, get, selected, cursor } = this.#content;
    const { from, end: until } = this.span;
    this.#resizePool();
    if (Math.abs(from - this.#origin) > originDistance) this.#origin = from;
    setStyle(this.#body, 'height', `${this.#map.contentHeight}px`);
    // Writing the scroll position only where it changed keeps smooth scrolling alive.
    if (Math.abs(this.element.scrollTop - this.#map.scrollTop) >= 1 && !this.#dragging) {
      this.element.scrollTop = this.#map.scrollTop;
    }
    const shift = this.#map.scrollTop - this.#map.position + (this.#origin - first) * rowHeight;
    setStyle(this.#layer, 'transform', `translateY(${shift}px)`);
    let active: string | undefined;
    for (const view of this.#pool) {
      if (view.ordinal !== undefined && (view.ordinal < from || view.ordinal >= until)) view.hide();
    }
    for (let ordinal = from; ordinal < until; ordinal++) {
      const view = this.#pool[ordinal % this.#pool.length];
      if (!view) continue;
      const row = get(ordinal);
      view.show(ordinal, row);
      view.place((ordinal - this.#origin) * rowHeight);
      view.mark(ordinal - first + 2, row !== undefined && row.frame === selected);
      if (ordinal === cursor && row?.frame === selected) active = view.element.id;
    }
    setAttribute(this.element, 'aria-rowcount', String(end - first + 1));
    setAttribute(this.element, 'aria-activedescendant', active);
  }

  #resizePool(): void {
    const size = this.#fitting + 2 * overscan + 1;
    if (this.#pool.length === size) return;
    // Rows stand at their ordinal modulo the pool's size, so that another size moves all.
    for (const view of this.#pool) view.hide();
    while (this.#pool.length < size) {
      const view = new RowView(`row-${this.#pool.length}`, this.#shown);
      view.element.hidden = true;
      this.#layer.append(view.element);
      this.#pool.push(view);
    }
    for (const view of this.#pool.splice(size)) view.element.remove();
  }

  #onScroll(): void {
    if (!this.#map.scrolled(this.element.scrollTop, this.#dragging)) return;
    if (this.#map.position < this.#map.maximumPosition - rowHeight) this.#leaveEnd();
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#settle(), settleDelay);
    this.#render();
    this.#events.scrolled();
  }

  #settle(): void {
    if (!this.#dragging && this.#map.settle()) this.#render();
  }

  #onWheel(event: WheelEvent): void {
    // While rows stream in, the position is set to the end before a scroll event would tell.
    if (event.deltaY < 0 && this.#map.maximumPosition > 0) this.#leaveEnd();
  }

  #leaveEnd(): void {
    if (this.#content.follow) this.#events.follow(false);
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const box = this.element.getBoundingClientRect();
    if (event.clientX - box.left >= this.element.clientWidth) {
      this.#dragging = true;
      return;
    }
    const target = event.target instanceof Element ? event.target.closest('.row') : null;
    const view = this.#pool.find((candidate) => candidate.element === target);
    if (view?.ordinal !== undefined) this.#choose(view.ordinal);
  }

  #endDrag(): void {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.#settle();
  }

  /** The full text of a cell that is cut off, as its tooltip. */
  #onPointerOver(event: PointerEvent): void {
    const cell = event.target instanceof Element ? event.target.closest('.body .cell') : null;
    if (!(cell instanceof HTMLElement)) return;
    setAttribute(cell, 'title', cell.scrollWidth > cell.clientWidth ? cell.textContent : undefined);
  }

  #onKey(event: KeyboardEvent): void {
    const isCopy = event.key === 'c' && (event.ctrlKey || event.metaKey) && !event.altKey;
    // Text that is selected in the page is copied by the browser.
    if (isCopy && (getSelection()?.isCollapsed ?? true)) {
      event.preventDefault();
      this.#events.copy();
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case 'ArrowDown':
        this.#move(1);
        break;
      case 'ArrowUp':
        this.#move(-1);
        break;
      case 'PageDown':
        this.#move(Math.max(1, this.#fitting - 2));
        break;
      case 'PageUp':
        this.#move(-Math.max(1, this.#fitting - 2));
        break;
      case 'Home':
        this.#choose(this.#content.first);
        break;
      case 'End':
        this.#choose(this.#content.end - 1);
        this.#events.follow(true);
        break;
      case 'Enter':
      case ' ':
        if (this.#content.selected === undefined) this.#move(0);
        this.#events.activate();
        break;
      case 'Escape':
        this.#events.dismiss();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #move(offset: number): void {
    const { first, end, cursor, follow } = this.#content;
    const start = cursor ?? (follow ? end - 1 : this.top);
    // Without a selection the first key selects what is there.
    const next = cursor === undefined ? start : start + offset;
    this.#choose(Math.min(Math.max(next, first), end - 1));
  }

  #point(ordinal: number): void {
    // A row that moves away from under its menu is no help.
    this.#leaveEnd();
    this.#content = { ...this.#content, cursor: ordinal };
    this.#events.point(ordinal);
  }

  #choose(ordinal: number): void {
    const { first, end } = this.#content;
    if (end <= first) return;
    if (ordinal < end - 1) this.#leaveEnd();
    // The next key may come before the next update.
    this.#content = { ...this.#content, cursor: ordinal };
    this.#events.select(ordinal);
    this.reveal(ordinal);
  }
}

function setStyle(node: HTMLElement, name: string, value: string): void {
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}
