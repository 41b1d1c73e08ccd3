import { ReasonCode, reasonName } from '../mqtt/reason-codes.ts';
import { splitLevels } from '../mqtt/topics.ts';
import { applyRules } from './access/apply-rules.ts';
import type { Identity } from './access/authenticator.ts';
import { AccessRules, type AccessRule } from './access/rules.ts';
import type { BrokerEnvironment, Link, NetworkConnection, NumbersUsed } from './connection.ts';
import { BrokerContext } from './context.ts';
import type { Counters } from './counters.ts';
import { BrokerLink } from './link.ts';
import type { BrokerEngineOptions, ResolvedOptions } from './options.ts';
import { Persistence } from './persistence.ts';
import { restore } from './restore.ts';
import { publishOfflineWills } from './session-lifecycle.ts';
import type { Session } from './session.ts';
import { subscriptionView } from './subscription.ts';
import type { BrokerStore } from './store.ts';
import { startSysTopics } from './sys-topics.ts';
import type { ClientView, WaitingView } from './views.ts';
import { waitingFor } from './waiting.ts';

export type { BrokerEnvironment, Link, NetworkConnection, NumbersUsed } from './connection.ts';
export type { Counters } from './counters.ts';
export type { BrokerEngineOptions } from './options.ts';

/**
 * An MQTT broker for versions 3.1, 3.1.1 and 5.0 without sockets, clock or randomness of its own:
 * bytes and time go in, bytes and facts (to the observer) come out. Call `flush` after every batch of
 * `Link.receive`; everything else writes by itself. Ask `nextTimeout` after each call and `advance`
 * when it has come.
 */
export class Broker {
  readonly #context: BrokerContext;
  #lastLink: number;

