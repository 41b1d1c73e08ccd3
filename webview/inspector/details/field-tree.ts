import { t } from '../../../src/base/localise.ts';
import { element, setAttribute } from '../dom.ts';
import { formatCount } from '../format.ts';
import { visibleLine } from '../visible-text.ts';
import { addFieldMenu, placesOf } from './field-menu.ts';
import { bitPattern, pathTo, type Field } from './fields.ts';

/** Children of one field that are listed until more are asked for. */
const childrenPage = 200;
/** Characters of a value that are shown in the tree. */
const valueLength = 400;

export interface FieldTreeEvents {
  select(field: Field): void;
  hover(field: Field | undefined): void;
}

interface Item {
  readonly element: HTMLElement;
  readonly level: number;
  /** Absent on the item that shows more of its parent's children. */
  readonly field?: Field;
  readonly parent: Field | undefined;
}

/** The packet's fields as a tree (WAI-ARIA tree pattern, one tab stop). */
export class FieldTree {
  readonly element = element('div', {
    className: 'tree',
    attributes: { role: 'tree', 'aria-label': t('Fields of the packet') },
  });
  readonly #events: FieldTreeEvents;
  #fields: readonly Field[] = [];
  #frame: number | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #collapsed = new Set<Field>();
  #listed = new Map<Field, number>();
  #items: Item[] = [];
  #selected: Field | undefined;

  constructor(events: FieldTreeEvents) {
    this.#events = events;
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('click', (event) => this.#onClick(event));
    this.element.addEventListener('pointerover', (event) => {
      this.#events.hover(this.#itemOf(event.target)?.field);
    });
    addFieldMenu(
      this.element,
      (target) => this.#itemOf(target)?.field,
      (field) => placesOf(this.#fields, field),
      () => this.#frame,
    );
    this.element.addEventListener('pointerleave', () => this.#events.hover(undefined));
  }

  /** Shows the fields of another packet, all unfolded. */
  setFields(fields: readonly Field[], bytes: Uint8Array, frame: number): void {
    this.#frame = frame;
    this.#fields = fields;
    this.#bytes = bytes;
    this.#collapsed = new Set();
    this.#listed = new Map();
    this.#selected = undefined;
    this.#build();
  }

  get selected(): Field | undefined {
    return this.#selected;
  }

  /** Marks `field` as selected and makes it visible, without telling. */
  select(field: Field | undefined): void {
    this.#selected = field;
    if (field && !this.#items.some((item) => item.field === field)) this.#unfoldTo(field);
    this.#mark();
    this.#items
      .find((item) => item.field === field && field !== undefined)
      ?.element.scrollIntoView({ block: 'nearest' });
  }

  /** Marks the field that the pointer is on, elsewhere. */
  setHover(field: Field | undefined): void {
    for (const item of this.#items) {
      item.element.classList.toggle('hover', field !== undefined && item.field === field);
    }
  }

  focus(): void {
    this.#items.find((item) => item.element.tabIndex === 0)?.element.focus();
  }

  #unfoldTo(field: Field): void {
    for (const ancestor of pathTo(this.#fields, field) ?? []) {
      this.#collapsed.delete(ancestor);
      const index = ancestor.children?.findIndex((child) => child.end >= field.end) ?? -1;
      const listed = this.#listed.get(ancestor) ?? childrenPage;
      if (index >= listed) this.#listed.set(ancestor, index + childrenPage);
    }
    this.#build();
  }

  #build(): void {
    this.#items = [];
    this.#collect(this.#fields, 1, undefined);
    this.element.replaceChildren(...this.#items.map((item) => item.element));
    this.#mark();
  }

  #collect(fields: readonly Field[], level: number, parent: Field | undefined): void {
    const listed = (parent && this.#listed.get(parent)) ?? childrenPage;
    fields.slice(0, listed).forEach((field, index) => {
      const unfolded = !this.#collapsed.has(field);
      const node = this.#render(field, level);
      setAttribute(node, 'aria-setsize', String(fields.length));
      setAttribute(node, 'aria-posinset', String(index + 1));
      this.#items.push({ element: node, field, level, parent });
      if (field.children && unfolded) this.#collect(field.children, level + 1, field);
    });
    if (fields.length > listed) {
      const node = item(level, [
        element('span', { className: 'twistie' }),
        element('span', {
          className: 'more',
          text: t('… {0} more', formatCount(fields.length - listed)),
        }),
      ]);
      this.#items.push({ element: node, level, parent });
    }
  }

  #render(field: Field, level: number): HTMLElement {
    const hasChildren = (field.children?.length ?? 0) > 0;
    const unfolded = hasChildren && !this.#collapsed.has(field);
    const parts: HTMLElement[] = [
      element('span', {
        className: 'twistie',
        text: hasChildren ? (unfolded ? '▾' : '▸') : '',
        attributes: { 'aria-hidden': 'true' },
      }),
    ];
    if (field.bits) {
      const pattern = bitPattern(this.#bytes[field.start] ?? 0, field.bits);
      parts.push(element('span', { className: 'bits', text: pattern }));
    }
    parts.push(element('span', { className: hasChildren ? 'group' : 'key', text: field.label }));
    if (field.value !== undefined) {
      const value = String(field.value);
      const cut = value.length > valueLength ? `${value.slice(0, valueLength)}…` : value;
      const className = typeof field.value === 'string' ? 'string value' : 'number value';
      parts.push(element('span', { className, text: visibleLine(cut) }));
    }
    if (field.meaning !== undefined) {
      parts.push(element('span', { className: 'meaning', text: visibleLine(field.meaning) }));
    }
    const node = item(level, parts);
    if (hasChildren) node.setAttribute('aria-expanded', String(unfolded));
    node.title = describe(field);
    return node;
  }

  #mark(): void {
    const stop = this.#items.find((item) => item.field === this.#selected) ?? this.#items[0];
    for (const item of this.#items) {
      const selected = item.field !== undefined && item.field === this.#selected;
      setAttribute(item.element, 'aria-selected', String(selected));
      setAttribute(item.element, 'tabindex', item === stop ? '0' : '-1');
    }
  }

  #itemOf(target: EventTarget | null): Item | undefined {
    const node = target instanceof Element ? target.closest('[role="treeitem"]') : null;
    return this.#items.find((item) => item.element === node);
  }

  #onClick(event: MouseEvent): void {
    const item = this.#itemOf(event.target);
    if (!item) return;
    if (event.target instanceof Element && event.target.closest('.twistie') && item.field) {
      this.#toggle(item.field);
    } else {
      this.#activate(item);
    }
  }

  #activate(item: Item): void {
    if (item.field) {
      this.#choose(item);
    } else if (item.parent) {
      const listed = this.#listed.get(item.parent) ?? childrenPage;
      const next = item.parent.children?.[listed];
      this.#listed.set(item.parent, listed + childrenPage * 5);
      this.#build();
      if (next) this.#chooseField(next);
    }
  }

