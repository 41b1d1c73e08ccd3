import { extendJsonPath, parseJsonPath, valueAt } from '../json-path.ts';

/** Most paths that are told. */
const mostPaths = 200;
/** Values looked at in one payload. */
const mostValues = 2000;
const deepest = 16;
const longestPath = 200;

/** A payload as a JSON value; undefined when it is none. Numbers as text are numbers: `21.5`. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The number at a path; true is 1 and false is 0. Undefined for everything else. */
export function numberAt(root: unknown, path: string): number | undefined {
  const steps = path === '' ? [] : parseJsonPath(path);
  const value = steps && valueAt(root, steps);
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Adds the paths to numbers and truth values of a payload, in their order, to those known. Bounded. */
export function addNumberPaths(root: unknown, paths: Set<string>): void {
  const waiting: { value: unknown; path: string; depth: number }[] = [
    { value: root, path: '', depth: 0 },
  ];
  for (let seen = 0; seen < mostValues && paths.size < mostPaths; seen++) {
    const next = waiting.pop();
    if (!next) return;
    const { value, path, depth } = next;
    if (typeof value === 'number' || typeof value === 'boolean') paths.add(path);
    if (typeof value !== 'object' || value === null || depth >= deepest) continue;
    const isList = Array.isArray(value);
    const children: typeof waiting = [];
    for (const key of Object.keys(value)) {
      if (children.length + seen >= mostValues) break;
      const childPath = extendJsonPath(path, isList ? Number(key) : key);
      if (childPath === undefined || childPath.length > longestPath) continue;
      const child = (value as Record<string, unknown>)[key];
      children.push({ value: child, path: childPath, depth: depth + 1 });
    }
    waiting.push(...children.reverse());
  }
}
