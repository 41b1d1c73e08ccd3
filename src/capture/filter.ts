import type { CaptureLog } from './log.ts';
import type { Segment } from './segment.ts';
import { FilterError, parseFilter, type FilterNode } from './filter-syntax.ts';
import { compileTerm } from './filter-terms.ts';

/** Decides about frame `index` of the segment that it was made for. */
export type FramePredicate = (index: number) => boolean;

/**
 * A compiled filter. It is bound to one segment at a time, so that what depends on the segment only
 * (which of its topics match) is worked out once, not per frame.
 */
export interface Filter {
  /** Undefined: every frame matches. */
  bind(log: CaptureLog, segment: Segment): FramePredicate;
  /** 0: decides by columns; 1: by a topic's or client's name; 2: reads the bytes of frames. */
  readonly cost: 0 | 1 | 2;
}

export type CompiledFilter =
  | { readonly ok: true; readonly filter: Filter | undefined }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

/** Compiles a filter's text; an empty one gives no filter. Never throws: errors have positions. */
export function compileFilter(text: string): CompiledFilter {
  try {
    const node = parseFilter(text);
    return { ok: true, filter: node && compile(node) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { ok: false, message: error.message, start: error.start, end: error.end };
  }
}

function compile(node: FilterNode): Filter {
  if (node.kind === 'term') return compileTerm(node);
  if (node.kind === 'not') {
    const part = compile(node.node);
    return {
      cost: part.cost,
      bind: (log, segment) => {
        const holds = part.bind(log, segment);
        return (index) => !holds(index);
      },
    };
  }
  // Cheaper parts are asked first.
  const parts = node.nodes.map(compile).sort((a, b) => a.cost - b.cost);
  const join = node.kind === 'and' ? both : either;
  return {
    cost: parts.at(-1)?.cost ?? 0,
    bind: (log, segment) =>
      parts
        .map((part) => part.bind(log, segment))
        .reduceRight((later, first) => join(first, later)),
  };
}

function both(first: FramePredicate, later: FramePredicate): FramePredicate {
  return (index) => first(index) && later(index);
}

function either(first: FramePredicate, later: FramePredicate): FramePredicate {
  return (index) => first(index) || later(index);
}
