import type { FramePredicate } from './filter.ts';
import type { CaptureLog } from './log.ts';
import { noTopic, type Segment } from './segment.ts';

/** Which topics of a segment match, worked out when first met: the dictionary still grows. */
export function topicPredicate(
  segment: Segment,
  matches: (topic: string) => boolean,
): FramePredicate {
  const known: boolean[] = [];
  return (index) => {
    const id = segment.topic[index] ?? noTopic;
    if (id === noTopic) return false;
    return (known[id] ??= matches(segment.topics[id] ?? ''));
  };
}

/** Clients become known after their first frame, so what is remembered is only what is final. */
export function clientPredicate(log: CaptureLog, segment: Segment, wanted: string): FramePredicate {
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
