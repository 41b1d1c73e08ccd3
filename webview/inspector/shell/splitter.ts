import { t } from '../../../src/base/localise.ts';
import { element, setAttribute } from '../dom.ts';

/** Shares of the height that the lower part can have, per cent. */
const minimum = 15;
const maximum = 85;
const keyStep = 4;

/** The line between table and details, moved by pointer or arrow keys. */
export class Splitter {
  readonly element = element('div', {
    className: 'splitter',
    attributes: {
      role: 'separator',
      tabindex: '0',
      'aria-orientation': 'horizontal',
      'aria-label': t('Height of the details'),
      'aria-valuemin': String(minimum),
      'aria-valuemax': String(maximum),
    },
  });
  readonly #container: HTMLElement;
  readonly #changed: (share: number) => void;
  #share: number;

  /** `container` holds both parts; its property `--details-share` gets the share. */
  constructor(container: HTMLElement, share: number, changed: (share: number) => void) {
    this.#container = container;
    this.#changed = changed;
    this.#share = share;
    this.#apply(share);
    this.element.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.element.setPointerCapture(event.pointerId);
      this.element.focus({ preventScroll: true });
    });
    this.element.addEventListener('pointermove', (event) => {
      if (!this.element.hasPointerCapture(event.pointerId)) return;
      const box = container.getBoundingClientRect();
      if (box.height > 0) this.#move(((box.bottom - event.clientY) / box.height) * 100);
    });
    this.element.addEventListener('dblclick', () => this.#move(42));
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp') this.#move(this.#share + keyStep);
    else if (event.key === 'ArrowDown') this.#move(this.#share - keyStep);
    else if (event.key === 'Home') this.#move(maximum);
    else if (event.key === 'End') this.#move(minimum);
    else return;
    event.preventDefault();
  }

  #move(share: number): void {
    this.#apply(share);
    this.#changed(this.#share);
  }

  #apply(share: number): void {
    this.#share = Math.min(maximum, Math.max(minimum, Math.round(share * 10) / 10));
    this.#container.style.setProperty('--details-share', `${this.#share}%`);
    setAttribute(this.element, 'aria-valuenow', String(Math.round(this.#share)));
    setAttribute(this.element, 'aria-valuetext', t('{0} per cent', Math.round(this.#share)));
  }
}
