import type { Transport } from '../base/transport.ts';
import type { ProtocolVersion } from '../mqtt/packet.ts';

/** What is known of a link: one network connection. */
export interface LinkInfo {
  readonly link: number;
  readonly remoteAddress: string;
  readonly transport: Transport;
  readonly openedAt: number;
  /** Absent until its CONNECT was read. */
  clientIdentifier?: string;
  userName?: string;
  /** Also of a CONNECT that is malformed further on, if it tells. */
  protocolVersion?: ProtocolVersion;
  closedAt?: number;
  closeReason?: string;
}

interface LinkRecord extends LinkInfo {
  /** The newest frame of the link; -1 before the first. */
  lastFrame: number;
}

/** Records at hand without a look-up; a power of two. */
const recentLinks = 64;
/** Closed links kept besides those whose frames are held, so that pruning is not done for each. */
const slack = 256;

/** The links that frames refer to. Closed links go when none of their frames is held any more. */
export class LinkTable {
  readonly #links = new Map<number, LinkRecord>();
  #pruneAt = slack;
  readonly #recent = new Array<LinkRecord | undefined>(recentLinks).fill(undefined);

  get size(): number {
    return this.#links.size;
  }

  /** The newest first. */
  newestFirst(): LinkInfo[] {
    return [...this.#links.values()].reverse();
  }

  get(link: number): LinkInfo | undefined {
    return this.#links.get(link);
  }

  opened(link: number, remoteAddress: string, transport: Transport, time: number): void {
    this.#links.set(link, { link, remoteAddress, transport, openedAt: time, lastFrame: -1 });
    this.#recent[link & (recentLinks - 1)] = undefined;
  }

  identified(
    link: number,
    clientIdentifier: string,
    protocolVersion: ProtocolVersion,
    userName: string | undefined,
  ): void {
    const record = this.#links.get(link);
    if (!record) return;
    record.clientIdentifier = clientIdentifier;
    record.protocolVersion = protocolVersion;
    if (userName !== undefined) record.userName = userName;
  }

  /** A CONNECT of this version was seen; what the broker says of the link counts more. */
  sniffed(link: number, protocolVersion: ProtocolVersion | undefined): void {
    const record = this.#links.get(link);
    if (record && protocolVersion !== undefined) record.protocolVersion ??= protocolVersion;
  }

  closed(link: number, time: number, reason: string, firstHeld: number): void {
    const record = this.#links.get(link);
    if (!record) return;
    record.closedAt = time;
    record.closeReason = reason;
    if (this.#links.size > this.#pruneAt) this.prune(firstHeld);
  }

  /** HOT: a frame of the link was appended. */
  used(link: number, frame: number): void {
    let record = this.#recent[link & (recentLinks - 1)];
    if (record?.link !== link) {
      record = this.#links.get(link);
      if (!record) return;
      this.#recent[link & (recentLinks - 1)] = record;
    }
    record.lastFrame = frame;
  }

  /** Drops closed links without a frame from `firstHeld` on. */
  prune(firstHeld: number): void {
    for (const [link, record] of this.#links) {
      if (record.closedAt !== undefined && record.lastFrame < firstHeld) this.#links.delete(link);
    }
    this.#recent.fill(undefined);
    this.#pruneAt = this.#links.size * 2 + slack;
  }
}
