import { randomBytes } from 'node:crypto';
import { Broker, type NumbersUsed } from '../broker/broker.ts';
import type { BrokerObserver } from '../broker/observer.ts';
import { HumanError } from '../base/errors.ts';
import { ReasonCode } from '../mqtt/reason-codes.ts';
import { now } from '../net/clock.ts';
import type { Listener } from '../net/connection.ts';
import type { LoadCertificateMaker } from '../net/certificates/development-authority.ts';
import { BrokerDriver } from './broker-driver.ts';
import { AccessControl } from './access/access-control.ts';
import { loadAccess } from './access/load-access.ts';
import type {
  AccessOptions,
  BrokerOptions,
  BrokerState,
  ClientView,
  LogEntry,
} from './contract.ts';
import { needsTls, openListeners } from './listeners.ts';
import { refusalLog } from './refusal-log.ts';
import { beginBroker, type BegunBroker } from './store/begin-broker.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import { tlsCredentials } from './tls.ts';

/** How long clients may take to read the broker's DISCONNECT before they are cut off, milliseconds. */
const stopGraceMilliseconds = 500;

interface Running {
  readonly broker: Broker;
  readonly driver: BrokerDriver;
  readonly control: AccessControl;
  readonly store: SqliteStore | undefined;
  readonly notice: string | undefined;
  readonly listeners: readonly Listener[];
  readonly startedAt: number;
}

/** The local broker with its listeners: started and stopped as one. */
export class BrokerHost {
  readonly #observer: BrokerObserver;
  readonly #changed: () => void;
  readonly #forget: () => void;
  readonly #loadCertificateMaker: LoadCertificateMaker;
  readonly #log: (entry: LogEntry) => void;
  #running: Running | undefined;
  #status: BrokerState['status'] = 'stopped';
  /** The capture outlives the broker: another one must not use these again. */
  #numbersUsed: NumbersUsed = { links: 0, messages: 0 };

  /** @param forget tells the observer that all it knows of sessions and retained messages is void. */
  constructor(
    observer: BrokerObserver,
    changed: () => void,
    loadCertificateMaker: LoadCertificateMaker,
    log: (entry: LogEntry) => void,
    forget: () => void,
  ) {
    this.#observer = observer;
    this.#forget = forget;
    this.#changed = changed;
    this.#loadCertificateMaker = loadCertificateMaker;
    this.#log = log;
  }

  get broker(): Broker | undefined {
    return this.#running?.broker;
  }

  get numbersUsed(): NumbersUsed {
    return this.#running?.broker.numbersUsed ?? this.#numbersUsed;
  }

  get state(): BrokerState {
    return {
      status: this.#status,
      listeners: (this.#running?.listeners ?? []).map(({ transport, url, host, port }) => ({
        transport,
        url,
        host,
        port,
      })),
      ...(this.#running && { startedAt: this.#running.startedAt }),
      ...(this.#running?.notice !== undefined && { notice: this.#running.notice }),
    };
  }

  /** Whether the local broker has a client of this name: its own, or one that is away. */
  clients(): ClientView[] {
    return this.#running?.broker.clients() ?? [];
  }

  /**
   * Starts the broker on all listeners, or on none.
   * @throws HumanError `alreadyRunning`, or what `openListeners` (`portTaken`…) and
   *   `tlsCredentials` (`certificateFile`…) throw.
   */
  async start(options: BrokerOptions): Promise<BrokerState> {
    if (this.#status !== 'stopped') {
      throw new HumanError('alreadyRunning', `The local broker is ${this.#status} already.`);
    }
    this.#setStatus('starting');
    const { control, broker, store, notice } = await this.#begin(options).catch(
      (error: unknown) => {
        this.#setStatus('stopped');
        throw error;
      },
    );
    const driver = new BrokerDriver(broker);
    control.onAnswered = () => driver.schedule();
    let listeners: readonly Listener[];
    try {
      const { host, tls = {} } = options;
      const credentials = needsTls(options)
        ? await tlsCredentials(tls, host, this.#loadCertificateMaker, this.#log)
        : undefined;
      const refused = refusalLog(this.#log, now);
      listeners = await openListeners(options, credentials, (c) => driver.accept(c), refused);
    } catch (error) {
      driver.dispose();
      store?.close();
      this.#setStatus('stopped');
      throw error;
    }
    this.#running = { broker, driver, control, store, notice, listeners, startedAt: now() };
    this.#setStatus('running');
    return this.state;
  }

  /** Tells every client (v5: DISCONNECT 0x8B), closes and frees the ports. Harmless when stopped. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running || this.#status !== 'running') return;
    this.#setStatus('stopping');
    const closed = running.listeners.map((listener) => listener.close(stopGraceMilliseconds));
    running.broker.shutdown(now(), ReasonCode.serverShuttingDown);
    running.driver.flush();
    await Promise.all(closed);
    running.driver.flush();
    running.driver.dispose();
    running.store?.close();
    this.#numbersUsed = running.broker.numbersUsed;
    this.#running = undefined;
    this.#setStatus('stopped');
  }

  /** Closes a client's network connection by administrative action; false if it has none. */
  disconnectClient(clientIdentifier: string): boolean {
    if (!this.#running) return false;
    const { broker, driver } = this.#running;
    const found = broker.disconnectClient(clientIdentifier, ReasonCode.administrativeAction, now());
    driver.schedule();
    return found;
  }

  /**
   * Other users and rules from now on, without a restart: clients whose user is gone or has another password are
   * disconnected, and subscriptions that are not allowed any more get nothing more.
   * @throws HumanError as `loadAccess`; everything is as before then.
   */
  async reloadAccess(options: AccessOptions | undefined): Promise<void> {
    const { anonymous, users, rules } = await loadAccess(options);
    if (!this.#running) return;
    const { broker, control, driver } = this.#running;
    control.replace(anonymous, users);
    broker.setRules(rules, now());
    broker.review((identity) => control.mayStay(identity), now());
    driver.schedule();
  }

  /** The workbench is about to connect from this address: it may do everything. Call the result if it could not. */
  expectOwnClient(remoteAddress: string): () => void {
    const { control } = this.#running ?? {};
    control?.expectOwn(remoteAddress);
    return () => control?.forgetOwn(remoteAddress);
  }

  /** The broker without listeners, with what it had stored. */
  async #begin(options: BrokerOptions): Promise<BegunBroker & { control: AccessControl }> {
    const access = await loadAccess(options.access);
    const control = new AccessControl(access.anonymous, access.users);
    let attempts = 0;
    const begun = await beginBroker(options.persistence?.folder, (store) => {
      // A broker that found its store damaged may have told of half of it.
      if (attempts++ > 0) this.#forget();
      return new Broker(options.limits ?? {}, {
        now: now(),
        randomBytes,
        observer: this.#observer,
        numbersUsed: this.#numbersUsed,
        authenticator: control,
        rules: access.rules,
        ...(store && { store }),
      });
    });
    return { ...begun, control };
  }

  #setStatus(status: BrokerState['status']): void {
    this.#status = status;
    this.#changed();
  }
}
