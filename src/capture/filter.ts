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
}

export type CompiledFilter =
  | { readonly ok: true; readonly filter: Filter | undefined }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

/** A part of a filter; cheaper parts are asked first. */
export interface FilterPart extends Filter {
  /** 0: a column; 1: a topic's or client's name; 2: the bytes of the frame. */
  readonly cost: 0 | 1 | 2;
}

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

function compile(node: FilterNode): FilterPart {
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
  const parts = node.nodes.map(compile).sort((a, b) => a.cost - b.cost);
  const last = parts.at(-1);
  const all = node.kind === 'and';
  return {
    cost: last?.cost ?? 0,
    bind: (log, segment) => {
      const predicates = parts.map((part) => part.bind(log, segment));
      return all
        ? (index) => predicates.every((holds) => holds(index))
        : (index) => predicates.some((holds) => holds(index));
    },
  };
}
