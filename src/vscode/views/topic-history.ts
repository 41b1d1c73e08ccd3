/** Charts of the topics in a tree, as text: a tree has no room for pictures. */

/** Milliseconds of one bar, and how many there are. */
export const barMilliseconds = 2000;
export const barCount = 8;

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** `▁▂▅█▃`: nothing is the lowest block, the greatest the highest; empty when all are nothing. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  if (most === 0) return '';
  return values
    .map((value) => (value === 0 ? blocks[0] : blocks[Math.ceil((value / most) * 7)]))
    .join('');
}

interface Counts {
  /** The bar that is being filled. */
  bar: number;
  /** All messages when it began, and when they were looked at last. */
  start: number;
  seen: number;
  /** Messages of the full bars, the oldest first. */
  full: number[];
}

/**
 * How many messages the topics on the screen had lately. It knows what it is told of: a topic that comes onto the screen
 * begins with nothing.
 */
export class TopicHistory {
  readonly #byTopic = new Map<string, Counts>();

  /** The topic has had so many messages at `now` (milliseconds). */
  note(topic: string, messageCount: number, now: number): void {
    const bar = Math.floor(now / barMilliseconds);
    const counts = this.#byTopic.get(topic);
    if (!counts || messageCount < counts.seen) {
      this.#byTopic.set(topic, { bar, start: messageCount, seen: messageCount, full: [] });
      return;
    }
    if (bar > counts.bar) {
      // What came since the last look is of this bar: looks are much more frequent than bars.
      const empty = Math.min(bar - counts.bar - 1, barCount);
      const full = [
        ...counts.full,
        counts.seen - counts.start,
        ...new Array<number>(empty).fill(0),
      ];
      counts.full = full.slice(-barCount);
      counts.start = counts.seen;
      counts.bar = bar;
    }
    counts.seen = messageCount;
  }

  /** Messages of the full bars, the oldest first. */
  recent(topic: string): readonly number[] {
    return this.#byTopic.get(topic)?.full ?? [];
  }

  /** Those are no longer on the screen. */
  forget(isGone: (topic: string) => boolean): void {
    for (const topic of [...this.#byTopic.keys()]) {
      if (isGone(topic)) this.#byTopic.delete(topic);
    }
  }

  clear(): void {
    this.#byTopic.clear();
  }
}
