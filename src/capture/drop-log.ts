/** Runs kept, whatever happens: about 1.5 MB. */
const defaultRuns = 32_768;

/** Message numbers from the first of a run on that need not be consecutive: the bits of its mask. */
const window = 32;
/** The mask of a run without gaps: it goes on for as long as none comes. */
const full = 0xffffffff;

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
 * one; where others got through in between, a run still covers 32 numbers. When the room is used up the oldest runs go, and are counted.
 */
export class DropLog<Reason extends string> {
  /** Messages whose reason is no longer known. */
  forgotten = 0;
  /** The highest number of them. */
  forgottenThrough = 0;

  readonly #capacity: number;
  #first = new Float64Array(0);
  #last = new Float64Array(0);
  #mask = new Uint32Array(0);
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
    if (slot !== undefined && this.#reasons[slot] === reason && this.#extend(slot, message)) {
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
      if (!this.#has(slot, message)) continue;
      const clientIdentifier = this.#clients[slot];
      const reason = this.#reasons[slot];
      if (clientIdentifier === undefined || reason === undefined) continue;
      const from = this.#from[slot] ?? 0;
      found.push({ clientIdentifier, reason, from, to: this.#to[slot] ?? from });
    }
    return found;
  }

  /** @returns false when the run cannot take it. */
  #extend(slot: number, message: number): boolean {
    const offset = message - (this.#first[slot] ?? 0);
    if (offset < 0) return false;
    if (offset < window) this.#mask[slot] = (this.#mask[slot] ?? 0) | (1 << offset);
    else if (this.#mask[slot] !== full || this.#last[slot] !== message - 1) return false;
    this.#last[slot] = Math.max(message, this.#last[slot] ?? 0);
    return true;
  }

  #has(slot: number, message: number): boolean {
    const offset = message - (this.#first[slot] ?? 0);
    if (offset < 0 || message > (this.#last[slot] ?? 0)) return false;
    return offset >= window || ((this.#mask[slot] ?? 0) & (1 << offset)) !== 0;
  }

  /** Messages in the run. */
  #count(slot: number): number {
    let count = 0;
    for (let mask = this.#mask[slot] ?? 0; mask !== 0; mask = (mask & (mask - 1)) >>> 0) count++;
    return count + Math.max(0, (this.#last[slot] ?? 0) - (this.#first[slot] ?? 0) + 1 - window);
  }

  #begin(clientIdentifier: string, message: number, reason: Reason, time: number): void {
    // Most brokers never drop anything: the columns are made when the first one is.
    if (this.#begun === 0) this.#allocate();
    const slot = this.#begun % this.#capacity;
    if (this.#begun >= this.#capacity) this.#forget(slot);
    this.#begun++;
    this.#first[slot] = this.#last[slot] = message;
    this.#mask[slot] = 1;
    this.#from[slot] = this.#to[slot] = time;
    this.#clients[slot] = clientIdentifier;
    this.#reasons[slot] = reason;
    this.#slots.set(clientIdentifier, slot);
  }

  #forget(slot: number): void {
    this.forgotten += this.#count(slot);
    this.forgottenThrough = Math.max(this.forgottenThrough, this.#last[slot] ?? 0);
    const clientIdentifier = this.#clients[slot];
    if (clientIdentifier !== undefined && this.#slots.get(clientIdentifier) === slot) {
      this.#slots.delete(clientIdentifier);
    }
  }

  #allocate(): void {
    this.#first = new Float64Array(this.#capacity);
    this.#last = new Float64Array(this.#capacity);
    this.#mask = new Uint32Array(this.#capacity);
    this.#from = new Float64Array(this.#capacity);
    this.#to = new Float64Array(this.#capacity);
    this.#clients = new Array<string | undefined>(this.#capacity);
    this.#reasons = new Array<Reason | undefined>(this.#capacity);
  }
}
