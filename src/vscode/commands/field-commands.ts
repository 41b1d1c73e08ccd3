import { HumanError } from '../../base/errors.ts';
import { hexOf } from '../../document/bytes-text.ts';
import type { Field } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import type { InspectorPanel } from '../inspector/inspector-panel.ts';
import { decodeUtf8Lossy, decodeValidUtf8 } from '../../mqtt/utf8.ts';
import { t } from '../../base/localise.ts';
import { formatCount } from '../views/describe.ts';
import { frameOf, putOnClipboard } from './row-commands.ts';

type Engine = Pick<EngineProxy, 'request'>;

/** Bytes of a field that go on the clipboard at most, and in one request. */
const longestCopy = 16 * 1024 * 1024;
const pageBytes = 1024 * 1024;
/** Characters of a filter that a page may give. */
const longestFilter = 10_000;
const deepestPath = 32;

/** Puts the value of a field on the clipboard, as the tree shows it but whole. */
export async function copyFieldValue(engine: Engine, argument: unknown): Promise<void> {
  const { frame, field } = await fieldOf(engine, argument);
  const { value, meaning, children } = field;
  const leaf = leafOf(field);
  let text = value === undefined ? '' : String(value);
  if (value === undefined && !children) {
    // The payload: the tree tells its size only.
    const bytes = await bytesOf(engine, frame, field.start, field.end);
    text = decodeValidUtf8(bytes, 0, bytes.length) ?? hexOf(bytes);
  } else if (isCut(meaning) || isCut(leaf.meaning)) {
    const bytes = await bytesOf(engine, frame, leaf.start, leaf.end);
    // What is so long is text or data with its length in two bytes before it.
    const isText = leaf.meaning?.includes('characters') === true;
    text = isText ? decodeUtf8Lossy(bytes, 2, bytes.length) : hexOf(bytes.subarray(2));
  } else if (value === undefined) text = linesOf(field, '').join('\n');
  await putOnClipboard({ text });
}

/** Puts the bytes of a field on the clipboard, in hexadecimal. */
export async function copyFieldBytes(engine: Engine, argument: unknown): Promise<void> {
  const { frame, field } = await fieldOf(engine, argument);
  await putOnClipboard({ text: hexOf(await bytesOf(engine, frame, field.start, field.end)) });
}

/** Bytes [start, end) of a frame. @throws HumanError when they are gone, or too many. */
async function bytesOf(
  engine: Engine,
  frame: number,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const size = end - start;
  if (size > longestCopy) {
    const most = formatCount(longestCopy);
    throw new HumanError('fieldTooLarge', t('At most {0} bytes can be copied.', most));
  }
  const bytes = new Uint8Array(size);
  for (let at = start; at < end; at += pageBytes) {
    const page = { frame, start: at, end: Math.min(end, at + pageBytes) };
    const part = await engine.request('capture/bytes', page);
    if (part.length !== page.end - page.start) throw gone();
    bytes.set(part, at - start);
  }
  return bytes;
}

/** A property has its value in the last of its parts. */
function leafOf(field: Field): Field {
  const last = field.children?.at(-1);
  return field.value !== undefined && last ? leafOf(last) : field;
}

/** The tree holds only the start of long values, and says so. */
function isCut(meaning: string | undefined): boolean {
  return meaning !== undefined && /first \d+ (?:shown|of)/.test(meaning);
}

/** A group as text: each field on its line, indented by its depth. */
function linesOf(field: Field, indent: string): string[] {
  const { label, value, meaning, children = [] } = field;
  const parts = [value === undefined ? '' : String(value), meaning ?? ''].filter(
    (one) => one !== '',
  );
  const line = parts.length === 0 ? label : `${label}: ${parts.join(' · ')}`;
  return [indent + line, ...children.flatMap((child) => linesOf(child, `${indent}  `))];
}

/** Narrows the inspector by a field: the page knows the term for it. */
export function filterByField(inspector: InspectorPanel, argument: unknown): void {
  const filter = (argument as { filter?: unknown } | null | undefined)?.filter;
  if (typeof filter !== 'string' || filter === '' || filter.length > longestFilter) throw gone();
  inspector.addFilter(filter);
}

/** The field that a menu was opened on: frame, and places in the tree from the root. */
async function fieldOf(
  engine: Engine,
  argument: unknown,
): Promise<{ frame: number; field: Field }> {
  const frame = frameOf(argument);
  const path = (argument as { path?: unknown } | null | undefined)?.path;
  if (frame === undefined || !Array.isArray(path) || path.length > deepestPath) throw gone();
  const detail = await engine.request('capture/frame', { frame });
  let fields: readonly Field[] = detail?.fields ?? [];
  let field: Field | undefined;
  for (const place of path as unknown[]) {
    field = typeof place === 'number' ? fields[place] : undefined;
    fields = field?.children ?? [];
  }
  if (!field) throw gone();
  return { frame, field };
}

function gone(): HumanError {
  return new HumanError('fieldGone', t('This field is not there any more.'));
}
