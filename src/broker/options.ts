/** What becomes of a QoS 1 or 2 message for a session whose queue is full. */
export const queuePolicies = ['dropNewest', 'dropOldest', 'disconnect'] as const;
export type QueuePolicy = (typeof queuePolicies)[number];

/** Limits and behaviour of the broker engine. What is absent has the default of `defaultOptions`. */
export interface BrokerEngineOptions {
  /** Largest control packet accepted, bytes including the fixed header. 1 KiB to 256 MiB + 4. */
  readonly maximumPacketSize?: number;
  /**
   * Bytes of packets that have begun to come and are not whole, of all links together. Over it, the link with the most
   * of them is closed (0x97).
   */
  readonly maximumIncompleteBytes?: number;
  /**
   * Most clients connected at a time; more are refused (0x97; v3: 3). Of the network connections without a CONNECT the one
   * that has waited longest is closed when there are 64 more than this.
   */
  readonly maximumConnections?: number;
  /** Most CONNECT packets accepted per second, of all clients; more are refused (0x9F; v3: 3). 0: no limit. */
  readonly maximumConnectionRate?: number;
  /** Most PUBLISH packets of one client per second; a client over it is disconnected (0x96). 0: no limit. */
  readonly maximumPublishRate?: number;
  /** QoS 1 and 2 messages that wait for a client, per session. Over it, `queuePolicy` decides. */
  readonly maximumQueuedMessages?: number;
  /** Bytes of the same. */
  readonly maximumQueuedBytes?: number;
  /**
   * When a session's queue is full: drop the newest message, the oldest waiting ones, or disconnect
   * the client (0x97) and drop the newest. Each is counted.
   */
  readonly queuePolicy?: QueuePolicy;
  /**
   * Bytes of the QoS 1 and 2 messages that wait or are in flight, of all sessions together, with 256 for each. When there
   * are more, `queuePolicy` decides for the sessions that have more than an equal share.
   */
  readonly maximumTotalQueuedBytes?: number;
  /**
   * Most QoS 1 and 2 messages in flight to a client; less if its Receive Maximum is. Their bytes are limited by
   * `maximumQueuedBytes`, as those of the ones that wait.
   */
  readonly maximumInFlight?: number;
  /** QoS 2 messages that a v5 client may have in flight to us (Receive Maximum), 1 to 65535. */
  readonly receiveMaximum?: number;
  /**
   * Bytes that may wait for one slow link before QoS 0 messages to it are dropped, counted. A client
   * that leaves four times as much of other packets unread is disconnected (0x97).
   */
  readonly maximumPendingBytes?: number;
  /** The same for all slow links together: they share it equally when it is less than `maximumPendingBytes` for each. */
  readonly maximumTotalPendingBytes?: number;
  /** Most subscriptions of one session; more are refused (0x97). */
  readonly maximumSubscriptions?: number;
  /** Most subscriptions of all sessions together; more are refused (0x97). */
  readonly maximumTotalSubscriptions?: number;
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
  /** Topic aliases that a v5 client may use (Topic Alias Maximum of CONNACK); 0: none. */
  readonly topicAliasMaximum?: number;
  /** Most topic aliases that the broker uses towards a v5 client that takes them; 0: none. */
  readonly maximumOutboundTopicAliases?: number;
  /**
   * Bytes of packets that may wait for one client to be authenticated; over it the CONNECT is refused
   * (0x97; v3: 3).
   */
  readonly maximumUnauthenticatedBytes?: number;
  /** Milliseconds that a link may stay without a CONNECT, or with one that is not answered. */
  readonly connectTimeout?: number;
  /** Seconds; given to v5 clients in place of what they asked for. 0: what the client asks for. */
  readonly serverKeepAlive?: number;
  /** Refuse v5 messages whose payload is not the UTF-8 that their Payload Format Indicator tells (0x99). */
  readonly validatePayloadFormat?: boolean;
  /**
   * Response Information for v5 clients that request it, `%c` is the client identifier; a prefix for
   * response topics. Empty: none is given.
   */
  readonly responseInformation?: string;
  /**
   * Where clients that are refused for too many connections, or disconnected by a shutdown, should go
   * instead (Server Reference, 0x9C). Empty: nowhere.
   */
  readonly serverReference?: string;
  /** Milliseconds between two rounds of `$SYS` topics; 0 turns them off. */
  readonly sysInterval?: number;
  /** Name and version shown in `$SYS/broker/version`. */
  readonly version?: string;
}

export type ResolvedOptions = Required<BrokerEngineOptions>;

