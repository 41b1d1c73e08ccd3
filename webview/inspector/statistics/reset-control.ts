import { t } from '../../../src/base/localise.ts';
import { createButton } from '../../toolkit.ts';
import { element, setVisible } from '../dom.ts';
import { icon } from '../icons.ts';

/** A button that asks before it forgets all counts. */
export class ResetControl {
  readonly element: HTMLElement;
  readonly #begin;
  readonly #keep;
  readonly #question: HTMLElement;

  constructor(events: { reset(): void }) {
    this.#begin = createButton({
      label: t('Reset…'),
      title: t('Count anew from now on; the captured packets stay'),
      appearance: 'icon',
      icon: icon('clear'),
      onClick: () => this.#ask(true),
    });
    const yes = createButton({
      label: t('Reset counts'),
      appearance: 'primary',
      onClick: () => {
        this.#ask(false);
        events.reset();
      },
    });
    this.#keep = createButton({ label: t('Keep'), onClick: () => this.#ask(false) });
    this.#question = element('span', {
      className: 'reset-question',
      attributes: { role: 'group', 'aria-label': t('Forget all counts?') },
      children: [yes.element, this.#keep.element],
    });
    this.#question.hidden = true;
    this.#question.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.#ask(false);
    });
    this.element = element('span', {
      className: 'reset',
      children: [this.#begin.element, this.#question],
    });
  }

  #ask(isAsked: boolean): void {
    setVisible(this.#begin.element, !isAsked);
    setVisible(this.#question, isAsked);
    if (isAsked) this.#keep.focus();
    else this.#begin.focus();
  }
}
