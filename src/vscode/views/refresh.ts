import type { Disposable } from '../../base/disposable.ts';

/** Milliseconds between two refreshes of a tree: four a second. */
const interval = 250;
/** A refresh that takes long is followed by a longer rest: it may take a tenth of the time. */
const restShare = 9;

/**
 * Runs a refresh at most four times a second, and never while the view is hidden: then it runs once
 * when the view is shown again. A refresh that takes long is not overtaken by the next.
 */
export class RefreshGate implements Disposable {
  readonly #refresh: () => Promise<void>;
  readonly #now: () => number;
  #visible = false;
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  /** The next refresh may not run before. */
  #notBefore = 0;

  /** @param now milliseconds, for tests. */
  constructor(refresh: () => Promise<void>, now: () => number = () => performance.now()) {
    this.#refresh = refresh;
    this.#now = now;
  }

  set visible(visible: boolean) {
    this.#visible = visible;
    this.#schedule();
  }

  /** Something changed. */
  request(): void {
    this.#due = true;
    this.#schedule();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#visible = false;
  }

  #schedule(): void {
    if (!this.#due || !this.#visible || this.#running || this.#timer !== undefined) return;
    const delay = Math.max(0, this.#notBefore - this.#now());
    this.#timer = setTimeout(() => void this.#run(), delay);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    // Hidden meanwhile: it stays due.
    if (!this.#visible) return;
    this.#due = false;
    this.#running = true;
    const start = this.#now();
    try {
      await this.#refresh();
    } catch {
      // The engine went away meanwhile: its next snapshot asks again.
    } finally {
      this.#running = false;
    }
    const taken = this.#now() - start;
    this.#notBefore = start + Math.max(interval, taken * (1 + restShare));
    this.#schedule();
  }
}
