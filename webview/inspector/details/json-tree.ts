import { t } from '../../../src/base/localise.ts';
import { element, oncePerFrame, setAttribute } from '../dom.ts';
import { formatPlural } from '../format.ts';
import { JsonBar } from './json-bar.ts';
import { JsonFold } from './json-fold.ts';
import { jsonLines, pathOf, valueOf, type JsonLine } from './json-lines.ts';
import { appendJson } from './json-text.ts';

/** Pixels; the style sheet says the same. */
const lineHeight = 19;
const overscan = 6;
/** Characters of a line that are drawn: more stops the page, and nobody reads it there. */
const longestLine = 4000;

export interface JsonTreeEvents {
  copy(text: string): void;
  announce(text: string): void;
}

/**
 * JSON as a tree: folded and unfolded, searched, each value with its path. Only the visible lines are in the
 * document, so that half a megabyte costs what a screen costs.
 */
export class JsonTree {
  readonly element: HTMLElement;
  readonly #events: JsonTreeEvents;
  readonly #scroller: HTMLElement;
  readonly #space = element('div', { className: 'lines', attributes: { role: 'none' } });
  readonly #bar: JsonBar;
  readonly #render = oncePerFrame(() => this.#draw());
  readonly #drawn = new Map<number, HTMLElement>();
  #lines: readonly JsonLine[] = [];
  #fold = new JsonFold([]);
  #current = 0;
  #found: readonly number[] = [];
  #sought = '';

