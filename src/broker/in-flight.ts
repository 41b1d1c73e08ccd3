import type { Held, OutboundMessage } from './outbound-message.ts';

const firstSlots = 16;

/**
 * Messages sent and not yet completely acknowledged, by packet identifier. Identifiers are given
 * out in turn, so that a window of them fits in a small table without a hash: each has the slot of
 * its low bits. Where two meet, the table grows, up to a slot for every identifier.
 */
export class InFlight {
  size = 0;
  /** Of the messages that the client does not have yet. */
  bytes = 0;
  /** Told of each message that comes or goes. */
  changed: ((item: OutboundMessage) => void) | undefined;
  #slots: (OutboundMessage | undefined)[] = [];
  #lastIdentifier = 0;
  #lastSequence = 0;
  readonly #held: Held;

  constructor(held: Held) {
    this.#held = held;
  }

  get(packetIdentifier: number): OutboundMessage | undefined {
    const item = this.#slots[packetIdentifier & (this.#slots.length - 1)];
    return item?.packetIdentifier === packetIdentifier ? item : undefined;
  }

  /** Gives the message an identifier that is not in use [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] and takes it in. There must be one. */
  add(item: OutboundMessage): void {
    let identifier = this.#lastIdentifier;
    do identifier = identifier === 65_535 ? 1 : identifier + 1;
    while (this.get(identifier) !== undefined);
    item.packetIdentifier = identifier;
    item.sequence = ++this.#lastSequence;
    this.#take(item);
  }

  /** Takes in a message that had its identifier before. @returns false if another one has it. */
  restore(item: OutboundMessage): boolean {
    if (this.get(item.packetIdentifier) !== undefined) return false;
    this.#lastSequence = Math.max(this.#lastSequence, item.sequence);
    this.#take(item);
    return true;
  }

  #take(item: OutboundMessage): void {
    const identifier = item.packetIdentifier;
    this.#lastIdentifier = identifier;
    if (this.#slots.length === 0) this.#grow(firstSlots);
    while (this.#slots[identifier & (this.#slots.length - 1)] !== undefined) {
      this.#grow(this.#slots.length * 2);
    }
    this.#slots[identifier & (this.#slots.length - 1)] = item;
    this.size++;
    this.bytes += item.message?.size ?? 0;
    this.#held.come(item);
    item.isWaiting = true;
    this.changed?.(item);
  }

  delete(packetIdentifier: number): void {
    const item = this.get(packetIdentifier);
    if (item === undefined) return;
    this.#slots[packetIdentifier & (this.#slots.length - 1)] = undefined;
    this.size--;
    this.bytes -= item.message?.size ?? 0;
    this.#held.gone(item);
    item.isWaiting = false;
    this.changed?.(item);
  }

  /** The client has the message: its identifier only is still in use. */
  free(item: OutboundMessage): void {
    const size = item.message?.size ?? 0;
    this.bytes -= size;
    this.#held.freed(size);
    item.message = undefined;
  }

  /** All of them, in the order of sending. */
  inOrder(): OutboundMessage[] {
    return this.#slots
      .filter((item) => item !== undefined)
      .sort((one, other) => one.sequence - other.sequence);
  }

  /** The session has ended: nothing is on its way to the client any more. `Held.end` counts that. */
  end(): void {
    this.#slots = [];
    this.size = 0;
    this.bytes = 0;
  }

  #grow(length: number): void {
    const before = this.#slots;
    this.#slots = new Array<OutboundMessage | undefined>(length).fill(undefined);
    // Those that had slots of their own in the smaller table have them in the larger one.
    for (const item of before) {
      if (item) this.#slots[item.packetIdentifier & (length - 1)] = item;
    }
  }
}
