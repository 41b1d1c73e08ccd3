import { t } from '../../../src/base/localise.ts';
import { createButton, createTextField } from '../../toolkit.ts';
import { element, setText, setVisible } from '../dom.ts';
import { icon } from '../icons.ts';

export interface FindWidgetEvents {
  /** Other text stands in the field. */
  changed(text: string): void;
  next(): void;
  previous(): void;
  close(): void;
}

/** Looks like the find widget of the editor: text, where one is among the matches, and ways on. */
export class FindWidget {
  readonly element: HTMLElement;
  readonly #field;
  readonly #count = element('span', { className: 'find-count' });

  constructor(events: FindWidgetEvents) {
    this.#field = createTextField({
      label: t('Find in rows'),
      placeholder: t('Find'),
      onInput: (text) => events.changed(text),
    });
    this.#field.element.classList.add('find-field');
    this.element = element('div', {
      className: 'find',
      attributes: { role: 'search', 'aria-label': t('Find in rows') },
      children: [
        this.#field.element,
        this.#count,
        createButton({
          label: t('Previous match'),
          title: t('Previous match (Shift+Enter)'),
          appearance: 'icon',
          icon: icon('up'),
          iconOnly: true,
          onClick: () => events.previous(),
        }).element,
        createButton({
          label: t('Next match'),
          title: t('Next match (Enter)'),
          appearance: 'icon',
          icon: icon('down'),
          iconOnly: true,
          onClick: () => events.next(),
        }).element,
        createButton({
          label: t('Close find'),
          title: t('Close (Escape)'),
          appearance: 'icon',
          icon: icon('close'),
          iconOnly: true,
          onClick: () => events.close(),
        }).element,
      ],
    });
    this.element.hidden = true;
    this.element.addEventListener('keydown', (event) => {
      const isField = event.target === this.#field.element;
      if (event.key === 'Escape') events.close();
      else if (event.key === 'Enter' && isField && event.shiftKey) events.previous();
      else if (event.key === 'Enter' && isField) events.next();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  /** Shows it and puts the caret into the field, over its text. */
  open(text: string): void {
    setVisible(this.element, true);
    this.#field.value = text;
    this.#field.focus();
    this.#field.selectAll();
  }

  close(): void {
    setVisible(this.element, false);
  }

  /** `3 of 41`; empty while there is nothing to say. */
  setCount(text: string, isNone: boolean): void {
    setText(this.#count, text);
    this.element.classList.toggle('none', isNone);
    this.#field.setInvalid(isNone);
  }
}
