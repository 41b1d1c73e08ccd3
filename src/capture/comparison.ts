/** Holds for the numbers that a filter asks for. */
export type Comparison = (value: number) => boolean;

const operators: Record<string, (value: number, limit: number) => boolean> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '=': (value, limit) => value === limit,
  '': (value, limit) => value === limit,
};

const number = /^(>=|<=|>|<|=|)(-?(?:0x[0-9a-f]{1,12}|\d{1,15}(?:\.\d{1,15})?))([a-z]*)$/i;

/**
 * Reads `>=0x80` or `<1.5kb`: an operator (equality without one), a number, one of the units.
 * @param units what the number is multiplied with, by name in small letters; `''` for none.
 * @returns undefined when the text is no comparison.
 */
export function parseComparison(
  text: string,
  units: Readonly<Record<string, number>> = { '': 1 },
): Comparison | undefined {
  const match = number.exec(text);
  if (!match) return undefined;
  const [, operator = '', digits = '', name = ''] = match;
  const compare = operators[operator];
  const unit = Object.hasOwn(units, name.toLowerCase()) ? units[name.toLowerCase()] : undefined;
  if (!compare || unit === undefined) return undefined;
  const limit = numberOf(digits) * unit;
  return (value) => compare(value, limit);
}

/**
 * Decides about a number or a text as a filter's value asks for it: a comparison, or a part of the text in any case.
 * Undefined for a value that is neither.
 */
export function scalarTest(wanted: string): (value: unknown) => boolean | undefined {
  const compare = parseComparison(wanted);
  const lower = wanted.toLowerCase();
  return (value) => {
    if (typeof value === 'number') return compare?.(value) === true;
    return typeof value === 'string' ? value.toLowerCase().includes(lower) : undefined;
  };
}

function numberOf(digits: string): number {
  return digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits);
}
