import { now } from '../net/clock.ts';

/** Milliseconds of work until the sockets get their turn. */
export const sliceMilliseconds = 8;

/**
 * Calls `step` until it says that it is done; every few milliseconds the sockets have their turn.
 * @param isWanted asked after each such turn.
 * @returns whether it is done; false: it is not wanted any more.
 */
export async function inSlices(
  step: () => boolean,
  isWanted = (): boolean => true,
): Promise<boolean> {
  for (let start = now(); !step();) {
    if (now() - start < sliceMilliseconds) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (!isWanted()) return false;
    start = now();
  }
  return true;
}
