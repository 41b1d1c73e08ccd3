import type { QoS } from '../mqtt/packet.ts';
import { audienceOf, type Audience } from './delivery-audience.ts';
import { MessageExchanges } from './delivery-exchanges.ts';
import { deliveryRows, type LiveBroker } from './delivery-report.ts';
import { originalOf, publishOf } from './delivery-resolve.ts';
import type {
  DeliveryGap,
  DeliveryOutcome,
  DeliveryPublisher,
  DeliveryReport,
  DeliveryRow,
  DropCause,
  RefusalCause,
} from './delivery-views.ts';
import type { DropLog } from './drop-log.ts';
import type { CaptureLog } from './log.ts';
import type { RestoredMessages } from './restored-messages.ts';
import type { SessionHistory } from './session-history.ts';

/** Rows in a report, whatever there is. */
const shownRows = 500;

/** Where everything about deliveries is kept. */
export interface DeliverySources {
  readonly capture: CaptureLog;
  readonly sessions: SessionHistory;
  readonly drops: DropLog<DropCause>;
  readonly refusals: DropLog<RefusalCause>;
  readonly restoredMessages: RestoredMessages;
  /** The highest message number given out. */
  readonly lastMessage: number;
  readonly broker: LiveBroker | undefined;
}

/**
 * One application message that somebody asks about. It looks through what is held in steps, and goes on
 * where it stopped when it is asked again.
 */
export class DeliveryTrack {
  /** Number of the application message. */
  readonly message: number;
  readonly #sources: () => DeliverySources;
  readonly #topic: string;
  readonly #exchanges: MessageExchanges;
  readonly #audience: Audience;
  /** The first frame of the message is the first delivery of one that came from no client. */
  readonly #originatesHere: boolean;

