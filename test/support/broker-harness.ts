/**
 * Conversations with the broker engine in virtual time: fake clients send packets and take what
 * comes back; nothing here waits.
 */
import assert from 'node:assert/strict';
import {
  Broker,
  type BrokerEngineOptions,
  type BrokerEnvironment,
  type Link,
  type NetworkConnection,
  type NumbersUsed,
} from '../../src/broker/broker.ts';
import type {
  BrokerObserver,
  DropReason,
  RefusalReason,
  RefusedAction,
  SessionEvent,
} from '../../src/broker/observer.ts';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { Framer } from '../../src/mqtt/framer.ts';
import type {
  ConnackPacket,
  ConnectPacket,
  ControlPacket,
  ProtocolVersion,
  Properties,
  PublishPacket,
  QoS,
  Subscription,
} from '../../src/mqtt/packet.ts';

/** A packet of one type; some types share a shape. */
export type PacketOf<Type extends ControlPacket['type']> = PacketWith<ControlPacket, Type>;
type PacketWith<Packet extends ControlPacket, Type> = Packet extends ControlPacket
  ? Type extends Packet['type']
    ? Packet
    : never
  : never;

/** What the observer was told, in order. */
export type Event =
  | {
      name: 'packet';
      link: number;
      direction: 0 | 1;
      bytes: Uint8Array;
      topicName?: string;
      flags: number;
      /** Number of the application message; 0 for none. */
      message: number;
    }
  | { name: 'message'; topicName: string; payload: string; qos: QoS; retain: boolean }
  | { name: 'closed'; link: number; reason: string }
  | { name: 'retained'; topicName: string; present: boolean }
  | { name: 'identified'; link: number; clientIdentifier: string; version: ProtocolVersion }
  | { name: 'session'; event: SessionEvent }
  | { name: 'dropped'; clientIdentifier: string; message: number; reason: DropReason }
  | { name: 'notAccepted'; clientIdentifier: string; message: number; reason: RefusalReason }
  | {
      name: 'refused';
      link: number;
      clientIdentifier: string;
      what: RefusedAction;
      topic: string;
      reasonCode: number;
      reason: string;
    }
  | { name: 'storeFailed'; error: unknown }
  | { name: 'fault'; link: number; error: unknown };

export class BrokerHarness {
  readonly broker: Broker;
  readonly events: Event[] = [];
  /** Set to make the observer fail at the next packet of this link. */
  failAtLink = 0;
  now = 1_000_000;

