import type { CaptureLog } from '../log.ts';

/** What an exchange is about; those with a Packet Identifier are told apart by it. */
export const exchangeKinds = {
  publishFromClient: 0,
  publishFromBroker: 1,
  subscribe: 2,
  unsubscribe: 3,
  connect: 4,
  authenticate: 5,
  ping: 6,
} as const;

export type ExchangeKindNumber = (typeof exchangeKinds)[keyof typeof exchangeKinds];

const identifiers = 0x10000;
const kinds = 8;
/** Clients and links told apart before all is begun anew: their names can be long. */
const maximumParties = 65_536;
/** Exchanges known before those that are not held any more are looked for. */
const smallestSweep = 16_384;

/**
 * The newest frame of each exchange by client, kind and Packet Identifier, so that what answers it finds it.
 * It stays when the exchange is complete: PUBREL and PUBLISH may be sent again.
 */
export class OpenExchanges {
  readonly #log: CaptureLog;
  readonly #newest = new Map<number, number>();
  readonly #parties = new Map<string | number, number>();
  #nextParty = 1;
  #sweepAt = smallestSweep;

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** Of what lasts as long as the network connection. */
  ofLink(link: number, kind: ExchangeKindNumber, packetIdentifier = 0): number {
    return this.#key(this.#party(link), kind, packetIdentifier);
  }

  /** Of what lasts as long as the session: the client's next network connection goes on with it. */
  ofSession(link: number, kind: ExchangeKindNumber, packetIdentifier: number): number {
    return this.#key(this.#party(this.#nameOf(link)), kind, packetIdentifier);
  }

  /** The client has begun a new session: nothing of the one before goes on. [MQTT-3.1.2-4] */
  endSession(link: number): void {
    this.#parties.delete(this.#nameOf(link));
  }

  /** The newest frame of the exchange, if it is held. */
  newest(key: number): number | undefined {
    const frame = this.#newest.get(key);
    return frame === undefined || frame < this.#log.first ? undefined : frame;
  }

  set(key: number, frame: number): void {
    this.#newest.set(key, frame);
    if (this.#newest.size < this.#sweepAt) return;
    for (const [old, newest] of this.#newest) {
      if (newest < this.#log.first) this.#newest.delete(old);
    }
    this.#sweepAt = Math.max(smallestSweep, this.#newest.size * 2);
  }

  delete(key: number): void {
    this.#newest.delete(key);
  }

  clear(): void {
    this.#newest.clear();
    this.#parties.clear();
  }

  #nameOf(link: number): string | number {
    return this.#log.linkInfo(link)?.clientIdentifier ?? link;
  }

  #party(name: string | number): number {
    const known = this.#parties.get(name);
    if (known !== undefined) return known;
    if (this.#parties.size >= maximumParties) this.clear();
    const party = this.#nextParty++;
    this.#parties.set(name, party);
    return party;
  }

  #key(party: number, kind: ExchangeKindNumber, packetIdentifier: number): number {
    return (party * kinds + kind) * identifiers + packetIdentifier;
  }
}
