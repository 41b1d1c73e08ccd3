import { createServer } from 'node:tls';
import {
  formatAddress,
  type ConnectionHandler,
  type Listener,
  type RefusalHandler,
} from './connection.ts';
import { listen } from './listen.ts';
import { closing, serveStream } from './stream-listener.ts';
import {
  addressOf,
  clientOf,
  handshakeMilliseconds,
  serverOptions,
  watchHandshakes,
  type TlsCredentials,
} from './tls-server.ts';

/**
 * Listens for MQTT over TLS. The port 0 lets the system choose.
 * @param refused is told of clients whose handshake fails or whose certificate is not accepted.
 * @param handshakeTimeout milliseconds that a handshake may take.
 * @throws HumanError when it cannot listen (see `listen`).
 */
export async function listenTls(
  host: string,
  port: number,
  credentials: TlsCredentials,
  handler: ConnectionHandler,
  refused: RefusalHandler,
  handshakeTimeout = handshakeMilliseconds,
): Promise<Listener> {
  const options = {
    ...serverOptions(credentials, handshakeTimeout),
    noDelay: true,
    // Clients behind cloud brokers' ports name their protocol: `mqtt`, or a provider's own word.
    ALPNCallback: ({ protocols }: { protocols: string[] }) =>
      protocols.includes('mqtt') ? 'mqtt' : protocols[0],
  };
  const server = createServer(options, (socket) => {
    const client = clientOf(socket, credentials);
    if (client.accepted) {
      serveStream(socket, 'tls', handler, client.certificateName);
      return;
    }
    refused(addressOf(socket), client.reason);
    socket.on('error', () => undefined);
    socket.destroy();
  });
  watchHandshakes(server, refused);
  const close = closing(server);
  const address = await listen(server, host, port);
  server.on('error', () => undefined);
  return {
    transport: 'tls',
    host: address.address,
    port: address.port,
    url: `mqtts://${formatAddress(address.address, address.port)}`,
    close,
  };
}
