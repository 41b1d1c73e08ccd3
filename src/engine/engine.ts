import type { Disposable } from '../base/disposable.ts';
import type { LoadCertificateMaker } from '../net/certificates/development-authority.ts';
import { now } from '../net/clock.ts';
import { BrokerHost } from './broker-host.ts';
import { Certificates } from './certificates.ts';
import type {
  AccessOptions,
  BrokerOptions,
  BrokerState,
  CaptureState,
  EngineSnapshot,
  EngineStatistics,
  LogEntry,
  QueryState,
  TopicsPage,
} from './contract.ts';
import { rejectionsOf } from './rejections.ts';
import { HistoryService } from './history-service.ts';
import { DeliveryService } from './delivery-service.ts';
import { FrameService } from './frame-service.ts';
import { LocalClient, type LoadMqttClient } from './local-client.ts';
import { PayloadService } from './payload-service.ts';
import { Pulse } from './pulse.ts';
import { SparkplugService } from './sparkplug/sparkplug-service.ts';
import type { LoadSchemaCompiler } from './schemas/schema-compiler.ts';
import { QueryService } from './query-service.ts';
import { StatisticsService } from './statistics-service.ts';
import { Traffic } from './traffic.ts';

/** Milliseconds between two snapshots: the trees refresh no more often. */
const snapshotInterval = 250;
/** Default limit of the capture, bytes. */
export const defaultCaptureLimit = 256 * 1024 * 1024;
/** Least and most that the capture may be set to, bytes. */
const captureLimitRange = { least: 1024 * 1024, most: 16 * 1024 * 1024 * 1024 };
/** Most children of a topic in one page, whatever is asked. */
const maximumTopicsPage = 5000;
/** Most bytes of a frame in one answer. */
const maximumBytesPage = 4 * 1024 * 1024;

/** Where the engine tells what changed. */
export interface EngineListener {
  snapshot(snapshot: EngineSnapshot): void;
  queryChanged(state: QueryState): void;
  log(entry: LogEntry): void;
}

/**
 * Everything that runs: the local broker, the workbench's client of it, the capture and its
 * queries. It knows nothing of workers, editors or terminals.
 */
export class Engine implements Disposable {
  readonly traffic: Traffic;
  readonly queries: QueryService;
  readonly deliveries: DeliveryService;
  readonly histories: HistoryService;
  readonly payloads: PayloadService;
  readonly frames: FrameService;
  readonly counts: StatisticsService;
  readonly client: LocalClient;
  readonly certificates: Certificates;
  readonly #host: BrokerHost;
  readonly #listener: EngineListener;
  readonly #pulse = new Pulse(snapshotInterval, () => this.#listener.snapshot(this.snapshot()));

  constructor(
    listener: EngineListener,
    loadMqttClient: LoadMqttClient,
    loadCertificateMaker: LoadCertificateMaker,
    loadSchemaCompiler: LoadSchemaCompiler = () =>
      Promise.reject(new Error('Schemas cannot be used here.')),
  ) {
    this.#listener = listener;
    this.traffic = new Traffic(
      defaultCaptureLimit,
      (entry) => listener.log(entry),
      () => this.#touch(),
    );
    const log = (entry: LogEntry): void => listener.log(entry);
    this.certificates = new Certificates(loadCertificateMaker, log);
    this.#host = new BrokerHost(
      this.traffic,
      () => this.#statusChanged(),
      loadCertificateMaker,
      log,
      () => this.traffic.brokerStopped(this.#host.numbersUsed.messages),
    );
    this.queries = new QueryService(
      this.traffic.capture,
      () => ({
        capture: this.#captureState(),
        messageRate: this.traffic.messages.rate(now()),
        clientCount: this.#host.broker?.counters.clientsConnected ?? 0,
        broker: this.#host.state,
      }),
      (state) => listener.queryChanged(state),
    );
    this.histories = new HistoryService(this.traffic.capture);
    this.payloads = new PayloadService(
      this.traffic.capture,
      new SparkplugService(this.traffic.capture),
      loadSchemaCompiler,
    );
    this.frames = new FrameService(this.traffic.capture, this.payloads);
    this.deliveries = new DeliveryService(() => {
      const { capture, sessions, drops, refusals, restoredMessages } = this.traffic;
      const { broker, numbersUsed } = this.#host;
      const lastMessage = numbersUsed.messages;
      return { capture, sessions, drops, refusals, restoredMessages, broker, lastMessage };
    });
    this.counts = new StatisticsService(this.traffic.capture, this.traffic.statistics);
    this.client = new LocalClient(
      loadMqttClient,
      () => this.#address(),
      (remoteAddress) => this.#host.expectOwnClient(remoteAddress),
    );
  }

