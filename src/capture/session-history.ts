import type { QoS } from '../mqtt/packet.ts';
import { parseSharedSubscription } from '../mqtt/topics.ts';

/** Bytes that what has ended may hold. */
const defaultLimit = 16 * 1024 * 1024;
/** Estimate of a span's cost besides its text. */
const spanBytes = 200;

/** How a session ended. */
export type SessionEnd = 'disconnected' | 'cleanStart' | 'expired' | 'evicted' | 'brokerStopped';

/** What SUBSCRIBE asked for and got. */
export interface GrantedSubscription {
  /** As the client gave it, `$share/…` included. */
  readonly topicFilter: string;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly subscriptionIdentifier?: number;
}

/**
 * What happened, and the newest message number then: message numbers are the clock of the history,
 * since no two things within the broker happen at once.
 */
export type SessionHappening = {
  readonly clientIdentifier: string;
  readonly message: number;
  readonly now: number;
} & (
  | { readonly type: 'began' }
  | { readonly type: 'connected'; readonly link: number }
  | { readonly type: 'disconnected' }
  | { readonly type: 'ended'; readonly how: SessionEnd }
  | {
      readonly type: 'subscribed';
      readonly subscription: GrantedSubscription;
      readonly isShared: boolean;
    }
  | { readonly type: 'unsubscribed'; readonly topicFilter: string }
  | { readonly type: 'willPublished' }
);

/** It holds for the messages with numbers above `from`, up to `to` (Infinity while it lasts). */
export interface Span {
  readonly from: number;
  to: number;
  readonly since: number;
  /** When it ended, milliseconds since the epoch. */
  until: number;
}

export interface SessionSpan extends Span {
  readonly kind: 'session';
  readonly clientIdentifier: string;
  how: SessionEnd | undefined;
}

export interface ConnectionSpan extends Span {
  readonly kind: 'connection';
  readonly session: SessionSpan;
  readonly link: number;
}

export interface SubscriptionSpan extends Span {
  readonly kind: 'subscription';
  readonly session: SessionSpan;
  readonly subscription: GrantedSubscription;
  /** What topic names are compared with: of a shared subscription without `$share` and name. */
  readonly matched: string;
  readonly shareName: string | undefined;
}

/** A will became the message with the number `to`. */
export interface WillSpan extends Span {
  readonly kind: 'will';
  readonly clientIdentifier: string;
}

export type AnySpan = SessionSpan | ConnectionSpan | SubscriptionSpan | WillSpan;

/** Whether it held when the message was accepted. */
export function holds(span: Span, message: number): boolean {
  return span.from < message && message <= span.to;
}

interface Open {
  readonly session: SessionSpan;
  connection: ConnectionSpan | undefined;
  readonly subscriptions: Map<string, SubscriptionSpan>;
}

/**
 * Which clients were there when, connected or not, and with which subscriptions. What lasts is kept
 * like the broker keeps it; what has ended is kept up to a limit of bytes, then the oldest is
 * forgotten, and `forgottenThrough` tells from which message on the history is whole.
 */
export class SessionHistory {
  /** Spans forgotten. */
  forgotten = 0;
  /** The history is whole for messages with higher numbers. */
  forgottenThrough = 0;

  readonly #limit: number;
  readonly #open = new Map<string, Open>();
  #ended: AnySpan[] = [];
  #head = 0;
  #endedBytes = 0;

  /** @param limit bytes that what has ended may hold. */
  constructor(limit = defaultLimit) {
    this.#limit = limit;
  }

  /** Spans that have ended and are held, for tests of boundedness. */
  get endedSpans(): number {
    return this.#ended.length - this.#head;
  }

