import { PacketType } from '../mqtt/packet.ts';
import { topicFilterProblem, topicMatches } from '../mqtt/topics.ts';
import type { Filter } from './filter.ts';
import { parseComparison } from './comparison.ts';
import { FilterError, type FilterTerm } from './filter-syntax.ts';
import { clientPredicate, topicPredicate } from './name-predicates.ts';
import { propertyTerm, reasonTerm } from './packet-terms.ts';
import { payloadPathTerm, payloadTextTerm } from './payload-term.ts';
import { textTerm } from './text-term.ts';

/** Longest text to look for: the work per byte of the capture may grow with it. */
const maximumText = 512;

/** @throws FilterError for wrong values. */
type MakeFilter = (term: FilterTerm) => Filter;

const terms: Record<string, MakeFilter> = {
  topic: topicTerm,
  type: typeTerm,
  client: clientTerm,
  qos: qosTerm,
  dir: directionTerm,
  retain: (term) => publishFlag(0x01, booleanOf(term)),
  dup: (term) => publishFlag(0x08, booleanOf(term)),
  size: sizeTerm,
  reason: reasonTerm,
  payload: boundedText(payloadTextTerm),
  after: timeTerm,
  before: timeTerm,
};

/** Keys that go on with a name. */
const families: Record<string, MakeFilter> = {
  'prop.': propertyTerm,
  'payload.': payloadPathTerm,
};

/** @throws FilterError for unknown keys and wrong values. */
export function compileTerm(term: FilterTerm): Filter {
  const make = term.key === undefined ? boundedText(textTerm) : termOfKey(term.key);
  if (!make) {
    const known = [...Object.keys(terms), ...Object.keys(families).map((key) => `${key}NAME`)]
      .map((key) => `${key}:`)
      .join(', ');
    throw new FilterError(
      `'${term.name}:' is not known: ${known}. Quotes look for it as text.`,
      term.start,
      term.valueStart,
    );
  }
  return make(term);
}

function termOfKey(key: string): MakeFilter | undefined {
  if (Object.hasOwn(terms, key)) return terms[key];
  return Object.entries(families).find(([start]) => key.startsWith(start))?.[1];
}

function boundedText(make: MakeFilter): MakeFilter {
  return (term) => {
    if (term.value.length > maximumText) {
      throw new FilterError(
        `Text to look for has at most ${maximumText} characters.`,
        term.valueStart + maximumText,
        term.end,
      );
    }
    return make(term);
  };
}

function topicTerm({ value, valueStart, end }: FilterTerm): Filter {
  const problem = topicFilterProblem(value, false);
  if (problem) throw new FilterError(problem.message, valueStart, end);
  const matches = (topic: string): boolean => topicMatches(value, topic);
  return { cost: 0, bind: (_log, segment) => topicPredicate(segment, matches) };
}

function typeTerm({ value, valueStart, end }: FilterTerm): Filter {
  let mask = 0;
  for (const name of value.toLowerCase().split(',')) {
    if (!Object.hasOwn(PacketType, name)) {
      const known = Object.keys(PacketType).join(', ');
      throw new FilterError(`'${name}' is not a packet type: ${known}.`, valueStart, end);
    }
    mask |= 1 << PacketType[name as keyof typeof PacketType];
  }
  return {
    cost: 0,
    bind: (_log, segment) => (index) =>
      (mask & (1 << ((segment.firstByte[index] ?? 0) >> 4))) !== 0,
  };
}

function clientTerm({ value }: FilterTerm): Filter {
  const wanted = value.toLowerCase();
  return { cost: 1, bind: (log, segment) => clientPredicate(log, segment, wanted) };
}

const publishNibble = PacketType.publish << 4;

function publishFlag(mask: number, wanted: boolean): Filter {
  return publishPart((firstByte) => ((firstByte & mask) !== 0) === wanted);
}

function publishPart(holds: (firstByte: number) => boolean): Filter {
  return {
    cost: 0,
    bind: (_log, segment) => (index) => {
      const firstByte = segment.firstByte[index] ?? 0;
      return (firstByte & 0xf0) === publishNibble && holds(firstByte);
    },
  };
}

function qosTerm({ value, valueStart, end }: FilterTerm): Filter {
  if (!/^[012]$/.test(value)) throw new FilterError('qos: takes 0, 1 or 2.', valueStart, end);
  const qos = Number(value);
  return publishPart((firstByte) => ((firstByte >> 1) & 3) === qos);
}

function directionTerm({ value, valueStart, end }: FilterTerm): Filter {
  const direction = ['in', 'out'].indexOf(value.toLowerCase());
  if (direction < 0) {
    throw new FilterError('dir: takes in (to the broker) or out.', valueStart, end);
  }
  return {
    cost: 0,
    bind: (_log, segment) => (index) => ((segment.bits[index] ?? 0) & 1) === direction,
  };
}

function booleanOf({ key, value, valueStart, end }: FilterTerm): boolean {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw new FilterError(`${key ?? ''}: takes true or false.`, valueStart, end);
}

const sizes = { '': 1, b: 1, kb: 1024, mb: 1024 * 1024 };

function sizeTerm({ value, valueStart, end }: FilterTerm): Filter {
  const holds = parseComparison(value, sizes);
  if (!holds) {
    throw new FilterError('size: takes a number of bytes, e.g. >100, <=1.5kb.', valueStart, end);
  }
  return { cost: 0, bind: (_log, segment) => (index) => holds(segment.size[index] ?? 0) };
}

/** In milliseconds. */
const durations = { '': 1000, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** `after:10s`, `before:2min`: the time since the capture began, or was cleared. */
function timeTerm({ key = '', value, valueStart, end }: FilterTerm): Filter {
  const sign = key === 'after' ? '>=' : '<';
  const holds = /^\d/.test(value) ? parseComparison(`${sign}${value}`, durations) : undefined;
  if (!holds) {
    throw new FilterError(
      `${key}: takes a time since the capture began, e.g. 500ms, 10s, 2min.`,
      valueStart,
      end,
    );
  }
  return {
    cost: 0,
    bind: (log, segment) => {
      const { startedAt } = log;
      return (index) => holds((segment.time[index] ?? 0) - startedAt);
    },
  };
}
