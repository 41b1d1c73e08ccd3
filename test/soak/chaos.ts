/** Clients that do everything a broker has to live with: they come and go, send half packets and garbage, and read slowly. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, ProtocolVersion, QoS } from '../../src/mqtt/packet.ts';
import type { Random } from '../fuzz/random.ts';
import { mutated, validPackets } from '../fuzz/mutate.ts';

const versions: readonly ProtocolVersion[] = [3, 4, 5];
const openAtATime = 40;
/** Few names: they take each other's sessions over. */
const names = Array.from({ length: 30 }, (_, index) => `chaos-${index}`);

export class Chaos {
  /** Things done so far. */
  actions = 0;
  readonly #port: number;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();
  readonly #packets: ReadonlyMap<ProtocolVersion, readonly Uint8Array[]>;

  constructor(port: number, random: Random, seed: number) {
    this.#port = port;
    this.#random = random;
    this.#packets = new Map(
      versions.map((version) => [version, validPackets(version, 300, seed + version)]),
    );
  }

  /** One more client does something. */
  step(): void {
    const random = this.#random;
    this.actions++;
    if (this.#sockets.size >= openAtATime) {
      // Cut off, without a word.
      for (const socket of this.#sockets) {
        socket.destroy();
        break;
      }
    }
    const version = random.pick(versions);
    const socket = connect(this.#port, '127.0.0.1');
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', () => undefined);
    const send = (packet: ControlPacket): void => void socket.write(encode(packet, version));
    send(this.#connectPacket(version));
    switch (random.below(6)) {
      case 0:
        // Garbage, or a packet that is almost right.
        socket.write(mutated(this.#packets.get(version) ?? [], random));
        return;
      case 1: {
        // The start of a packet whose rest never comes.
        const [packet = Uint8Array.of(0x30)] = this.#packets.get(version) ?? [];
        socket.write(packet.subarray(0, 1 + random.below(packet.length)));
        return;
      }
      case 2:
        send(subscribePacket('#', 0));
        // It reads nothing from now on.
        socket.pause();
        return;
      case 3:
        send(subscribePacket(random.pick(['load/#', '$share/group/load/#', 'chaos/+']), 1));
        return;
      case 4:
        for (let count = 0; count < 20; count++) send(this.#publishPacket());
        return;
      default:
        send(subscribePacket('+/+/+', 2));
        send({ type: 'disconnect', reasonCode: 0 });
    }
  }

  /** All connections and sessions end: nothing is left of them in the broker. */
  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    // Twice: what such a socket had sent may begin a session after the first one has ended it.
    for (let round = 0; round < 2; round++) {
      await Promise.all(names.map((name) => this.#endSession(name)));
    }
  }

  async #endSession(clientIdentifier: string): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined);
    const connectPacket = { protocolVersion: 4, clientIdentifier, cleanStart: true } as const;
    socket.write(encode({ type: 'connect', ...connectPacket, keepAlive: 0 }, 4));
    // CONNACK.
    await once(socket, 'data');
    socket.end(encode({ type: 'disconnect', reasonCode: 0 }, 4));
    await once(socket.resume(), 'close');
  }

  #connectPacket(version: ProtocolVersion): ControlPacket {
    const random = this.#random;
    const will = {
      topicName: 'chaos/will',
      payload: Uint8Array.of(1),
      qos: 1,
      retain: false,
    } as const;
    return {
      type: 'connect',
      protocolVersion: version,
      clientIdentifier: random.pick(names),
      cleanStart: random.once(2),
      keepAlive: 0,
      ...(random.once(3) && { will }),
      ...(version === 5 && { properties: { sessionExpiryInterval: random.below(20) } }),
    };
  }

  #publishPacket(): ControlPacket {
    const random = this.#random;
    const qos = random.pick<QoS>([0, 0, 1, 2]);
    return {
      type: 'publish',
      topicName: `chaos/${random.below(50)}`,
      payload: new Uint8Array(random.below(2000)),
      qos,
      dup: false,
      retain: random.once(4),
      ...(qos > 0 && { packetIdentifier: 1 + random.below(65_535) }),
    };
  }
}

function subscribePacket(topicFilter: string, qos: QoS): ControlPacket {
  const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  return {
    type: 'subscribe',
    packetIdentifier: 1,
    subscriptions: [{ topicFilter, qos, ...options }],
  };
}
