import { t } from '../../../src/base/localise.ts';
import { createButton } from '../../toolkit.ts';
import { element, oncePerFrame, setVisible } from '../dom.ts';
import { formatByte, formatBytes } from '../format.ts';
import type { ByteRange } from './fields.ts';

/** Pixels; the style sheet says the same. */
const lineHeight = 19;
const overscan = 6;
/** Narrower than this there are 8 bytes in a line, pixels. */
const wide = 520;

export interface HexViewEvents {
  /** A byte was chosen by pointer or key. */
  pick(index: number): void;
  hover(index: number | undefined): void;
  /** More of the bytes was asked for. */
  more(): void;
}

interface Line {
  readonly element: HTMLElement;
  /** The two spans of each byte: hexadecimal and character. */
  readonly bytes: readonly (readonly [HTMLElement, HTMLElement])[];
}

/** Bytes as hexadecimal and characters; only the visible lines are in the document. */
export class HexView {
  readonly element: HTMLElement;
  readonly #events: HexViewEvents;
  readonly #scroller: HTMLElement;
  readonly #lines = element('div', { className: 'lines' });
  readonly #more;
  readonly #render = oncePerFrame(() => this.#draw());
  readonly #visible = new Map<number, Line>();
  #bytes: Uint8Array = new Uint8Array();
  #perLine = 16;
  #selected: ByteRange | undefined;
  #hovered: ByteRange | undefined;
  #cursor = 0;

  constructor(label: string, events: HexViewEvents) {
    this.#events = events;
    this.#scroller = element('div', {
      className: 'hex',
      attributes: { role: 'group', tabindex: '0', 'aria-label': label },
      children: [this.#lines],
    });
    this.#more = createButton({ label: t('Load more'), onClick: () => events.more() });
    this.element = element('div', {
      className: 'hex-view',
      children: [this.#scroller, this.#more.element],
    });
    this.#scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    this.#scroller.addEventListener('click', (event) => {
      const index = indexOf(event.target);
      if (index === undefined) return;
      this.#cursor = index;
      events.pick(index);
    });
    this.#scroller.addEventListener('pointerover', (event) => events.hover(indexOf(event.target)));
    this.#scroller.addEventListener('pointerleave', () => events.hover(undefined));
    this.#scroller.addEventListener('keydown', (event) => this.#onKey(event));
    new ResizeObserver(() => this.#resize()).observe(this.#scroller);
  }

  /** Shows `bytes`, the first of `total`. `keep` leaves position and marks as they are. */
  setBytes(bytes: Uint8Array, total: number, keep: boolean): void {
    this.#bytes = bytes;
    const rest = total - bytes.length;
    setVisible(this.#more.element, rest > 0);
    this.#more.setLabel(t('Load more ({0} left)', formatBytes(rest)));
    if (!keep) {
      this.#selected = undefined;
      this.#hovered = undefined;
      this.#cursor = 0;
      this.#scroller.scrollTop = 0;
    }
    this.#reset();
  }

  /** Marks the bytes of the selected field and, when it is asked, scrolls to them. */
  select(range: ByteRange | undefined, reveal: boolean): void {
    this.#selected = range;
    if (range && reveal) {
      this.#cursor = range.start;
      this.#reveal(range);
    }
    this.#mark();
  }

  setHover(range: ByteRange | undefined): void {
    this.#hovered = range;
    this.#mark();
  }

  #reveal({ start, end }: ByteRange): void {
    const top = Math.floor(start / this.#perLine) * lineHeight;
    const bottom = Math.ceil(Math.max(end, start + 1) / this.#perLine) * lineHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    // Of a range that is higher than the view the start is shown.
    if (top < scrollTop || bottom - top > clientHeight) this.#scroller.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.#scroller.scrollTop = bottom - clientHeight;
    this.#render();
  }

  #resize(): void {
    const perLine = this.#scroller.clientWidth < wide ? 8 : 16;
    if (perLine === this.#perLine) {
      this.#render();
    } else {
      this.#perLine = perLine;
      this.#reset();
    }
  }

  #reset(): void {
    for (const line of this.#visible.values()) line.element.remove();
    this.#visible.clear();
    const count = Math.ceil(this.#bytes.length / this.#perLine);
    this.#lines.style.setProperty('height', `${count * lineHeight}px`);
    this.#render();
  }

  #draw(): void {
    const count = Math.ceil(this.#bytes.length / this.#perLine);
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / lineHeight) - overscan);
    const end = Math.min(count, Math.ceil((scrollTop + clientHeight) / lineHeight) + overscan);
    for (const [index, line] of this.#visible) {
      if (index >= from && index < end) continue;
      line.element.remove();
      this.#visible.delete(index);
    }
    for (let index = from; index < end; index++) {
      if (this.#visible.has(index)) continue;
      const line = this.#createLine(index);
      this.#visible.set(index, line);
      this.#lines.append(line.element);
    }
    this.#mark();
  }

  #createLine(index: number): Line {
    const start = index * this.#perLine;
    const bytes = [...this.#bytes.subarray(start, start + this.#perLine)].map((byte, offset) => {
      const attributes = { 'data-index': String(start + offset) };
      const gap = offset === 8 ? ' gap' : '';
      const hex = element('span', { className: `byte${gap}`, text: formatByte(byte), attributes });
      const printable = byte >= 0x20 && byte < 0x7f;
      const character = printable ? String.fromCharCode(byte) : '.';
      const className = printable ? 'character' : 'character unprintable';
      return [hex, element('span', { className, text: character, attributes })] as const;
    });
    const line = element('div', {
      className: 'line',
      children: [
        element('span', {
          className: 'offset',
          text: start.toString(16).padStart(4, '0'),
          attributes: { 'aria-hidden': 'true' },
        }),
        element('span', { className: 'bytes', children: bytes.map(([hex]) => hex) }),
        element('span', {
          className: 'characters',
          attributes: { 'aria-hidden': 'true' },
          children: bytes.map(([, character]) => character),
        }),
      ],
    });
    line.classList.toggle('short', this.#perLine === 8);
    line.style.setProperty('transform', `translateY(${index * lineHeight}px)`);
    return { element: line, bytes };
  }

  #mark(): void {
    for (const [index, line] of this.#visible) {
      const start = index * this.#perLine;
      line.bytes.forEach((pair, offset) => {
        const selected = contains(this.#selected, start + offset);
        const hovered = contains(this.#hovered, start + offset);
        for (const span of pair) {
          span.classList.toggle('selected', selected);
          span.classList.toggle('hover', hovered);
        }
      });
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || this.#bytes.length === 0) return;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / lineHeight) - 1);
    const moves: Partial<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#perLine,
      ArrowDown: this.#perLine,
      PageUp: -page * this.#perLine,
      PageDown: page * this.#perLine,
      Home: -this.#bytes.length,
      End: this.#bytes.length,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.#cursor = Math.min(Math.max(0, this.#cursor + move), this.#bytes.length - 1);
    this.#events.pick(this.#cursor);
    this.#reveal({ start: this.#cursor, end: this.#cursor + 1 });
  }
}

function contains(range: ByteRange | undefined, index: number): boolean {
  return range !== undefined && range.start <= index && index < range.end;
}

function indexOf(target: EventTarget | null): number | undefined {
  const index = target instanceof HTMLElement ? target.dataset['index'] : undefined;
  return index === undefined ? undefined : Number(index);
}
