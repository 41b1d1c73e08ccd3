import type { AuthenticationExchange } from './authenticator.ts';
import type { BrokerLink } from '../link.ts';

/** A link between CONNECT and CONNACK, while it is being found out who the client is. */
export class Authentication {
  /** Present with enhanced authentication. */
  readonly exchange: AuthenticationExchange | undefined;
  /** The client was challenged: its AUTH is what comes next. */
  isClientsTurn = false;
  /** Packets that came already; they are handled after CONNACK. */
  readonly waiting: Uint8Array[] = [];
  waitingBytes = 0;

  constructor(exchange: AuthenticationExchange | undefined) {
    this.exchange = exchange;
  }

  /** The packets of an authentication that came to nothing were on the wire: the observer sees them. */
  report({ context, number }: BrokerLink, now: number): void {
    for (const bytes of this.waiting) {
      context.counters.packetsReceived++;
      context.observer.packet(number, 0, bytes, 0, bytes.length, undefined, 0, now, 0);
    }
  }

  wait(packet: Uint8Array): void {
    this.waiting.push(packet);
    this.waitingBytes += packet.length;
  }
}
