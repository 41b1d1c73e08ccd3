/** Hashing a password takes time and memory: few at once, each address in turn, and nobody waits for ever. */

interface Attempt {
  readonly run: () => Promise<void>;
  readonly refuse: () => void;
}

/** Passwords hashed at a time: half of Node's thread pool. */
const mostRunning = 2;
/** Attempts of one address that may wait. */
const mostPerAddress = 64;
/** Addresses that may have some waiting. */
const mostAddresses = 64;

export class AttemptQueue {
  /** Those that wait, by address; the address whose turn it is stands first. */
  readonly #waiting = new Map<string, Attempt[]>();
  #running = 0;

  /**
   * Runs `run` when it is the address's turn. Calls `refuse` instead, at once, when too many wait.
   * @param address of the client, without its port.
   */
  add(address: string, run: () => Promise<void>, refuse: () => void): void {
    const own = this.#waiting.get(address);
    const isFull = own ? own.length >= mostPerAddress : this.#waiting.size >= mostAddresses;
    if (isFull) {
      refuse();
      return;
    }
    if (own) own.push({ run, refuse });
    else this.#waiting.set(address, [{ run, refuse }]);
    this.#next();
  }

  #next(): void {
    while (this.#running < mostRunning) {
      const [first] = this.#waiting;
      if (!first) return;
      const [address, attempts] = first;
      // To the end of the row, if it has more.
      this.#waiting.delete(address);
      const attempt = attempts.shift();
      if (attempts.length > 0) this.#waiting.set(address, attempts);
      if (!attempt) continue;
      this.#running++;
      void attempt
        .run()
        .catch(() => attempt.refuse())
        .finally(() => {
          this.#running--;
          this.#next();
        });
    }
  }
}
