/**
 * Tells which matches of topics a change of subscriptions made stale, so that subscriptions that
 * come and go all the time leave the others alone. Filters with wildcards are counted by the levels
 * that they begin with; a filter without any concerns one topic only, and is not told here.
 */

/** Slots for filters by their first level, and by their first two: different levels may share one. */
const firstSlots = 256;
const secondSlots = 8192;
/** Slot of filters whose first level is a wildcard. */
const anyTopic = 0;
/** Changes remembered one by one. More of them cost more to look at than matching anew. */
const remembered = 32;

/** What a topic's match depends on. */
export interface TopicPlace {
  readonly levelsOnce: readonly string[];
  /** Slots of its first level and of its first two. */
  readonly firstSlot: number;
  readonly secondSlot: number;
}

/** The slots of a topic name with these levels. */
export function slotsOf(levels: readonly string[]): { firstSlot: number; secondSlot: number } {
  const hash = hashOf(levels[0] ?? '', 0);
  return {
    firstSlot: 1 + (hash & (firstSlots - 1)),
    secondSlot: 1 + firstSlots + (hashOf(levels[1] ?? '', hash) & (secondSlots - 1)),
  };
}

export class SubscriptionChanges {
  /** Number of changes so far. */
  count = 0;
  readonly #counts = new Uint32Array(1 + firstSlots + secondSlots);
  readonly #last = new Array<readonly string[]>(remembered).fill([]);

  /** A subscription with this filter came, went or was replaced. */
  record(filter: readonly string[]): void {
    const { firstSlot, secondSlot } = slotsOf(filter);
    const slot = isWildcard(filter[0])
      ? anyTopic
      : filter.length === 1 || isWildcard(filter[1])
        ? firstSlot
        : secondSlot;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#last[this.count % remembered] = filter;
    this.count++;
  }

  /** Changes exactly when something may have changed for a topic at this place. HOT. */
  stampOf({ firstSlot, secondSlot }: TopicPlace): number {
    const counts = this.#counts;
    return (counts[anyTopic] ?? 0) + (counts[firstSlot] ?? 0) + (counts[secondSlot] ?? 0);
  }

  /** Whether any of the changes from number `since` on concerns the topic; true if nobody remembers. */
  concern({ levelsOnce: levels }: TopicPlace, since: number): boolean {
    if (this.count - since > remembered) return true;
    for (let number = since; number < this.count; number++) {
      if (mayMatch(this.#last[number % remembered] ?? [], levels)) return true;
    }
    return false;
  }
}

/** True if the filter matches the topic name, but for the rule about `$`. */
function mayMatch(filter: readonly string[], topic: readonly string[]): boolean {
  for (let index = 0; index < filter.length; index++) {
    const level = filter[index];
    if (level === '#') return true;
    if (index >= topic.length || (level !== '+' && level !== topic[index])) return false;
  }
  return filter.length === topic.length;
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}

/** True if the filter has no wildcard: it matches one topic name only. */
export function isExact(filter: readonly string[]): boolean {
  return !filter.includes('+') && filter.at(-1) !== '#';
}

/** FNV-1a of the code units. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
