/** Most messages that are remembered; the oldest go first. */
const most = 100_000;

/** What the store of the broker knew of a message from before it was started. */
export interface RestoredMessage {
  /** Who published it; undefined: that was not stored, as of what is retained. */
  readonly client: string | undefined;
  /** When the broker received it, milliseconds since the epoch. */
  readonly time: number;
}

/** Messages that were there before the broker was started: no PUBLISH in the capture tells where they come from. */
export class RestoredMessages {
  readonly #messages = new Map<number, RestoredMessage>();

  /** @param message its number. */
  record(message: number, client: string | undefined, time: number): void {
    this.#messages.set(message, { client, time });
    if (this.#messages.size <= most) return;
    for (const oldest of this.#messages.keys()) {
      this.#messages.delete(oldest);
      break;
    }
  }

  find(message: number): RestoredMessage | undefined {
    return this.#messages.get(message);
  }
}
