import { createServer } from 'node:net';
import {
  formatAddress,
  writeHighWaterMark,
  type ConnectionHandler,
  type Listener,
} from './connection.ts';
import { listen } from './listen.ts';
import { closing, serveStream } from './stream-listener.ts';

/**
 * Listens for MQTT over TCP. The port 0 lets the system choose.
 * @throws HumanError when it cannot listen (see `listen`).
 */
export async function listenTcp(
  host: string,
  port: number,
  handler: ConnectionHandler,
): Promise<Listener> {
  const server = createServer({ noDelay: true, highWaterMark: writeHighWaterMark }, (socket) =>
    serveStream(socket, 'tcp', handler),
  );
  const close = closing(server);
  const address = await listen(server, host, port);
  // E.g. too many open files while accepting: that connection fails, the listener goes on.
  server.on('error', () => undefined);
  return {
    transport: 'tcp',
    host: address.address,
    port: address.port,
    url: `mqtt://${formatAddress(address.address, address.port)}`,
    close,
  };
}
