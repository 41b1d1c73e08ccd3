import { topicMatches } from '../mqtt/topics.ts';
import type { NotMatching } from './delivery-views.ts';
import {
  holds,
  type SessionHistory,
  type SessionSpan,
  type SubscriptionSpan,
} from './session-history.ts';

/** Clients shown of those whose subscriptions do not match. */
const shownNotMatching = 100;

/** A session that was there when a message was accepted and subscribed to it. */
export interface Listener {
  readonly session: SessionSpan;
  /** Its link then; undefined when it was offline. */
  link: number | undefined;
  /** Matching subscriptions of its own. */
  readonly subscriptions: SubscriptionSpan[];
  /** Matching shared subscriptions. */
  readonly shared: SubscriptionSpan[];
}

/** Who was there when a message was accepted. */
export interface Audience {
  /** Subscribed to it, by client identifier. */
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly notMatching: { readonly count: number; readonly nearest: readonly NotMatching[] };
  /**
   * Matching subscriptions made later, by client: they get it where it is retained, and members of a
   * shared subscription where another one left it.
   */
  readonly later: ReadonlyMap<string, readonly SubscriptionSpan[]>;
  /** The client whose will it is. */
  readonly willOf: string | undefined;
}

/** Looks through the whole history: about 0.1 microseconds for each subscription. */
export function audienceOf(history: SessionHistory, message: number, topic: string): Audience {
  const listeners = new Map<string, Listener>();
  const others = new Map<SessionSpan, { topicFilter: string | undefined; near: number }>();
  const later = new Map<string, SubscriptionSpan[]>();
  const links = new Map<SessionSpan, number>();
  const sessions: SessionSpan[] = [];
  let willOf: string | undefined;
  for (const span of history.spans()) {
    if (span.kind === 'will') {
      if (span.to === message) willOf = span.clientIdentifier;
    } else if (span.kind === 'session') {
      if (holds(span, message)) sessions.push(span);
    } else if (span.kind === 'connection') {
      if (holds(span, message)) links.set(span.session, span.link);
    } else if (mayMatch(span.matched, topic) && topicMatches(span.matched, topic)) {
      if (holds(span, message)) listen(listeners, span);
      else if (span.from >= message) push(later, span);
    } else if (holds(span, message)) {
      const { topicFilter } = span.subscription;
      const near = nearness(span.matched, topic);
      const best = others.get(span.session);
      if (!best || near > best.near) others.set(span.session, { topicFilter, near });
    }
  }
  const nearest: { readonly near: number; readonly shown: NotMatching }[] = [];
  for (const session of sessions) {
    const listener = listeners.get(session.clientIdentifier);
    if (listener) listener.link = links.get(session);
    else {
      const { topicFilter, near } = others.get(session) ?? { topicFilter: undefined, near: -1 };
      const client = session.clientIdentifier;
      nearest.push({ near, shown: { client, ...(topicFilter !== undefined && { topicFilter }) } });
    }
  }
  nearest.sort((a, b) => b.near - a.near);
  return {
    listeners,
    notMatching: {
      count: nearest.length,
      nearest: nearest.slice(0, shownNotMatching).map(({ shown }) => shown),
    },
    later,
    willOf,
  };
}

function listen(listeners: Map<string, Listener>, span: SubscriptionSpan): void {
  const { session } = span;
  let listener = listeners.get(session.clientIdentifier);
  if (!listener) {
    listener = { session, link: undefined, subscriptions: [], shared: [] };
    listeners.set(session.clientIdentifier, listener);
  }
  (span.shareName === undefined ? listener.subscriptions : listener.shared).push(span);
}

function push(map: Map<string, SubscriptionSpan[]>, span: SubscriptionSpan): void {
  const list = map.get(span.session.clientIdentifier);
  if (list) list.push(span);
  else map.set(span.session.clientIdentifier, [span]);
}

/** A quick look before the comparison by levels: most filters differ in what comes before a wildcard. */
function mayMatch(filter: string, topic: string): boolean {
  for (let index = 0; index < filter.length; index++) {
    const character = filter.charCodeAt(index);
    if (character === plus || character === hash) return true;
    if (character !== topic.charCodeAt(index)) {
      // `a/#` is for `a` too.
      return index === topic.length && filter.endsWith('/#') && filter.length === index + 2;
    }
  }
  return filter.length === topic.length;
}
const plus = 0x2b;
const hash = 0x23;

/** Levels from the first on that fit, with a fraction for the part of the next one that is the same. */
function nearness(filter: string, topic: string): number {
  const filterLevels = filter.split('/');
  const topicLevels = topic.split('/');
  let near = 0;
  for (const [index, level] of filterLevels.entries()) {
    const own = topicLevels[index] ?? '';
    if (level === '+' || level === '#' || level === own) {
      near++;
      continue;
    }
    let same = 0;
    while (same < level.length && level[same] === own[same]) same++;
    return near + same / (Math.max(level.length, own.length) + 1);
  }
  return near;
}
