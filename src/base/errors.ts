/** An action offered beside an error, e.g. `{ id: 'useNextPort', title: 'Use Port 1884', value: 1884 }`. */
export interface ErrorAction {
  readonly id: string;
  readonly title: string;
  readonly value?: string | number;
}

/**
 * An error that a person can act on. Its message says what happened, why, and what to do, and is
 * shown as it is. Everything else that is thrown is a bug and is logged with its stack.
 */
export class HumanError extends Error {
  override readonly name = 'HumanError';
  /** For code: what kind of failure, e.g. `portTaken`. */
  readonly code: string;
  readonly actions: readonly ErrorAction[];

  constructor(code: string, message: string, actions: readonly ErrorAction[] = []) {
    super(message);
    this.code = code;
    this.actions = actions;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stack of anything that was thrown, for logs. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
