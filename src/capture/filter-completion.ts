/** What can be typed next in a filter: keys of the language, and what the capture holds. */
import { PacketType } from '../mqtt/packet.ts';
import { properties } from '../mqtt/properties.ts';
import { reasonCodes, hexCode } from '../mqtt/reason-codes.ts';
import { tokenAt, type FilterToken } from './filter-token.ts';
import type { CaptureLog } from './log.ts';
import type { CompletionItem, FilterCompletion } from './views.ts';

/** Most that is offered at a time: more is not read, one types on. */
const mostItems = 20;
/** Names and frames looked at, the newest first: completion is for what is going on, and takes no time. */
const mostNames = 20_000;

const keys: readonly CompletionItem[] = [
  { text: 'topic:', detail: 'a topic filter matches' },
  { text: 'client:', detail: 'client identifier has' },
  { text: 'type:', detail: 'packet types' },
  { text: 'qos:', detail: 'QoS of PUBLISH' },
  { text: 'retain:', detail: 'RETAIN of PUBLISH' },
  { text: 'dup:', detail: 'DUP of PUBLISH' },
  { text: 'dir:', detail: 'to or from the broker' },
  { text: 'size:', detail: 'bytes, e.g. >1kb' },
  { text: 'reason:', detail: 'reason code or its name, e.g. >=0x80' },
  { text: 'prop.', detail: 'a property of MQTT 5' },
  { text: 'payload:', detail: 'payload has' },
  { text: 'payload.', detail: 'JSON path, e.g. payload.temp:>30' },
  { text: 'after:', detail: 'since the capture began, e.g. 10s' },
  { text: 'before:', detail: 'since the capture began, e.g. 2min' },
];

const flags: readonly CompletionItem[] = [
  { text: 'true', detail: '' },
  { text: 'false', detail: '' },
];

const values: Record<string, (log: CaptureLog, typed: string) => readonly CompletionItem[]> = {
  topic: topics,
  client: clients,
  type: types,
  qos: () => ['0', '1', '2'].map((text) => ({ text, detail: '' })),
  retain: () => flags,
  dup: () => flags,
  dir: () => [
    { text: 'in', detail: 'to the broker' },
    { text: 'out', detail: 'from the broker' },
  ],
  reason: reasons,
};

/**
 * What can stand at `caret`, an offset in the text. The items replace [start, end); none where everything is
 * possible, such as in text.
 */
export function completeFilter(text: string, caret: number, log: CaptureLog): FilterCompletion {
  const token = tokenAt(text, caret);
  const { start, end } = token;
  return { start, end, items: itemsOf(token, log).slice(0, mostItems) };
}

function itemsOf(
  { key, isQuoted, typed }: FilterToken,
  log: CaptureLog,
): readonly CompletionItem[] {
  const wanted = typed.toLowerCase();
  if (key === undefined) {
    if (isQuoted) return [];
    const all = wanted.startsWith('prop.') ? propertyKeys() : keys;
    return all.filter(({ text }) => text.toLowerCase().startsWith(wanted) && text !== typed);
  }
  const found = Object.hasOwn(values, key) ? values[key]?.(log, typed) : undefined;
  return (found ?? []).filter(({ text }) => text !== typed).map(quoted);
}

function propertyKeys(): CompletionItem[] {
  return properties.map(({ name, label }) => ({ text: `prop.${name}:`, detail: label }));
}

/** Topics of the newest frames, and the branches that several of them share. */
function topics(log: CaptureLog, typed: string): CompletionItem[] {
  const wanted = typed.replace(/[#+]$/, '').toLowerCase();
  const branches = new Map<string, number>();
  const found = new Set<string>();
  for (const topic of newest(log.topicNames())) {
    if (!topic.toLowerCase().includes(wanted) || found.has(topic)) continue;
    found.add(topic);
    // The level that is being typed ends at the next slash.
    const slash = topic.toLowerCase().startsWith(wanted) ? topic.indexOf('/', wanted.length) : -1;
    if (slash < 0) continue;
    const branch = `${topic.slice(0, slash)}/#`;
    branches.set(branch, (branches.get(branch) ?? 0) + 1);
  }
  return [
    ...Array.from(branches)
      .filter(([, count]) => count > 1)
      .map(([text, count]) => ({ text, detail: `${count} topics` })),
    ...Array.from(found, (text) => ({ text, detail: 'topic' })),
  ];
}

function clients(log: CaptureLog, typed: string): CompletionItem[] {
  const wanted = typed.toLowerCase();
  const found = new Set<string>();
  for (const name of newest(log.clientNames())) {
    if (name.toLowerCase().includes(wanted)) found.add(name);
  }
  return Array.from(found, (text) => ({ text, detail: 'client' }));
}

/** Several are joined by commas; those that were captured come first. */
function types(log: CaptureLog, typed: string): CompletionItem[] {
  const comma = typed.lastIndexOf(',') + 1;
  const before = typed.slice(0, comma);
  const wanted = typed.slice(comma).toLowerCase();
  const seen = new Set<number>();
  const first = Math.max(log.first, log.end - mostNames);
  for (let frame = log.end - 1; frame >= first; frame--) seen.add(log.firstByte(frame) >> 4);
  const all = Object.entries(PacketType)
    .filter(([name]) => name.startsWith(wanted) && !before.toLowerCase().includes(`${name},`))
    .map(([name, type]) => ({
      text: before + name,
      detail: seen.has(type) ? 'captured' : '',
    }));
  return [
    ...all.filter(({ detail }) => detail !== ''),
    ...all.filter(({ detail }) => detail === ''),
  ];
}

function reasons(_log: CaptureLog, typed: string): CompletionItem[] {
  const wanted = typed.toLowerCase();
  const found = new Map<string, string>([['>=0x80', 'any error']]);
  for (const { code, name } of reasonCodes) {
    const text = hexCode(code);
    if (found.has(text)) continue;
    found.set(text, name);
  }
  return Array.from(found, ([text, detail]) => ({ text, detail })).filter(
    ({ text, detail }) =>
      text.toLowerCase().startsWith(wanted) || detail.toLowerCase().includes(wanted),
  );
}

function* newest(names: Iterable<string>): Generator<string> {
  let count = 0;
  for (const name of names) {
    if (count++ === mostNames) return;
    yield name;
  }
}

/** As a value that the language reads as one. */
function quoted({ text, detail }: CompletionItem): CompletionItem {
  if (!/[\s()"]/.test(text)) return { text, detail };
  return { text: `"${text.replace(/["\\]/g, '\\$&')}"`, detail };
}
