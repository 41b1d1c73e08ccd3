import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from '../base/errors.ts';

/** A command line that cannot be carried out: printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes that scripts can rely on. */
export const exitCode = {
  success: 0,
  /** It ran, and found what it looked for to be wrong (e.g. malformed packets). */
  failure: 1,
  /** Wrong options, an unreadable file, a taken port: it did not run. */
  usage: 2,
} as const;

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Parses a command's arguments strictly.
 * @throws UsageError for unknown options and missing values, naming them.
 */
export function parseArguments<O extends Options>(
  args: readonly string[],
  options: O,
  allowPositionals: boolean,
): ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (error) {
    // Node's second sentence explains how to pass positionals that look like options.
    throw new UsageError(messageOf(error).split('. ')[0]);
  }
}

/** The options of arguments that `parseArguments` has accepted, in the order in which they were given. */
export function optionsInOrder(
  args: readonly string[],
  options: Options,
): { readonly name: string; readonly value: string | undefined }[] {
  const { tokens } = parseArgs({ args: [...args], options, tokens: true });
  return tokens.flatMap((token) =>
    token.kind === 'option' ? [{ name: token.name, value: token.value }] : [],
  );
}

/** @throws UsageError unless `text` is a whole number in [least, most]. */
export function parseWholeNumber(
  option: string,
  text: string,
  least: number,
  most: number,
): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not '${text}'`);
}

/** @throws UsageError unless `text` is one of `choices`. */
export function parseChoice<T extends string>(
  option: string,
  text: string,
  choices: readonly T[],
): T {
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`${option} takes ${choices.join(', ')}, not '${text}'`);
}
