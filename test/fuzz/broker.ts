/** A broker in virtual time whose clients send what is almost right, connect again, read slowly or not at all. */
import { Broker, type Link, type NetworkConnection } from '../../src/broker/broker.ts';
import { Traffic } from '../../src/engine/traffic.ts';
import type { BrokerEngineOptions } from '../../src/broker/options.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ProtocolVersion } from '../../src/mqtt/packet.ts';
import type { Random } from './random.ts';

const clientNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const connectionCount = 12;

/** Bytes of the capture: segments come and go all the time. */
const captureLimit = 256 * 1024;

/** Small, so that they are reached. */
const limits = {
  sysInterval: 5000,
  maximumPacketSize: 4096,
  maximumConnections: 10,
  maximumQueuedMessages: 30,
  maximumQueuedBytes: 20_000,
  maximumInFlight: 10,
  maximumPendingBytes: 20_000,
  maximumSubscriptions: 40,
  maximumTopicLevels: 20,
  maximumRetainedMessages: 100,
  maximumRetainedBytes: 50_000,
  maximumOfflineSessions: 5,
  topicAliasMaximum: 10,
} as const satisfies BrokerEngineOptions;

class Connection implements NetworkConnection {
  readonly remoteAddress = '127.0.0.1:1';
  readonly transport = 'tcp';
  readonly version: ProtocolVersion;
  link: Link | undefined;
  isClosed = false;
  isSlow = false;

  constructor(version: ProtocolVersion) {
    this.version = version;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.isClosed) throw new Error('The broker writes after it has closed');
    for (const chunk of chunks)
      if (chunk.length === 0) throw new Error('The broker writes nothing');
    return !this.isSlow;
  }

  close(): void {
    if (this.isClosed) throw new Error('The broker closes twice');
    this.isClosed = true;
  }
}

export class FuzzedBroker {
  now = 1_000_000;
  readonly broker: Broker;
  /** What the engine keeps of all packets: capture, topics, who got what. */
  readonly #traffic: Traffic;
  readonly #random: Random;
  readonly #connections: Connection[] = [];
  #fault: Error | undefined;

  constructor(random: Random) {
    this.#random = random;
    this.#traffic = new FuzzedTraffic((error) => (this.#fault ??= error));
    const environment = {
      now: this.now,
      randomBytes: (count: number) => Uint8Array.from({ length: count }, () => random.below(256)),
      observer: this.#traffic,
    };
    this.broker = new Broker(limits, environment);
    for (let index = 0; index < connectionCount; index++) this.#connections.push(this.#open());
  }

  /** One client sends these bytes, cut anywhere. @throws what the broker told as a defect. */
  send(bytes: (version: ProtocolVersion) => Uint8Array): void {
    const random = this.#random;
    const index = random.below(connectionCount);
    let connection = this.#connections[index];
    if (!connection || connection.isClosed || random.once(200)) {
      if (connection && !connection.isClosed) connection.link?.ended(this.now);
      this.#connections[index] = connection = this.#open();
    }
    const { link } = connection;
    const given = bytes(connection.version);
    const cut = random.once(4) ? random.below(given.length + 1) : given.length;
    link?.receive(given.subarray(0, cut), this.now);
    if (cut < given.length && !connection.isClosed) link?.receive(given.subarray(cut), this.now);
    this.#disturb(connection);
    this.broker.flush(this.now);
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** @throws Error naming the limit that the broker does not keep. */
  checkLimits(): void {
    const { counters } = this.broker;
    const bounds: readonly (readonly [string, number, number])[] = [
      ['sessions', counters.sessions, limits.maximumOfflineSessions + connectionCount],
      ['connections', counters.connections, connectionCount],
      ['retained messages', counters.retainedMessages, limits.maximumRetainedMessages],
      ['retained bytes', counters.retainedBytes, limits.maximumRetainedBytes],
      ['faults', counters.faults, 0],
    ];
    for (const [what, value, most] of bounds) {
      if (value < 0 || value > most) throw new Error(`${what}: ${value}, at most ${most}`);
    }
    this.#checkTraffic();
    let subscriptions = 0;
    for (const client of this.broker.clients()) {
      subscriptions += client.subscriptions.length;
      if (client.queued > limits.maximumQueuedMessages) throw new Error(`queued: ${client.queued}`);
      if (client.subscriptions.length > limits.maximumSubscriptions) {
        throw new Error(`subscriptions: ${client.subscriptions.length}`);
      }
    }
    if (subscriptions !== counters.subscriptions) {
      throw new Error(`${counters.subscriptions} subscriptions counted, ${subscriptions} there`);
    }
  }

  /** @throws Error if the capture is over its limit, or the topics do not count what was published. */
  #checkTraffic(): void {
    const { capture, topics, messages } = this.#traffic;
    if (capture.bytes > captureLimit) throw new Error(`${capture.bytes} bytes captured`);
    const { nodes, overflow } = topics.children(undefined, 0, 1_000_000, this.now);
    const counted = nodes
      .filter(({ level }) => level !== '$SYS')
      .reduce((sum, { messageCount }) => sum + messageCount, overflow);
    if (counted !== messages.total) {
      throw new Error(`${messages.total} messages, ${counted} of them in their topics`);
    }
  }

  #disturb(connection: Connection): void {
    const random = this.#random;
    if (random.once(50)) connection.isSlow = true;
    if (connection.isSlow && random.once(10) && !connection.isClosed) {
      connection.isSlow = false;
      connection.link?.drained(this.now);
    }
    if (!random.once(20)) return;
    this.now += random.pick([1, 10, 1000, 20_000]);
    if (this.broker.nextTimeout() <= this.now) this.broker.advance(this.now);
  }

  /** A connection that has said a valid CONNECT, mostly. */
  #open(): Connection {
    const random = this.#random;
    const version = random.pick<ProtocolVersion>([3, 4, 5, 5]);
    const connection = new Connection(version);
    connection.link = this.broker.accept(connection, this.now);
    if (random.once(20)) return connection;
    const will = { topicName: random.pick(['w', 'a/b']), payload: Uint8Array.of(1) } as const;
    connection.link.receive(
      encode(
        {
          type: 'connect',
          protocolVersion: version,
          cleanStart: random.once(2),
          keepAlive: random.pick([0, 0, 10]),
          clientIdentifier: random.pick(clientNames),
          ...(random.once(2) && { will: { ...will, qos: 1, retain: random.once(2) } }),
          ...(version === 5 && {
            properties: {
              sessionExpiryInterval: random.pick([0, 1, 100, 0xffffffff]),
              topicAliasMaximum: random.pick([0, 3]),
              ...(random.once(3) && { receiveMaximum: 2 }),
              ...(random.once(5) && { maximumPacketSize: 60 }),
            },
          }),
        },
        version,
      ),
      this.now,
    );
    this.broker.flush(this.now);
    return connection;
  }
}

/** Checks what the broker tells, and keeps it as the engine does. */
class FuzzedTraffic extends Traffic {
  readonly #failed: (error: Error) => void;

  constructor(failed: (error: Error) => void) {
    const nothing = (): void => undefined;
    super(captureLimit, nothing, nothing);
    this.#failed = failed;
  }

  override packet(...told: Parameters<Traffic['packet']>): void {
    const [, , bytes, start, end] = told;
    if (start < 0 || start > end || end > bytes.length) {
      throw new Error(`A frame from ${start} to ${end} of ${bytes.length}`);
    }
    super.packet(...told);
  }

  override fault(_link: number, error: unknown): void {
    this.#failed(error instanceof Error ? error : new Error(String(error)));
  }
}
