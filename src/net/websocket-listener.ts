import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { isLoopback } from '../base/loopback.ts';
import {
  closeGraceMilliseconds,
  formatAddress,
  plainBytes,
  writeHighWaterMark,
  type AcceptedConnection,
  type ConnectionHandler,
  type Listener,
  type RefusalHandler,
} from './connection.ts';
import { listen } from './listen.ts';
import { closing } from './stream-listener.ts';
import {
  addressOf,
  clientOf,
  handshakeMilliseconds,
  serverOptions,
  watchHandshakes,
  type TlsClient,
  type TlsCredentials,
} from './tls-server.ts';

/** Largest WebSocket message: packets may span messages, so this bounds memory, not packets. */
const maximumMessageSize = 16 * 1024 * 1024;

class WebSocketConnection implements AcceptedConnection {
  readonly transport: 'ws' | 'wss';
  readonly remoteAddress: string;
  readonly certificateName?: string;
  readonly #socket: WebSocket;
  readonly #drained: () => void;
  #stopped = false;

  constructor(
    socket: WebSocket,
    request: IncomingMessage,
    certificateName: string | undefined,
    drained: () => void,
  ) {
    this.#socket = socket;
    this.#drained = drained;
    this.transport = request.socket instanceof TLSSocket ? 'wss' : 'ws';
    if (certificateName !== undefined) this.certificateName = certificateName;
    this.remoteAddress = formatAddress(request.socket.remoteAddress, request.socket.remotePort);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return true;
    const last = chunks.length - 1;
    // [MQTT-6.0.0-1] MQTT control packets travel in binary frames; they need not be aligned [MQTT-6.0.0-2].
    chunks.forEach((chunk, index) => {
      socket.send(chunk, { binary: true }, index === last ? () => this.#sent() : undefined);
    });
    this.#stopped = socket.bufferedAmount > writeHighWaterMark;
    return !this.#stopped;
  }

  close(): void {
    const socket = this.#socket;
    socket.close(1000);
    const timer = setTimeout(() => socket.terminate(), closeGraceMilliseconds);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }

  #sent(): void {
    if (!this.#stopped || this.#socket.bufferedAmount > writeHighWaterMark / 2) return;
    this.#stopped = false;
    this.#drained();
  }
}

function serve(
  socket: WebSocket,
  request: IncomingMessage,
  certificateName: string | undefined,
  handler: ConnectionHandler,
): void {
  const events = handler(
    new WebSocketConnection(socket, request, certificateName, () => events.drained()),
  );
  socket.on('message', (data: RawData, isBinary: boolean) => {
    // [MQTT-6.0.0-1] any other type of data frame closes the network connection.
    if (!isBinary) socket.close(1003, 'MQTT needs binary frames');
    else if (Array.isArray(data)) for (const part of data) events.data(plainBytes(part));
    else events.data(data instanceof ArrayBuffer ? new Uint8Array(data) : plainBytes(data));
  });
  // 'close' follows every error: one notice for both.
  socket.on('error', () => undefined);
  socket.on('close', () => events.ended());
}

/** Undefined for what is no path: hostile ones, such as `//`, must not throw. */
function pathOf({ url = '/' }: IncomingMessage): string | undefined {
  return URL.canParse(url, 'ws://broker') ? new URL(url, 'ws://broker').pathname : undefined;
}

/** Refuses an upgrade in plain HTTP, so that the person reading the client's log knows why. */
function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(reason)}\r\nConnection: close\r\n\r\n${reason}`,
  );
}

/** `mqtt` is the subprotocol [MQTT-6.0.0-4]; `mqttv3.1` is what clients of MQTT 3.1 ask for. */
function subprotocolOf(offered: Iterable<string>): string | undefined {
  const names = new Set(offered);
  return ['mqtt', 'mqttv3.1'].find((name) => names.has(name));
}

function offeredSubprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

/**
 * Any web page may open a WebSocket to this machine, and browsers only tell its origin. A broker
 * that listens on loopback serves pages of this machine, not those of the internet.
 */
function originAllowed(request: IncomingMessage, boundTo: string): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !isLoopback(boundTo) || !/^https?:/.test(origin)) return true;
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

function explain(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { 'Content-Type': 'text/plain', Upgrade: 'websocket' });
  response.end('This is an MQTT broker: connect with a WebSocket, subprotocol "mqtt".\n');
}

/** Makes a WebSocket listener a secure one. */
export interface SecureWebSocketOptions {
  readonly credentials: TlsCredentials;
  readonly refused: RefusalHandler;
  /** Milliseconds that a TLS handshake may take. */
  readonly handshakeTimeout?: number;
}

/**
 * Listens for MQTT over WebSocket (MQTT 5.0 section 6), within TLS when `secure` is given. A plain
 * HTTP request gets a short explanation. `path` undefined accepts every path.
 * @throws HumanError when it cannot listen (see `listen`).
 */
export async function listenWebSocket(
  host: string,
  port: number,
  path: string | undefined,
  handler: ConnectionHandler,
  secure?: SecureWebSocketOptions,
): Promise<Listener> {
  const server = secure ? secureServer(secure) : createServer(explain);
  const close = closing(server);
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maximumMessageSize,
    perMessageDeflate: false,
    handleProtocols: (offered) => subprotocolOf(offered) ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const asked = pathOf(request);
    const client =
      secure && request.socket instanceof TLSSocket
        ? clientOf(request.socket, secure.credentials)
        : anyone;
    if (!client.accepted) {
      secure?.refused(addressOf(request.socket), client.reason);
      refuse(socket, '403 Forbidden', `This client may not connect: ${client.reason}.\n`);
    } else if (path !== undefined && asked !== path) {
      refuse(socket, '404 Not Found', `This broker's WebSocket path is ${path}.\n`);
    } else if (subprotocolOf(offeredSubprotocols(request)) === undefined) {
      // [MQTT-6.0.0-3] the client must offer "mqtt".
      refuse(socket, '400 Bad Request', 'The WebSocket subprotocol must be "mqtt".\n');
    } else if (!originAllowed(request, host)) {
      refuse(socket, '403 Forbidden', 'Pages of other sites may not use this local broker.\n');
    } else {
      webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        serve(webSocket, request, client.certificateName, handler),
      );
    }
  });
  const address = await listen(server, host, port);
  server.on('error', () => undefined);
  const name = formatAddress(address.address, address.port);
  return {
    transport: secure ? 'wss' : 'ws',
    host: address.address,
    port: address.port,
    url: `${secure ? 'wss' : 'ws'}://${name}${path ?? ''}`,
    close: (graceMilliseconds) => {
      const closed = close(graceMilliseconds);
      server.closeIdleConnections();
      return closed;
    },
  };
}

/** Without TLS there are no certificates to judge. */
const anyone: TlsClient = { accepted: true };

function secureServer({ credentials, refused, handshakeTimeout }: SecureWebSocketOptions): Server {
  const options = serverOptions(credentials, handshakeTimeout ?? handshakeMilliseconds);
  const server = createSecureServer(options, explain);
  watchHandshakes(server, refused);
  return server;
}
