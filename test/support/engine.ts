import type { TestContext } from 'node:test';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { Channel } from '../../src/base/channel.ts';
import type {
  BrokerState,
  EngineContract,
  EngineHostContract,
  EngineSnapshot,
  LogEntry,
  QueryState,
  Transport,
} from '../../src/engine/contract.ts';
import { serveEngine } from '../../src/engine/service.ts';
import { connectedPorts } from './ports.ts';

/** The engine behind its channel, as the extension host sees it, but in this process. */
export class EngineUnderTest {
  readonly channel: Channel<EngineHostContract, EngineContract>;
  readonly logs: LogEntry[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #queries = new Map<number, QueryState>();
  #snapshot: EngineSnapshot | undefined;

  constructor(context: TestContext) {
    const [enginePort, hostPort] = connectedPorts();
    const engine = serveEngine(
      enginePort,
      () => import('../../src/engine/mqtt-client.ts'),
      () => import('../../src/net/certificates/maker.ts'),
      async () => (await import('../../src/engine/schemas/compiler.ts')).schemaCompiler,
    );
    this.channel = new Channel(hostPort);
    this.channel.onNotification('snapshot', (snapshot) => {
      this.#snapshot = snapshot;
      this.#wake();
    });
    this.channel.onNotification('queryChanged', (state) => {
      this.#queries.set(state.query, state);
      this.#wake();
    });
    this.channel.onNotification('log', (entry) => this.logs.push(entry));
    context.after(async () => {
      await engine.stopBroker();
      engine.dispose();
    });
  }

  /** Starts the broker on free ports of 127.0.0.1. */
  start(options: { webSocket?: boolean } = {}): Promise<BrokerState> {
    return this.channel.request('broker/start', {
      host: '127.0.0.1',
      port: 0,
      ...(options.webSocket === true && { webSocketPort: 0, webSocketPath: '/mqtt' }),
    });
  }

  /** Resolves with the first snapshot for which `holds` is true, the newest included. */
  snapshot(holds: (snapshot: EngineSnapshot) => boolean): Promise<EngineSnapshot> {
    return this.#until(() =>
      this.#snapshot && holds(this.#snapshot) ? this.#snapshot : undefined,
    );
  }

  /** The same for the state of a query. */
  query(id: number, holds: (state: QueryState) => boolean): Promise<QueryState> {
    return this.#until(() => {
      const state = this.#queries.get(id);
      return state && holds(state) ? state : undefined;
    });
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** An MQTT.js client of the broker, ended with the test. */
export async function mqttClient(
  context: TestContext,
  url: string,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = await connectAsync(url, { reconnectPeriod: 0, ...options });
  client.on('error', () => undefined);
  context.after(() => client.endAsync(true));
  return client;
}

/** The URL of the broker's first listener with that transport. */
export function urlOf(state: BrokerState, transport: Transport = 'tcp'): string {
  const listener = state.listeners.find((one) => one.transport === transport);
  if (!listener) throw new Error(`no ${transport} listener`);
  return listener.url;
}
