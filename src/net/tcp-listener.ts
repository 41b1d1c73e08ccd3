import { createServer, type Socket } from 'node:net';
import {
  closeGraceMilliseconds,
  formatAddress,
  plainBytes,
  writeHighWaterMark,
  type AcceptedConnection,
  type ConnectionHandler,
  type Listener,
} from './connection.ts';
import { listen } from './listen.ts';

/** An ordered, lossless stream of bytes in both directions [MQTT-4.2-1]. */
class TcpConnection implements AcceptedConnection {
  readonly transport = 'tcp';
  readonly remoteAddress: string;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = formatAddress(socket.remoteAddress, socket.remotePort);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    const only = chunks[0];
    if (chunks.length === 1 && only) return socket.write(only);
    // Corked writes leave as one writev.
    socket.cork();
    let more = true;
    for (const chunk of chunks) more = socket.write(chunk);
    socket.uncork();
    return more;
  }

  close(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.end();
    // A peer that neither reads nor closes must not hold the socket.
    const timer = setTimeout(() => socket.destroy(), closeGraceMilliseconds);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }
}

/** Hands what happens on a socket to its owner. Shared by the listeners whose carrier is a stream. */
function serve(socket: Socket, handler: ConnectionHandler): void {
  const events = handler(new TcpConnection(socket));
  socket.on('data', (chunk: Buffer) => events.data(plainBytes(chunk)));
  socket.on('drain', () => events.drained());
  // 'close' follows every error: one notice for both.
  socket.on('error', () => undefined);
  socket.on('close', () => events.ended());
}

/**
 * Listens for MQTT over TCP. The port 0 lets the system choose.
 * @throws HumanError when it cannot listen (see `listen`).
 */
export async function listenTcp(
  host: string,
  port: number,
  handler: ConnectionHandler,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, highWaterMark: writeHighWaterMark }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, handler);
  });
  const address = await listen(server, host, port);
  // E.g. too many open files while accepting: that connection fails, the listener goes on.
  server.on('error', () => undefined);
  return {
    transport: 'tcp',
    host: address.address,
    port: address.port,
    url: `mqtt://${formatAddress(address.address, address.port)}`,
    close: (graceMilliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, graceMilliseconds);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
