/** Something that happens at a time. Make one per purpose and arm it as often as needed. */
export class Timer {
  /** Milliseconds since the epoch; meaningful while armed. */
  deadline = Infinity;
  /** Position in the heap; -1 while not armed. */
  position = -1;
  readonly fire: (now: number) => void;

  constructor(fire: (now: number) => void) {
    this.fire = fire;
  }

  get armed(): boolean {
    return this.position >= 0;
  }
}

/** All timers of a broker: a binary heap, earliest deadline first. */
export class Timers {
  readonly #heap: Timer[] = [];

  /** Number of armed timers. */
  get size(): number {
    return this.#heap.length;
  }

  /** Earliest deadline; Infinity if there is none. */
  next(): number {
    return this.#heap[0]?.deadline ?? Infinity;
  }

  /** Arms the timer, or moves it. An infinite deadline disarms it. */
  arm(timer: Timer, deadline: number): void {
    if (deadline === Infinity) {
      this.disarm(timer);
      return;
    }
    timer.deadline = deadline;
    if (timer.position < 0) {
      timer.position = this.#heap.length;
      this.#heap.push(timer);
      this.#rise(timer);
    } else {
      this.#rise(timer);
      this.#sink(timer);
    }
  }

  disarm(timer: Timer): void {
    if (timer.position < 0) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) {
      this.#place(last, timer.position);
      this.#rise(last);
      this.#sink(last);
    }
    timer.position = -1;
  }

  /** Fires everything due. A timer armed meanwhile for a time not after `now` fires too. */
  advance(now: number): void {
    for (let first = this.#heap[0]; first && first.deadline <= now; first = this.#heap[0]) {
      this.disarm(first);
      first.fire(now);
    }
  }

  #place(timer: Timer, position: number): void {
    timer.position = position;
    this.#heap[position] = timer;
  }

  #rise(timer: Timer): void {
    for (let position = timer.position; position > 0; position = timer.position) {
      const parent = this.#heap[(position - 1) >> 1];
      if (!parent || parent.deadline <= timer.deadline) return;
      this.#place(timer, parent.position);
      this.#place(parent, position);
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const position = timer.position;
      const left = this.#heap[2 * position + 1];
      const right = this.#heap[2 * position + 2];
      const child = right && left && right.deadline < left.deadline ? right : left;
      if (!child || child.deadline >= timer.deadline) return;
      this.#place(timer, child.position);
      this.#place(child, position);
    }
  }
}