  constructor(events: JsonTreeEvents) {
    this.#events = events;
    this.#scroller = element('div', {
      className: 'payload-text json-tree',
      attributes: { role: 'tree', tabindex: '0', 'aria-label': t('Payload as a tree') },
      children: [this.#space],
    });
    this.#bar = new JsonBar({
      search: (text) => this.#search(text),
      next: (offset) => this.#next(offset),
      leave: () => this.#scroller.focus(),
      foldAll: (folded) => this.#foldAll(folded),
      copyPath: () => events.copy(pathOf(this.#lines, this.#current)),
      copyValue: () => events.copy(valueOf(this.#lines, this.#current)),
    });
    this.element = element('div', {
      className: 'json-view',
      children: [this.#scroller, this.#bar.element],
    });
    this.#scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    this.#scroller.addEventListener('click', (event) => this.#onClick(event));
    this.#scroller.addEventListener('keydown', (event) => this.#onKey(event));
    new ResizeObserver(() => this.#render()).observe(this.#scroller);
  }

  /** Shows another text; what was searched for is searched again. */
  setText(text: string): void {
    this.#lines = jsonLines(text);
    this.#fold = new JsonFold(this.#lines);
    this.#scroller.scrollTop = 0;
    this.#found = this.#linesWith(this.#sought);
    this.#reset();
    this.#select(0, false);
  }

  focus(): void {
    this.#scroller.focus();
  }

  #reset(): void {
    for (const line of this.#drawn.values()) line.remove();
    this.#drawn.clear();
    this.#space.style.setProperty('height', `${this.#fold.shown.length * lineHeight}px`);
    this.#draw();
  }

  #draw(): void {
    const { shown } = this.#fold;
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / lineHeight) - overscan);
    const end = Math.min(
      shown.length,
      Math.ceil((scrollTop + clientHeight) / lineHeight) + overscan,
    );
    const wanted = new Set(shown.slice(from, end));
    for (const [line, node] of this.#drawn) {
      if (wanted.has(line)) continue;
      node.remove();
      this.#drawn.delete(line);
    }
    for (let place = from; place < end; place++) {
      const line = shown[place] ?? 0;
      if (this.#drawn.has(line)) continue;
      const node = this.#createLine(line, place);
      this.#drawn.set(line, node);
      this.#space.append(node);
    }
    this.#mark();
  }

  #createLine(index: number, place: number): HTMLElement {
    const line = this.#lines[index];
    const canFold = this.#fold.canFold(index);
    const folded = this.#fold.isFolded(index);
    const content = element('span', { className: 'json-content' });
    const text = line?.text ?? '';
    appendJson(content, text.slice(0, longestLine));
    if (text.length > longestLine) {
      const more = formatPlural(text.length - longestLine, t('character'), t('characters'));
      content.append(element('span', { className: 'more', text: t(' … {0} more', more) }));
    }
    if (folded)
      content.append(element('span', { className: 'more', text: this.#foldedText(index) }));
    const twistie = canFold ? (folded ? '›' : '⌄') : '';
    const node = element('div', {
      className: 'json-line',
      attributes: { id: `json-line-${index}`, 'data-line': String(index) },
      children: [
        element('span', {
          className: 'twistie',
          text: twistie,
          attributes: { 'aria-hidden': 'true' },
        }),
        content,
      ],
    });
    node.style.setProperty('--level', String(line?.depth ?? 0));
    node.style.setProperty('transform', `translateY(${place * lineHeight}px)`);
    if (line?.isClosing === true) {
      setAttribute(node, 'aria-hidden', 'true');
      return node;
    }
    setAttribute(node, 'role', 'treeitem');
    setAttribute(node, 'aria-level', String((line?.depth ?? 0) + 1));
    if (canFold) setAttribute(node, 'aria-expanded', String(!folded));
    return node;
  }

  /** ` 12 names }`: what a folded object or list holds. */
  #foldedText(index: number): string {
    const line = this.#lines[index];
    if (!line) return '';
    const isList = line.text.endsWith('[');
    const count = isList
      ? formatPlural(line.size, t('item'), t('items'))
      : formatPlural(line.size, t('name'), t('names'));
    return ` ${count} ${this.#lines[line.end]?.isClosing === true ? (isList ? ']' : '}') : '…'}`;
  }

  #mark(): void {
    const found = new Set(this.#found);
    for (const [line, node] of this.#drawn) {
      const selected = line === this.#current;
      node.classList.toggle('match', found.has(line));
      node.classList.toggle('selected', selected);
      if (node.getAttribute('role') === 'treeitem') {
        setAttribute(node, 'aria-selected', String(selected));
      }
    }
    const isDrawn = this.#drawn.has(this.#current);
    const active = isDrawn ? `json-line-${this.#current}` : undefined;
    setAttribute(this.#scroller, 'aria-activedescendant', active);
  }

  #select(line: number, reveal: boolean): void {
    this.#current = line;
    if (reveal) {
      const top = this.#fold.placeOf(line) * lineHeight;
      const { scrollTop, clientHeight } = this.#scroller;
      if (top < scrollTop) this.#scroller.scrollTop = top;
      else if (top + 2 * lineHeight > scrollTop + clientHeight) {
        this.#scroller.scrollTop = top + 2 * lineHeight - clientHeight;
      }
    }
    this.#bar.setPath(pathOf(this.#lines, line));
    this.#draw();
  }

  #setFolded(line: number, folded: boolean): void {
    if (!this.#fold.canFold(line)) return;
    this.#fold.set(line, folded);
    this.#reset();
  }

  #foldAll(folded: boolean): void {
    this.#fold.setAll(folded);
    this.#reset();
    while (this.#fold.placeOf(this.#current) < 0 && this.#current > 0) this.#current--;
    this.#select(this.#current, true);
    this.#events.announce(folded ? t('Everything is folded') : t('Everything is unfolded'));
  }

  #onClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : undefined;
    const line = Number(target?.closest<HTMLElement>('.json-line')?.dataset['line'] ?? NaN);
    if (Number.isNaN(line)) return;
    if (target?.classList.contains('twistie') === true || event.detail === 2) {
      this.#setFolded(line, !this.#fold.isFolded(line));
    }
    this.#select(this.#valueOfLine(line), false);
  }

  /** A closing bracket stands for what it closes. */
  #valueOfLine(line: number): number {
    if (this.#lines[line]?.isClosing !== true) return line;
    for (let at = line - 1; at > 0; at--) if (this.#lines[at]?.end === line) return at;
    return 0;
  }

  #onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
      if (document.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      this.#events.copy(valueOf(this.#lines, this.#current));
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const handled = event.key === '/' ? this.#bar.focusSearch() : this.#move(event.key);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns whether the key means something here. */
  #move(key: string): boolean {
    const current = this.#current;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / lineHeight) - 1);
    switch (key) {
      case 'ArrowDown':
        return this.#go(1);
      case 'ArrowUp':
        return this.#go(-1);
      case 'PageDown':
        return this.#go(page);
      case 'PageUp':
        return this.#go(-page);
      case 'Home':
        return this.#go(-this.#lines.length);
      case 'End':
        return this.#go(this.#lines.length);
      case 'ArrowRight':
        if (this.#fold.isFolded(current)) this.#setFolded(current, false);
        else if (this.#fold.canFold(current)) return this.#go(1);
        return true;
      case 'ArrowLeft':
        if (this.#fold.canFold(current) && !this.#fold.isFolded(current)) {
          this.#setFolded(current, true);
        } else this.#select(Math.max(0, this.#lines[current]?.parent ?? 0), true);
        return true;
      case 'Enter':
      case ' ':
        this.#setFolded(current, !this.#fold.isFolded(current));
        return true;
      default:
        return false;
    }
  }

  /** Moves by so many lines, and past closing brackets. */
  #go(offset: number): boolean {
    const { shown } = this.#fold;
    const last = shown.length - 1;
    const isClosing = (place: number) => this.#lines[shown[place] ?? 0]?.isClosing === true;
    let place = Math.min(last, Math.max(0, this.#fold.placeOf(this.#current) + offset));
    const step = Math.sign(offset);
    while (isClosing(place) && place + step >= 0 && place + step <= last) place += step;
    while (isClosing(place) && place > 0) place--;
    this.#select(shown[place] ?? 0, true);
    return true;
  }

  #linesWith(sought: string): number[] {
    if (sought === '') return [];
    return this.#lines.flatMap(({ text }, line) =>
      text.toLowerCase().includes(sought) ? [line] : [],
    );
  }

  #search(text: string): void {
    this.#sought = text.toLowerCase();
    this.#found = this.#linesWith(this.#sought);
    const first = this.#found.find((line) => line >= this.#current) ?? this.#found[0];
    if (first === undefined) this.#mark();
    else this.#show(first);
    this.#tellFound();
  }

  #next(offset: -1 | 1): void {
    const { length } = this.#found;
    if (length === 0) return;
    const after = this.#found.findIndex((line) => line > this.#current);
    const at = this.#found.indexOf(this.#current);
    const place = offset > 0 ? after : (at >= 0 ? at : after < 0 ? length : after) - 1;
    this.#show(this.#found[(place + length) % length] ?? 0);
    if (offset > 0 && after < 0) this.#show(this.#found[0] ?? 0);
    this.#tellFound();
  }

  #show(line: number): void {
    const before = this.#fold.shown;
    this.#fold.reveal(line);
    if (this.#fold.shown !== before) this.#reset();
    this.#select(line, true);
  }

  #tellFound(): void {
    const { length } = this.#found;
    const place = this.#found.indexOf(this.#current) + 1;
    const text = length === 0 ? t('nothing found') : t('{0} of {1}', place, length);
    this.#bar.setResult(this.#sought === '' ? '' : text);
    if (this.#sought !== '') this.#events.announce(text);
  }
}
