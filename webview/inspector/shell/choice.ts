import { arrowOffset, element, setAttribute } from '../dom.ts';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly title?: string;
}

/**
 * One of a few, as a row of joined buttons (radio group) or of tabs. The arrow keys move the
 * choice, and only the chosen one is a tab stop (the first, while none of them is chosen).
 */
export class Choice<T extends string> {
  readonly element: HTMLElement;
  readonly #kind: 'radio' | 'tab';
  readonly #changed: (value: T) => void;
  #options: readonly { readonly value: T; readonly button: HTMLButtonElement }[] = [];
  #value: T;

  constructor(
    kind: 'radio' | 'tab',
    label: string,
    options: readonly ChoiceOption<T>[],
    value: T,
    changed: (value: T) => void,
  ) {
    this.#kind = kind;
    this.#changed = changed;
    this.#value = value;
    this.element = element('div', {
      className: kind === 'radio' ? 'segmented' : 'tabs',
      attributes: { role: kind === 'radio' ? 'radiogroup' : 'tablist', 'aria-label': label },
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.setOptions(options);
  }

  get value(): T {
    return this.#value;
  }

  /** Chooses without telling; what is no option chooses none. */
  set value(value: T) {
    this.#value = value;
    this.#mark();
  }

  /** Puts other options in place; a choice that is no longer there falls to the first. */
  setOptions(options: readonly ChoiceOption<T>[]): void {
    const same =
      options.length === this.#options.length &&
      options.every(({ value }, index) => this.#options[index]?.value === value);
    if (same) return;
    this.#options = options.map(({ value, label, title }) => {
      const button = element('button', {
        text: label,
        attributes: { type: 'button', role: this.#kind, id: `${this.#kind}-${value}` },
      });
      if (this.#kind === 'tab') button.setAttribute('aria-controls', `panel-${value}`);
      if (title !== undefined) button.title = title;
      button.addEventListener('click', () => this.#choose(value));
      return { value, button };
    });
    this.element.replaceChildren(...this.#options.map(({ button }) => button));
    const [first] = options;
    if (first && !options.some(({ value }) => value === this.#value)) this.#value = first.value;
    this.#mark();
  }

  focus(): void {
    this.#tabStop?.button.focus();
  }

  get #tabStop() {
    return this.#options.find(({ value }) => value === this.#value) ?? this.#options[0];
  }

  #choose(value: T): void {
    if (value === this.#value) return;
    this.value = value;
    // Where they do not all fit in, they are scrolled.
    this.#tabStop?.button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#changed(value);
  }

  #mark(): void {
    const attribute = this.#kind === 'radio' ? 'aria-checked' : 'aria-selected';
    const tabStop = this.#tabStop?.button;
    for (const { value, button } of this.#options) {
      setAttribute(button, attribute, String(value === this.#value));
      setAttribute(button, 'tabindex', button === tabStop ? '0' : '-1');
    }
  }

  #onKey(event: KeyboardEvent): void {
    const offset = arrowOffset(event.key);
    if (offset === undefined) return;
    const count = this.#options.length;
    const index = this.#options.findIndex(({ button }) => button === document.activeElement);
    const next = this.#options[(index + offset + count) % count];
    if (!next) return;
    event.preventDefault();
    this.#choose(next.value);
    next.button.focus();
  }
}
