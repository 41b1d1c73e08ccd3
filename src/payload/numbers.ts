/**
 * Payloads that are one number: written in ASCII, or of 1, 2, 4 or 8 bytes, as integers in two's
 * complement and as IEEE 754 floats (of 16 bits and more), in both orders of bytes.
 */
import type { Decoded } from './decoding.ts';
import { float16Of, float32Text, floatText } from './number-text.ts';

/** What is written as a number: decimal or hexadecimal, with blanks around. */
const written = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|0[xX][\dA-Fa-f]+)\s*$/;
/** Longer is not looked at: no number that a person would read. */
const longestNumber = 64;

/** Every reading of the payload as a number, one a line. */
export function decodeNumbers(payload: Uint8Array): Decoded {
  const lines = [...writtenNumber(payload), ...binaryNumbers(payload)];
  if (lines.length > 0) return { text: lines.join('\n'), truncated: 0 };
  return {
    text: '',
    truncated: payload.length,
    problem: `No number: ${payload.length} bytes, and neither 1, 2, 4 or 8 nor written in ASCII`,
  };
}

function writtenNumber(payload: Uint8Array): string[] {
  if (payload.length > longestNumber) return [];
  const text = written.exec(String.fromCharCode(...payload))?.[1];
  if (text === undefined) return [];
  const whole = /^[+-]?\d+$|^0x/i.test(text);
  const value = whole ? wholeOf(text) : Number(text);
  const lines = [row('as text', String(value))];
  if (typeof value === 'bigint' && value >= 0n) lines.push(row('', `0x${value.toString(16)}`));
  return lines;
}

function wholeOf(text: string): bigint {
  const digits = text.replace(/^[+-]/, '');
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}

function binaryNumbers(payload: Uint8Array): string[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const both = (name: string, read: (littleEndian: boolean) => string): string =>
    row(name, read(false).padEnd(24), read(true));
  const head = row('', 'big-endian'.padEnd(24), 'little-endian');
  switch (payload.length) {
    case 1:
      return [
        row('unsigned', String(view.getUint8(0))),
        row('signed', String(view.getInt8(0))),
        row('bits', view.getUint8(0).toString(2).padStart(8, '0')),
      ];
    case 2:
      return [
        head,
        both('unsigned', (little) => String(view.getUint16(0, little))),
        both('signed', (little) => String(view.getInt16(0, little))),
        both('float 16', (little) => floatText(float16Of(view.getUint16(0, little)))),
      ];
    case 4:
      return [
        head,
        both('unsigned', (little) => String(view.getUint32(0, little))),
        both('signed', (little) => String(view.getInt32(0, little))),
        both('float 32', (little) => float32Text(view.getFloat32(0, little))),
      ];
    case 8:
      return [
        head,
        both('unsigned', (little) => String(view.getBigUint64(0, little))),
        both('signed', (little) => String(view.getBigInt64(0, little))),
        both('float 64', (little) => floatText(view.getFloat64(0, little))),
      ];
    default:
      return [];
  }
}

function row(name: string, ...values: string[]): string {
  return `${name.padEnd(10)}${values.join('  ')}`.trimEnd();
}
