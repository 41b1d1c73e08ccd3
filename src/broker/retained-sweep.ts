import type { BrokerContext } from './context.ts';
import type { RetainedCursor } from './retained-cursor.ts';
import { readMessage } from './stored-message.ts';
import { Timer } from './timers.ts';

/** Milliseconds between two steps through what is retained. */
const interval = 1000;
/** Retained messages that one step looks at: a few milliseconds at most. */
const stepMessages = 2000;

/**
 * Removes retained messages that have expired and that nobody asks for [MQTT-3.3.2-5]: a walk through all of
 * them, a bounded step a second, over and over as long as there are some that will expire.
 */
export class RetainedSweep {
  readonly #context: BrokerContext;
  readonly #timer: Timer;
  #cursor: RetainedCursor | undefined;
  /** One that expires was retained since the walk began, or met by it. */
  #isNeeded = false;

  constructor(context: BrokerContext) {
    this.#context = context;
    this.#timer = new Timer((now) => this.#step(now));
  }

  /** A message that expires is retained now. */
  watch(now: number): void {
    this.#isNeeded = true;
    if (!this.#timer.armed) this.#context.timers.arm(this.#timer, now + interval);
  }

  #step(now: number): void {
    const { retained, timers } = this.#context;
    if (!this.#cursor) {
      this.#isNeeded = false;
      this.#cursor = retained.all();
    }
    for (let count = 0; count < stepMessages; count++) {
      const found = this.#cursor.next();
      if (!found) {
        this.#cursor = undefined;
        break;
      }
      if (found.expiresAt === Infinity) continue;
      this.#isNeeded = true;
      if (found.expiresAt <= now) removeExpired(this.#context, readMessage(this.#context, found));
    }
    if (this.#cursor || this.#isNeeded) timers.arm(this.#timer, now + interval);
  }
}

/** [MQTT-3.3.2-5] an expired message is not retained any longer; counted. */
export function removeExpired(
  { counters, observer, retained }: BrokerContext,
  { topic }: ReturnType<typeof readMessage>,
): void {
  if (!retained.remove(topic.levelsOnce)) return;
  counters.retainedExpired++;
  observer.retainedChanged(topic.topicName, false);
}
