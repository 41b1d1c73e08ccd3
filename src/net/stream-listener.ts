import type { Server, Socket } from 'node:net';
import {
  closeGraceMilliseconds,
  formatAddress,
  plainBytes,
  writeHighWaterMark,
  type AcceptedConnection,
  type ConnectionHandler,
} from './connection.ts';

/** An ordered, lossless stream of bytes in both directions: TCP, or TLS over it [MQTT-4.2-1]. */
class StreamConnection implements AcceptedConnection {
  readonly transport: 'tcp' | 'tls';
  readonly remoteAddress: string;
  readonly certificateName?: string;
  readonly #socket: Socket;
  #stopped = false;

  constructor(socket: Socket, transport: 'tcp' | 'tls', certificateName: string | undefined) {
    this.#socket = socket;
    this.transport = transport;
    this.remoteAddress = formatAddress(socket.remoteAddress, socket.remotePort);
    if (certificateName !== undefined) this.certificateName = certificateName;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    const only = chunks[0];
    if (chunks.length === 1 && only) {
      socket.write(only);
    } else {
      // Corked writes leave as one writev.
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
    // Not what `write` gave: a TLS socket has a low mark of its own that cannot be set.
    this.#stopped = socket.writableLength >= writeHighWaterMark;
    return !this.#stopped;
  }

  /** To be called when the stream is empty: true if that is news to who writes. */
  resume(): boolean {
    const wasStopped = this.#stopped;
    this.#stopped = false;
    return wasStopped;
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

/** Hands what happens on a socket to its owner. */
export function serveStream(
  socket: Socket,
  transport: 'tcp' | 'tls',
  handler: ConnectionHandler,
  certificateName?: string,
): void {
  const connection = new StreamConnection(socket, transport, certificateName);
  const events = handler(connection);
  socket.on('data', (chunk: Buffer) => events.data(plainBytes(chunk)));
  socket.on('drain', () => {
    if (connection.resume()) events.drained();
  });
  // 'close' follows every error: one notice for both.
  socket.on('error', () => undefined);
  socket.on('close', () => events.ended());
}

/**
 * Makes `server` closable: remembers its network connections, those within a TLS handshake too.
 * The result stops accepting, frees the port, and cuts off what is open after the grace.
 */
export function closing(server: Server): (graceMilliseconds: number) => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return (graceMilliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMilliseconds);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
}