  /**
   * @param numbersUsed of a broker before this one.
   * @param environment its observer is told everything too.
   */
  constructor(
    options: BrokerEngineOptions = {},
    numbersUsed?: NumbersUsed,
    environment: Partial<BrokerEnvironment> = {},
  ) {
    let random = 0;
    this.now = environment.now ?? this.now;
    const { observer } = environment;
    this.broker = new Broker(
      { sysInterval: 0, ...options },
      {
        now: this.now,
        randomBytes: (count) =>
          Uint8Array.from({ length: count }, () => (random = (random * 5 + 7) & 255)),
        ...environment,
        observer: observer ? both(this.#observer(), observer) : this.#observer(),
        ...(numbersUsed && { numbersUsed }),
      },
    );
  }

  /** A network connection without a CONNECT. */
  open(version: ProtocolVersion = 4): TestClient {
    return new TestClient(this, version);
  }

  /** A client with an accepted CONNECT, and its CONNACK taken. */
  connect(
    clientIdentifier: string,
    version: ProtocolVersion = 4,
    connect: Partial<ConnectPacket> = {},
  ): TestClient {
    const client = this.open(version);
    const connack = client.connect({ clientIdentifier, ...connect });
    assert.equal(connack.reasonCode, 0, 'CONNECT is accepted');
    return client;
  }

  /** Moves the clock; every timer fires at its time. */
  advance(milliseconds: number): void {
    const target = this.now + milliseconds;
    for (let next = this.broker.nextTimeout(); next <= target; next = this.broker.nextTimeout()) {
      this.now = Math.max(this.now, next);
      this.broker.advance(this.now);
    }
    this.now = target;
    this.broker.advance(this.now);
  }

  /** Payloads of the application messages that the broker accepted. */
  get messages(): string[] {
    return this.events.flatMap((event) => (event.name === 'message' ? [event.payload] : []));
  }

  /** Why a link was closed. */
  closeReason(client: TestClient): string | undefined {
    for (const event of this.events) {
      if (event.name === 'closed' && event.link === client.link.number) return event.reason;
    }
    return undefined;
  }

  #observer(): BrokerObserver {
    const { events } = this;
    return {
      linkOpened: () => undefined,
      linkIdentified: (link, clientIdentifier, version) => {
        events.push({ name: 'identified', link, clientIdentifier, version });
      },
      linkClosed: (link, _now, reason) => events.push({ name: 'closed', link, reason }),
      packet: (link, direction, bytes, start, end, topic, flags, _now, message) => {
        if (link === this.failAtLink) {
          this.failAtLink = 0;
          throw new Error('The observer fails on purpose');
        }
        const copy = bytes.slice(start, end);
        events.push({
          name: 'packet',
          link,
          direction,
          bytes: copy,
          flags,
          message,
          ...(topic && { topicName: topic.topicName }),
        });
      },
      message: ({ topicName }, bytes, start, end, qos, retain) => {
        const payload = textOf(bytes.subarray(start, end));
        events.push({ name: 'message', topicName, payload, qos, retain });
      },
      retainedChanged: (topicName, present) => {
        events.push({ name: 'retained', topicName, present });
      },
      sessionsChanged: () => undefined,
      session: (event) => events.push({ name: 'session', event }),
      dropped: (clientIdentifier, message, reason) => {
        events.push({ name: 'dropped', clientIdentifier, message, reason });
      },
      notAccepted: (clientIdentifier, message, reason) => {
        events.push({ name: 'notAccepted', clientIdentifier, message, reason });
      },
      refused: (link, clientIdentifier, what, topic, reasonCode, reason) => {
        events.push({ name: 'refused', link, clientIdentifier, what, topic, reasonCode, reason });
      },
      restored: () => undefined,
      storeFailed: (error) => events.push({ name: 'storeFailed', error }),
      fault: (link, error) => events.push({ name: 'fault', link, error }),
    };
  }
}

/** Tells both. */
function both(one: BrokerObserver, other: BrokerObserver): BrokerObserver {
  return new Proxy(one, {
    get:
      (_target, name) =>
      (...given: unknown[]) => {
        for (const observer of [one, other]) {
          const method = Reflect.get(observer, name) as (...given: unknown[]) => void;
          method.apply(observer, given);
        }
      },
  });
}

export class TestClient {
  readonly harness: BrokerHarness;
  readonly version: ProtocolVersion;
  readonly link: Link;
  /** What came from the broker and was not taken yet. */
  readonly inbox: ControlPacket[] = [];
  /** Sizes of the chunks of each write. */
  readonly writes: number[][] = [];
  /** The broker closed the network connection. */
  closed = false;
  /** Makes `write` say that it takes no more. */
  slow = false;
  readonly #framer = new Framer(268_435_460);
  #lastIdentifier = 0;

