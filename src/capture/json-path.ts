/** Paths into JSON values, as the filter language writes them: `rooms[0].temp`. */

export type JsonPath = readonly (string | number)[];

/** A path as names and indices; undefined when it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!/^(?:[^.[\]]+|\[\d{1,9}\])(?:\.[^.[\]]+|\[\d{1,9}\])*$/.test(text)) return undefined;
  return Array.from(text.matchAll(/\[(\d+)\]|[^.[\]]+/g), ([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

/** The value at a path; undefined when there is none. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // `a.0` reads an item too, as people write it.
    if (!Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** A path one step longer; undefined when a path cannot say that name. */
export function extendJsonPath(path: string, step: string | number): string | undefined {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (step === '' || /[.[\]]/.test(step)) return undefined;
  return path === '' ? step : `${path}.${step}`;
}
