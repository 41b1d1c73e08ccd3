/** It never changes, and asking for it is not free. */
const { timeOrigin } = performance;

/**
 * Milliseconds since the epoch with a fraction of microseconds. It never runs backwards within the
 * process: it is the monotonic clock, anchored at the start of the process.
 */
export function now(): number {
  return timeOrigin + performance.now();
}