export const defaultOptions: ResolvedOptions = {
  maximumPacketSize: 10 * 1024 * 1024,
  maximumIncompleteBytes: 256 * 1024 * 1024,
  maximumConnections: 10_000,
  maximumConnectionRate: 0,
  maximumPublishRate: 0,
  maximumQueuedMessages: 10_000,
  maximumQueuedBytes: 32 * 1024 * 1024,
  maximumTotalQueuedBytes: 512 * 1024 * 1024,
  queuePolicy: 'dropNewest',
  maximumInFlight: 1000,
  // Not lower than what v5 takes for granted: clients that don't look at it would be disconnected.
  receiveMaximum: 65_535,
  maximumPendingBytes: 4 * 1024 * 1024,
  maximumTotalPendingBytes: 512 * 1024 * 1024,
  maximumSubscriptions: 10_000,
  maximumTotalSubscriptions: 1_000_000,
  maximumTopicLevels: 200,
  maximumRetainedMessages: 100_000,
  maximumRetainedBytes: 256 * 1024 * 1024,
  maximumOfflineSessions: 10_000,
  maximumSessionExpiryInterval: 0xffffffff,
  topicAliasMaximum: 100,
  maximumOutboundTopicAliases: 100,
  maximumUnauthenticatedBytes: 64 * 1024,
  connectTimeout: 10_000,
  serverKeepAlive: 0,
  validatePayloadFormat: true,
  responseInformation: 'response/%c',
  serverReference: '',
  sysInterval: 10_000,
  version: 'MQTT Workbench',
};

/** 4 bytes of remaining length and the fixed header's first (MQTT 5.0 section 2.1.4). */
const largestPacket = 268_435_455 + 5;
/** A UTF-8 string of the protocol at its worst: three bytes a code unit. */
const longestText = 20_000;

type NumberOption = {
  [Name in keyof ResolvedOptions]: ResolvedOptions[Name] extends number ? Name : never;
}[keyof ResolvedOptions];

/** Least and most of every number. */
export const optionBounds: Readonly<Record<NumberOption, readonly [least: number, most: number]>> =
  {
    maximumPacketSize: [1024, largestPacket],
    maximumIncompleteBytes: [1024, Number.MAX_SAFE_INTEGER],
    maximumConnections: [1, 1_000_000],
    maximumConnectionRate: [0, 1_000_000],
    maximumPublishRate: [0, 10_000_000],
    maximumQueuedMessages: [0, 10_000_000],
    maximumQueuedBytes: [0, Number.MAX_SAFE_INTEGER],
    maximumTotalQueuedBytes: [0, Number.MAX_SAFE_INTEGER],
    maximumInFlight: [1, 65_535],
    receiveMaximum: [1, 65_535],
    maximumPendingBytes: [0, Number.MAX_SAFE_INTEGER],
    maximumTotalPendingBytes: [0, Number.MAX_SAFE_INTEGER],
    maximumSubscriptions: [1, 10_000_000],
    maximumTotalSubscriptions: [1, 100_000_000],
    maximumTopicLevels: [1, 1000],
    maximumRetainedMessages: [0, 100_000_000],
    maximumRetainedBytes: [0, Number.MAX_SAFE_INTEGER],
    maximumOfflineSessions: [0, 10_000_000],
    maximumSessionExpiryInterval: [0, 0xffffffff],
    topicAliasMaximum: [0, 65_535],
    maximumOutboundTopicAliases: [0, 65_535],
    maximumUnauthenticatedBytes: [0, Number.MAX_SAFE_INTEGER],
    connectTimeout: [10, 3_600_000],
    serverKeepAlive: [0, 65_535],
    sysInterval: [0, 86_400_000],
  };

/** Fills in the defaults. @throws RangeError naming the option that is out of its bounds. */
export function resolveOptions(given: BrokerEngineOptions): ResolvedOptions {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: ResolvedOptions = { ...defaultOptions, ...Object.fromEntries(present) };
  for (const [name, [least, most]] of Object.entries(optionBounds)) {
    const value = options[name as NumberOption];
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most) {
      throw new RangeError(`${name} must be from ${least} to ${most}, not ${String(value)}.`);
    }
  }
  if (!queuePolicies.includes(options.queuePolicy)) {
    throw new RangeError(`queuePolicy must be one of ${queuePolicies.join(', ')}.`);
  }
  if (typeof options.validatePayloadFormat !== 'boolean') {
    throw new RangeError('validatePayloadFormat must be true or false.');
  }
  for (const name of ['responseInformation', 'serverReference', 'version'] as const) {
    const text: unknown = options[name];
    if (typeof text !== 'string' || text.length > longestText || text.includes('\0')) {
      throw new RangeError(`${name} must be a text of at most ${longestText} characters.`);
    }
  }
  return options;
}
