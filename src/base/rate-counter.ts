/** Counts events per second, over whole seconds. Costs an addition and a comparison an event. */
export class RateCounter {
  /** All events ever counted. */
  total = 0;
  #second = 0;
  #current = 0;
  #previous = 0;

  /** Counts one event at `now` (milliseconds; must not run backwards). */
  count(now: number): void {
    this.total++;
    if (now >= this.#second + 1000) this.#roll(now);
    this.#current++;
  }

  /** Events in the last full second before `now`. */
  rate(now: number): number {
    if (now >= this.#second + 1000) this.#roll(now);
    return this.#previous;
  }

  #roll(now: number): void {
    const start = Math.floor(now / 1000) * 1000;
    this.#previous = start === this.#second + 1000 ? this.#current : 0;
    this.#current = 0;
    this.#second = start;
  }
}
