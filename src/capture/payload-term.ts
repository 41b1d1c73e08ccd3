/** Terms of the filter language that read payloads: text in them, and paths into JSON. */
import { decodeUtf8Lossy } from '../mqtt/utf8.ts';
import { PacketType } from '../mqtt/packet.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import { scalarTest } from './comparison.ts';
import type { Filter } from './filter.ts';
import { FilterError, type FilterTerm } from './filter-syntax.ts';
import { payloadStart, versionOf } from './frame-bytes.ts';
import { parseJsonPath, valueAt } from './json-path.ts';
import { Needle } from './needle.ts';

/** Bytes of the largest payload that is read as JSON: of a larger one a path never holds. */
const largestJson = 1024 * 1024;
const publishNibble = PacketType.publish << 4;
const backslash = 0x5c;
const openings = new Set([0x7b, 0x5b]);

/** Decides about the payload in `bytes[start, end)`. */
type PayloadTest = (bytes: Uint8Array, start: number, end: number) => boolean;

/** `payload:text`: the payload of a PUBLISH has the text, in any case. */
export function payloadTextTerm({ value }: FilterTerm): Filter {
  const needle = new Needle(value.toLowerCase());
  return payloadFilter((bytes, start, end) => needle.find(bytes, start, end) >= 0);
}

/**
 * `payload.temp:>30`, `payload.a[0].on:true`, `payload.name:lamp`: the JSON payload has a value at this path, and it is
 * so. A text holds when the value has it, in any case; `*` asks that there is any value.
 */
export function payloadPathTerm({ name, value, start, valueStart }: FilterTerm): Filter {
  const path = parseJsonPath(name.slice(name.indexOf('.') + 1));
  if (!path) {
    throw new FilterError(
      'This is no path into JSON: names and [numbers], e.g. payload.rooms[0].temp:>30.',
      start,
      valueStart - 1,
    );
  }
  const holds = jsonTest(value);
  // A name that is nowhere in the payload needs no parsing, unless it is written with escapes.
  const names = path.filter((one) => typeof one === 'string');
  const needle = new Needle((names.at(-1) ?? '').toLowerCase());
  return payloadFilter((bytes, from, end) => {
    if (end - from > largestJson) return false;
    const begin = skipBlanks(bytes, from, end);
    if (!openings.has(bytes[begin] ?? 0)) return false;
    if (
      names.length > 0 &&
      needle.find(bytes, begin, end) < 0 &&
      bytes.subarray(begin, end).indexOf(backslash) < 0
    ) {
      return false;
    }
    let root: unknown;
    try {
      root = JSON.parse(decodeUtf8Lossy(bytes, begin, end));
    } catch {
      // No JSON: nothing is at any path.
      return false;
    }
    const found = valueAt(root, path);
    return found !== undefined && holds(found);
  });
}

function payloadFilter(test: PayloadTest): Filter {
  const header = new PublishHeader();
  return {
    cost: 2,
    bind: (log, segment) => (index) => {
      if (((segment.firstByte[index] ?? 0) & 0xf0) !== publishNibble) return false;
      const { block } = segment;
      const start = segment.offset[index] ?? 0;
      const end = start + (segment.size[index] ?? 0);
      const version = versionOf(log, segment, index);
      return test(block, payloadStart(header, block, start, end, version), end);
    },
  };
}

function jsonTest(wanted: string): (value: unknown) => boolean {
  if (wanted === '*') return () => true;
  const ofScalar = scalarTest(wanted);
  const lower = wanted.toLowerCase();
  return (value) => {
    const isWord = typeof value === 'boolean' || value === null;
    return ofScalar(value) ?? (isWord && String(value) === lower);
  };
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] ?? 0) <= 0x20) at++;
  return at;
}
