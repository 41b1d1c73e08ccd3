/**
 * What the pure broker engine does per second of processor time, without sockets: chunks of 64 KiB in, views out, an
 * observer that copies every frame as a capture would. `node test/bench/broker-micro.ts`
 */
import { Broker, type Link, type NetworkConnection } from '../../src/broker/broker.ts';
import type { BrokerObserver } from '../../src/broker/observer.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ProtocolVersion, QoS } from '../../src/mqtt/packet.ts';

const topicName = 'bench/devices/kitchen/temperature';
const payload = new Uint8Array(64).fill(0x31);
const chunkSize = 64 * 1024;
const milliseconds = 1500;

/** Copies frames into a ring, like the capture log. */
function copyingObserver(): BrokerObserver {
  const ring = new Uint8Array(16 * 1024 * 1024);
  let at = 0;
  const nothing = (): void => undefined;
  return {
    linkOpened: nothing,
    linkIdentified: nothing,
    linkClosed: nothing,
    packet: (_link, _direction, bytes, start, end) => {
      if (at + end - start > ring.length) at = 0;
      ring.set(bytes.subarray(start, end), at);
      at += end - start;
    },
    message: nothing,
    retainedChanged: nothing,
    sessionsChanged: nothing,
    session: nothing,
    dropped: nothing,
    notAccepted: nothing,
    restored: nothing,
    refused: nothing,
    storeFailed: nothing,
    fault: (link, error) => {
      throw new Error(`fault at link ${link}`, { cause: error });
    },
  };
}

class FakeClient implements NetworkConnection {
  readonly remoteAddress = '127.0.0.1:1';
  readonly transport = 'tcp';
  readonly link: Link;
  received = 0;
  bytes = 0;
  /** PUBACKs to send back; of QoS 1 frames that are all of this length. */
  acknowledgements: number[] = [];
  readonly #qos: QoS;
  readonly #frameLength: number;
  #ready = false;
  readonly #identifierOffset = 4 + topicName.length;

  constructor(
    broker: Broker,
    name: string,
    version: ProtocolVersion,
    qos: QoS,
    frameLength: number,
  ) {
    this.#qos = qos;
    this.#frameLength = frameLength;
    this.link = broker.accept(this, 0);
    const connect = { cleanStart: true, keepAlive: 0, clientIdentifier: name } as const;
    this.link.receive(
      encode({ type: 'connect', protocolVersion: version, ...connect }, version),
      0,
    );
    broker.flush(0);
  }

  subscribe(broker: Broker, version: ProtocolVersion): void {
    const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = [{ topicFilter: topicName, qos: this.#qos, ...options }];
    this.link.receive(
      encode({ type: 'subscribe', packetIdentifier: 1, subscriptions }, version),
      0,
    );
    broker.flush(0);
    this.#ready = true;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (!this.#ready) return true;
    for (const chunk of chunks) {
      this.bytes += chunk.length;
      if (this.#qos === 0) continue;
      for (let at = 0; at < chunk.length; at += this.#frameLength) {
        const high = chunk[at + this.#identifierOffset] ?? 0;
        const low = chunk[at + this.#identifierOffset + 1] ?? 0;
        this.acknowledgements.push(0x40, 2, high, low);
      }
    }
    return true;
  }

  close(): void {
    throw new Error('closed by the broker');
  }
}

function run(publishers: number, subscribers: number, qos: QoS, version: ProtocolVersion): void {
  const broker = new Broker(
    { sysInterval: 0, maximumInFlight: 10_000 },
    {
      now: 0,
      randomBytes: (count) => new Uint8Array(count),
      observer: copyingObserver(),
    },
  );
  const frame = encode(
    {
      type: 'publish',
      topicName,
      payload,
      qos,
      dup: false,
      retain: false,
      ...(qos > 0 && { packetIdentifier: 1 }),
    },
    version,
  );
  const perChunk = Math.floor(chunkSize / frame.length);
  const receivers = Array.from({ length: subscribers }, (_, index) => {
    const client = new FakeClient(broker, `subscriber${index}`, version, qos, frame.length);
    client.subscribe(broker, version);
    return client;
  });
  const senders = Array.from({ length: publishers }, (_, index) => {
    return new FakeClient(broker, `publisher${index}`, version, 0, 1);
  });
  let sent = 0;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let end = begin;
  while (end - begin < milliseconds) {
    for (const sender of senders) {
      const chunk = new Uint8Array(perChunk * frame.length);
      for (let index = 0; index < perChunk; index++) chunk.set(frame, index * frame.length);
      sender.link.receive(chunk, end);
      sent += perChunk;
    }
    broker.flush(end);
    for (const receiver of receivers) {
      while (receiver.acknowledgements.length > 0) {
        const bytes = Uint8Array.from(receiver.acknowledgements);
        receiver.acknowledgements = [];
        receiver.link.receive(bytes, end);
        broker.flush(end);
      }
    }
    end = performance.now();
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  const delivered = receivers.reduce((sum, receiver) => sum + receiver.bytes, 0) / frame.length;
  const rate = (count: number): string =>
    Math.round(count / seconds)
      .toLocaleString('en')
      .padStart(11);
  console.log(
    `v${version} QoS ${qos}  ${publishers}→${subscribers}`.padEnd(20),
    `in ${rate(sent)}/s   out ${rate(delivered)}/s   dropped ${broker.counters.publishDropped}`,
  );
}

for (const version of [4, 5] as const) {
  for (const qos of [0, 1] as const) {
    run(1, 1, qos, version);
    run(1, 10, qos, version);
    run(10, 10, qos, version);
  }
}
