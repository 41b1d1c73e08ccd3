/**
 * Fills a broker and waits: `node memory-load.ts PORT connections|retained COUNT`. Prints `ready` when the
 * broker has it all, and keeps the connections until it is killed.
 */
import { once } from 'node:events';
import { encode } from '../../src/mqtt/encode.ts';
import { openClient, plainStyle, publishPacket } from './wire.ts';

const [portText, what, countText] = process.argv.slice(2);
const port = Number(portText);
const count = Number(countText);
const connectionsAtATime = 200;
const messagesAtATime = 5000;

if (what === 'connections') {
  for (let index = 0; index < count; index += connectionsAtATime) {
    await Promise.all(
      Array.from({ length: Math.min(connectionsAtATime, count - index) }, (_, offset) =>
        openClient(port, `idle-${index + offset}`),
      ),
    );
  }
} else {
  const socket = await openClient(port, 'retainer');
  const payload = new Uint8Array(8).fill(0x61);
  for (let index = 0; index < count; index += messagesAtATime) {
    const packets = Array.from(
      { length: Math.min(messagesAtATime, count - index) },
      (_, offset) => {
        // 32 bytes, in four levels.
        const number = String(index + offset).padStart(8, '0');
        const topicName = `plant/line${number.slice(0, 3)}/dev${number.slice(3)}/temperat`.padEnd(
          32,
          'u',
        );
        return publishPacket(topicName, plainStyle, payload, true);
      },
    );
    if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain');
  }
  socket.write(encode({ type: 'pingreq' }, 4));
  await once(socket, 'data');
}
console.log('ready');
setInterval(() => undefined, 60_000);
