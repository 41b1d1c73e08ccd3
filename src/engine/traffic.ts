import type { Transport } from '../base/transport.ts';
import type {
  BrokerObserver,
  DropReason,
  RefusalReason,
  RefusedAction,
  SessionEvent,
} from '../broker/observer.ts';
import { DropLog } from '../capture/drop-log.ts';
import { AccessRefusals } from './access-refusals.ts';
import { CaptureLog } from '../capture/log.ts';
import { RestoredMessages } from '../capture/restored-messages.ts';
import { SessionHistory } from '../capture/session-history.ts';
import { Statistics } from '../capture/statistics/statistics.ts';
import { TopicStatistics } from '../capture/topic-statistics.ts';
import { now } from '../net/clock.ts';
import { stackOf } from '../base/errors.ts';
import type { QoS } from '../mqtt/packet.ts';
import type { TopicReference } from '../mqtt/topic-reference.ts';
import { hexCode, reasonName } from '../mqtt/reason-codes.ts';
import { RateCounter } from '../base/rate-counter.ts';
import type { Direction, LogEntry } from './contract.ts';

/** The packet that tells it. */
const refusingPacket = { connect: 'connack', publish: 'puback', subscribe: 'suback' } as const;

/**
 * What the broker tells, kept: every packet in the capture, every message in the statistics of its
 * topic. It runs on the broker's hot path: numbers in, no view-models.
 */
export class Traffic implements BrokerObserver {
  readonly capture: CaptureLog;
  readonly topics: TopicStatistics;
  /** Counts by client and by topic. */
  readonly statistics: Statistics;
  /** Who was there when, with which subscriptions. */
  readonly sessions = new SessionHistory();
  /** Deliveries that did not take place. */
  readonly drops = new DropLog<DropReason>();
  /** What clients published and the broker did not accept as a message. */
  readonly refusals = new DropLog<RefusalReason>();
  /** Messages that a broker found in its store. */
  readonly restoredMessages = new RestoredMessages();
  /** Application messages that were published. */
  readonly messages = new RateCounter();
  /** Grows with each change of clients, sessions or subscriptions. */
  sessionsRevision = 0;
  /** Who was refused what by the broker. */
  readonly accessRefusals = new AccessRefusals();
  /** The frame of CONNECT, of links that are open. */
  readonly #connectFrames = new Map<number, number>();
  readonly #log: (entry: LogEntry) => void;
  readonly #touch: () => void;
  /** Number of the message that the frame received last carried. */
  #received = 0;
  /** Topics with a retained message in the broker, as far as they are shown. */
  readonly #retained = new Set<string>();

  /** @param touch called with each event; must be cheap. */
  constructor(captureLimit: number, log: (entry: LogEntry) => void, touch: () => void) {
    // Pages remember frames: those of an engine that crashed must not be taken for this one's.
    this.capture = new CaptureLog(captureLimit, Math.floor(now()));
    this.topics = new TopicStatistics(undefined, this.capture);
    this.statistics = new Statistics(this.capture, now());
    const { onEvict } = this.capture;
    this.capture.onEvict = (first, end) => {
      this.statistics.advance(end);
      onEvict?.(first, end);
    };
    this.#log = log;
    this.#touch = touch;
  }

  /** Forgets frames and statistics; what the broker still retains stays marked. */
  clear(): void {
    this.capture.clear();
    this.topics.clear();
    this.statistics.reset(now());
    for (const topicName of this.#retained) this.topics.retained(topicName, true);
  }

  /** The broker is gone, and with it what it retained and all sessions. */
  brokerStopped(lastMessage: number): void {
    this.sessions.stopped(lastMessage, now());
    for (const topicName of this.#retained) this.topics.retained(topicName, false);
    this.#retained.clear();
    this.#connectFrames.clear();
    this.sessionsRevision++;
    this.#touch();
  }

  linkOpened(link: number, remoteAddress: string, transport: Transport, now: number): void {
    this.capture.linkOpened(link, remoteAddress, transport, now);
  }

  linkIdentified(
    link: number,
    clientIdentifier: string,
    protocolVersion: 3 | 4 | 5,
    userName: string | undefined,
  ): void {
    this.capture.linkIdentified(link, clientIdentifier, protocolVersion, userName);
    this.#connectFrames.set(link, this.capture.end - 1);
  }

  linkClosed(link: number, now: number, reason: string): void {
    this.capture.linkClosed(link, now, reason);
    this.#connectFrames.delete(link);
    this.#touch();
  }

  packet(
    link: number,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: TopicReference | undefined,
    flags: number,
    now: number,
    message: number,
  ): void {
    if (topic !== undefined && topic.statisticsNumber < this.statistics.firstTopicNumber) {
      this.statistics.enter(topic);
    }
    this.capture.append(link, direction, bytes, start, end, topic, flags, now, message);
    if (direction === 0) this.#received = message;
    this.#touch();
  }

  message(
    topic: TopicReference,
    bytes: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    qos: QoS,
    _retain: boolean,
    now: number,
    number: number,
  ): void {
    const { capture, topics } = this;
    const frame = capture.end - 1;
    // Its PUBLISH was told last, and is held: the capture is not so small that it went at once.
    if (number === this.#received && frame >= capture.first) {
      topics.recordFrame(topic, frame, payloadEnd - payloadStart, now);
      this.messages.count(now);
      return;
    }
    topics.record(topic, bytes, payloadStart, payloadEnd, qos, now);
    // The broker's own ticks are no traffic that somebody made.
    if (!topic.isSystem) this.messages.count(now);
  }

  retainedChanged(topicName: string, present: boolean): void {
    // A million of them are not shown, and so not remembered here either.
    const isShown = this.topics.retained(topicName, present);
    if (present && isShown) this.#retained.add(topicName);
    else this.#retained.delete(topicName);
  }

  sessionsChanged(): void {
    this.sessionsRevision++;
    this.#touch();
  }

  session(event: SessionEvent): void {
    this.sessions.record(event);
  }

  dropped(clientIdentifier: string, message: number, reason: DropReason, now: number): void {
    this.drops.record(clientIdentifier, message, reason, now);
  }

  notAccepted(clientIdentifier: string, message: number, reason: RefusalReason, now: number): void {
    this.refusals.record(clientIdentifier, message, reason, now);
  }

  restored(message: number, clientIdentifier: string | undefined, receivedAt: number): void {
    this.restoredMessages.record(message, clientIdentifier, receivedAt);
  }

  refused(
    link: number,
    clientIdentifier: string,
    what: RefusedAction,
    topic: string,
    reasonCode: number,
    reason: string,
    now: number,
  ): void {
    this.accessRefusals.record(clientIdentifier, what, topic, reasonCode, reason, now);
    const { capture } = this;
    const frame = what === 'connect' ? this.#connectFrames.get(link) : capture.end - 1;
    if (link !== 0 && frame !== undefined && frame >= capture.first) {
      const name = `${reasonName(reasonCode, refusingPacket[what])} (${hexCode(reasonCode)})`;
      const about = topic === '' ? '' : ` ${topic}`;
      const text = `Refused${about}: ${name}; ${reason}${reason.endsWith('.') ? '' : '.'}`;
      capture.notes.add(frame, text, reasonCode, capture.raw(frame).length);
    }
    this.#touch();
  }

  storeFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#log({
      level: 'error',
      message: `The broker cannot store what it has to keep, and disconnects clients instead of acknowledging: ${why}`,
    });
  }

  fault(link: number, error: unknown): void {
    this.#log({
      level: 'error',
      message: `A defect in the broker closed network connection ${link}: ${stackOf(error)}`,
    });
  }
}
