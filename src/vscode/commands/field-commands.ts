import { HumanError } from '../../base/errors.ts';
import { hexOf } from '../../document/bytes-text.ts';
import type { Field } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import type { InspectorPanel } from '../inspector/inspector-panel.ts';
import { t } from '../localise.ts';
import { frameOf, putOnClipboard } from './row-commands.ts';

/** Bytes of a field that go on the clipboard at most, and in one request. */
const longestCopy = 16 * 1024 * 1024;
const pageBytes = 1024 * 1024;
/** Characters of a filter that a page may give. */
const longestFilter = 10_000;
const deepestPath = 32;

/** Puts the value of a field on the clipboard, as the tree shows it but whole. */
export async function copyFieldValue(engine: EngineProxy, argument: unknown): Promise<void> {
  const { field } = await fieldOf(engine, argument);
  const { value, meaning, label } = field;
  await putOnClipboard({ text: value === undefined ? (meaning ?? label) : String(value) });
}

/** Puts the bytes of a field on the clipboard, in hexadecimal. */
export async function copyFieldBytes(engine: EngineProxy, argument: unknown): Promise<void> {
  const { frame, field } = await fieldOf(engine, argument);
  const { start } = field;
  const end = Math.min(field.end, start + longestCopy);
  const parts: string[] = [];
  for (let at = start; at < end; at += pageBytes) {
    const page = { frame, start: at, end: Math.min(end, at + pageBytes) };
    const bytes = await engine.request('capture/bytes', page);
    if (bytes.length !== page.end - page.start) throw gone();
    parts.push(hexOf(bytes));
  }
  await putOnClipboard({ text: parts.join('') });
}

/** Narrows the inspector by a field: the page knows the term for it. */
export function filterByField(inspector: InspectorPanel, argument: unknown): void {
  const filter = (argument as { filter?: unknown } | null | undefined)?.filter;
  if (typeof filter !== 'string' || filter === '' || filter.length > longestFilter) throw gone();
  inspector.addFilter(filter);
}

/** The field that a menu was opened on: frame, and places in the tree from the root. */
async function fieldOf(
  engine: EngineProxy,
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
