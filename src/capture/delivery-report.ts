import type { QoS } from '../mqtt/packet.ts';
import type { Audience, Listener } from './delivery-audience.ts';
import type { Exchange, MessageExchanges } from './delivery-exchanges.ts';
import {
  deliveryOutcomes,
  type DeliveryOutcome,
  type DeliveryRow,
  type DropCause,
  type WaitingView,
} from './delivery-views.ts';
import type { Drop } from './drop-log.ts';
import type { SubscriptionSpan } from './session-history.ts';

/** What only the broker knows: asked when neither the capture nor the history tell. */
export interface LiveBroker {
  /** Where the message waits for the client: once for each copy of it. */
  waiting(clientIdentifier: string, message: number): readonly WaitingView[];
  /** Maximum Packet Size of a connected client, if it set one. */
  maximumPacketSize(clientIdentifier: string): number | undefined;
}

/** Everything that rows are made of. */
export interface DeliveryFacts {
  /** Number of the application message. */
  readonly message: number;
  readonly audience: Audience;
  readonly exchanges: MessageExchanges;
  readonly drops: readonly Drop<DropCause>[];
  readonly broker: LiveBroker | undefined;
  /** The message as it was published; undefined when that is no longer held. */
  readonly published: { readonly qos: QoS; readonly retain: boolean } | undefined;
  /** Who published it: a session does not get its own message with no local. */
  readonly publisher: string | undefined;
}

type Kind = DeliveryRow['kind'];

/** All rows of a message, problems in front, then what is still to come, then the rest as it was sent. */
export function deliveryRows(facts: DeliveryFacts): DeliveryRow[] {
  return new RowMaker(facts).rows();
}

class RowMaker {
  readonly #facts: DeliveryFacts;
  /** What is left to be told of, by client. */
  readonly #copies = new Map<string, Exchange[]>();
  readonly #drops = new Map<string, Drop<DropCause>[]>();
  readonly #waiting = new Map<string, WaitingView[]>();
  readonly #rows: DeliveryRow[] = [];

  constructor(facts: DeliveryFacts) {
    this.#facts = facts;
    for (const copy of facts.exchanges.outgoing) push(this.#copies, copy.client, copy);
    for (const drop of facts.drops.toReversed()) push(this.#drops, drop.clientIdentifier, drop);
  }

  rows(): DeliveryRow[] {
    const { listeners } = this.#facts.audience;
    const groups = new Map<string, { listener: Listener; span: SubscriptionSpan }[]>();
    for (const listener of listeners.values()) {
      if (listener.subscriptions.length > 0) this.#own(listener);
      for (const span of listener.shared) {
        push(groups, `${span.shareName ?? ''}/${span.matched}`, { listener, span });
      }
    }
    for (const members of groups.values()) this.#group(members);
    this.#rest();
    return this.#rows.sort(
      (a, b) =>
        deliveryOutcomes.indexOf(a.outcome) - deliveryOutcomes.indexOf(b.outcome) ||
        (a.sentAt ?? 0) - (b.sentAt ?? 0),
    );
  }

  /** What became of the message for a client by its own subscriptions. */
  #own(listener: Listener): void {
    const { publisher } = this.#facts;
    const client = listener.session.clientIdentifier;
    const isOwn = publisher === client;
    const spans = isOwn
      ? listener.subscriptions.filter(({ subscription }) => !subscription.noLocal)
      : listener.subscriptions;
    if (spans.length === 0) {
      this.#push(listener, 'subscription', listener.subscriptions, { outcome: 'noLocal' });
      return;
    }
    const told = this.#told(listener, 'subscription', spans);
    if (told) this.#rows.push(told);
    else this.#push(listener, 'subscription', spans, this.#silence(listener, spans));
  }

