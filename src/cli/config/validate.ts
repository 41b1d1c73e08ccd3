import { valueProblem } from '../../broker/limit-table.ts';
import { printable } from '../output.ts';
import { UsageError } from '../usage.ts';
import { nearest } from './nearest.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** Characters of a wrong value that an error repeats. */
const longestShown = 60;

/**
 * Checks a value against a shape. It goes no deeper than the shape does, whatever is given.
 * @param path where it stands, such as `access.rules[2]`; empty at the top.
 * @throws UsageError naming the path and what is allowed there.
 */
export function checkShape(shape: Shape, given: unknown, path = ''): void {
  if (shape.kind === 'object') {
    if (!isPlainObject(given)) throw wrong(path, 'an object', given);
    checkFields(shape, given, path);
  } else if (shape.kind === 'list') {
    if (!Array.isArray(given)) throw wrong(path, 'a list', given);
    if (given.length > shape.most) {
      throw new UsageError(`${path} has ${given.length} entries; ${shape.most} are allowed`);
    }
    for (const [index, item] of given.entries()) checkShape(shape.item, item, `${path}[${index}]`);
  } else {
    const problem = valueProblem(shape, given);
    if (problem !== undefined) throw wrong(path, problem, given);
  }
}

function checkFields(
  { fields, required = [] }: ObjectShape,
  given: Readonly<Record<string, unknown>>,
  path: string,
): void {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const [key, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!field) throw unknownKey(below(shorten(key)), key, Object.keys(fields), path);
    checkShape(field, value, below(key));
  }
  for (const key of required) {
    if (!Object.hasOwn(given, key)) throw new UsageError(`${below(key)} is missing`);
  }
}

function unknownKey(
  shown: string,
  key: string,
  known: readonly string[],
  path: string,
): UsageError {
  const meant = nearest(key, known);
  const where = path === '' ? 'at the top' : `in ${path}`;
  return new UsageError(
    meant === undefined
      ? `${shown} is unknown; ${where} there may be ${known.join(', ')}`
      : `${shown} is unknown; did you mean ${meant}?`,
  );
}

function wrong(path: string, allowed: string, given: unknown): UsageError {
  const what = path === '' ? 'the whole' : path;
  return new UsageError(`${what} must be ${allowed}, not ${show(given)}`);
}

/** A wrong value, short and harmless on a terminal. */
function show(given: unknown): string {
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object' && given !== null) return 'an object';
  return shorten(
    typeof given === 'string' ? JSON.stringify(given.slice(0, longestShown + 1)) : String(given),
  );
}

function shorten(text: string): string {
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return printable(shown);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
