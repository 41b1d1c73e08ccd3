import type { Transport } from '../base/transport.ts';

/** What the owner of an accepted connection is told. Nothing comes after `ended`. */
export interface ConnectionEvents {
  data(bytes: Uint8Array): void;
  /** What was refused by `write` returning false has been sent: writing may go on. */
  drained(): void;
  /** The peer closed the connection, or it failed. */
  ended(): void;
}

/** A network connection that a listener accepted, whatever carries it. */
export interface AcceptedConnection {
  /** `127.0.0.1:51234`; IPv6 addresses stand in brackets. */
  readonly remoteAddress: string;
  readonly transport: Transport;
  /** Common name of the client's certificate, when it has proved one that the listener accepts. */
  readonly certificateName?: string;
  /**
   * Sends all chunks in one system call where possible. The bytes are not copied: they must not
   * change afterwards.
   * @returns false when more than the high-water mark is waiting; `drained` tells when to go on.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Closes when everything written has been sent; a peer that does not read is cut off. */
  close(): void;
}

/** Called with each new connection; gives what is to be told of it. */
export type ConnectionHandler = (connection: AcceptedConnection) => ConnectionEvents;

/**
 * Called with each client that got no connection, e.g. for a failed TLS handshake, and why: half a
 * sentence for a log.
 */
export type RefusalHandler = (remoteAddress: string, reason: string) => void;

/** Something that accepts connections on an address. */
export interface Listener {
  readonly transport: Transport;
  /** The address that it is bound to. */
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /**
   * Stops accepting and frees the port. Connections that are still open after
   * `graceMilliseconds` are cut off.
   */
  close(graceMilliseconds: number): Promise<void>;
}

/**
 * Bytes that may wait in a socket before `write` tells to stop. Large, since a broker's tick can
 * write several chunks of 64 KiB at once and each false costs a round through the event loop.
 */
export const writeHighWaterMark = 1024 * 1024;

/** How long a closed connection may take to send what is left, milliseconds. */
export const closeGraceMilliseconds = 2000;

/** `host:port`, with brackets around IPv6 addresses (RFC 3986 section 3.2.2). */
export function formatAddress(host: string | undefined, port: number | undefined): string {
  const name = host ?? 'unknown';
  // Node reports IPv4 peers of a dual-stack socket as IPv4-mapped IPv6 addresses.
  const plain = name.startsWith('::ffff:') ? name.slice('::ffff:'.length) : name;
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port ?? 0}`;
}

/**
 * The same memory as a plain Uint8Array. A Buffer must not leave this layer: its `slice` shares
 * memory where Uint8Array's copies, so that whoever keeps a copy would keep the whole chunk.
 */
export function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