  /** A shared subscription: one of its members was to get the message. */
  #group(members: readonly { listener: Listener; span: SubscriptionSpan }[]): void {
    const rest: (typeof members)[number][] = [];
    let winner: string | undefined;
    for (const member of members) {
      const told = this.#told(member.listener, 'shared', [member.span]);
      if (!told) {
        rest.push(member);
        continue;
      }
      this.#rows.push(told);
      // One whose session ended handed it on to another one.
      if (told.outcome !== 'sessionEnded') winner = told.client;
    }
    for (const member of winner === undefined ? [...rest] : []) {
      const waiting = this.#takeWaiting(member.listener);
      if (!waiting) continue;
      this.#push(member.listener, 'shared', [member.span], ofWaiting(waiting));
      winner = member.listener.session.clientIdentifier;
      rest.splice(rest.indexOf(member), 1);
      break;
    }
    winner ??= this.#laterMember(members[0]?.span);
    for (const { listener, span } of rest) {
      this.#push(
        listener,
        'shared',
        [span],
        winner === undefined
          ? this.#silence(listener, [span])
          : { outcome: 'otherMember', otherMember: winner },
      );
    }
  }

  /** A client that joined the shared subscription later, and was handed what others had not got. */
  #laterMember(span: SubscriptionSpan | undefined): string | undefined {
    for (const [client, spans] of this.#facts.audience.later) {
      const isMember = spans.some(
        ({ shareName, matched }) => shareName === span?.shareName && matched === span?.matched,
      );
      if (isMember && this.#copies.get(client)?.some(({ retain }) => !retain)) return client;
    }
    return undefined;
  }

  /** What is left: retained messages that came with later subscriptions, members that came later. */
  #rest(): void {
    const { later } = this.#facts.audience;
    for (const [client, copies] of this.#copies) {
      for (const copy of copies) {
        const spans = (later.get(client) ?? []).filter(
          ({ since, until, shareName }) =>
            since <= copy.time && copy.time <= until && copy.retain === (shareName === undefined),
        );
        const kind: Kind = copy.retain ? 'retained' : spans.length > 0 ? 'shared' : 'subscription';
        this.#rows.push(rowOf(client, kind, spans, this.#ofCopy(copy)));
      }
    }
    for (const [client, drops] of this.#drops) {
      for (const drop of drops) {
        const spans = (later.get(client) ?? []).filter(({ shareName }) => shareName === undefined);
        const kind: Kind = spans.length > 0 ? 'retained' : 'subscription';
        this.#rows.push(rowOf(client, kind, spans, this.#ofDrop(client, drop)));
      }
    }
  }

  /** What the capture or the broker's own word tells of a client; it is used up then. */
  #told(
    listener: Listener,
    kind: Kind,
    spans: readonly SubscriptionSpan[],
  ): DeliveryRow | undefined {
    const client = listener.session.clientIdentifier;
    const asPublished =
      this.#facts.published?.retain === true &&
      spans.some(({ subscription }) => subscription.retainAsPublished);
    const copies = this.#copies.get(client);
    // With RETAIN, although nobody asked for it as published, it came because of a later SUBSCRIBE.
    const index = copies?.findIndex(({ retain }) => asPublished || !retain) ?? -1;
    const [copy] = index < 0 ? [] : (copies?.splice(index, 1) ?? []);
    if (copy) {
      const state = this.#ofCopy(copy);
      const expired = this.#lateDrop(client, state);
      return rowOf(client, kind, spans, expired ?? this.#orEnded(listener, state));
    }
    const drop = this.#drops.get(client)?.shift();
    return drop && rowOf(client, kind, spans, this.#ofDrop(client, drop));
  }

  /** In flight, then dropped: larger than what the client takes on its next network connection. */
  #lateDrop(client: string, state: Partial<DeliveryRow>): Partial<DeliveryRow> | undefined {
    if (state.outcome !== 'inFlight') return undefined;
    const drop = this.#drops.get(client)?.shift();
    return drop && { ...state, ...this.#ofDrop(client, drop) };
  }

  #ofCopy(copy: Exchange): Partial<DeliveryRow> & { outcome: DeliveryOutcome } {
    const first = copy.acknowledgements[0];
    const outcome =
      copy.qos === 0
        ? 'delivered'
        : first === undefined
          ? 'inFlight'
          : first.reasonCode >= 0x80
            ? 'refused'
            : 'delivered';
    return {
      outcome,
      qos: copy.qos,
      frame: copy.frame,
      sentAt: copy.time,
      sentAgain: copy.sentAgain,
      ...(copy.sentAgain > 0 && { lastSentAt: copy.lastTime }),
      acknowledgements: copy.acknowledgements,
    };
  }

  #ofDrop(client: string, { reason, from, to }: Drop<DropCause>): Partial<DeliveryRow> {
    const maximumPacketSize =
      reason === 'tooLarge' ? this.#facts.broker?.maximumPacketSize(client) : undefined;
    return {
      outcome: 'dropped',
      drop: { reason, from, to },
      ...(maximumPacketSize !== undefined && { maximumPacketSize }),
    };
  }

  /** In flight when the session ended: no acknowledgement can come any more. */
  #orEnded({ session }: Listener, state: Partial<DeliveryRow>): Partial<DeliveryRow> {
    if (state.outcome !== 'inFlight' || session.how === undefined) return state;
    return {
      ...state,
      outcome: 'sessionEnded',
      ended: { how: session.how, at: session.until },
    };
  }

  /** Neither sent nor dropped. */
  #silence(
    listener: Listener,
    spans: readonly SubscriptionSpan[],
  ): Partial<DeliveryRow> & { outcome: DeliveryOutcome } {
    const { published } = this.#facts;
    const granted = Math.max(...spans.map(({ subscription }) => subscription.qos)) as QoS;
    const qos = published && (Math.min(published.qos, granted) as QoS);
    const known = qos === undefined ? {} : { qos };
    const waiting = qos === 0 ? undefined : this.#takeWaiting(listener);
    if (waiting) return { ...known, ...ofWaiting(waiting) };
    const { session } = listener;
    // At QoS 0, or at QoS 1 where only 0 is granted, nothing waits for a client.
    if ((qos === 0 || granted === 0) && listener.link === undefined) {
      return { ...known, qos: 0, outcome: 'offline' };
    }
    if (qos !== 0 && session.how !== undefined) {
      return { ...known, outcome: 'sessionEnded', ended: { how: session.how, at: session.until } };
    }
    return { ...known, outcome: 'unknown' };
  }

  /** Where the broker still has the message for the client; each place is told once. */
  #takeWaiting({ session }: Listener): WaitingView | undefined {
    const { broker, message } = this.#facts;
    const client = session.clientIdentifier;
    if (session.how !== undefined) return undefined;
    let waiting = this.#waiting.get(client);
    if (!waiting) {
      waiting = [...(broker?.waiting(client, message) ?? [])];
      this.#waiting.set(client, waiting);
    }
    return waiting.shift();
  }

  #push(
    listener: Listener,
    kind: Kind,
    spans: readonly SubscriptionSpan[],
    state: Partial<DeliveryRow>,
  ): void {
    this.#rows.push(rowOf(listener.session.clientIdentifier, kind, spans, state));
  }
}

function ofWaiting(waiting: WaitingView): { outcome: DeliveryOutcome; waiting: WaitingView } {
  return { outcome: waiting.place === 'inFlight' ? 'inFlight' : 'queued', waiting };
}

function rowOf(
  client: string,
  kind: Kind,
  spans: readonly SubscriptionSpan[],
  state: Partial<DeliveryRow>,
): DeliveryRow {
  return {
    client,
    outcome: 'unknown',
    kind,
    subscriptions: spans.map(({ subscription }) => subscription),
    sentAgain: 0,
    acknowledgements: [],
    ...state,
  };
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
