import type { BrokerContext } from './context.ts';
import type { Message } from './message.ts';
import { deliverAcknowledged, hasRoom } from './outbound.ts';
import type { RetainedCursor } from './retained-cursor.ts';
import type { RetainedMessage } from './retained-records.ts';
import { removeExpired } from './retained-sweep.ts';
import { lowerQoS, type Session } from './session.ts';
import { readMessage } from './stored-message.ts';
import type { SessionSubscription } from './subscription.ts';
import { Timer } from './timers.ts';

/** Messages sent in a row; then the others have their turn. */
const slice = 1000;
/** Milliseconds until the next slice. */
const pause = 1;

/** The retained messages of one subscription that are yet to be sent. */
interface Run {
  readonly subscription: SessionSubscription;
  readonly cursor: RetainedCursor;
  /** Messages retained later were delivered as they came. */
  readonly newest: number;
  /** The same as a time, milliseconds since the epoch, for what was stored by a broker before this one. */
  readonly since: number;
  /** Topic names whose messages that broker has sent. */
  readonly sent: ReadonlySet<string> | undefined;
}

/**
 * Sends a session the retained messages of its new subscriptions, as fast as its network connection
 * and its Receive Maximum take them: a million of them fit in no queue, and nobody else waits for them.
 * A retained message that is replaced before its turn came is left out: the client has the newer one.
 */
export class RetainedRuns {
  readonly #context: BrokerContext;
  readonly #session: Session;
  readonly #runs: Run[] = [];
  readonly #timer: Timer;
  /** Taken from the cursor of the first run, and not sent yet. */
  #next: RetainedMessage | undefined;
  #isPumping = false;

  constructor(context: BrokerContext, session: Session) {
    this.#context = context;
    this.#session = session;
    this.#timer = new Timer((now) => this.pump(now));
  }

  /** The session has this subscription from now on. Call it before SUBACK, and `pump` after it. */
  begin(subscription: SessionSubscription, now: number): void {
    this.#remove((run) => run.subscription.topicFilter === subscription.topicFilter);
    this.resume(subscription, now, undefined);
    this.#stored(subscription);
  }

  /**
   * Goes on where a broker before this one ended.
   * @param since when it began.
   * @param sent topic names of what it has sent.
   */
  resume(
    subscription: SessionSubscription,
    since: number,
    sent: ReadonlySet<string> | undefined,
  ): void {
    const { retained, lastMessage } = this.#context;
    const cursor = retained.match(subscription.levels);
    this.#runs.push({ subscription, cursor, newest: lastMessage, since, sent });
  }

  /** Since when retained messages are being sent that are not to be lost; undefined: none are. */
  since(topicFilter: string): number | undefined {
    return this.#runs.find(({ subscription }) => {
      return subscription.topicFilter === topicFilter && subscription.qos > 0;
    })?.since;
  }

  /** What is left of a subscription that ended is not sent. */
  end(topicFilter: string): void {
    this.#remove((run) => run.subscription.topicFilter === topicFilter);
  }

  /** The network connection ended: what would go out at QoS 0 is not kept. */
  suspend(): void {
    this.#context.timers.disarm(this.#timer);
    this.#remove((run) => run.subscription.qos === 0);
  }

  /** Sends what can be sent now. */
  pump(now: number): void {
    // An answer to what is sent here may lead back here.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let count = 0; this.#runs.length > 0; count++) {
        const { link } = this.#session;
        if (!link || link.isClosed || link.isCongested) return;
        if (count === slice) {
          this.#context.timers.arm(this.#timer, now + pause);
          return;
        }
        if (!this.#sendNext(now)) return;
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** @returns false when the client has to acknowledge something first. */
  #sendNext(now: number): boolean {
    const run = this.#runs[0];
    const { link } = this.#session;
    if (!run || !link) return false;
    const retained = (this.#next ??= run.cursor.next());
    if (!retained) {
      this.#runs.shift();
      this.#stored(run.subscription);
      return true;
    }
    const { subscription } = run;
    const message = readMessage(this.#context, retained);
    if (message.expiresAt <= now) removeExpired(this.#context, message);
    else if (!isOthers(run, message)) {
      const { subscriptionIdentifier: identifier } = subscription;
      const identifiers = identifier === undefined ? undefined : [identifier];
      const qos = lowerQoS(message.qos, subscription.qos);
      // [3.1.1: MQTT-3.3.1-8] RETAIN is 1: it is sent because of a new subscription.
      if (qos === 0) {
        link.sendUnacknowledged(message, true, identifiers, now);
        this.#sent(subscription, message);
      } else {
        const { queue, unsent } = this.#session;
        if (queue.length > 0 || unsent.length > 0 || !hasRoom(this.#session, link)) return false;
        // After a crash it is on its way, or to be sent: never both, never neither.
        this.#context.whole(() => {
          deliverAcknowledged(this.#context, this.#session, message, qos, true, identifiers, now);
          this.#sent(subscription, message);
        });
      }
    }
    this.#next = undefined;
    return true;
  }

  #remove(matches: (run: Run) => boolean): void {
    const removed: Run[] = [];
    const [first] = this.#runs;
    if (first && matches(first)) this.#next = undefined;
    for (const run of this.#runs.splice(0)) {
      if (matches(run)) removed.push(run);
      else this.#runs.push(run);
    }
    for (const { subscription } of removed) this.#stored(subscription);
  }

  /** The run of this subscription began or ended. */
  #stored({ topicFilter, qos }: SessionSubscription): void {
    if (qos > 0) this.#context.persistence?.retainedRun(this.#session, topicFilter);
  }

  #sent({ topicFilter, qos }: SessionSubscription, { topic }: Message): void {
    const { persistence } = this.#context;
    if (qos > 0) persistence?.retainedSent(this.#session, topicFilter, topic.topicName);
  }
}

/** Whether the message was delivered when it came, or before a restart. */
function isOthers({ newest, since, sent }: Run, message: Message): boolean {
  return (
    message.number > newest ||
    message.receivedAt > since ||
    sent?.has(message.topic.topicName) === true
  );
}
