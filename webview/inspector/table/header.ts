import { t } from '../../../src/base/localise.ts';
import type { InspectorView } from '../../../src/engine/contract.ts';
import {
  columnWidths,
  inspectorColumns,
  type ColumnName,
} from '../../../src/engine/columns-contract.ts';
import { element, setAttribute, setText } from '../dom.ts';

interface ColumnText {
  readonly title: string;
  /** Where the title says too little. */
  readonly label?: string;
}

/** What stands at the top of a column; some tell something else in some views. */
const columnTexts: Readonly<
  Record<ColumnName, ColumnText & Partial<Record<InspectorView, ColumnText>>>
> = {
  time: { title: t('Time') },
  delta: {
    title: 'Δ',
    label: t('Seconds since the row before'),
    flow: { title: t('Took'), label: t('From the first packet to the last') },
  },
  client: { title: t('Client') },
  direction: { title: '', label: t('Direction') },
  packet: {
    title: t('Packet'),
    messages: {
      title: t('Got it'),
      label: t('Copies sent to clients; who they are is told in Delivery'),
    },
  },
  topic: { title: t('Topic') },
  qos: { title: 'QoS' },
  flags: { title: t('Flags'), label: t('Flags: D duplicate, R retain') },
  size: { title: t('Size') },
  payload: {
    title: t('Payload'),
    flow: {
      title: t('Exchange'),
      label: t('What came after the first packet, with the time between'),
    },
  },
};

/** Pixels of one key press. */
const keyStep = 16;
/** Pixels that the pointer moves until a press means to move the column. */
const dragDistance = 6;

export interface HeaderEvents {
  resize(name: ColumnName, width: number | undefined): void;
  /** The column is to stand before another one, or at the end. */
  move(name: ColumnName, before: ColumnName | undefined): void;
  hide(name: ColumnName): void;
  announce(text: string): void;
}

interface HeaderCell {
  readonly name: ColumnName;
  readonly element: HTMLElement;
  readonly title: HTMLElement;
}

/**
 * The header row. Its columns are made wider, moved and hidden by pointer (at a border, by dragging, in the context
 * menu) or by keys: one of them is a tab stop, from which arrows go to the others.
 */
export class Header {
  readonly element: HTMLElement;
  readonly #events: HeaderEvents;
  readonly #cells: readonly HeaderCell[];
  #shown: readonly ColumnName[] = inspectorColumns.map(({ name }) => name);

