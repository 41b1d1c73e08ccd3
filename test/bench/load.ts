/**
 * The load generator, a process of its own: `node load.ts PORT SHAPE-AS-JSON SECONDS`. All packets
 * of a run have one size, so that it counts bytes instead of parsing packets: it must cost less
 * than the broker it measures. Prints a LoadResult as JSON.
 */
import type { Socket } from 'node:net';
import { encode } from '../../src/mqtt/encode.ts';
import { answerMessages, countUnacknowledged, followAcknowledgements } from './receivers.ts';
import { payloadSize, type LoadResult, type Shape } from './shapes.ts';
import { openClient, openSubscriber, publishPacket, subscribePacket } from './wire.ts';

const [portText, shapeText, secondsText] = process.argv.slice(2);
const port = Number(portText);
const shape = JSON.parse(shapeText ?? '') as Shape;
const milliseconds = Number(secondsText) * 1000;
/** Packets encoded into one buffer and written by one call. */
const batch = Math.min(shape.window, 500);

let published = 0;
let delivered = 0;
let stopped = false;

function topicOf(index: number): string {
  return `bench/device${String(index).padStart(6, '0')}/temperature`;
}

async function subscribe(index: number, received: (count: number) => void): Promise<Socket> {
  const filter = shape.topics > 1 ? 'bench/#' : topicOf(shape.pairs ? index : 0);
  const socket = await openSubscriber(port, `sub-${index}`, filter, shape);
  const size = publishPacket(topicOf(0), shape).length;
  const count = (messages: number): void => {
    delivered += messages;
    received(messages);
  };
  if (shape.qos === 0) countUnacknowledged(socket, size, count);
  // The packet identifier stands after the topic name, whose length field is two bytes after the header.
  else answerMessages(socket, size, 2 + (size > 129 ? 1 : 0) + 2 + topicOf(0).length, count);
  return socket;
}

/** Keeps `window` messages on their way: at QoS 0 counted by the slowest subscriber, else by acknowledgements. */
class Publisher {
  readonly #socket: Socket;
  /** All topics of this publisher one after another, then the first ones again. */
  readonly #packets: Buffer;
  readonly #size: number;
  #position = 0;
  #credit = shape.window;
  #identifier = 1;

  constructor(socket: Socket, index: number) {
    this.#socket = socket;
    const first = shape.pairs ? index : 0;
    const packets = Array.from({ length: shape.topics + batch }, (_, number) =>
      publishPacket(topicOf(first + (number % shape.topics)), shape),
    );
    this.#size = packets[0]?.length ?? 0;
    this.#packets = Buffer.concat(packets);
    if (shape.qos > 0) followAcknowledgements(socket, (count) => this.allow(count));
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
      this.#socket.write(this.#next(count));
    }
  }

  #next(count: number): Buffer {
    const start = this.#position * this.#size;
    const packets = this.#packets.subarray(start, start + count * this.#size);
    this.#position = (this.#position + count) % shape.topics;
    if (shape.qos === 0) return packets;
    // The socket may still hold the last buffer: identifiers go into a copy.
    const copy = Buffer.from(packets);
    const identifierAt = this.#size - payloadSize - 2;
    for (let index = 0; index < count; index++) {
      copy.writeUInt16BE(this.#identifier, index * this.#size + identifierAt);
      this.#identifier = this.#identifier === 0xffff ? 1 : this.#identifier + 1;
    }
    return copy;
  }
}

/** A client whose subscriptions match nothing that is published, but much that looks like it. */
async function subscribeWildcards(count: number): Promise<void> {
  const socket = await openClient(port, 'wildcards', shape.version);
  socket.resume();
  for (let index = 0; index < count; index += 500) {
    const filters = Array.from({ length: 500 }, (_, offset) => {
      const number = index + offset;
      return number % 2 === 0 ? `bench/+/other${number}` : `bench/site${number}/#`;
    });
    socket.write(subscribePacket(filters, { ...shape, qos: 0 }));
  }
  socket.write(encode({ type: 'pingreq' }, shape.version));
}

/** One SUBSCRIBE or UNSUBSCRIBE each millisecond. */
async function churn(): Promise<void> {
  const socket = await openClient(port, 'churn', shape.version);
  socket.resume();
  const started = performance.now();
  let done = 0;
  setInterval(() => {
    for (const due = performance.now() - started; done < due && !stopped; done++) {
      const filter = `bench/churn${done >> 1}/+`;
      const packetIdentifier = 1;
      socket.write(
        done % 2 === 0
          ? subscribePacket([filter], { ...shape, qos: 0 })
          : encode(
              { type: 'unsubscribe', packetIdentifier, topicFilters: [filter] },
              shape.version,
            ),
      );
    }
  }, 1);
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
if (shape.wildcards > 0) await subscribeWildcards(shape.wildcards);
if (shape.churn) await churn();
for (let i = 0; i < shape.publishers; i++) {
  publishers.push(new Publisher(await openClient(port, `pub-${i}`, shape.version), i));
}
for (const publisher of publishers) publisher.pump();

/** The first part warms up compilers, buffers and the broker's tables, and is not counted. */
const warmUp = milliseconds * 0.4;
await new Promise((resolve) => setTimeout(resolve, warmUp));
/** Milliseconds: with many topics, most that is waited for each to have come once. */
const longestFirstPass = 20_000;
for (let waited = 0; delivered < shape.topics && waited < longestFirstPass; waited += 50) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const before = { delivered, time: performance.now(), usage: process.cpuUsage() };
await new Promise((resolve) => setTimeout(resolve, milliseconds - warmUp));
const elapsed = performance.now() - before.time;
const { user, system } = process.cpuUsage(before.usage);
const result: LoadResult = {
  deliveredPerSecond: ((delivered - before.delivered) / elapsed) * 1000,
  published,
  delivered,
  warmedUp: before.delivered >= shape.topics,
  generatorLoad: (user + system) / 1000 / elapsed,
};
stopped = true;
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
