import type { Message } from './message.ts';
import type { OutboundMessage } from './outbound-message.ts';
import { deliveryRow, isDurable, type Collected } from './persistence-rows.ts';
import type { Session } from './session.ts';

/** What is on its way to clients and has changed since the last commit; and which messages that needs. */
export class DeliveryChanges {
  readonly #isLive: (session: Session) => boolean;
  readonly #changed = new Map<OutboundMessage, Session>();
  #lastKey = 0;

  /** @param isLive whether the session is the one that its client has. */
  constructor(isLive: (session: Session) => boolean) {
    this.#isLive = isLive;
  }

  /** What is stored from now on has keys above this one. */
  startAfter(key: number): void {
    this.#lastKey = Math.max(this.#lastKey, key);
  }

  /** @returns false if it is nothing that is stored. */
  add(session: Session, item: OutboundMessage): boolean {
    if (!isDurable(session) && item.stored === undefined) return false;
    this.#changed.set(item, session);
    return true;
  }

  /** All that is on its way to the client is looked at again. */
  touchAll(session: Session): void {
    for (const item of session.inFlight.inOrder()) this.#changed.set(item, session);
    for (const item of session.queue.all()) this.#changed.set(item, session);
  }

  collect(changes: Collected): Settlement {
    const references = new Map<Message, number>();
    const count = (message: Message | undefined, by: number): void => {
      if (message) references.set(message, (references.get(message) ?? 0) + by);
    };
    const kept: [OutboundMessage, Session][] = [];
    const gone: OutboundMessage[] = [];
    for (const [item, session] of this.#changed) {
      count(item.stored?.message, -1);
      if (item.isWaiting && isDurable(session) && this.#isLive(session)) {
        item.stored ??= { key: ++this.#lastKey, message: undefined };
        count(item.message, 1);
        kept.push([item, session]);
      } else if (item.stored) {
        changes.removedDeliveries.push(item.stored.key);
        gone.push(item);
      }
    }
    for (const [message, by] of references) this.#collectMessage(message, by, changes);
    for (const [item, session] of kept) changes.deliveries.push(deliveryRow(session, item));
    return { references, kept: kept.map(([item]) => item), gone };
  }

  /** What was collected is stored. */
  settle({ references, kept, gone }: Settlement): void {
    for (const [{ stored }, by] of references) {
      if (!stored) continue;
      stored.references += by;
      stored.isThere = stored.references > 0;
    }
    for (const item of kept) if (item.stored) item.stored.message = item.message;
    for (const item of gone) item.stored = undefined;
    this.#changed.clear();
  }

  /** A message is there as long as anything refers to it. */
  #collectMessage(message: Message, by: number, changes: Collected): void {
    const stored = (message.stored ??= { key: ++this.#lastKey, references: 0, isThere: false });
    const isWanted = stored.references + by > 0;
    if (isWanted && !stored.isThere) {
      const { isV5, publisher, receivedAt, start, end } = message;
      const bytes = message.bytes.slice(start, end);
      changes.messages.push({ key: stored.key, bytes, isV5, receivedAt, publisher });
    } else if (!isWanted && stored.isThere) changes.removedMessages.push(stored.key);
  }
}

/** What is to be noted when a commit has succeeded. */
export interface Settlement {
  /** By how many deliveries each message has more or less. */
  readonly references: ReadonlyMap<Message, number>;
  readonly kept: readonly OutboundMessage[];
  readonly gone: readonly OutboundMessage[];
}
