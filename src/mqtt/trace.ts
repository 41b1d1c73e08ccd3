import type { Field, Problem, ProtocolVersion } from './packet.ts';

/** Most fields, problems and characters of a value that a trace keeps, whatever the packet holds. */
export const traceLimits = { fields: 2000, problems: 100, characters: 1024, bytes: 64 } as const;

type Value = string | number | boolean | Uint8Array;

/** Records the field tree while a Reader reads. All ranges are offsets within the packet. */
export class Trace {
  readonly fields: Field[] = [];
  readonly problems: Problem[] = [];
  /** The version that a CONNECT names. */
  version: ProtocolVersion | undefined;
  /** The application message of a PUBLISH. */
  payloadRange: { start: number; end: number } | undefined;
  /** Fields and problems that were left out. */
  omittedFields = 0;
  omittedProblems = 0;
  readonly #open: Field[] = [];
  #count = 0;
  #last: Field | undefined;

  /** Begins a field that has children. */
  open(label: string, start: number, section?: string): void {
    const group: Field = { label, start, end: start, children: [] };
    if (section !== undefined) group.section = section;
    this.#add(group);
    this.#open.push(group);
  }

  /** Ends the field that was opened last. */
  close(end: number): void {
    const group = this.#open.pop();
    if (!group) return;
    group.end = end;
    this.#last = group;
  }

  /** Ends all open fields, where reading broke off. */
  closeAll(end: number): void {
    while (this.#open.length > 0) this.close(end);
  }

  leaf(label: string, start: number, end: number, value: Value, section?: string): void {
    const field: Field = { label, start, end };
    if (section !== undefined) field.section = section;
    if (value instanceof Uint8Array) {
      field.value = hexOf(value);
      const shown =
        value.length > traceLimits.bytes ? `; the first ${traceLimits.bytes} shown` : '';
      field.meaning = `${value.length} ${value.length === 1 ? 'byte' : 'bytes'}${shown}`;
    } else if (typeof value === 'string' && value.length > traceLimits.characters) {
      field.value = value.slice(0, traceLimits.characters);
      field.meaning = `The first ${traceLimits.characters} of ${value.length} characters`;
    } else field.value = value;
    this.#add(field);
  }

  /** Some bits of the byte at `start`. */
  bits(
    label: string,
    start: number,
    bits: readonly [high: number, low: number],
    value: number | boolean,
    meaning?: string,
    section?: string,
  ): void {
    const field: Field = { label, start, end: start + 1, bits, value };
    if (meaning !== undefined) field.meaning = meaning;
    if (section !== undefined) field.section = section;
    this.#add(field);
  }

  /** What the field that was recorded last means. What is said of its length stays. */
  meaning(text: string): void {
    if (!this.#last) return;
    this.#last.meaning = this.#last.meaning === undefined ? text : `${text}; ${this.#last.meaning}`;
  }

  /** Names the field that was closed last, once it is known what it is, and gives it its value. */
  relabel(label: string, value: Value | readonly [string, string], section?: string): void {
    const field = this.#last;
    if (!field) return;
    field.label = label;
    if (section !== undefined) field.section = section;
    const inner = field.children?.at(-1);
    if (typeof value !== 'object') {
      field.value = bounded(value);
      if (inner?.meaning !== undefined) field.meaning = inner.meaning;
    } else if (value instanceof Uint8Array) {
      field.value = hexOf(value);
    } else field.value = bounded(`${value[0]}: ${value[1]}`);
  }

  /** The application message of a PUBLISH. */
  payload(start: number, end: number): void {
    const size = end - start;
    const meaning = `${size} ${size === 1 ? 'byte' : 'bytes'}`;
    this.payloadRange = { start, end };
    this.#add({ label: 'Payload', start, end, meaning, section: '3.3.3' });
  }

  /** The byte range of the first field of that label; empty if there is none. */
  find(label: string): { start: number; end: number } {
    return this.findAll(label)[0] ?? { start: 0, end: 0 };
  }

  /** All fields of that label, in order. */
  findAll(label: string, fields: readonly Field[] = this.fields): Field[] {
    return fields.flatMap((field) => [
      ...(field.label === label ? [field] : []),
      ...(field.children ? this.findAll(label, field.children) : []),
    ]);
  }

  problem(problem: Problem): void {
    if (this.problems.length < traceLimits.problems) this.problems.push(problem);
    else this.omittedProblems++;
  }

  #add(field: Field): void {
    this.#last = field;
    if (++this.#count > traceLimits.fields) {
      this.omittedFields++;
      return;
    }
    const parent = this.#open.at(-1);
    if (parent?.children) parent.children.push(field);
    else this.fields.push(field);
  }
}

function bounded(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' ? value.slice(0, traceLimits.characters) : value;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, traceLimits.bytes), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join(' ');
}
