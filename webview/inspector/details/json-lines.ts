/** Indented JSON as a tree of its lines: what folds, where it ends, and the path to each value. Nothing is parsed and printed again. */

export interface JsonLine {
  /** Without its indentation. */
  readonly text: string;
  readonly depth: number;
  /** Line of the object or list that it is in; -1 at the top. */
  readonly parent: number;
  /** Its name or its place in there; undefined at the top and for closing brackets. */
  readonly step: string | number | undefined;
  /** It is nothing but a closing bracket. */
  readonly isClosing: boolean;
  /** Line of the closing bracket; its own where nothing folds. */
  end: number;
  /** How many values are in it. */
  size: number;
}

const keyAtStart = /^("(?:[^"\\]|\\.)*"): /s;
/** Names that the filter language writes without quotes. */
const plainName = /^[^.[\]"\s]+$/;

/** The lines of a text in which each value begins a line, as `JSON.stringify` and our decoders write it; it may be cut anywhere. */
export function jsonLines(text: string): JsonLine[] {
  const lines: JsonLine[] = [];
  const open: number[] = [];
  for (const whole of text.split('\n')) {
    const line = whole.trimStart();
    const index = lines.length;
    const isClosing = /^[}\]]/.test(line);
    if (isClosing) {
      const begin = open.pop();
      const opening = begin === undefined ? undefined : lines[begin];
      if (opening) opening.end = index;
    }
    const parent = open.at(-1) ?? -1;
    const container = lines[parent];
    lines.push({
      text: line,
      depth: open.length,
      parent,
      step: container && !isClosing ? stepOf(line, container) : undefined,
      isClosing,
      end: index,
      size: 0,
    });
    if (container && !isClosing) container.size++;
    if (/[{[]$/.test(line)) open.push(index);
  }
  // What was cut folds down to the end.
  for (const index of open) {
    const opening = lines[index];
    if (opening) opening.end = lines.length - 1;
  }
  return lines;
}

/** As the filter language writes it: `rooms[0].temp`; names that it cannot say stand in brackets and quotes. */
export function pathOf(lines: readonly JsonLine[], index: number): string {
  const steps: string[] = [];
  for (let line = lines[index]; line?.step !== undefined; line = lines[line.parent]) {
    const { step } = line;
    if (typeof step === 'number') steps.push(`[${step}]`);
    else steps.push(plainName.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`);
  }
  return steps.reverse().join('').replace(/^\./, '');
}

/** The value that begins on a line, as it stands there. */
export function valueOf(lines: readonly JsonLine[], index: number): string {
  const line = lines[index];
  if (!line) return '';
  const own = line.step === undefined ? line.text : line.text.replace(keyAtStart, '');
  const rest = lines
    .slice(index + 1, line.end + 1)
    .map(({ text, depth }) => '  '.repeat(Math.max(0, depth - line.depth)) + text);
  return [own, ...rest].join('\n').replace(/,$/, '');
}

function stepOf(line: string, container: JsonLine): string | number {
  if (container.text.endsWith('[')) return container.size;
  const key = keyAtStart.exec(line)?.[1];
  if (key === undefined) return line;
  try {
    return JSON.parse(key) as string;
  } catch {
    return key;
  }
}
