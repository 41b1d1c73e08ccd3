/**
 * The load generator, a process of its own: `node load.ts PORT SHAPE-AS-JSON SECONDS`. All packets
 * of a run have one size, so that it counts bytes instead of parsing packets: it must cost less
 * than the broker it measures. Prints a LoadResult as JSON.
 */
import type { Socket } from 'node:net';
import { payloadSize, type LoadResult, type Shape } from './shapes.ts';
import { openClient, openSubscriber, publishPacket } from './wire.ts';

const [portText, shapeText, secondsText] = process.argv.slice(2);
const port = Number(portText);
const shape = JSON.parse(shapeText ?? '') as Shape;
const milliseconds = Number(secondsText) * 1000;
/** Packets encoded into one buffer and written by one call. */
const batch = Math.min(shape.window, 500);
const ackSize = 4;

let published = 0;
let delivered = 0;
let stopped = false;

function topicOf(index: number): string {
  return shape.pairs ? `bench/topic/${index}` : 'bench/topic/0';
}

function packetOf(index: number, packetIdentifier: number): Uint8Array {
  return publishPacket(topicOf(index), shape.qos, packetIdentifier);
}

/** Told with each delivery how many messages of its publisher a subscriber has received so far. */
type Received = (count: number) => void;

async function subscribe(index: number, received: Received): Promise<Socket> {
  const socket = await openSubscriber(port, `sub-${index}`, topicOf(index), shape.qos);
  const size = packetOf(index, 1).length;
  // Where the packet identifier stands: the payload is last.
  const identifierAt = size - payloadSize - 2;
  let bytes = 0;
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    if (shape.qos === 0) {
      bytes += chunk.length;
      const count = Math.floor(bytes / size);
      bytes -= count * size;
      delivered += count;
      received(count);
      return;
    }
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const count = Math.floor(data.length / size);
    const acks = Buffer.allocUnsafe(count * ackSize);
    for (let i = 0; i < count; i++) {
      acks[i * ackSize] = 0x40;
      acks[i * ackSize + 1] = 2;
      acks[i * ackSize + 2] = data[i * size + identifierAt] ?? 0;
      acks[i * ackSize + 3] = data[i * size + identifierAt + 1] ?? 0;
    }
    rest = data.subarray(count * size);
    if (count > 0) socket.write(acks);
    delivered += count;
    received(count);
  });
  return socket;
}

/** Keeps `window` messages on their way: at QoS 0 counted by the slowest subscriber, at QoS 1 by PUBACK. */
class Publisher {
  readonly #socket: Socket;
  readonly #index: number;
  #credit = shape.window;
  #identifier = 1;

  constructor(socket: Socket, index: number) {
    this.#socket = socket;
    this.#index = index;
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      const count = Math.floor(bytes / ackSize);
      bytes -= count * ackSize;
      this.allow(count);
    });
  }

  allow(count: number): void {
    this.#credit += count;
    this.pump();
  }

  pump(): void {
    const least = Math.max(1, Math.min(batch, shape.window >> 2));
    while (this.#credit >= least && !stopped) {
      const count = Math.min(batch, this.#credit);
      this.#credit -= count;
      published += count;
      this.#socket.write(this.#packets(count));
    }
  }

  readonly #cache = new Map<number, Buffer>();

  #packets(count: number): Buffer {
    let packets = this.#cache.get(count);
    if (!packets) {
      const one = packetOf(this.#index, 1);
      packets = Buffer.concat(Array.from({ length: count }, () => one));
      this.#cache.set(count, packets);
    }
    if (shape.qos === 0) return packets;
    // The socket may still hold the last buffer: identifiers go into a copy.
    const copy = Buffer.from(packets);
    const size = copy.length / count;
    for (let i = 0; i < count; i++) {
      copy.writeUInt16BE(this.#identifier, i * size + size - payloadSize - 2);
      this.#identifier = this.#identifier === 0xffff ? 1 : this.#identifier + 1;
    }
    return copy;
  }
}

const publishers: Publisher[] = [];
const counts = new Array<number>(shape.subscribers).fill(0);
let slowest = 0;

/** At QoS 0 nothing is acknowledged: credit comes back when the slowest subscriber has the message. */
function receivedBy(index: number, count: number): void {
  if (shape.qos > 0) return;
  counts[index] = (counts[index] ?? 0) + count;
  if (shape.pairs) {
    publishers[index]?.allow(count);
    return;
  }
  const least = Math.min(...counts);
  if (least > slowest) {
    const gained = least - slowest;
    slowest = least;
    for (const publisher of publishers) publisher.allow(gained);
  }
}

const subscribers: Socket[] = [];
for (let i = 0; i < shape.subscribers; i++) {
  subscribers.push(await subscribe(i, (count) => receivedBy(i, count)));
}
for (let i = 0; i < shape.publishers; i++)
  publishers.push(new Publisher(await openClient(port, `pub-${i}`), i));
for (const publisher of publishers) publisher.pump();

/** The first part warms up compilers and buffers and is not counted. */
const warmUp = milliseconds * 0.25;
await new Promise((resolve) => setTimeout(resolve, warmUp));
const before = { delivered, time: performance.now() };
await new Promise((resolve) => setTimeout(resolve, milliseconds - warmUp));
const elapsed = performance.now() - before.time;
const counted = delivered - before.delivered;
stopped = true;
const result: LoadResult = {
  deliveredPerSecond: (counted / elapsed) * 1000,
  published,
  delivered,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