  record(happening: SessionHappening): void {
    const { clientIdentifier, message, now } = happening;
    if (happening.type === 'willPublished') {
      const times = { from: message - 1, to: message, since: now, until: now };
      this.#keep({ kind: 'will', clientIdentifier, ...times });
      return;
    }
    const open = this.#open.get(clientIdentifier) ?? this.#begin(clientIdentifier, message, now);
    const span = { from: message, to: Infinity, since: now, until: Infinity };
    switch (happening.type) {
      case 'began':
        break;
      case 'connected':
        this.#end(open.connection, message, now);
        open.connection = {
          kind: 'connection',
          session: open.session,
          link: happening.link,
          ...span,
        };
        break;
      case 'disconnected':
        this.#end(open.connection, message, now);
        open.connection = undefined;
        break;
      case 'ended':
        this.#endSession(open, happening.how, message, now);
        break;
      case 'subscribed': {
        const { subscription, isShared } = happening;
        const { topicFilter } = subscription;
        const shared = isShared ? parseSharedSubscription(topicFilter) : undefined;
        this.#end(open.subscriptions.get(topicFilter), message, now);
        open.subscriptions.set(topicFilter, {
          kind: 'subscription',
          session: open.session,
          subscription,
          matched: shared?.topicFilter ?? topicFilter,
          shareName: shared?.shareName,
          ...span,
        });
        break;
      }
      case 'unsubscribed':
        this.#end(open.subscriptions.get(happening.topicFilter), message, now);
        open.subscriptions.delete(happening.topicFilter);
    }
  }

  /** The broker is gone, and with it all sessions. */
  stopped(message: number, now: number): void {
    for (const open of this.#open.values()) this.#endSession(open, 'brokerStopped', message, now);
  }

  /** The client's session now, if it has one. */
  current(clientIdentifier: string): SessionSpan | undefined {
    return this.#open.get(clientIdentifier)?.session;
  }

  /** Everything known, in no order: what lasts and what has ended. */
  *spans(): Generator<AnySpan, void> {
    for (const { session, connection, subscriptions } of this.#open.values()) {
      yield session;
      if (connection) yield connection;
      yield* subscriptions.values();
    }
    for (let index = this.#head; index < this.#ended.length; index++) {
      const span = this.#ended[index];
      if (span) yield span;
    }
  }

  #begin(clientIdentifier: string, message: number, now: number): Open {
    const times = { from: message, to: Infinity, since: now, until: Infinity };
    const session: SessionSpan = { kind: 'session', clientIdentifier, how: undefined, ...times };
    const open: Open = { session, connection: undefined, subscriptions: new Map() };
    this.#open.set(clientIdentifier, open);
    return open;
  }

  #endSession(open: Open, how: SessionEnd, message: number, now: number): void {
    for (const subscription of open.subscriptions.values()) this.#end(subscription, message, now);
    this.#end(open.connection, message, now);
    open.session.how = how;
    this.#end(open.session, message, now);
    this.#open.delete(open.session.clientIdentifier);
  }

  #end(span: AnySpan | undefined, message: number, now: number): void {
    if (!span) return;
    span.to = message;
    span.until = now;
    // What no message met explains nothing.
    if (span.from < message) this.#keep(span);
  }

  #keep(span: AnySpan): void {
    this.#ended.push(span);
    this.#endedBytes += costOf(span);
    while (this.#endedBytes > this.#limit && this.#head < this.#ended.length) {
      const oldest = this.#ended[this.#head++];
      if (!oldest) continue;
      this.#endedBytes -= costOf(oldest);
      this.forgotten++;
      this.forgottenThrough = Math.max(this.forgottenThrough, oldest.to);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#ended.length) {
      // Moving the rest to the front now and then keeps each step cheap.
      this.#ended = this.#ended.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Bytes, so that long names cannot make it large. */
function costOf(span: AnySpan): number {
  switch (span.kind) {
    case 'session':
    case 'will':
      return spanBytes + 2 * span.clientIdentifier.length;
    case 'connection':
      return spanBytes + 2 * span.session.clientIdentifier.length;
    case 'subscription': {
      const { session, subscription } = span;
      return (
        spanBytes + 2 * (session.clientIdentifier.length + 2 * subscription.topicFilter.length)
      );
    }
  }
}
