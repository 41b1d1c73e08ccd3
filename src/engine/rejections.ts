import type { Counters } from '../broker/counters.ts';
import { rejections, type RejectionCounter } from '../broker/sys-topics.ts';
import type { Rejections } from './contract.ts';

/** The counters of what was rejected that are not zero. */
export function rejectionsOf(counters: Readonly<Counters>): Rejections {
  const told: Partial<Record<RejectionCounter, number>> = {};
  for (const [, counter] of rejections) {
    if (counters[counter] > 0) told[counter] = counters[counter];
  }
  return told;
}
