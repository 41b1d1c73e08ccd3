import type { Disposable } from '../../base/disposable.ts';

/** Milliseconds between two refreshes of a tree: four a second. */
const interval = 250;

/**
 * Runs a refresh at most four times a second, and never while the view is hidden: then it runs once
 * when the view is shown again. A refresh that takes long is not overtaken by the next.
 */
export class RefreshGate implements Disposable {
  readonly #refresh: () => Promise<void>;
  #visible = false;
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(refresh: () => Promise<void>) {
    this.#refresh = refresh;
  }

  set visible(visible: boolean) {
    this.#visible = visible;
    if (visible && this.#due) this.#schedule(0);
  }

  /** Something changed. */
  request(): void {
    this.#due = true;
    if (this.#visible) this.#schedule(interval);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#visible = false;
  }

  #schedule(delay: number): void {
    if (this.#timer !== undefined || this.#running) return;
    this.#timer = setTimeout(() => void this.#run(), delay);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#due = false;
    this.#running = true;
    try {
      await this.#refresh();
    } catch {
      // The engine went away meanwhile: its next snapshot asks again.
    } finally {
      this.#running = false;
    }
    this.#scheduleIfDue();
  }

  /** Apart from #run, in which requests may have come while it waited. */
  #scheduleIfDue(): void {
    if (this.#due && this.#visible) this.#schedule(interval);
  }
}