  /** @param frame a PUBLISH that carries the message, held. */
  constructor(sources: () => DeliverySources, frame: number, message: number) {
    const { capture, sessions } = sources();
    this.#sources = sources;
    this.message = message;
    this.#topic = capture.topic(frame) ?? '';
    this.#audience = audienceOf(sessions, message, this.#topic);
    this.#exchanges = new MessageExchanges(capture, message >>> 0, (client, time) => {
      const session = this.#audience.listeners.get(client)?.session ?? sessions.current(client);
      return session !== undefined && session.since <= time && time < session.until;
    });
    const [first] = this.#exchanges.outgoing;
    this.#originatesHere =
      first !== undefined && !this.#exchanges.incoming && capture.isOriginated(first.frame);
  }

  /** @returns whether everything that is held has been looked at. */
  step(): boolean {
    return this.#exchanges.step();
  }

  /** @param outcome rows of this outcome only. */
  report(isRetry: boolean, outcome: DeliveryOutcome | undefined): DeliveryReport {
    const sources = this.#sources();
    const { incoming, outgoing } = this.#exchanges;
    const publisher = this.#publisher();
    const notAccepted = this.#notAccepted();
    const rows =
      notAccepted === undefined
        ? deliveryRows({
            message: this.message,
            audience: this.#audience,
            exchanges: this.#exchanges,
            drops: sources.drops.find(this.message),
            broker: sources.broker,
            published: incoming ?? this.#origin(),
            publisher: publisher.kind === 'broker' ? undefined : publisher.client,
          })
        : [];
    const counts: Partial<Record<DeliveryOutcome, number>> = {};
    for (const row of rows) counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
    const wanted = outcome === undefined ? rows : rows.filter((row) => row.outcome === outcome);
    const isUnfinished = incoming !== undefined && !incoming.isComplete;
    return {
      topic: this.#topic,
      publisher,
      ...(notAccepted !== undefined && { notAccepted }),
      isRetry,
      counts,
      retainedLater: rows.filter(({ kind }) => kind === 'retained').length,
      rows: wanted.slice(0, shownRows).map((row) => this.#withWaiting(row, sources)),
      total: wanted.length,
      notMatching: this.#audience.notMatching,
      pending: isUnfinished || rows.some(isPending) || outgoing.some((copy) => !copy.isComplete),
      gaps: this.#gaps(rows, sources),
    };
  }

  /** What is in flight may wait for its client to come back: the broker knows. */
  #withWaiting(row: DeliveryRow, { broker }: DeliverySources): DeliveryRow {
    if (row.outcome !== 'inFlight' || row.waiting) return row;
    const places = broker?.waiting(row.client, this.message) ?? [];
    const waiting = places.find(({ place }) => place === 'inFlight');
    return waiting ? { ...row, waiting } : row;
  }

  #publisher(): DeliveryPublisher {
    const { incoming } = this.#exchanges;
    if (incoming) {
      const { client, frame, time, qos, retain, dup, acknowledgements } = incoming;
      return { kind: 'client', client, frame, time, qos, retain, dup, acknowledgements };
    }
    const { willOf } = this.#audience;
    const origin = this.#origin();
    const known = origin && { qos: origin.qos, ...(origin.time !== undefined && origin) };
    if (willOf !== undefined) {
      return { kind: 'will', client: willOf, acknowledgements: [], ...known };
    }
    if (this.#topic.startsWith('$SYS/')) return { kind: 'broker', acknowledgements: [], ...known };
    const restored = this.#sources().restoredMessages.find(this.message);
    if (restored) {
      const { client, time } = restored;
      return {
        kind: 'restored',
        ...(client !== undefined && { client }),
        time,
        acknowledgements: [],
      };
    }
    return { kind: 'unknown', acknowledgements: [] };
  }

  /** What is known of a message that came from no client: at least the QoS that it was sent with. */
  #origin(): { qos: QoS; retain: boolean; time?: number } | undefined {
    if (!this.#originatesHere) return undefined;
    const { outgoing } = this.#exchanges;
    const [first] = outgoing;
    if (!first) return undefined;
    const qos = Math.max(...outgoing.map((copy) => copy.qos)) as QoS;
    return { qos, retain: outgoing.some(({ retain }) => retain), time: first.time };
  }

  #notAccepted(): DeliveryReport['notAccepted'] {
    const [refusal] = this.#sources().refusals.find(this.message);
    return refusal === undefined || refusal.reason === 'retry' ? undefined : refusal.reason;
  }

  #gaps(rows: readonly DeliveryRow[], sources: DeliverySources): DeliveryGap[] {
    const { incoming, hasGap } = this.#exchanges;
    const gaps: DeliveryGap[] = [];
    if (hasGap || !(incoming !== undefined || this.#originatesHere)) gaps.push('frames');
    if (this.message <= sources.sessions.forgottenThrough) gaps.push('sessions');
    // Only what is not told otherwise may have been dropped.
    const isUntold = rows.some((row) => row.outcome === 'unknown');
    if (isUntold && this.message <= sources.drops.forgottenThrough) gaps.push('drops');
    return gaps;
  }
}

function isPending({ outcome }: DeliveryRow): boolean {
  return outcome === 'queued' || outcome === 'inFlight';
}

/** The PUBLISH that tells of the message which a frame is about. */
export interface Resolved {
  readonly frame: number;
  readonly message: number;
  readonly isRetry: boolean;
}

/** Undefined when the frame is about no application message, or not held. */
export function resolveMessage(sources: DeliverySources, frame: number): Resolved | undefined {
  const { capture, refusals, lastMessage } = sources;
  const isRetry = (at: number): boolean =>
    refusals
      .find(fullNumber(capture.message(at), lastMessage))
      .some(({ reason }) => reason === 'retry');
  const publish = publishOf(capture, frame);
  if (publish === undefined || capture.message(publish) === 0) return undefined;
  const retry = capture.direction(publish) === 0 && isRetry(publish);
  const original = retry ? (originalOf(capture, publish, isRetry) ?? publish) : publish;
  const message = fullNumber(capture.message(original), lastMessage);
  return { frame: original, message, isRetry: retry };
}

/** The capture has the low 32 bits of message numbers: the newest number that ends with them is meant. */
function fullNumber(low: number, lastMessage: number): number {
  return lastMessage - (((lastMessage >>> 0) - low) >>> 0);
}
