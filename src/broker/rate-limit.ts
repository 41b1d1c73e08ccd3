/** Counts events in windows of one second, to tell when there are too many of them. */
export class RateLimit {
  #windowStart = 0;
  #count = 0;

  /** Counts one event. @returns true when it is over `limit` per second; a limit of 0 is none. */
  exceeds(limit: number, now: number): boolean {
    if (limit === 0) return false;
    // A clock that was set back begins a window too.
    if (now - this.#windowStart >= 1000 || now < this.#windowStart) {
      this.#windowStart = now;
      this.#count = 0;
    }
    return ++this.#count > limit;
  }
}
