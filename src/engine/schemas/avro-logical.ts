/** Logical types of Avro (1.12.0, Logical Types): what a value means, as a JSON token. */
import avsc from 'avsc';
import { timeText } from '../../payload/number-text.ts';

/** Days that a calendar has, around 1970. */
const mostDays = 100_000_000n;

/** Keeps what the schema says beside the type; values are never made of it. */
class Logical extends avsc.types.LogicalType {
  readonly scale: number;

  constructor(schema: avsc.Schema, options?: unknown) {
    super(schema, options);
    const { scale } = schema as { scale?: unknown };
    this.scale = typeof scale === 'number' && scale >= 0 && scale <= 1000 ? scale : 0;
  }
}

const names = [
  'decimal',
  'date',
  'time-millis',
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
];

export const logicalTypes: Record<string, typeof Logical> = Object.fromEntries(
  names.map((name) => [name, Logical]),
);

/** Units of a second. */
const units: Readonly<Record<string, bigint>> = {
  millis: 1000n,
  micros: 1_000_000n,
  nanos: 1_000_000_000n,
};

/** What an integer means; undefined where it is that number, or a calendar does not have it. */
export function integerMeaning(type: avsc.Type, value: bigint): string | undefined {
  const name = type.typeName.replace('logical:', '');
  if (name === 'date') return dateToken(value);
  const perSecond = units[name.split('-').at(-1) ?? ''];
  if (perSecond === undefined) return undefined;
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const seconds = (value - fraction) / perSecond;
  const text = timeText(seconds, Number((fraction * 1_000_000_000n) / perSecond));
  if (text === undefined) return undefined;
  if (name.startsWith('timestamp-')) return JSON.stringify(text);
  if (name.startsWith('local-')) return JSON.stringify(text.slice(0, -1));
  return name.startsWith('time-') && seconds >= 0n && seconds < 86_400n
    ? JSON.stringify(text.slice(11, -1))
    : undefined;
}

function dateToken(days: bigint): string | undefined {
  if (days > mostDays || days < -mostDays) return undefined;
  const text = timeText(days * 86_400n, 0);
  return text && JSON.stringify(text.slice(0, text.indexOf('T')));
}

/** `-12.50` of bytes in two's complement, the highest first; undefined where they are no decimal. */
export function decimalToken(type: avsc.Type, bytes: Uint8Array): string | undefined {
  if (!(type instanceof Logical) || type.typeName !== 'logical:decimal') return undefined;
  // Longer ones than anybody's take too long to be written in decimal.
  if (bytes.length === 0 || bytes.length > 256) return undefined;
  const unscaled = BigInt.asIntN(
    bytes.length * 8,
    BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
  );
  const { scale } = type;
  if (scale === 0) return String(unscaled);
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The type under logical ones. */
export function plainType(type: avsc.Type): avsc.Type {
  let plain = type;
  while (plain instanceof avsc.types.LogicalType) plain = plain.underlyingType;
  return plain;
}
