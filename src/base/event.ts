import { toDisposable, type Disposable } from './disposable.ts';

/** Subscribes a listener; dispose the result to stop listening. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The sending side of an Event. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // Wrapped, so that the same function subscribed twice is called twice.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  /**
   * Calls every listener, in order of subscription. A throwing listener does not keep the value
   * from the others: the first error is thrown after all have been called.
   */
  fire(value: T): void {
    let failed = false;
    let failure: unknown;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        if (!failed) failure = error;
        failed = true;
      }
    }
    if (failed) throw failure;
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
