/**
 * Counters of many rows. Some (series) are also kept for each of the last short times (buckets), the others are single
 * numbers. What is counted often is written once: a bucket is added to the whole when the next one begins. All that
 * belongs to a row stands side by side in one array, since to look at memory is what counting costs.
 */
export class CounterRows {
  readonly bucketSeconds: number;
  /** Full buckets that can be read; one more is being filled. */
  readonly bucketCount: number;
  readonly #series: number;
  /** Where the single counters of a row begin: after the number of its newest bucket and the sums of the others. */
  readonly #singles: number;
  readonly #buckets: number;
  readonly #stride: number;
  #data: Float64Array = new Float64Array(0);
  #rows = 0;
  /** The bucket that is counted in, and where it stands in each row. */
  #bucket = 0;
  #offset = 0;

  /** @param bucketSeconds a whole number of seconds. */
  constructor(series: number, singles: number, bucketCount: number, bucketSeconds: number) {
    this.#series = series;
    this.#singles = 1 + series;
    this.#buckets = this.#singles + singles;
    this.bucketCount = bucketCount;
    this.bucketSeconds = bucketSeconds;
    this.#stride = this.#buckets + series * (bucketCount + 1);
    this.#offset = this.#buckets;
  }

  /** Makes room for the row and those before it. */
  reserve(row: number): void {
    if (row < this.#rows) return;
    this.#rows = Math.max(row + 1, this.#rows * 2, 16);
    const data = new Float64Array(this.#rows * this.#stride);
    data.set(this.#data);
    this.#data = data;
  }

  /** What is counted from now on is of that second since the epoch. */
  enter(second: number): void {
    this.#bucket = Math.floor(second / this.bucketSeconds);
    this.#offset = this.#offsetOf(this.#bucket);
  }

  /** HOT: where the row's series are counted in the bucket of `enter`; to be given to `add`, plus the series. */
  place(row: number): number {
    const base = row * this.#stride;
    const newest = this.#data[base] ?? 0;
    if (newest === this.#bucket) return base + this.#offset;
    return this.#bucket > newest ? this.#roll(base, newest) : base + 1;
  }

  /** HOT: where the row's single counter of that number stands. */
  single(row: number, counter: number): number {
    return row * this.#stride + this.#singles + counter;
  }

  /** HOT: counts at a place. */
  add(at: number, amount: number): void {
    this.#data[at] = (this.#data[at] ?? 0) + amount;
  }

  /** HOT: writes at a place. */
  set(at: number, value: number): void {
    this.#data[at] = value;
  }

  get(row: number, counter: number): number {
    return this.#data[this.single(row, counter)] ?? 0;
  }

  /** All that a series has ever counted. */
  whole(row: number, series: number): number {
    const base = row * this.#stride;
    const newest = this.#data[base] ?? 0;
    const filling = newest === 0 ? 0 : (this.#data[base + this.#offsetOf(newest) + series] ?? 0);
    return (this.#data[base + 1 + series] ?? 0) + filling;
  }

  /** The full buckets before the one of `now` (milliseconds since the epoch), the oldest first. */
  recent(row: number, series: number, now: number): number[] {
    const bucket = this.#bucketOf(now);
    return Array.from({ length: this.bucketCount }, (_, index) =>
      this.#sum(row, series, bucket - this.bucketCount + index),
    );
  }

  /** The sum of all that is kept, with the bucket that is being filled. */
  minute(row: number, series: number, now: number): number {
    const last = this.#bucketOf(now);
    const base = row * this.#stride;
    const newest = this.#data[base] ?? 0;
    let at = Math.max(last, newest) - this.bucketCount;
    // Most of many rows rest.
    if (newest < at) return 0;
    let sum = 0;
    let offset = this.#offsetOf(at);
    for (const end = Math.min(last, newest); at <= end; at++) {
      sum += this.#data[base + offset + series] ?? 0;
      offset += this.#series;
      if (offset === this.#stride) offset = this.#buckets;
    }
    return sum;
  }

  /** Anything was counted in what is kept. */
  isRecent(row: number, now: number): boolean {
    return (this.#data[row * this.#stride] ?? 0) >= this.#bucketOf(now) - this.bucketCount;
  }

  /** Per second, over the last full bucket and the one that is being filled. */
  rate(row: number, series: number, now: number): number {
    const bucket = this.#bucketOf(now);
    if ((this.#data[row * this.#stride] ?? 0) < bucket - 1) return 0;
    const sum = this.#sum(row, series, bucket - 1) + this.#sum(row, series, bucket);
    return sum / (now / 1000 - (bucket - 1) * this.bucketSeconds);
  }

  #bucketOf(time: number): number {
    return Math.floor(time / (this.bucketSeconds * 1000));
  }

  #offsetOf(bucket: number): number {
    return this.#buckets + (bucket % (this.bucketCount + 1)) * this.#series;
  }

  #sum(row: number, series: number, bucket: number): number {
    const base = row * this.#stride;
    const newest = this.#data[base] ?? 0;
    if (bucket > newest || newest - bucket > this.bucketCount) return 0;
    return this.#data[base + this.#offsetOf(bucket) + series] ?? 0;
  }

  /** Adds the newest bucket to the whole, and empties those after it. @returns the place of the new one. */
  #roll(base: number, newest: number): number {
    const data = this.#data;
    const bucket = this.#bucket;
    if (newest > 0) {
      const filled = base + this.#offsetOf(newest);
      for (let series = 0; series < this.#series; series++) {
        this.add(base + 1 + series, data[filled + series] ?? 0);
      }
    }
    data[base] = bucket;
    for (let at = Math.max(newest + 1, bucket - this.bucketCount); at <= bucket; at++) {
      const start = base + this.#offsetOf(at);
      data.fill(0, start, start + this.#series);
    }
    return base + this.#offset;
  }
}