  /** @throws HumanError as `BrokerHost.start`. */
  async startBroker(options: BrokerOptions): Promise<BrokerState> {
    if (this.#host.state.status === 'stopped') this.traffic.accessRefusals.clear();
    const state = await this.#host.start(options);
    if (state.notice !== undefined) this.#listener.log({ level: 'error', message: state.notice });
    for (const { url } of state.listeners) this.#info(`Listening on ${url}`);
    return state;
  }

  async stopBroker(): Promise<void> {
    await this.client.close();
    if (this.#host.state.status !== 'running') return;
    await this.#host.stop();
    // Sessions and retained messages lived in the broker that is gone; the capture stays.
    this.traffic.brokerStopped(this.#host.numbersUsed.messages);
    this.#info('The local broker has stopped.');
  }

  get brokerState(): BrokerState {
    return this.#host.state;
  }

  clients(): ReturnType<BrokerHost['clients']> {
    return this.#host.clients();
  }

  disconnectClient(clientIdentifier: string): boolean {
    return this.#host.disconnectClient(clientIdentifier);
  }

  /** Other users and rules, without a restart. @throws HumanError as `BrokerHost.reloadAccess`. */
  async reloadAccess(options: AccessOptions | undefined): Promise<void> {
    await this.#host.reloadAccess(options);
    this.#info('Users and rules of the local broker are read again.');
  }

  /** Bounds the capture to `limit` bytes, at least 1 MiB; what is over goes at once, and counts as dropped. */
  configureCapture(limit: number): void {
    const { least, most } = captureLimitRange;
    this.traffic.capture.limit = Math.min(most, Math.max(least, Math.floor(limit)));
    this.#touch();
  }

  /** Forgets all frames and topic statistics. Retained messages and sessions stay. */
  clearCapture(): void {
    this.traffic.clear();
    this.#touch();
  }

  /** Bytes [start, end) of a frame, copied, at most 4 MiB; empty when the frame is not held. */
  bytes(frame: number, start: number, end: number): Uint8Array {
    const { capture } = this.traffic;
    if (frame < capture.first || frame >= capture.end) return new Uint8Array(0);
    return capture.raw(frame).slice(start, Math.min(end, start + maximumBytesPage));
  }

  topicChildren(prefix: string | undefined, from: number, count: number): TopicsPage {
    return this.traffic.topics.children(prefix, from, Math.min(count, maximumTopicsPage), now());
  }

  snapshot(): EngineSnapshot {
    const counters = this.#host.broker?.counters;
    return {
      broker: this.#host.state,
      clientCount: counters?.clientsConnected ?? 0,
      sessionCount: counters?.sessions ?? 0,
      clientsRevision: this.traffic.sessionsRevision,
      refusalsRevision: this.traffic.accessRefusals.revision,
      rejections: counters ? rejectionsOf(counters) : {},
      topicsRevision: this.traffic.topics.revision,
      topicCount: this.traffic.topics.topicCount,
      messageRate: this.traffic.messages.rate(now()),
      capture: this.#captureState(),
    };
  }

  statistics(): EngineStatistics {
    const memory = process.memoryUsage();
    const counters = this.#host.broker?.counters;
    return {
      messagesReceived: counters?.publishReceived ?? 0,
      messagesSent: counters?.publishSent ?? 0,
      framesCaptured: this.traffic.capture.end,
      heapUsed: memory.heapUsed,
      rss: memory.rss,
    };
  }

  dispose(): void {
    this.#pulse.dispose();
    this.queries.dispose();
  }

  #address(): { host: string; port: number } | undefined {
    const listener = this.#host.state.listeners.find(({ transport }) => transport === 'tcp');
    if (!listener || this.#host.state.status !== 'running') return undefined;
    const everywhere = listener.host === '0.0.0.0' || listener.host === '::';
    return { host: everywhere ? '127.0.0.1' : listener.host, port: listener.port };
  }

  #captureState(): CaptureState {
    const { first, end, bytes, limit, dropped, generation } = this.traffic.capture;
    return { first, end, bytes, limit, dropped, generation };
  }

  #statusChanged(): void {
    this.#listener.snapshot(this.snapshot());
    this.#touch();
  }

  #touch(): void {
    this.#pulse.touch();
    this.queries.touch();
  }

  #info(message: string): void {
    this.#listener.log({ level: 'info', message });
  }
}
