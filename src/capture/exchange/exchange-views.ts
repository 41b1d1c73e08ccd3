/** What is told of exchanges. All of it is structured-clonable. */
import type { QoS } from '../../mqtt/packet.ts';
import type { Direction } from '../views.ts';

export type ExchangeKind =
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'connect'
  | 'authenticate'
  | 'ping'
  /** A packet that nothing answers, or whose exchange is not known. */
  | 'single';

/**
 * `complete`: all answers came. `failed`: one of them has a reason code of 0x80 or more. `waiting`: an answer is due.
 * `abandoned`: it was due when the network connection ended. `headless`: what it answers is not in the capture.
 */
export type ExchangeState = 'complete' | 'failed' | 'waiting' | 'abandoned' | 'headless';

/** One control packet of an exchange. */
export interface ExchangeStep {
  readonly frame: number;
  readonly time: number;
  readonly direction: Direction;
  readonly packet: string;
  /** Milliseconds since the step before; 0 for the first. */
  readonly latency: number;
  /** It repeats what was sent before. */
  readonly isRetry: boolean;
  /** Of MQTT 5, or the return code of a CONNACK or SUBACK of an older version; the worst if it carries several. */
  readonly reasonCode?: number;
  readonly reason?: string;
}

/** An exchange in short: what a row of the view *Flow* shows. */
export interface ExchangeSummary {
  readonly kind: ExchangeKind;
  readonly state: ExchangeState;
  /** The newest ones where there are very many. */
  readonly steps: readonly ExchangeStep[];
  /** Steps in all. */
  readonly stepCount: number;
  /** Packets that were sent again. */
  readonly retries: number;
  /** Milliseconds from the first step to the last. */
  readonly duration: number;
  /** The packet that is due: `PUBREL`. */
  readonly waitingFor?: string;
  /** The network connection of the last step has ended. */
  readonly isDisconnected: boolean;
  /** When the response to this request came: milliseconds after it, and the frame. */
  readonly response?: { readonly frame: number; readonly latency: number };
}

/** An exchange with the two who take part. */
export interface ExchangeView extends ExchangeSummary {
  readonly client: string;
  /** Topic of a PUBLISH, else what the first packet says. */
  readonly title: string;
  readonly qos?: QoS;
  /**
   * Why it is told of: it is the `selected` one; it `carries` the same application message from the publisher or to a
   * subscriber; it is the `request` that is answered, or the `response`; it has a packet `nearby` in time.
   */
  readonly role: 'selected' | 'carries' | 'request' | 'response' | 'nearby';
}

/** The exchange that a frame belongs to, and those that it caused. In the order of their first frames. */
export interface ExchangeReport {
  readonly exchanges: readonly ExchangeView[];
  /** Exchanges that carry the same message, or are of the time asked for, and are not told of. */
  readonly omitted: number;
}
