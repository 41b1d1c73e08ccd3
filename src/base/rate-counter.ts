/**
 * Counts events per second, over whole seconds. Costs an addition and a comparison an event. All
 * numbers stay small integers: there may be a million counters, and a fraction costs memory of its own.
 */
export class RateCounter {
  /** All events ever counted. */
  total = 0;
  /** Seconds since the epoch. */
  #second = 0;
  #current = 0;
  #previous = 0;

  /** Counts one event at `now` (milliseconds; must not run backwards). */
  count(now: number): void {
    this.total++;
    const second = Math.floor(now / 1000);
    if (second > this.#second) this.#roll(second);
    this.#current++;
  }

  /** Counts events of a second (since the epoch) that may be over: one that is long past is in the total only. */
  countMany(events: number, second: number): void {
    this.total += events;
    if (second > this.#second) this.#roll(second);
    if (second === this.#second) this.#current += events;
    else if (second === this.#second - 1) this.#previous += events;
  }

  /** Events in the last full second before `now`. */
  rate(now: number): number {
    const second = Math.floor(now / 1000);
    if (second > this.#second) this.#roll(second);
    return this.#previous;
  }

  /** Goes on as a counter that has counted the same events. */
  continueLike(other: RateCounter): void {
    this.total = other.total;
    this.#second = other.#second;
    this.#current = other.#current;
    this.#previous = other.#previous;
  }

  #roll(second: number): void {
    this.#previous = second === this.#second + 1 ? this.#current : 0;
    this.#current = 0;
    this.#second = second;
  }
}