  constructor(events: HeaderEvents) {
    this.#events = events;
    this.#cells = inspectorColumns.map(({ name }) => this.#createCell(name));
    this.element = element('div', {
      className: 'row header',
      attributes: { role: 'row', 'aria-rowindex': '1' },
    });
    this.setView('packets');
    this.arrange(this.#shown);
  }

  setView(view: InspectorView): void {
    for (const cell of this.#cells) {
      const text: ColumnText & Partial<Record<InspectorView, ColumnText>> = columnTexts[cell.name];
      const { title, label } = text[view] ?? text;
      setText(cell.title, title);
      setAttribute(cell.element, 'aria-label', label);
      setAttribute(cell.element, 'title', label);
    }
  }

  /** Shows these columns in this order. */
  arrange(shown: readonly ColumnName[]): void {
    const focused = this.#cells.find((cell) => cell.element === document.activeElement);
    this.#shown = shown;
    const cells = shown.flatMap((name) => this.#cells.filter((cell) => cell.name === name));
    this.element.replaceChildren(...cells.map((cell) => cell.element));
    cells.forEach((cell, index) => {
      cell.element.setAttribute('aria-colindex', String(index + 1));
    });
    this.#setTabStop(focused?.name ?? shown[0]);
    if (focused && shown.includes(focused.name)) focused.element.focus();
  }

  #createCell(name: ColumnName): HeaderCell {
    const title = element('span', { className: 'column-title' });
    const border = element('span', {
      className: 'column-border',
      attributes: { 'aria-hidden': 'true' },
    });
    const cell = element('div', {
      className: `cell ${name}`,
      attributes: {
        role: 'columnheader',
        tabindex: '-1',
        'aria-description': t('Shift and arrows: width. Alt and arrows: place. Delete: hide.'),
        'data-vscode-context': JSON.stringify({
          webviewSection: 'column',
          column: name,
          preventDefaultContextMenuItems: true,
        }),
      },
      children: [title, border],
    });
    border.addEventListener('pointerdown', (event) => this.#startResize(event, name, cell, border));
    border.addEventListener('dblclick', () => this.#events.resize(name, undefined));
    cell.addEventListener('pointerdown', (event) => this.#startMove(event, name, cell));
    cell.addEventListener('keydown', (event) => this.#onKey(event, name, cell));
    return { name, element: cell, title };
  }

  #startResize(
    event: PointerEvent,
    name: ColumnName,
    cell: HTMLElement,
    border: HTMLElement,
  ): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const start = event.clientX;
    const { width } = cell.getBoundingClientRect();
    border.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent): void => {
      if (at.clientX !== start) this.#resize(name, width + at.clientX - start);
    };
    const end = (): void => {
      border.removeEventListener('pointermove', move);
      border.removeEventListener('lostpointercapture', end);
    };
    border.addEventListener('pointermove', move);
    border.addEventListener('lostpointercapture', end);
  }

  #resize(name: ColumnName, width: number): void {
    const { least, most } = columnWidths;
    this.#events.resize(name, Math.round(Math.min(most, Math.max(least, width))));
  }

  #startMove(event: PointerEvent, name: ColumnName, cell: HTMLElement): void {
    if (event.button !== 0) return;
    const start = event.clientX;
    let target: ColumnName | undefined;
    let isMoving = false;
    cell.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent): void => {
      isMoving ||= Math.abs(at.clientX - start) > dragDistance;
      if (!isMoving) return;
      target = this.#columnAfter(at.clientX);
      this.#markTarget(target);
      cell.classList.add('moving');
    };
    const end = (): void => {
      cell.removeEventListener('pointermove', move);
      cell.removeEventListener('pointerup', drop);
      cell.removeEventListener('lostpointercapture', end);
      cell.classList.remove('moving');
      this.#markTarget(null);
    };
    const drop = (): void => {
      if (isMoving && target !== name) this.#events.move(name, target);
    };
    cell.addEventListener('pointermove', move);
    cell.addEventListener('pointerup', drop);
    cell.addEventListener('lostpointercapture', end);
  }

  /** The column before whose middle a place is; undefined: behind all. */
  #columnAfter(x: number): ColumnName | undefined {
    return this.#shown.find((name) => {
      const box = this.#cellOf(name)?.element.getBoundingClientRect();
      return box !== undefined && x < box.left + box.width / 2;
    });
  }

  /** @param target undefined: at the end; null: nowhere. */
  #markTarget(target: ColumnName | undefined | null): void {
    for (const cell of this.#cells) {
      cell.element.classList.toggle('target', cell.name === target);
      const isLast = target === undefined && cell.name === this.#shown.at(-1);
      cell.element.classList.toggle('target-end', isLast);
    }
  }

  #onKey(event: KeyboardEvent, name: ColumnName, cell: HTMLElement): void {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const index = this.#shown.indexOf(name);
    if (event.key === 'Delete' && this.#shown.length > 1) {
      const next = this.#shown[index + 1] ?? this.#shown[index - 1];
      this.#events.hide(name);
      this.#focus(next);
      this.#events.announce(t('{0} hidden', this.#nameOf(name)));
    } else if (direction === 0 || event.ctrlKey || event.metaKey) {
      return;
    } else if (event.shiftKey) {
      const width = cell.getBoundingClientRect().width + direction * keyStep;
      this.#resize(name, width);
      this.#events.announce(t('{0} pixels', Math.round(width)));
    } else if (event.altKey) {
      const before = direction < 0 ? this.#shown[index - 1] : this.#shown[index + 2];
      if (direction < 0 ? index === 0 : index === this.#shown.length - 1) return;
      this.#events.move(name, before);
      this.#events.announce(
        t('Column {0} of {1}', this.#shown.indexOf(name) + 1, this.#shown.length),
      );
    } else {
      this.#focus(this.#shown[index + direction]);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #focus(name: ColumnName | undefined): void {
    if (name === undefined) return;
    this.#setTabStop(name);
    this.#cellOf(name)?.element.focus();
  }

  #setTabStop(name: ColumnName | undefined): void {
    const stop = name !== undefined && this.#shown.includes(name) ? name : this.#shown[0];
    for (const cell of this.#cells) {
      cell.element.tabIndex = cell.name === stop ? 0 : -1;
    }
  }

  #cellOf(name: ColumnName): HeaderCell | undefined {
    return this.#cells.find((cell) => cell.name === name);
  }

  #nameOf(name: ColumnName): string {
    const cell = this.#cellOf(name);
    return cell?.element.getAttribute('aria-label') ?? cell?.title.textContent ?? name;
  }
}
