/** What the TLS and the secure WebSocket listener have in common. */
import type { Socket } from 'node:net';
import type { Server, TlsOptions as NodeTlsOptions, TLSSocket } from 'node:tls';
import { formatAddress, type RefusalHandler } from './connection.ts';

/** How a listener proves who it is, and whom it believes. PEM throughout. */
export interface TlsCredentials {
  /** The server's certificate, then its chain. */
  readonly certificate: string;
  readonly key: string;
  readonly clientCertificates: 'none' | 'optional' | 'required';
  /** Certificates of the authorities that clients' certificates must come from. */
  readonly clientAuthorities?: string;
}

/** How long a client may take for the TLS handshake, milliseconds. */
export const handshakeMilliseconds = 10_000;
/** Network connections that may be within their handshake; more are closed at once. */
const mostHandshakes = 1000;

/** The options of Node's servers. TLS 1.2 is the oldest version. */
export function serverOptions(
  credentials: TlsCredentials,
  handshakeTimeout: number,
): NodeTlsOptions {
  const { certificate, key, clientCertificates, clientAuthorities } = credentials;
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    handshakeTimeout,
    requestCert: clientCertificates !== 'none',
    // Looked at in `clientOf`: Node's own check would not tell why.
    rejectUnauthorized: false,
    ...(clientAuthorities !== undefined && { ca: clientAuthorities }),
  };
}

/** Who the client is by its certificate, or why it may not stay. */
export type TlsClient =
  | { readonly accepted: true; readonly certificateName?: string }
  | { readonly accepted: false; readonly reason: string };

/** Judges a client whose handshake is done. */
export function clientOf(socket: TLSSocket, credentials: TlsCredentials): TlsClient {
  if (credentials.clientCertificates === 'none') return { accepted: true };
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) {
    return credentials.clientCertificates === 'optional'
      ? { accepted: true }
      : { accepted: false, reason: 'it has no client certificate, which is required' };
  }
  if (!socket.authorized) {
    const reason = String(socket.authorizationError);
    return { accepted: false, reason: `its client certificate is not accepted (${reason})` };
  }
  const name = commonName(certificate.subject);
  return { accepted: true, ...(name !== undefined && { certificateName: name }) };
}

/**
 * The one common name in a subject as Node prints it: one attribute a line. Undefined when there is
 * none, or several, or one whose text is not what was signed (escapes).
 */
export function commonName(subject: string | undefined): string | undefined {
  const names = (subject ?? '').split('\n').filter((line) => line.startsWith('CN='));
  const [only] = names;
  if (only === undefined || names.length > 1) return undefined;
  const name = only.slice('CN='.length);
  // Node escapes what could be mistaken (CVE-2021-44533): such a name is nobody's user name.
  return name === '' || /[\\"\u0000-\u001f\u007f]/.test(name) ? undefined : name;
}

/** Bounds the handshakes that are under way, and tells which fail and why. */
export function watchHandshakes(server: Server, refused: RefusalHandler): void {
  /** Addresses of clients within their handshake: Node gives no way from one socket to the other. */
  const waiting = new Set<string>();
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    if (waiting.size >= mostHandshakes) {
      refused(address, `${mostHandshakes} other clients are within their TLS handshake`);
      socket.destroy();
      return;
    }
    waiting.add(address);
    socket.once('close', () => waiting.delete(address));
  });
  server.on('secureConnection', (socket) => waiting.delete(addressOf(socket)));
  server.on('tlsClientError', (error, socket) => {
    refused(addressOf(socket), reasonOf(error));
    // What does not speak TLS is told at once, not when it has waited long enough.
    socket.destroy();
  });
}

export function addressOf(socket: Socket): string {
  return formatAddress(socket.remoteAddress, socket.remotePort);
}

const notTls = 'it did not speak TLS (plain MQTT?)';
const distrust = 'it does not trust the certificate';

/** What OpenSSL's and Node's commonest reasons mean. */
const handshakeReasons: Readonly<Record<string, string>> = {
  ERR_SSL_HTTP_REQUEST: 'it spoke plain HTTP, not TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it did not finish the TLS handshake in time',
  ECONNRESET: 'it broke off the TLS handshake',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it offers only versions of TLS before 1.2',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: distrust,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: distrust,
  ERR_SSL_SSL_TLSV1_ALERT_UNKNOWN_CA: distrust,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: distrust,
  ERR_SSL_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: distrust,
};

function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return handshakeReasons[code] ?? `the TLS handshake failed: ${code || error.message}`;
}
