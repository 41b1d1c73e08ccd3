import type { BrokerContext } from './context.ts';

/** Times what may wait that is left unread, before a link that does not read is ended. */
const unreadFactor = 4;

/** Whether a network connection takes more now, and how much may wait for it until it does. */
export class BackPressure {
  /** `write` returned false and `drained` has not come. */
  isBlocked = false;
  readonly #context: BrokerContext;

  constructor(context: BrokerContext) {
    this.#context = context;
  }

  block(isBlocked: boolean): void {
    if (isBlocked === this.isBlocked) return;
    this.isBlocked = isBlocked;
    this.#context.counters.slowLinks += isBlocked ? 1 : -1;
  }

  /** True when no more messages are to wait behind so many bytes. */
  isCongested(pendingBytes: number): boolean {
    return this.isBlocked && pendingBytes > this.#maximumPendingBytes;
  }

  /** True when more is left unread than answers and one last message make. */
  isUnread(pendingBytes: number): boolean {
    const most = unreadFactor * this.#maximumPendingBytes + this.#context.options.maximumPacketSize;
    return this.isBlocked && pendingBytes > most;
  }

  /** An equal share where there are very many slow links. */
  get #maximumPendingBytes(): number {
    const { counters, options } = this.#context;
    const share = options.maximumTotalPendingBytes / Math.max(1, counters.slowLinks);
    return Math.min(options.maximumPendingBytes, share);
  }
}
