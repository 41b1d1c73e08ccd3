import type { Disposable } from '../base/disposable.ts';

/** Beats that still follow after the last touch, so that rates fall back to zero on the screen. */
const trailMilliseconds = 2500;

/**
 * Calls something at a bounded rate while things happen, and not at all while nothing does. What
 * happens calls `touch`, which costs a comparison: it may stand on a hot path.
 */
export class Pulse implements Disposable {
  readonly #interval: number;
  readonly #beat: () => void;
  #timer: NodeJS.Timeout | undefined;
  #trail = 0;
  #disposed = false;

  /** @param interval milliseconds between two beats, at least. */
  constructor(interval: number, beat: () => void) {
    this.#interval = interval;
    this.#beat = beat;
  }

  /** Something happened: a beat follows within the interval. */
  touch(): void {
    if (this.#timer === undefined) this.#start();
    else this.#trail = trailMilliseconds;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    if (this.#disposed) return;
    this.#trail = trailMilliseconds;
    this.#schedule();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#beat();
      this.#trail -= this.#interval;
      if (this.#disposed) return;
      if (this.#trail > 0) this.#schedule();
      else this.#timer = undefined;
    }, this.#interval);
    // Nothing to show keeps no process alive.
    this.#timer.unref();
  }
}
