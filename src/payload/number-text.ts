/** Numbers as text: floats so that they are told from integers, and no longer than they need. */

/** A float with a fraction or an exponent: `1.0`, `-0.0`, `1.0e+300`, `NaN`, `-Infinity`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (text.includes('.')) return text;
  return text.includes('e') ? text.replace('e', '.0e') : `${text}.0`;
}

/** The shortest text that is this float of 32 bits and no other: `0.1`, not `0.10000000149011612`. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < 10 && Number.isFinite(value); digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return floatText(shorter);
  }
  return floatText(value);
}

/** A float as a JSON token. JSON has no NaN and no infinity: they are strings, as in the JSON mapping of Protobuf. */
export function jsonFloat(value: number, text: (value: number) => string): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0.0' : text(value);
}

/** The value of a float of 16 bits (IEEE 754 binary16). */
export function float16Of(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Whether a float of 16 bits is that value. */
export function fitsFloat16(value: number): boolean {
  if (Number.isNaN(value)) return true;
  const size = Math.abs(value);
  if (size === 0 || size === Infinity) return true;
  if (size > 65504) return false;
  // Eleven significant bits, none below 2^-24.
  const unit = 2 ** Math.max(-24, Math.floor(Math.log2(size)) - 10);
  return Number.isInteger(size / unit);
}

/** `2013-03-21T20:04:00.5Z` of seconds since 1970; undefined where a calendar has no such day. */
export function timeText(seconds: bigint, nanoseconds: number): string | undefined {
  // What Date can tell: 100 million days around 1970.
  if (seconds > 8_640_000_000_000n || seconds < -8_640_000_000_000n) return undefined;
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0')}`;
  return `${date}${fraction.replace(/0+$/, '')}Z`;
}
