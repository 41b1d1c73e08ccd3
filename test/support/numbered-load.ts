/** Publishers that number their messages, and subscribers that find out at once when one is missing or comes twice. */
import type { ProtocolVersion, PublishPacket } from '../../src/mqtt/packet.ts';
import { StrictClient } from './strict-client.ts';

/** Messages of one publisher that wait for their acknowledgement at a time. */
const window = 20;
/**
 * How many of one publisher and QoS a subscriber may have to wait for: those of up to four publishers together stay
 * below the broker's default limit of queued messages, beyond which it may drop them while the subscriber is away.
 */
const mostBehind = 1000;
/** Of one publisher and QoS, one message in so many is retained. */
const retainedEvery = 50;

/** Publishes at QoS 1 and 2 in turn, each QoS with numbers of its own from 1 on. */
export class NumberingPublisher {
  readonly client: StrictClient;
  /** The last number published, by QoS. */
  readonly last: Record<1 | 2, number> = { 1: 0, 2: 0 };
  acknowledged = 0;
  isPaused = false;
  /** What the slowest of its subscribers has received, by QoS. */
  arrived: (qos: 1 | 2) => number = () => Infinity;
  #inFlight = 0;

  constructor(name: string, version: ProtocolVersion) {
    this.client = new StrictClient(name, version);
  }

  get isIdle(): boolean {
    return this.#inFlight === 0 && this.client.outstanding === 0;
  }

  /** The payloads that the broker has to keep as retained, once everything is acknowledged. */
  retained(): string[] {
    return ([1, 2] as const)
      .map((qos) => ({ qos, number: this.last[qos] - (this.last[qos] % retainedEvery) }))
      .filter(({ number }) => number > 0)
      .map(({ qos, number }) => payloadText(this.client.clientIdentifier, qos, number));
  }

  fill(): void {
    while (!this.isPaused && this.#inFlight < window && this.client.isConnected && this.#next());
  }

  /** @returns false if the subscribers have to catch up first. */
  #next(): boolean {
    const qos = this.last[1] > this.last[2] ? 2 : 1;
    if (this.last[qos] - this.arrived(qos) >= mostBehind) return false;
    const number = ++this.last[qos];
    const { clientIdentifier } = this.client;
    this.#inFlight++;
    const topicName = `load/${clientIdentifier}/${qos}`;
    const isRetained = number % retainedEvery === 0;
    void this.client
      .publish(topicName, payloadText(clientIdentifier, qos, number), qos, isRetained)
      .then(() => {
        this.#inFlight--;
        this.acknowledged++;
        setImmediate(() => this.fill());
      });
    return true;
  }
}

function payloadText(clientIdentifier: string, qos: 1 | 2, number: number): string {
  return `${clientIdentifier} ${qos} ${number}`;
}

/** Subscribes to all of them, for good, and knows what has to come next. */
export class CountingSubscriber {
  readonly client: StrictClient;
  readonly violations: string[] = [];
  received = 0;
  repeated = 0;
  readonly #last = new Map<string, number>();

  constructor(name: string, version: ProtocolVersion) {
    this.client = new StrictClient(name, version);
    this.client.onMessage = (packet) => this.#take(packet);
  }

  /** The last number that came of a publisher at a QoS. */
  last(name: string, qos: 1 | 2): number {
    return this.#last.get(`${name} ${qos}`) ?? 0;
  }

  /** Whether everything that was published is acknowledged and has come. */
  hasAllOf({ client, isIdle, last }: NumberingPublisher): boolean {
    return (
      isIdle &&
      ([1, 2] as const).every((qos) => this.last(client.clientIdentifier, qos) === last[qos])
    );
  }

  #take({ payload, retain }: PublishPacket): void {
    // Those that are retained come as they are published too.
    if (retain) return;
    this.received++;
    const [name = '', qos = '', text = ''] = new TextDecoder().decode(payload).split(' ');
    const key = `${name} ${qos}`;
    const number = Number(text);
    const expected = (this.#last.get(key) ?? 0) + 1;
    // [MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-4.6.0-6] at least once, exactly once, in order.
    if (number > expected) this.violations.push(`${key}: ${expected} to ${number - 1} missing`);
    else if (number < expected && qos === '2') this.violations.push(`${key}: ${number} again`);
    else if (number < expected) this.repeated++;
    this.#last.set(key, Math.max(number, expected - 1));
  }
}

/** Makes each publisher wait when one of the subscribers has too much to catch up with. */
export function holdBack(
  publishers: readonly NumberingPublisher[],
  subscribers: readonly CountingSubscriber[],
): void {
  for (const publisher of publishers) {
    const name = publisher.client.clientIdentifier;
    publisher.arrived = (qos) =>
      Math.min(...subscribers.map((subscriber) => subscriber.last(name, qos)));
  }
}
