/** Runs kept, whatever happens: about 1.5 MB. */
const defaultRuns = 32_768;

/** What became of one message for one client. */
export interface Drop<Reason extends string> {
  readonly clientIdentifier: string;
  readonly reason: Reason;
  /** Between these times, milliseconds since the epoch: a run keeps its first and its last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Messages that a client did not get (or that were not accepted from it), with the reason. A flood of
 * them is a run of consecutive message numbers with one client and one reason, which takes the room of
 * one; when the room is used up the oldest runs go, and are counted.
 */
export class DropLog<Reason extends string> {
  /** Messages whose reason is no longer known. */
  forgotten = 0;
  /** The highest number of them. */
  forgottenThrough = 0;

  readonly #capacity: number;
  #first = new Float64Array(0);
  #last = new Float64Array(0);
  #from = new Float64Array(0);
  #to = new Float64Array(0);
  #clients: (string | undefined)[] = [];
  #reasons: (Reason | undefined)[] = [];
  /** Runs ever begun: the next has this number modulo the capacity as its slot. */
  #begun = 0;
  /** The newest run of each client. */
  readonly #slots = new Map<string, number>();

  constructor(capacity = defaultRuns) {
    this.#capacity = capacity;
  }

  /** Runs held. */
  get runs(): number {
    return Math.min(this.#begun, this.#capacity);
  }

  /** Called for every message dropped: a flood makes it hot. `message` is its number, above 0. */
  record(clientIdentifier: string, message: number, reason: Reason, time: number): void {
    const slot = this.#slots.get(clientIdentifier);
    if (slot !== undefined && this.#last[slot] === message - 1 && this.#reasons[slot] === reason) {
      this.#last[slot] = message;
      this.#to[slot] = time;
      return;
    }
    this.#begin(clientIdentifier, message, reason, time);
  }

  /** Everything known of a message, the newest first. */
  find(message: number): Drop<Reason>[] {
    const found: Drop<Reason>[] = [];
    for (let run = this.#begun - 1; run >= this.#begun - this.runs; run--) {
      const slot = run % this.#capacity;
      if (message < (this.#first[slot] ?? 0) || message > (this.#last[slot] ?? 0)) continue;
      const clientIdentifier = this.#clients[slot];
      const reason = this.#reasons[slot];
      if (clientIdentifier === undefined || reason === undefined) continue;
      const from = this.#from[slot] ?? 0;
      found.push({ clientIdentifier, reason, from, to: this.#to[slot] ?? from });
    }
    return found;
  }

  #begin(clientIdentifier: string, message: number, reason: Reason, time: number): void {
    // Most brokers never drop anything: the columns are made when the first one is.
    if (this.#begun === 0) this.#allocate();
    const slot = this.#begun % this.#capacity;
    if (this.#begun >= this.#capacity) this.#forget(slot);
    this.#begun++;
    this.#first[slot] = this.#last[slot] = message;
    this.#from[slot] = this.#to[slot] = time;
    this.#clients[slot] = clientIdentifier;
    this.#reasons[slot] = reason;
    this.#slots.set(clientIdentifier, slot);
  }

  #forget(slot: number): void {
    const first = this.#first[slot] ?? 0;
    const last = this.#last[slot] ?? 0;
    this.forgotten += last - first + 1;
    this.forgottenThrough = Math.max(this.forgottenThrough, last);
    const clientIdentifier = this.#clients[slot];
    if (clientIdentifier !== undefined && this.#slots.get(clientIdentifier) === slot) {
      this.#slots.delete(clientIdentifier);
    }
  }

  #allocate(): void {
    this.#first = new Float64Array(this.#capacity);
    this.#last = new Float64Array(this.#capacity);
    this.#from = new Float64Array(this.#capacity);
    this.#to = new Float64Array(this.#capacity);
    this.#clients = new Array<string | undefined>(this.#capacity);
    this.#reasons = new Array<Reason | undefined>(this.#capacity);
  }
}