  constructor(harness: BrokerHarness, version: ProtocolVersion) {
    this.harness = harness;
    this.version = version;
    const connection: NetworkConnection = {
      remoteAddress: '127.0.0.1:50000',
      transport: 'tcp',
      write: (chunks) => {
        assert.equal(this.closed, false, 'nothing is written after the close');
        this.writes.push(chunks.map((chunk) => chunk.length));
        for (const chunk of chunks) {
          this.#framer.push(chunk, (bytes, start, end) => {
            this.inbox.push(decode(bytes.slice(start, end), version));
          });
        }
        return !this.slow;
      },
      close: () => {
        this.closed = true;
      },
    };
    this.link = harness.broker.accept(connection, harness.now);
  }

  connect(connect: Partial<ConnectPacket> = {}): ConnackPacket {
    this.send({
      type: 'connect',
      protocolVersion: this.version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'client',
      ...connect,
    });
    return this.take('connack');
  }

  /** Sends packets as one chunk. */
  send(...packets: ControlPacket[]): void {
    const parts = packets.map((packet) => encode(packet, this.version));
    this.sendBytes(...parts);
  }

  /** Sends raw bytes, as one chunk, and lets the broker write what it has. */
  sendBytes(...parts: (Uint8Array | readonly number[])[]): void {
    const bytes = new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
    this.link.receive(bytes, this.harness.now);
    this.harness.broker.flush(this.harness.now);
  }

  /** The next packet, which must be of this type. */
  take<Type extends ControlPacket['type']>(type: Type): PacketOf<Type> {
    const packet = this.inbox.shift();
    assert.ok(packet, `expected ${type}, but nothing came`);
    assert.equal(packet.type, type);
    return packet as PacketOf<Type>;
  }

  /** Nothing has come. */
  expectNothing(): void {
    assert.deepEqual(this.inbox, []);
  }

  /** The next packet is a PUBLISH with these fields and this text. */
  takePublish(
    topicName: string,
    text: string,
    fields: Partial<Omit<PublishPacket, 'type' | 'payload'>> = {},
  ): PublishPacket {
    const packet = this.take('publish');
    assert.equal(packet.topicName, topicName);
    assert.equal(textOf(packet.payload), text);
    for (const [name, value] of Object.entries(fields)) {
      assert.deepEqual(packet[name as keyof PublishPacket], value, name);
    }
    return packet;
  }

  /** Subscribes and takes the SUBACK. @returns its reason codes. */
  subscribe(
    topicFilter: string,
    qos: QoS = 0,
    options: Partial<Subscription> = {},
    properties?: Properties,
  ): number[] {
    const packetIdentifier = ++this.#lastIdentifier;
    this.send({
      type: 'subscribe',
      packetIdentifier,
      subscriptions: [
        {
          topicFilter,
          qos,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
          ...options,
        },
      ],
      ...(properties && { properties }),
    });
    const suback = this.take('suback');
    assert.equal(suback.packetIdentifier, packetIdentifier);
    return suback.reasonCodes;
  }

  unsubscribe(topicFilter: string): number[] {
    const packetIdentifier = ++this.#lastIdentifier;
    this.send({ type: 'unsubscribe', packetIdentifier, topicFilters: [topicFilter] });
    const unsuback = this.take('unsuback');
    assert.equal(unsuback.packetIdentifier, packetIdentifier);
    return unsuback.reasonCodes;
  }

  /** Publishes; for QoS 1 and 2 give the packet identifier, and take the answer yourself. */
  publish(topicName: string, text: string, fields: Partial<PublishPacket> = {}): void {
    const payload = new TextEncoder().encode(text);
    this.send({
      type: 'publish',
      topicName,
      payload,
      qos: 0,
      dup: false,
      retain: false,
      ...fields,
    });
  }

  acknowledge(
    type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
    packetIdentifier = 1,
    reasonCode = 0,
  ): void {
    this.send({ type, packetIdentifier, reasonCode });
  }

  disconnect(reasonCode = 0, properties?: Properties): void {
    this.send({ type: 'disconnect', reasonCode, ...(properties && { properties }) });
    this.link.ended(this.harness.now);
  }

  /** The network connection fails. */
  drop(): void {
    this.link.ended(this.harness.now);
  }

  /** The slow connection has sent everything. */
  drain(): void {
    this.slow = false;
    this.link.drained(this.harness.now);
  }
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
