import { PacketType } from '../mqtt/packet.ts';
import { topicFilterProblem, topicMatches } from '../mqtt/topics.ts';
import type { Filter } from './filter.ts';
import { FilterError, type FilterNode } from './filter-syntax.ts';
import { clientPredicate, topicPredicate } from './name-predicates.ts';
import { textTerm } from './text-term.ts';

type Term = Extract<FilterNode, { kind: 'term' }>;

/** Longest text to look for: the work per byte of the capture may grow with it. */
const maximumText = 512;

const terms: Record<string, (term: Term) => Filter> = {
  topic: topicTerm,
  type: typeTerm,
  client: clientTerm,
  qos: qosTerm,
  dir: directionTerm,
  retain: (term) => publishFlag(0x01, booleanOf(term)),
  dup: (term) => publishFlag(0x08, booleanOf(term)),
  size: sizeTerm,
};

/** @throws FilterError for unknown keys and wrong values. */
export function compileTerm(term: Term): Filter {
  if (term.key === undefined) {
    if (term.value.length > maximumText) {
      throw new FilterError(
        `Text to look for has at most ${maximumText} characters.`,
        term.valueStart + maximumText,
        term.end,
      );
    }
    return textTerm(term.value);
  }
  const make = Object.hasOwn(terms, term.key) ? terms[term.key] : undefined;
  if (!make) {
    const known = Object.keys(terms)
      .map((key) => `${key}:`)
      .join(', ');
    throw new FilterError(
      `'${term.key}:' is not known: ${known}. Quotes look for it as text.`,
      term.start,
      term.valueStart,
    );
  }
  return make(term);
}

function topicTerm({ value, valueStart, end }: Term): Filter {
  const problem = topicFilterProblem(value, false);
  if (problem) throw new FilterError(problem.message, valueStart, end);
  const matches = (topic: string): boolean => topicMatches(value, topic);
  return { cost: 0, bind: (_log, segment) => topicPredicate(segment, matches) };
}

function typeTerm({ value, valueStart, end }: Term): Filter {
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

function clientTerm({ value }: Term): Filter {
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

function qosTerm({ value, valueStart, end }: Term): Filter {
  if (!/^[012]$/.test(value)) throw new FilterError('qos: takes 0, 1 or 2.', valueStart, end);
  const qos = Number(value);
  return publishPart((firstByte) => ((firstByte >> 1) & 3) === qos);
}

function directionTerm({ value, valueStart, end }: Term): Filter {
  const direction = ['in', 'out'].indexOf(value.toLowerCase());
  if (direction < 0) {
    throw new FilterError('dir: takes in (to the broker) or out.', valueStart, end);
  }
  return {
    cost: 0,
    bind: (_log, segment) => (index) => ((segment.bits[index] ?? 0) & 1) === direction,
  };
}

function booleanOf({ key, value, valueStart, end }: Term): boolean {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw new FilterError(`${key ?? ''}: takes true or false.`, valueStart, end);
}

const comparisons: Record<string, (size: number, limit: number) => boolean> = {
  '>': (size, limit) => size > limit,
  '>=': (size, limit) => size >= limit,
  '<': (size, limit) => size < limit,
  '<=': (size, limit) => size <= limit,
  '': (size, limit) => size === limit,
};
const units: Record<string, number> = { '': 1, b: 1, kb: 1024, mb: 1024 * 1024 };

function sizeTerm({ value, valueStart, end }: Term): Filter {
  const match = /^(>=|<=|>|<|)(\d{1,12}(?:\.\d{1,6})?)(b|kb|mb|)$/i.exec(value);
  const compare = comparisons[match?.[1] ?? '?'];
  const unit = units[(match?.[3] ?? '?').toLowerCase()];
  if (!match || !compare || unit === undefined) {
    throw new FilterError('size: takes a number of bytes, e.g. >100, <=1.5kb.', valueStart, end);
  }
  const limit = Number(match[2]) * unit;
  return { cost: 0, bind: (_log, segment) => (index) => compare(segment.size[index] ?? 0, limit) };
}