  #choose(item: Item): void {
    if (item.field) this.#chooseField(item.field);
    else item.element.focus();
  }

  #chooseField(field: Field): void {
    this.select(field);
    this.#items.find((item) => item.field === field)?.element.focus();
    this.#events.select(field);
  }

  #toggle(field: Field): void {
    if (!field.children?.length) return;
    if (!this.#collapsed.delete(field)) this.#collapsed.add(field);
    this.#build();
    this.#items.find((item) => item.field === field)?.element.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = this.#items.findIndex((item) => item.element === document.activeElement);
    const current = this.#items[index];
    if (!current) return;
    const target = this.#keyTarget(event.key, index, current);
    if (target === undefined) return;
    event.preventDefault();
    if (target !== 'done') this.#choose(target);
  }

  #keyTarget(key: string, index: number, current: Item): Item | 'done' | undefined {
    const { field } = current;
    switch (key) {
      case 'ArrowDown':
        return this.#items[index + 1] ?? 'done';
      case 'ArrowUp':
        return this.#items[index - 1] ?? 'done';
      case 'Home':
        return this.#items[0];
      case 'End':
        return this.#items.at(-1);
      case 'ArrowRight': {
        if (!field?.children?.length) return 'done';
        if (!this.#collapsed.has(field)) return this.#items[index + 1] ?? 'done';
        this.#toggle(field);
        return 'done';
      }
      case 'ArrowLeft': {
        if (field?.children?.length && !this.#collapsed.has(field)) {
          this.#toggle(field);
          return 'done';
        }
        return this.#items.find((item) => item.field === current.parent && item.field) ?? 'done';
      }
      case 'Enter':
      case ' ':
        this.#activate(current);
        return 'done';
      default:
        return undefined;
    }
  }
}

function item(level: number, children: HTMLElement[]): HTMLElement {
  const node = element('div', {
    className: 'item',
    attributes: { role: 'treeitem', 'aria-level': String(level), tabindex: '-1' },
    children,
  });
  node.style.setProperty('--level', String(level - 1));
  return node;
}

/** Where the field stands, in the specification and in the packet. */
function describe({ section, start, end, bits }: Field): string {
  const parts = [];
  if (section !== undefined) parts.push(t('MQTT specification, section {0}', section));
  if (bits)
    parts.push(
      bits[0] === bits[1]
        ? t('byte {0}, bit {1}', start, bits[0])
        : t('byte {0}, bits {1} to {2}', start, bits[0], bits[1]),
    );
  else if (end - start === 1) parts.push(t('byte {0}', start));
  else
    parts.push(
      end > start ? t('bytes {0} to {1}', start, end - 1) : t('empty, at byte {0}', start),
    );
  return parts.join(' · ');
}
