import { createTextField } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import type { FilterProblem } from '../query-session.ts';

/** Milliseconds after the last key until the filter is applied. */
const typingDelay = 150;

/** The filter field, what it found, and what is wrong with it. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly #field;
  readonly #chip = element('span', { className: 'chip result' });
  readonly #error = element('div', {
    className: 'filter-error',
    attributes: { id: 'filter-error' },
  });
  readonly #changed: (filter: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #position: number | undefined;

  constructor(filter: string, changed: (filter: string) => void, leave: () => void) {
    this.#changed = changed;
    this.#field = createTextField({
      label: 'Filter',
      placeholder: 'Filter: text, topic:home/+/lamp/#, type:publish, -type:pingreq',
      onInput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#apply(), typingDelay);
      },
    });
    this.#field.value = filter;
    this.#field.element.classList.add('filter');
    this.#field.element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        this.#apply();
        if (this.#position !== undefined) this.#field.setCaret(this.#position);
      } else if (event.key === 'Escape' || event.key === 'ArrowDown') {
        event.preventDefault();
        leave();
      }
    });
    this.#error.hidden = true;
    this.element = element('div', {
      className: 'filter-row',
      attributes: { role: 'search' },
      children: [
        element('div', { className: 'bar', children: [this.#field.element, this.#chip] }),
        this.#error,
      ],
    });
  }

  get value(): string {
    return this.#field.value;
  }

  /** Puts another filter into the field and applies it. */
  set(filter: string): void {
    this.#field.value = filter;
    this.#apply();
  }

  focus(): void {
    this.#field.focus();
    this.#field.selectAll();
  }

  setResult(text: string, title: string): void {
    setText(this.#chip, text);
    if (this.#chip.title !== title) this.#chip.title = title;
  }

  /** Shows what is wrong, or takes that away. */
  setProblem(problem: FilterProblem | undefined): void {
    this.#position = problem?.position;
    this.#field.setInvalid(problem !== undefined);
    setVisible(this.#error, problem !== undefined);
    setText(this.#error, problem?.message ?? '');
    this.element.classList.toggle('invalid', problem !== undefined);
  }

  #apply(): void {
    clearTimeout(this.#timer);
    this.#changed(this.#field.value.trim());
  }
}