  /** @throws RangeError if an option is out of its bounds; what `restore` throws of a damaged store. */
  constructor(options: BrokerEngineOptions, environment: BrokerEnvironment) {
    this.#context = new BrokerContext(options, environment);
    this.#lastLink = environment.numbersUsed?.links ?? 0;
    const { store } = environment;
    if (store) this.#restore(store, environment.now);
    startSysTopics(this.#context, environment.now);
  }

  /** Plain numbers, always up to date. */
  get counters(): Counters {
    return this.#context.counters;
  }

  get numbersUsed(): NumbersUsed {
    return { links: this.#lastLink, messages: this.#context.lastMessage };
  }

  /** Begins to serve a network connection. */
  accept(connection: NetworkConnection, now: number): Link {
    const context = this.#context;
    const { counters, links, observer, options, silentLinks, timers } = context;
    const link = new BrokerLink(++this.#lastLink, context, connection, now);
    links.add(link);
    silentLinks.add(link);
    counters.connections++;
    counters.connectionsAccepted++;
    link.guard(now, () => {
      observer.linkOpened(link.number, connection.remoteAddress, connection.transport, now);
      timers.arm(link.timer, now + options.connectTimeout);
      // A few over the limit may say CONNECT and be told why they are refused.
      if (
        this.#context.isShutDown ||
        links.size > options.maximumConnections + connectionsOverLimit
      ) {
        counters.connectionsRefused++;
        counters.connectionsOverLimit++;
        // Who says nothing goes before who has just come and may say CONNECT.
        const [oldest = link] = this.#context.isShutDown ? [link] : silentLinks;
        oldest.close('Too many connections', now, false);
      }
    });
    return link;
  }

  /** When `advance` is to be called next, milliseconds since the epoch; Infinity if never. */
  nextTimeout(): number {
    return this.#context.timers.next();
  }

  /** Does what is due: keep-alive, session expiry, will delay, `$SYS`. */
  advance(now: number): void {
    this.#guard(() => this.#context.timers.advance(now));
    this.flush(now);
  }

  /** Hands what was collected for each link to its connection, in one write each. */
  flush(now: number): void {
    this.#context.flush(now);
  }

  /**
   * Ends every link: v5 clients get DISCONNECT. Wills are published to those who have none themselves; with a
   * store they are kept in it, as their time has not come before the next start. Nothing is accepted any more.
   */
  shutdown(now: number, reasonCode: number = ReasonCode.serverShuttingDown): void {
    const context = this.#context;
    context.isShutDown = true;
    const { serverReference } = context.options;
    // [MQTT-4.13.2-1] 0x9C with a Server Reference tells clients where to go instead (section 4.11).
    const code = serverReference === '' ? reasonCode : ReasonCode.useAnotherServer;
    const reason = reasonName(code, 'disconnect');
    publishOfflineWills(context, now);
    // Those with a will first: the others are still there to get it.
    const links = [...context.links];
    const withWill = links.filter((link) => link.session?.will !== undefined);
    for (const link of new Set([...withWill, ...links])) {
      link.guard(now, () => link.fail(code, reason, now));
    }
    this.flush(now);
  }

  /** Everyone, connected or offline. */
  clients(): ClientView[] {
    return Array.from(this.#context.sessions.values(), describe);
  }

  /**
   * Other rules from now on; an empty list lifts all. Subscriptions that are not allowed any more get nothing more.
   * @throws RangeError as `AccessRules`; nothing has changed then.
   */
  setRules(rules: readonly AccessRule[], now: number): void {
    const context = this.#context;
    context.rules = rules.length > 0 ? new AccessRules(rules) : undefined;
    for (const session of context.sessions.values()) {
      applyRules(context, session, context.rules, now);
    }
    context.observer.sessionsChanged();
    this.flush(now);
  }

  /** Disconnects (v5: 0x87) connected clients that may not stay, as when their user is gone. */
  review(mayStay: (identity: Identity | undefined) => boolean, now: number): void {
    for (const link of [...this.#context.links]) {
      if (!link.session || mayStay(link.session.identity)) continue;
      const { clientIdentifier } = link;
      const { observer } = this.#context;
      const code = ReasonCode.notAuthorized;
      const reason = 'The users of the broker have changed.';
      observer.refused(0, clientIdentifier, 'connect', '', code, reason, now);
      link.guard(now, () => link.fail(code, reason, now));
    }
    this.flush(now);
  }

  isRetained(topicName: string): boolean {
    return this.#context.retained.get(splitLevels(topicName)) !== undefined;
  }

  /** Where the message with this number waits for a client, once for each copy. */
  waiting(clientIdentifier: string, message: number): WaitingView[] {
    const session = this.#context.sessions.get(clientIdentifier);
    return session ? waitingFor(session, message) : [];
  }

  /** Maximum Packet Size of a connected client, if it set one. */
  maximumPacketSize(clientIdentifier: string): number | undefined {
    const size = this.#context.sessions.get(clientIdentifier)?.link?.maximumPacketSize;
    return size === Infinity ? undefined : size;
  }

  /** What it was started with, and the defaults. */
  get options(): ResolvedOptions {
    return this.#context.options;
  }

  /** Closes a client's network connection. @returns false if it is not connected. */
  disconnectClient(clientIdentifier: string, reasonCode: number, now: number): boolean {
    const link = this.#context.sessions.get(clientIdentifier)?.link;
    if (!link) return false;
    link.guard(now, () => link.fail(reasonCode, reasonName(reasonCode, 'disconnect'), now));
    this.flush(now);
    return true;
  }

  #restore(store: BrokerStore, now: number): void {
    const context = this.#context;
    const persistence = new Persistence(
      store,
      context.retained,
      (session) => context.sessions.get(session.clientIdentifier) === session,
      (error) => context.observer.storeFailed(error),
    );
    restore(context, persistence, store.load(), now);
  }

  #guard(action: () => void): void {
    const { counters, observer } = this.#context;
    try {
      action();
    } catch (error) {
      counters.faults++;
      observer.fault(0, error);
    }
  }
}

/** Connections over the limit that may still say CONNECT and hear the reason. */
const connectionsOverLimit = 64;

function describe(session: Session): ClientView {
  const { link, userName } = session;
  return {
    clientIdentifier: session.clientIdentifier,
    connected: link !== undefined,
    protocolVersion: session.protocolVersion,
    ...(link && {
      link: link.number,
      remoteAddress: link.connection.remoteAddress,
      transport: link.connection.transport,
    }),
    ...(userName !== undefined && { userName }),
    connectedAt: session.connectedAt,
    keepAlive: session.keepAlive,
    cleanStart: session.cleanStart,
    sessionExpiryInterval: session.expiryInterval,
    queued: session.queue.length,
    inFlight: session.inFlight.size,
    subscriptions: Array.from(session.subscriptions.values(), (subscription) => ({
      ...subscriptionView(subscription),
      ...(session.suspended?.has(subscription) === true && { isSuspended: true as const }),
    })),
    hasWill: session.will !== undefined,
  };
}
