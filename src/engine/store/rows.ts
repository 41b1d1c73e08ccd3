/** Reads rows of the store: a file that somebody may have changed, so nothing is believed. */
import {
  DamagedStoreError,
  type StoredDelivery,
  type StoredIncoming,
  type StoredMessage,
  type StoredRetained,
  type StoredRetainedSent,
  type StoredSession,
  type StoredSubscription,
} from '../../broker/store.ts';
import type { ProtocolVersion, QoS } from '../../mqtt/packet.ts';

export type Row = Readonly<Record<string, unknown>>;

export function sessionOf(row: Row): StoredSession {
  return {
    clientIdentifier: text(row, 'client'),
    protocolVersion: within(row, 'version', 3, 5) as ProtocolVersion,
    expiryInterval: within(row, 'expiry', 0, 0xffffffff),
    disconnectedAt: optional(row, 'disconnectedAt', number),
    connectedAt: number(row, 'connectedAt'),
    keepAlive: within(row, 'keepAlive', 0, 65_535),
    cleanStart: flag(row, 'cleanStart'),
    userName: optional(row, 'userName', text),
    owner: optional(row, 'owner', text),
    will: optional(row, 'will', blob),
  };
}

export function subscriptionOf(row: Row): StoredSubscription {
  const subscriptionIdentifier = optional(row, 'identifier', (...at) =>
    within(...at, 1, 268_435_455),
  );
  return {
    clientIdentifier: text(row, 'client'),
    subscription: {
      topicFilter: text(row, 'filter'),
      qos: within(row, 'qos', 0, 2) as QoS,
      noLocal: flag(row, 'noLocal'),
      retainAsPublished: flag(row, 'retainAsPublished'),
      retainHandling: within(row, 'retainHandling', 0, 2) as 0 | 1 | 2,
      ...(subscriptionIdentifier !== undefined && { subscriptionIdentifier }),
    },
    retainedSince: optional(row, 'retainedSince', number),
  };
}

export function retainedOf(row: Row): StoredRetained {
  return { topicName: text(row, 'topic'), ...frameOf(row) };
}

export function messageOf(row: Row): StoredMessage {
  return {
    key: number(row, 'key'),
    ...frameOf(row),
    publisher: optional(row, 'publisher', text),
  };
}

export function deliveryOf(row: Row): StoredDelivery {
  return {
    key: number(row, 'key'),
    clientIdentifier: text(row, 'client'),
    message: optional(row, 'message', number),
    qos: within(row, 'qos', 1, 2) as 1 | 2,
    retain: flag(row, 'retain'),
    subscriptionIdentifiers: optional(row, 'identifiers', identifiers),
    sharedFilter: optional(row, 'sharedFilter', text),
    packetIdentifier: within(row, 'packetIdentifier', 0, 65_535),
    sequence: within(row, 'sequence', 0, Number.MAX_SAFE_INTEGER),
  };
}

export function incomingOf(row: Row): StoredIncoming {
  return {
    clientIdentifier: text(row, 'client'),
    packetIdentifier: within(row, 'packetIdentifier', 1, 65_535),
  };
}

export function retainedSentOf(row: Row): StoredRetainedSent {
  return {
    clientIdentifier: text(row, 'client'),
    topicFilter: text(row, 'filter'),
    topicName: text(row, 'topic'),
  };
}

function frameOf(row: Row): { bytes: Uint8Array; isV5: boolean; receivedAt: number } {
  return {
    bytes: blob(row, 'frame'),
    isV5: flag(row, 'isV5'),
    receivedAt: number(row, 'receivedAt'),
  };
}

function identifiers(row: Row, column: string): number[] {
  const values = text(row, column).split(' ').map(Number);
  if (values.every((value) => Number.isInteger(value) && value > 0 && value <= 268_435_455)) {
    return values;
  }
  return wrong(column, row[column]);
}

function optional<Value>(
  row: Row,
  column: string,
  read: (row: Row, column: string) => Value,
): Value | undefined {
  return row[column] === null ? undefined : read(row, column);
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrong(column, value);
}

function number(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' && Number.isFinite(value) ? value : wrong(column, value);
}

function within(row: Row, column: string, least: number, most: number): number {
  const value = number(row, column);
  return Number.isInteger(value) && value >= least && value <= most ? value : wrong(column, value);
}

function flag(row: Row, column: string): boolean {
  return within(row, column, 0, 1) === 1;
}

/** Not `slice`, which shares the memory where it is a Buffer. */
function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? new Uint8Array(value) : wrong(column, value);
}

function wrong(column: string, value: unknown): never {
  throw new DamagedStoreError(
    `The column ${column} holds ${typeof value} ${String(value).slice(0, 40)}.`,
  );
}
