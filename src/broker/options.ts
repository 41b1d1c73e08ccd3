/** Limits and intervals of the broker engine. What is absent has the default of `defaultOptions`. */
export interface BrokerEngineOptions {
  /** Largest control packet accepted, bytes including the fixed header. 1 KiB to 256 MiB + 4. */
  readonly maximumPacketSize?: number;
  /** Most network connections with a client at a time; more are refused (0x97; v3: 3). */
  readonly maximumConnections?: number;
  /** QoS 1 and 2 messages that wait for a client, per session. What is over is dropped, counted. */
  readonly maximumQueuedMessages?: number;
  /** Bytes of the same. */
  readonly maximumQueuedBytes?: number;
  /** Most QoS 1 and 2 messages in flight to a client; less if its Receive Maximum is. */
  readonly maximumInFlight?: number;
  /** QoS 2 messages that a v5 client may have in flight to us (Receive Maximum), 1 to 65535. */
  readonly receiveMaximum?: number;
  /** Bytes that may wait for one slow link before QoS 0 messages to it are dropped, counted. */
  readonly maximumPendingBytes?: number;
  /** Most subscriptions of one session; more are refused (0x97). */
  readonly maximumSubscriptions?: number;
  /** Most levels of a topic name or filter; deeper ones are refused. */
  readonly maximumTopicLevels?: number;
  /** Retained messages; a message over the limit is delivered, but not retained, and counted. */
  readonly maximumRetainedMessages?: number;
  /** Bytes of the same. */
  readonly maximumRetainedBytes?: number;
  /** Offline sessions; when there are more, the one that was left first ends. */
  readonly maximumOfflineSessions?: number;
  /** Longest session expiry granted, seconds; 0xFFFFFFFF is for ever. */
  readonly maximumSessionExpiryInterval?: number;
  /** Milliseconds that a link may stay without a CONNECT. */
  readonly connectTimeout?: number;
  /** Seconds; given to v5 clients in place of what they asked for. 0: what the client asks for. */
  readonly serverKeepAlive?: number;
  /** Milliseconds between two rounds of `$SYS` topics; 0 turns them off. */
  readonly sysInterval?: number;
  /** Name and version shown in `$SYS/broker/version`. */
  readonly version?: string;
}

export type ResolvedOptions = Required<BrokerEngineOptions>;

export const defaultOptions: ResolvedOptions = {
  maximumPacketSize: 10 * 1024 * 1024,
  maximumConnections: 10_000,
  maximumQueuedMessages: 10_000,
  maximumQueuedBytes: 32 * 1024 * 1024,
  maximumInFlight: 1000,
  // Not lower than what v5 takes for granted: clients that don't look at it would be disconnected.
  receiveMaximum: 65_535,
  maximumPendingBytes: 4 * 1024 * 1024,
  maximumSubscriptions: 10_000,
  maximumTopicLevels: 200,
  maximumRetainedMessages: 100_000,
  maximumRetainedBytes: 256 * 1024 * 1024,
  maximumOfflineSessions: 10_000,
  maximumSessionExpiryInterval: 0xffffffff,
  connectTimeout: 10_000,
  serverKeepAlive: 0,
  sysInterval: 10_000,
  version: 'MQTT Workbench',
};

/** 4 bytes of remaining length and the fixed header's first (MQTT 5.0 section 2.1.4). */
const largestPacket = 268_435_455 + 5;

const bounds: Partial<Record<keyof ResolvedOptions, readonly [least: number, most: number]>> = {
  maximumPacketSize: [1024, largestPacket],
  maximumConnections: [1, 1_000_000],
  maximumQueuedMessages: [0, 10_000_000],
  maximumQueuedBytes: [0, Number.MAX_SAFE_INTEGER],
  maximumInFlight: [1, 65_535],
  receiveMaximum: [1, 65_535],
  maximumPendingBytes: [0, Number.MAX_SAFE_INTEGER],
  maximumSubscriptions: [1, 10_000_000],
  maximumTopicLevels: [1, 1000],
  maximumRetainedMessages: [0, 100_000_000],
  maximumRetainedBytes: [0, Number.MAX_SAFE_INTEGER],
  maximumOfflineSessions: [0, 10_000_000],
  maximumSessionExpiryInterval: [0, 0xffffffff],
  connectTimeout: [10, 3_600_000],
  serverKeepAlive: [0, 65_535],
  sysInterval: [0, 86_400_000],
};

/** Fills in the defaults. @throws RangeError naming the option that is out of its bounds. */
export function resolveOptions(given: BrokerEngineOptions): ResolvedOptions {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: ResolvedOptions = { ...defaultOptions, ...Object.fromEntries(present) };
  for (const [name, range] of Object.entries(bounds)) {
    const value = options[name as keyof ResolvedOptions];
    const [least, most] = range;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most) {
      throw new RangeError(`${name} must be from ${least} to ${most}, not ${String(value)}.`);
    }
  }
  return options;
}
