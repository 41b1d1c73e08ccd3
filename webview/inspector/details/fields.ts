import type { FrameDetail } from '../../../src/engine/contract.ts';

/** A node of the field tree, as the engine's contract has it. */
export type Field = FrameDetail['fields'][number];

/** Something wrong with the packet. */
export type Problem = FrameDetail['problems'][number];

/** A range of bytes of the frame. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The innermost fields that hold the byte at `index`: one, or the bit fields that share the byte.
 * Empty where no field reaches.
 */
export function fieldsAt(fields: readonly Field[], index: number): readonly Field[] {
  const holding = fields.filter(({ start, end }) => start <= index && index < end);
  const inner = holding.flatMap(({ children }) => fieldsAt(children ?? [], index));
  return inner.length > 0 ? inner : holding;
}

/** The fields from the outermost down to `field` itself; undefined when it is not among them. */
export function pathTo(fields: readonly Field[], field: Field): readonly Field[] | undefined {
  for (const candidate of fields) {
    if (candidate === field) return [candidate];
    // A field's children lie within its range.
    if (candidate.start > field.start || candidate.end < field.end) continue;
    const path = pathTo(candidate.children ?? [], field);
    if (path) return [candidate, ...path];
  }
  return undefined;
}

/** The bits of a bit field as `...1 0...` written from the byte: dots are others' bits. */
export function bitPattern(byte: number, [high, low]: readonly [number, number]): string {
  let pattern = '';
  for (let bit = 7; bit >= 0; bit--) {
    pattern += bit <= high && bit >= low ? String((byte >> bit) & 1) : '·';
    if (bit === 4) pattern += ' ';
  }
  return pattern;
}
