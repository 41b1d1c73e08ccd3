import { t } from '../../../src/base/localise.ts';
import { element, setAttribute, setVisible } from '../dom.ts';

/** One line of the list. */
export interface Suggestion {
  readonly text: string;
  readonly detail: string;
}

/**
 * A list below a field, of which one can be chosen. The field keeps the focus and hands its keys on; what is
 * selected is told to `selected`, for screen readers: they do not see past the field's shadow root.
 */
export class Suggestions {
  readonly element = element('div', {
    className: 'suggestions',
    attributes: { role: 'listbox', 'aria-label': t('Suggestions') },
  });
  readonly #accepted: (index: number) => void;
  readonly #selected: (suggestion: Suggestion) => void;
  #items: readonly Suggestion[] = [];
  #index = -1;

  constructor(accepted: (index: number) => void, selected: (suggestion: Suggestion) => void) {
    this.#accepted = accepted;
    this.#selected = selected;
    this.element.hidden = true;
    // A press would take the focus from the field, which closes the list.
    this.element.addEventListener('pointerdown', (event) => event.preventDefault());
    this.element.addEventListener('click', (event) => {
      const index = Array.from(this.element.children).findIndex(
        (child) => event.target instanceof Node && child.contains(event.target),
      );
      if (index >= 0) this.#accepted(index);
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Nothing is selected at first, so that Enter still means the field. */
  show(items: readonly Suggestion[]): void {
    this.#items = items;
    this.#index = -1;
    this.element.replaceChildren(
      ...items.map(({ text, detail }) =>
        element('div', {
          className: 'suggestion',
          attributes: { role: 'option', 'aria-selected': 'false' },
          children: [
            element('span', { className: 'suggestion-text', text }),
            element('span', { className: 'suggestion-detail', text: detail }),
          ],
        }),
      ),
    );
    setVisible(this.element, items.length > 0);
  }

  close(): void {
    setVisible(this.element, false);
  }

  /** @returns whether the key was for the list. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case 'ArrowDown':
        this.#select((this.#index + 1) % this.#items.length);
        break;
      case 'ArrowUp':
        this.#select((Math.max(this.#index, 0) - 1 + this.#items.length) % this.#items.length);
        break;
      case 'Tab':
        if (event.shiftKey || this.#index < 0) return false;
        this.#accepted(this.#index);
        break;
      case 'Enter':
        if (this.#index < 0) return false;
        this.#accepted(this.#index);
        break;
      case 'Escape':
        this.close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  #select(index: number): void {
    const { children } = this.element;
    const before = children[this.#index];
    if (before) setAttribute(before, 'aria-selected', 'false');
    this.#index = index;
    const child = children[index];
    const item = this.#items[index];
    if (!child || !item) return;
    setAttribute(child, 'aria-selected', 'true');
    child.scrollIntoView({ block: 'nearest' });
    this.#selected(item);
  }
}
