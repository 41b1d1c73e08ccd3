import { PacketType } from '../mqtt/packet.ts';
import { topicFilterProblem, topicMatches } from '../mqtt/topics.ts';
import { encodeUtf8 } from '../mqtt/utf8.ts';
import type { FilterPart, FramePredicate } from './filter.ts';
import { FilterError, type FilterNode } from './filter-syntax.ts';
import type { CaptureLog } from './log.ts';
import { noTopic, type Segment } from './segment.ts';

type Term = Extract<FilterNode, { kind: 'term' }>;

const terms: Record<string, (term: Term) => FilterPart> = {
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
export function compileTerm(term: Term): FilterPart {
  if (term.key === undefined) return textTerm(term.value);
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

/** Which topics of a segment match, worked out when first met: the dictionary still grows. */
function topicPredicate(segment: Segment, matches: (topic: string) => boolean): FramePredicate {
  const known: boolean[] = [];
  return (index) => {
    const id = segment.topic[index] ?? noTopic;
    if (id === noTopic) return false;
    return (known[id] ??= matches(segment.topics[id] ?? ''));
  };
}

function topicTerm({ value, valueStart, end }: Term): FilterPart {
  const problem = topicFilterProblem(value);
  if (problem) throw new FilterError(problem.message, valueStart, end);
  const matches = (topic: string): boolean => topicMatches(value, topic);
  return { cost: 0, bind: (_log, segment) => topicPredicate(segment, matches) };
}

function typeTerm({ value, valueStart, end }: Term): FilterPart {
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

function clientTerm({ value }: Term): FilterPart {
  const wanted = value.toLowerCase();
  return { cost: 1, bind: (log, segment) => clientPredicate(log, segment, wanted) };
}

/** Clients become known after their first frame, so what is remembered is only what is final. */
function clientPredicate(log: CaptureLog, segment: Segment, wanted: string): FramePredicate {
  const known = new Map<number, boolean>();
  return (index) => {
    const link = segment.link[index] ?? 0;
    const remembered = known.get(link);
    if (remembered !== undefined) return remembered;
    const info = log.linkInfo(link);
    const name = info?.clientIdentifier ?? info?.remoteAddress ?? '';
    const holds = name.toLowerCase().includes(wanted);
    if (info?.clientIdentifier !== undefined) known.set(link, holds);
    return holds;
  };
}

const publishNibble = PacketType.publish << 4;

function publishFlag(mask: number, wanted: boolean): FilterPart {
  return publishPart((firstByte) => ((firstByte & mask) !== 0) === wanted);
}

function publishPart(holds: (firstByte: number) => boolean): FilterPart {
  return {
    cost: 0,
    bind: (_log, segment) => (index) => {
      const firstByte = segment.firstByte[index] ?? 0;
      return (firstByte & 0xf0) === publishNibble && holds(firstByte);
    },
  };
}

function qosTerm({ value, valueStart, end }: Term): FilterPart {
  if (!/^[012]$/.test(value)) throw new FilterError('qos: takes 0, 1 or 2.', valueStart, end);
  const qos = Number(value);
  return publishPart((firstByte) => ((firstByte >> 1) & 3) === qos);
}

function directionTerm({ value, valueStart, end }: Term): FilterPart {
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

function sizeTerm({ value, valueStart, end }: Term): FilterPart {
  const match = /^(>=|<=|>|<|)(\d{1,12}(?:\.\d{1,6})?)(b|kb|mb|)$/i.exec(value);
  const compare = comparisons[match?.[1] ?? '?'];
  const unit = units[(match?.[3] ?? '?').toLowerCase()];
  if (!match || !compare || unit === undefined) {
    throw new FilterError('size: takes a number of bytes, e.g. >100, <=1.5kb.', valueStart, end);
  }
  const limit = Number(match[2]) * unit;
  return { cost: 0, bind: (_log, segment) => (index) => compare(segment.size[index] ?? 0, limit) };
}

/** Free text: in the topic, the client's name, or the bytes of the frame, in any case. */
function textTerm(text: string): FilterPart {
  const lower = text.toLowerCase();
  const needle = new Needle(encodeUtf8(lower));
  return {
    cost: 2,
    bind: (log, segment) => {
      const byTopic = topicPredicate(segment, (topic) => topic.toLowerCase().includes(lower));
      const byClient = clientPredicate(log, segment, lower);
      return (index) => byTopic(index) || byClient(index) || needle.isIn(segment.raw(index));
    },
  };
}

/** A text looked for in bytes; ASCII letters match in any case, others as they are written. */
class Needle {
  readonly #bytes: Uint8Array;
  readonly #first: number;
  readonly #firstUpper: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#first = bytes[0] ?? 0;
    this.#firstUpper = upper(this.#first);
  }

  isIn(bytes: Uint8Array): boolean {
    const last = bytes.length - this.#bytes.length;
    for (let at = 0; at <= last; at++) {
      const byte = bytes[at] ?? 0;
      if ((byte === this.#first || byte === this.#firstUpper) && this.#isAt(bytes, at)) return true;
    }
    return false;
  }

  #isAt(bytes: Uint8Array, at: number): boolean {
    for (let i = 1; i < this.#bytes.length; i++) {
      const wanted = this.#bytes[i] ?? 0;
      const byte = bytes[at + i] ?? 0;
      if (byte !== wanted && byte !== upper(wanted)) return false;
    }
    return true;
  }
}

/** The capital of an ASCII letter; other bytes as they are. */
function upper(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte;
}
