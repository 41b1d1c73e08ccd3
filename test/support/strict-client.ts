import { connect as connectTcp, type Socket } from 'node:net';
import { decode } from '../../src/mqtt/decode.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { Framer } from '../../src/mqtt/framer.ts';
import type {
  ConnackPacket,
  ControlPacket,
  ProtocolVersion,
  PublishPacket,
  QoS,
} from '../../src/mqtt/packet.ts';

/** A message of ours that is not yet completely acknowledged. */
interface Outgoing {
  readonly packet: PublishPacket;
  /** PUBREC has come: PUBREL is what is sent again. */
  isReleased: boolean;
  readonly acknowledged: () => void;
}

/**
 * A client that keeps its side of the session to the letter, over any number of network connections: what is
 * not acknowledged is sent again with DUP and its identifier, a QoS 2 message is taken once. So whatever goes
 * wrong is the broker's doing. It never gives up a message.
 */
export class StrictClient {
  readonly clientIdentifier: string;
  readonly version: ProtocolVersion;
  /** Each PUBLISH that is no repetition of a QoS 2 message. */
  onMessage: (packet: PublishPacket) => void = () => undefined;
  /** CONNACK said that the broker had no session although there was one. */
  sessionsLost = 0;
  /** Messages that are not yet completely acknowledged, by identifier, in the order of sending. */
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #received = new Set<number>();
  readonly #waiting = new Map<string, (packet: ControlPacket) => void>();
  #socket: Socket | undefined;
  #lastIdentifier = 0;
  #hasSession = false;

  constructor(clientIdentifier: string, version: ProtocolVersion) {
    this.clientIdentifier = clientIdentifier;
    this.version = version;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Messages of ours that wait for their acknowledgement. */
  get outstanding(): number {
    return this.#outgoing.size;
  }

  /** Connects, or fails when the connection ends before CONNACK; then sends what is not acknowledged. */
  async connect(port: number): Promise<ConnackPacket> {
    const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true });
    const framer = new Framer(268_435_460);
    const connack = await new Promise<ConnackPacket>((resolve, reject) => {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (this.#socket === socket) this.#socket = undefined;
        reject(new Error('The network connection ended before CONNACK'));
      });
      socket.on('data', (chunk) => {
        framer.push(new Uint8Array(chunk), (bytes, start, end) => {
          const packet = decode(bytes.slice(start, end), this.version);
          if (packet.type !== 'connack') {
            this.#receive(packet);
            return;
          }
          // What is not acknowledged goes out before anything new, and before what comes is answered.
          this.#begin(socket, packet);
          resolve(packet);
        });
      });
      socket.write(
        encode(
          {
            type: 'connect',
            protocolVersion: this.version,
            cleanStart: false,
            keepAlive: 0,
            clientIdentifier: this.clientIdentifier,
            ...(this.version === 5 && { properties: { sessionExpiryInterval: 0xffffffff } }),
          },
          this.version,
        ),
      );
    });
    return connack;
  }

  /** Resolves with SUBACK's reason code; never when the connection ends before. */
  async subscribe(topicFilter: string, qos: QoS): Promise<number> {
    const packetIdentifier = this.#identifier();
    const suback = await this.#ask(`suback ${packetIdentifier}`, {
      type: 'subscribe',
      packetIdentifier,
      subscriptions: [
        { topicFilter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    });
    return suback.type === 'suback' ? (suback.reasonCodes[0] ?? 0x80) : 0x80;
  }

  /** Publishes; resolves when the broker has acknowledged the message (PUBACK, PUBREC), after however many reconnects. */
  publish(topicName: string, text: string, qos: 1 | 2, retain = false): Promise<void> {
    const packetIdentifier = this.#identifier();
    const payload = new TextEncoder().encode(text);
    const packet: PublishPacket = {
      type: 'publish',
      topicName,
      payload,
      qos,
      dup: false,
      retain,
      packetIdentifier,
    };
    return new Promise((resolve) => {
      this.#outgoing.set(packetIdentifier, { packet, isReleased: false, acknowledged: resolve });
      this.#send(packet);
    });
  }

  /** Cuts the network connection; the session stays. */
  cut(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #begin(socket: Socket, { sessionPresent }: ConnackPacket): void {
    this.#socket = socket;
    // MQTT 3.1 does not tell whether there is a session.
    if (this.#hasSession && !sessionPresent && this.version > 3) {
      this.sessionsLost++;
      this.#received.clear();
    }
    this.#hasSession = true;
    for (const [packetIdentifier, { packet, isReleased }] of this.#outgoing) {
      if (isReleased) this.#send({ type: 'pubrel', packetIdentifier, reasonCode: 0 });
      else this.#send({ ...packet, dup: true });
    }
  }

  #receive(packet: ControlPacket): void {
    switch (packet.type) {
      case 'publish':
        this.#take(packet);
        return;
      case 'puback':
        this.#complete(packet.packetIdentifier);
        return;
      case 'pubrec': {
        const outgoing = this.#outgoing.get(packet.packetIdentifier);
        outgoing?.acknowledged();
        if (outgoing) outgoing.isReleased = true;
        const { packetIdentifier } = packet;
        this.#send({ type: 'pubrel', packetIdentifier, reasonCode: outgoing ? 0 : 0x92 });
        return;
      }
      case 'pubrel':
        this.#received.delete(packet.packetIdentifier);
        this.#send({ ...packet, type: 'pubcomp', reasonCode: 0 });
        return;
      case 'pubcomp':
        this.#complete(packet.packetIdentifier);
        return;
      case 'suback':
      case 'unsuback': {
        const key = `${packet.type} ${packet.packetIdentifier}`;
        this.#waiting.get(key)?.(packet);
        this.#waiting.delete(key);
        return;
      }
      default:
    }
  }

  #take(packet: PublishPacket): void {
    const { qos, packetIdentifier = 0 } = packet;
    if (qos === 2) {
      if (!this.#received.has(packetIdentifier)) this.onMessage(packet);
      this.#received.add(packetIdentifier);
      this.#send({ type: 'pubrec', packetIdentifier, reasonCode: 0 });
      return;
    }
    this.onMessage(packet);
    if (qos === 1) this.#send({ type: 'puback', packetIdentifier, reasonCode: 0 });
  }

  #complete(packetIdentifier: number): void {
    this.#outgoing.get(packetIdentifier)?.acknowledged();
    this.#outgoing.delete(packetIdentifier);
  }

  #ask(key: string, packet: ControlPacket): Promise<ControlPacket> {
    return new Promise((resolve) => {
      this.#waiting.set(key, resolve);
      this.#send(packet);
    });
  }

  #identifier(): number {
    do this.#lastIdentifier = (this.#lastIdentifier % 65_535) + 1;
    while (this.#outgoing.has(this.#lastIdentifier));
    return this.#lastIdentifier;
  }

  #send(packet: ControlPacket): void {
    this.#socket?.write(encode(packet, this.version));
  }
}
