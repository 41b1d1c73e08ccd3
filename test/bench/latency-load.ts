/**
 * Latency at a fixed rate: `node latency-load.ts PORT MESSAGES-PER-SECOND SECONDS`, one publisher to one
 * subscriber at QoS 0, both here, so that one clock measures. Messages go out one by one as they are due. Prints
 * a LatencyResult as JSON.
 */
import { openClient, openSubscriber, plainStyle, publishPacket } from './wire.ts';

export interface LatencyResult {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly sent: number;
  readonly delivered: number;
}

const [port = 0, rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const topicName = 'bench/latency';
const total = rate * seconds;
/** Not counted, of every broker: compilers and buffers warm up. */
const warmUp = rate * 3;
const one = publishPacket(topicName, plainStyle);
const stampAt = one.length - 8;
/** Packets are sent from here in turn, so that this process collects no garbage while it measures. */
const ringLength = 65_536;
const ring = Buffer.concat(Array.from({ length: ringLength }, () => one));
const latencies = new Float64Array(total);
let delivered = 0;

const subscriber = await openSubscriber(port, 'latency-subscriber', topicName);
let rest = Buffer.alloc(0);
const arrived = new Promise<void>((resolve) => {
  subscriber.on('data', (chunk) => {
    const now = performance.now();
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let offset = 0;
    for (; offset + one.length <= data.length; offset += one.length) {
      latencies[delivered++] = now - data.readDoubleBE(offset + stampAt);
    }
    rest = data.subarray(offset);
    if (delivered >= total) resolve();
  });
});
const publisher = await openClient(port, 'latency-publisher');
const start = performance.now();
let sent = 0;
const send = (): void => {
  const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
  if (due > sent) {
    const first = sent % ringLength;
    const count = Math.min(due - sent, ringLength - first);
    for (let index = first; index < first + count; index++) {
      ring.writeDoubleBE(performance.now(), index * one.length + stampAt);
    }
    sent += count;
    publisher.write(ring.subarray(first * one.length, (first + count) * one.length));
  }
  if (sent < total) setImmediate(send);
};
send();
await arrived;
const counted = latencies.subarray(warmUp, delivered).sort();
const at = (part: number): number => counted[Math.floor(counted.length * part)] ?? NaN;
const result: LatencyResult = { p50: at(0.5), p99: at(0.99), sent, delivered };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
