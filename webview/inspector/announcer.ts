import { element } from './dom.ts';

/** Milliseconds between two announcements, so that a screen reader can finish. */
const interval = 1500;

/**
 * Says things to screen readers through a polite live region. Not more often than every 1.5 s: of
 * several that come sooner the newest is said.
 */
export class Announcer {
  readonly element = element('div', {
    className: 'visually-hidden',
    attributes: { role: 'status', 'aria-live': 'polite' },
  });
  #waiting: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.#waiting = text;
    if (this.#timer === undefined) this.#next();
  }

  #next(): void {
    this.#timer = undefined;
    if (this.#waiting === undefined) return;
    this.element.textContent = this.#waiting;
    this.#waiting = undefined;
    this.#timer = setTimeout(() => this.#next(), interval);
  }
}
