/**
 * Messages of which a capture is full: `node fill-load.ts PORT COUNT`. Ten topics, a small JSON payload each; the last
 * one is acknowledged, so that all of them are in the capture when this ends. Prints `{ sent }` as JSON.
 */
import { once } from 'node:events';
import { openClient, plainStyle, publishPacket } from './wire.ts';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
/** Messages in one write. */
const batch = 500;

const encoder = new TextEncoder();

function messageOf(index: number): Uint8Array {
  const payload = {
    sensor: index % 1000,
    celsius: 15 + ((index * 7) % 200) / 10,
    unit: 'C',
    index,
  };
  const room = `bench/room${index % 10}/temperature`;
  return publishPacket(room, plainStyle, encoder.encode(JSON.stringify(payload)));
}

const socket = await openClient(port, 'filler');
for (let index = 0; index < count - 1; index += batch) {
  const size = Math.min(batch, count - 1 - index);
  const packets = Array.from({ length: size }, (_, offset) => messageOf(index + offset));
  if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain');
}
const last = publishPacket('bench/last', { ...plainStyle, qos: 1 });
const acknowledged = once(socket, 'data');
socket.write(last);
await acknowledged;
process.stdout.write(`${JSON.stringify({ sent: count })}\n`, () => process.exit(0));
