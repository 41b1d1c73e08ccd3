import type { Inspection } from '../mqtt/inspect.ts';
import type { Field, Problem } from '../mqtt/packet.ts';
import { printable } from './output.ts';

/**
 * An inspection as an indented tree, one field a line, then its problems:
 * `0000-0001  Packet type 3 PUBLISH`. Offsets are of the packet, hexadecimal, end exclusive.
 */
export function fieldTree({ fields, problems }: Inspection): string {
  return [...fields.flatMap((field) => lines(field, 0)), ...problems.map(problemLine)].join('\n');
}

function lines(field: Field, depth: number): string[] {
  const range = `${hex(field.start)}-${hex(field.end)}`;
  const bits = field.bits ? ` [bit ${[...new Set(field.bits)].join('-')}]` : '';
  const value = field.value === undefined ? '' : ` ${show(field.value)}`;
  const meaning = field.meaning === undefined ? '' : `  (${printable(field.meaning)})`;
  const line = `${range}  ${'  '.repeat(depth)}${printable(field.label)}${bits}${value}${meaning}`;
  return [line, ...(field.children ?? []).flatMap((child) => lines(child, depth + 1))];
}

function show(value: string | number | boolean): string {
  return typeof value === 'string' ? `"${printable(value)}"` : String(value);
}

function problemLine({ severity, message, reasonCode, statement, start, end }: Problem): string {
  const code = `0x${reasonCode.toString(16).toUpperCase().padStart(2, '0')}`;
  const source = statement === undefined ? '' : ` [${statement}]`;
  const where = `bytes ${hex(start)}-${hex(end)}`;
  return `${severity}: ${printable(message)} (${code})${source}, ${where}`;
}

function hex(offset: number): string {
  return offset.toString(16).padStart(4, '0');
}
