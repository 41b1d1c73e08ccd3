/** Shared subscriptions (MQTT 5.0 section 4.8.2): which member gets a message. */
import type { Message } from './message.ts';
import { canSend } from './outbound.ts';
import { lowerQoS } from './session.ts';
import type { Delivery } from './subscription.ts';

/** The members of one shared subscription on one filter; each message goes to one of them. */
export interface ShareGroup {
  /** `$share/…`, as its members gave it. */
  readonly topicFilter: string;
  readonly members: Delivery[];
  /** Whose turn it is. */
  next: number;
}

/**
 * The member that gets the message. They take turns; one that can take it at once goes before one
 * whose Receive Maximum is used up or that reads slowly, and that one before one that is away.
 */
export function nextMember(group: ShareGroup, message: Message): Delivery | undefined {
  const { members } = group;
  let best: Delivery | undefined;
  let bestTurn = 0;
  let bestRank = Infinity;
  for (let step = 0; step < members.length; step++) {
    const turn = (group.next + step) % members.length;
    const member = members[turn];
    if (member === undefined) continue;
    const rank = rankOf(member, message);
    if (rank >= bestRank) continue;
    best = member;
    bestTurn = turn;
    bestRank = rank;
    if (rank === 0) break;
  }
  group.next = bestTurn + 1;
  return best;
}

/** 0: takes it at once; 1: is connected; 2: is away, but its session waits; 3: would miss it. */
function rankOf({ session, qos }: Delivery, message: Message): 0 | 1 | 2 | 3 {
  const isQoS0 = lowerQoS(message.qos, qos) === 0;
  const { link } = session;
  if (link === undefined) return isQoS0 ? 3 : 2;
  return (isQoS0 ? !link.isCongested : canSend(session, link)) ? 0 : 1;
}
