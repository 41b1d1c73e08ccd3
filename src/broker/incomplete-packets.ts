import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { BrokerContext } from './context.ts';
import type { BrokerLink } from './link.ts';

/** The link holds so many bytes of a packet that is not whole; a closed one holds none. */
export function countIncomplete(link: BrokerLink, pending: number): void {
  const bytes = link.isClosed ? 0 : pending;
  link.context.counters.incompleteBytes += bytes - link.incompleteBytes;
  link.incompleteBytes = bytes;
}

/**
 * Ends the links with the most bytes in a packet that is not whole, while all links have too many of them together: who
 * begins large packets and never ends them goes before who is just being slow with a small one.
 */
export function limitIncomplete(context: BrokerContext, now: number): void {
  const { counters, links, options } = context;
  while (counters.incompleteBytes > options.maximumIncompleteBytes) {
    let largest;
    for (const link of links) {
      if (link.incompleteBytes > (largest?.incompleteBytes ?? 0)) largest = link;
    }
    if (!largest) return;
    const link = largest;
    counters.incompletePacketsRefused++;
    link.guard(now, () => {
      link.fail(ReasonCode.quotaExceeded, 'The broker holds too much of incomplete packets', now);
    });
  }
}
