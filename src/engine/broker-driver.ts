import type { Broker } from '../broker/broker.ts';
import type { AcceptedConnection, ConnectionEvents } from '../net/connection.ts';
import { now } from '../net/clock.ts';

/** setTimeout's longest delay, milliseconds; longer ones fire at once. */
const longestDelay = 2 ** 31 - 1;

/**
 * Gives the pure broker its time: one timer for all its deadlines, and one flush after each round
 * of the event loop, so that everything that a round's packets caused leaves in one write per
 * network connection.
 */
export class BrokerDriver {
  readonly #broker: Broker;
  #flushScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #disposed = false;
  readonly #flushRound = (): void => {
    this.#flushScheduled = false;
    this.flush();
  };

  constructor(broker: Broker) {
    this.#broker = broker;
    this.schedule();
  }

  /** Serves one network connection; for listeners. */
  accept(connection: AcceptedConnection): ConnectionEvents {
    const link = this.#broker.accept(connection, now());
    this.schedule();
    return {
      data: (bytes) => {
        link.receive(bytes, now());
        this.schedule();
      },
      drained: () => {
        link.drained(now());
        this.schedule();
      },
      ended: () => {
        link.ended(now());
        this.schedule();
      },
    };
  }

  /** To be called after anything that may have made output or moved a deadline. */
  schedule(): void {
    if (this.#flushScheduled || this.#disposed) return;
    this.#flushScheduled = true;
    // An immediate runs after the sockets' events of this round: all of them share the flush.
    setImmediate(this.#flushRound);
  }

  /** Writes what is collected, now. */
  flush(): void {
    if (this.#disposed) return;
    this.#broker.flush(now());
    this.#arm();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    const at = this.#broker.nextTimeout();
    // A timer that fires early costs one look; moving it for each packet would cost more.
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const delay = Math.min(Math.max(0, Math.ceil(at - now())), longestDelay);
    this.#timer = setTimeout(() => {
      this.#timerAt = Infinity;
      this.#broker.advance(now());
      this.flush();
    }, delay);
  }
}
