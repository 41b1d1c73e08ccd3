import type { Version } from './statement.ts';

export interface Exception {
  readonly version: Version;
  readonly id: string;
  /** Why the statement is not enforced, or not tested. */
  readonly reason: string;
}

/** Server statements that are deliberately not met, do not apply, or cannot be broken. */
export const exceptions: readonly Exception[] = [];
