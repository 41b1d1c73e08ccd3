import type { Message } from './message.ts';

/** A QoS 1 or 2 message on its way to one client: queued, then in flight. */
export interface OutboundMessage {
  /** 0 while queued. */
  packetIdentifier: number;
  /** Counts the messages sent first; for the order in which they are sent again. */
  sequence: number;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** `$share/…` of the shared subscription that it is for, so that another member can get it. */
  readonly sharedFilter: string | undefined;
  /** Undefined once the client has it (PUBREC received). */
  message: Message | undefined;
  /** It takes a place in the Receive Maximum of the current network connection. */
  counted: boolean;
  /** It is queued or in flight. */
  isWaiting: boolean;
  /** Its key in the store, and the message that it refers to there; undefined: it is not stored. */
  stored: { readonly key: number; message: Message | undefined } | undefined;
}

/** What a message costs beside its bytes, about, while it waits or is in flight. */
const costOfItem = 256;

/** Counts what the messages of all sessions cost together. */
export interface QueuedBytes {
  queuedBytes: number;
}

/** Counts what the messages of one session cost: queued and in flight. */
export class Held {
  bytes = 0;
  readonly #all: QueuedBytes;

  constructor(all: QueuedBytes) {
    this.#all = all;
  }

  come({ message }: OutboundMessage): void {
    this.#add(costOfItem + (message?.size ?? 0));
  }

  gone({ message }: OutboundMessage): void {
    this.#add(-costOfItem - (message?.size ?? 0));
  }

  /** Only its message has gone. */
  freed(size: number): void {
    this.#add(-size);
  }

  /** The session has ended, and all that it held. */
  end(): void {
    this.#add(-this.bytes);
  }

  #add(bytes: number): void {
    this.bytes += bytes;
    this.#all.queuedBytes += bytes;
  }
}

/** First in, first out. */
export class OutboundQueue {
  bytes = 0;
  /** Told of each message that comes or goes. */
  changed: ((item: OutboundMessage) => void) | undefined;
  #items: (OutboundMessage | undefined)[] = [];
  #head = 0;
  readonly #held: Held;

  constructor(held: Held) {
    this.#held = held;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: OutboundMessage): void {
    this.bytes += item.message?.size ?? 0;
    this.#items.push(item);
    this.#held.come(item);
    item.isWaiting = true;
    this.changed?.(item);
  }

  /** All of them, in their order. */
  all(): OutboundMessage[] {
    return this.#items.slice(this.#head).filter((item) => item !== undefined);
  }

  /** Removes those that are chosen. @returns them, in their order. */
  takeOut(isChosen: (item: OutboundMessage) => boolean): OutboundMessage[] {
    const taken: OutboundMessage[] = [];
    const left: OutboundMessage[] = [];
    for (let index = this.#head; index < this.#items.length; index++) {
      const item = this.#items[index];
      if (item) (isChosen(item) ? taken : left).push(item);
    }
    if (taken.length === 0) return taken;
    this.#items = left;
    this.#head = 0;
    this.bytes = left.reduce((sum, { message }) => sum + (message?.size ?? 0), 0);
    for (const item of taken) this.#left(item);
    return taken;
  }

  /** Places of a message by its number, from 0 on. */
  positionsOf(message: number): number[] {
    const positions: number[] = [];
    for (let index = this.#head; index < this.#items.length; index++) {
      if (this.#items[index]?.message?.number === message) positions.push(index - this.#head);
    }
    return positions;
  }

  shift(): OutboundMessage | undefined {
    const item = this.#items[this.#head];
    if (!item) return undefined;
    this.#items[this.#head++] = undefined;
    this.bytes -= item.message?.size ?? 0;
    this.#left(item);
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      // Moving the rest to the front now and then keeps each shift cheap.
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The session has ended: nothing waits for it any more. `Held.end` counts that. */
  end(): void {
    this.#items = [];
    this.#head = 0;
    this.bytes = 0;
  }

  #left(item: OutboundMessage): void {
    this.#held.gone(item);
    item.isWaiting = false;
    this.changed?.(item);
  }
}
