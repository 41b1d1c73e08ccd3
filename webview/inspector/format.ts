/** Numbers, sizes and times as the inspector writes them. */

const integer = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** `1,000,000` in the person's locale. */
export function formatCount(count: number): string {
  return integer.format(count);
}

/** `1 client`, `3 clients`. */
export function formatPlural(count: number, one: string, many: string): string {
  return `${integer.format(count)} ${count === 1 ? one : many}`;
}

/** `71 B`, `1.2 KB`, `212 MB`; 1 KB is 1,024 bytes, as the setting of the capture counts. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${integer.format(bytes)} B`;
  let value = bytes;
  let unit = 'B';
  for (const next of ['KB', 'MB', 'GB']) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  // From 9.95 on one digit would round to 10.0.
  return `${value < 9.95 ? oneDigit.format(value) : integer.format(Math.round(value))} ${unit}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Local time of day, `10:42:09.403`. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${clock.map((part) => pad(part, 2)).join(':')}.${pad(date.getMilliseconds(), 3)}`;
}

/** Date and time with what is left of the millisecond, for tooltips. */
export function formatFullTime(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), pad(date.getMonth() + 1, 2), pad(date.getDate(), 2)].join('-');
  return `${day} ${formatTime(time)}`;
}

/** Seconds since the row before, `+0.028`; longer than 1,000 s as `+17:05` or `+2:03:00`. */
export function formatDelta(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '+';
  const seconds = Math.abs(milliseconds) / 1000;
  if (seconds < 999.9995) return `${sign}${seconds.toFixed(3)}`;
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${sign}${minutes}:${pad(whole % 60, 2)}`;
  return `${sign}${Math.floor(minutes / 60)}:${pad(minutes % 60, 2)}:${pad(whole % 60, 2)}`;
}

/** A time that passed, `0.4 ms`, `28 ms`, `1.204 s`, `17:05`. */
export function formatLatency(milliseconds: number): string {
  if (milliseconds < 999.5) return formatElapsed(milliseconds);
  const text = formatDelta(milliseconds).slice(1);
  return text.includes(':') ? text : `${text} s`;
}

/** Milliseconds of a scan, `38 ms`, `0.4 ms`, `<0.1 ms`. */
export function formatElapsed(milliseconds: number): string {
  // What happens in one round of the event loop has one time.
  if (milliseconds < 0.05) return `<${oneDigit.format(0.1)} ms`;
  return `${milliseconds < 9.95 ? oneDigit.format(milliseconds) : integer.format(Math.round(milliseconds))} ms`;
}

/** `MQTT 3.1`, `MQTT 3.1.1`, `MQTT 5.0`. */
export function formatProtocol(version: 3 | 4 | 5): string {
  return version === 3 ? 'MQTT 3.1' : version === 4 ? 'MQTT 3.1.1' : 'MQTT 5.0';
}

/** `0x0a`-style byte without the prefix. */
export function formatByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
