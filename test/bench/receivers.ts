/** What the sockets of a load generator do with what comes: count, and acknowledge. */
import type { Socket } from 'node:net';

const ackSize = 4;
const type = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;

/** Writes one acknowledgement of four bytes. */
function acknowledge(target: Buffer, offset: number, first: number, high: number, low: number) {
  target[offset] = first;
  target[offset + 1] = 2;
  target[offset + 2] = high;
  target[offset + 3] = low;
}

/** Counts messages of one size at QoS 0: bytes, since parsing would cost more than the broker. */
export function countUnacknowledged(
  socket: Socket,
  size: number,
  received: (count: number) => void,
): void {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    const count = Math.floor(bytes / size);
    bytes -= count * size;
    received(count);
  });
}

/**
 * Counts and acknowledges messages of one size at QoS 1 and 2, PUBREL between them.
 * @param identifierAt where the packet identifier is in a PUBLISH.
 */
export function answerMessages(
  socket: Socket,
  size: number,
  identifierAt: number,
  received: (count: number) => void,
): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const answers = Buffer.allocUnsafe(Math.ceil(data.length / ackSize) * ackSize);
    let length = 0;
    let offset = 0;
    let count = 0;
    while (offset < data.length) {
      const first = data[offset] ?? 0;
      const isRelease = first >> 4 === type.pubrel;
      const end = offset + (isRelease ? ackSize : size);
      if (end > data.length) break;
      const at = offset + (isRelease ? 2 : identifierAt);
      if (!isRelease) count++;
      const answer = isRelease ? 0x70 : (first & 6) === 4 ? 0x50 : 0x40;
      acknowledge(answers, length, answer, data[at] ?? 0, data[at + 1] ?? 0);
      length += ackSize;
      offset = end;
    }
    rest = data.subarray(offset);
    if (length > 0) socket.write(answers.subarray(0, length));
    received(count);
  });
}

/** Answers PUBREC with PUBREL, and tells how many messages are completely acknowledged. */
export function followAcknowledgements(socket: Socket, done: (count: number) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = Math.floor(data.length / ackSize);
    const releases = Buffer.allocUnsafe(whole * ackSize);
    let length = 0;
    for (let index = 0; index < whole; index++) {
      const at = index * ackSize;
      if ((data[at] ?? 0) >> 4 !== type.pubrec) continue;
      acknowledge(releases, length, 0x62, data[at + 2] ?? 0, data[at + 3] ?? 0);
      length += ackSize;
    }
    rest = data.subarray(whole * ackSize);
    if (length > 0) socket.write(releases.subarray(0, length));
    done(whole - length / ackSize);
  });
}
