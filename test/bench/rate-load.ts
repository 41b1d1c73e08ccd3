/**
 * A fixed rate through a broker: `node rate-load.ts PORT MESSAGES-PER-SECOND SECONDS`, one publisher
 * to one subscriber at QoS 0. Prints `{ sent, delivered }` as JSON when all have arrived.
 */
import { openClient, openSubscriber, plainStyle, publishPacket } from './wire.ts';

const [port = 0, rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const topicName = 'bench/rate';
const total = rate * seconds;
const one = publishPacket(topicName, plainStyle);
/** Milliseconds between two bursts. */
const tick = 5;
const batch = Buffer.concat(Array.from({ length: Math.ceil((rate * 50) / 1000) }, () => one));

let bytes = 0;
const subscriber = await openSubscriber(port, 'rate-subscriber', topicName);
const arrived = new Promise<void>((resolve) => {
  subscriber.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes >= total * one.length) resolve();
  });
});
const publisher = await openClient(port, 'rate-publisher');
const start = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
  while (sent < due) {
    const count = Math.min(due - sent, batch.length / one.length);
    publisher.write(batch.subarray(0, count * one.length));
    sent += count;
  }
  if (sent >= total) clearInterval(timer);
}, tick);
await arrived;
const elapsed = (performance.now() - start) / 1000;
const result = { sent, delivered: bytes / one.length, rate: Math.round(sent / elapsed) };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
