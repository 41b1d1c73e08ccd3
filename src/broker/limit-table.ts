/**
 * Every limit of the broker once, for people: what the command line, the configuration file, the
 * settings of the editor and the README know of limits is made from this. A limit that is added to
 * `BrokerEngineOptions` does not compile until it has its row here. Pure.
 */
import {
  defaultOptions,
  optionBounds,
  queuePolicies,
  type BrokerEngineOptions,
} from './options.ts';

export type LimitName = Exclude<keyof BrokerEngineOptions, 'version'>;
export type LimitUnit = 'bytes' | 'milliseconds' | 'seconds' | 'per second';

interface Row {
  /** One sentence or two, plain text. */
  readonly description: string;
  readonly unit?: LimitUnit;
}

/** What a value may be. */
export type AllowedValue =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'text'; readonly longest: number };

export interface Limit extends Row {
  readonly name: LimitName;
  readonly allowed: AllowedValue;
  /** What it is when nobody says. */
  readonly usual: number | string | boolean;
}

/** Characters of a text; the protocol's strings have at most 65,535 bytes. */
const longestText = 20_000;

const rows: Readonly<Record<LimitName, Row>> = {
  maximumPacketSize: {
    unit: 'bytes',
    description:
      'Largest packet accepted. A client that sends a larger one is disconnected (MQTT 5: reason code 0x95 Packet too large).',
  },
  maximumIncompleteBytes: {
    unit: 'bytes',
    description:
      'Most bytes of packets that have begun to come and are not whole, of all clients together. Over it, the client with the most of them is disconnected (MQTT 5: 0x97 Quota exceeded).',
  },
  maximumConnections: {
    description:
      'Most clients connected at a time. More are refused (MQTT 5: 0x97 Quota exceeded; 3.1.1: 3 Server unavailable). Of the network connections without a CONNECT the one that has waited longest is closed when there are 64 more.',
  },
  maximumConnectionRate: {
    unit: 'per second',
    description:
      'Most CONNECT packets accepted, of all clients together. More are refused (MQTT 5: 0x9F Connection rate exceeded; 3.1.1: 3). 0: no limit.',
  },
  maximumPublishRate: {
    unit: 'per second',
    description:
      'Most PUBLISH packets of one client. A client over it is disconnected (MQTT 5: 0x96 Message rate too high). 0: no limit.',
  },
  maximumQueuedMessages: {
    description:
      'Most QoS 1 and 2 messages that wait for one client. When there are more, queuePolicy decides.',
  },
  maximumQueuedBytes: {
    unit: 'bytes',
    description:
      'Most bytes of QoS 1 and 2 messages that wait for one client. When there are more, queuePolicy decides.',
  },
  maximumTotalQueuedBytes: {
    unit: 'bytes',
    description:
      'Most bytes of QoS 1 and 2 messages that wait or are in flight, of all clients together, with 256 for each. When there are more, queuePolicy decides for the clients that have more than an equal share.',
  },
  queuePolicy: {
    description:
      "When a client's queue is full: drop the newest message, drop the oldest waiting ones, or disconnect the client (0x97 Quota exceeded) and drop the newest.",
  },
  maximumInFlight: {
    description:
      "Most QoS 1 and 2 messages sent to a client that it has not acknowledged; fewer if the client's Receive Maximum says so, or they have maximumQueuedBytes.",
  },
  receiveMaximum: {
    description:
      'Most QoS 1 and 2 messages that an MQTT 5 client may have in flight to the broker (Receive Maximum of CONNACK).',
  },
  maximumPendingBytes: {
    unit: 'bytes',
    description:
      'Bytes that a slow client may leave unread before QoS 0 messages to it are dropped. One that leaves four times as much of other packets is disconnected (0x97).',
  },
  maximumTotalPendingBytes: {
    unit: 'bytes',
    description:
      'The same for all slow clients together: they share it equally when that is less than maximumPendingBytes for each.',
  },
  maximumSubscriptions: {
    description: 'Most subscriptions of one session. More are refused (0x97 Quota exceeded).',
  },
  maximumTotalSubscriptions: {
    description:
      'Most subscriptions of all sessions together. More are refused (0x97 Quota exceeded).',
  },
  maximumTopicLevels: {
    description:
      'Most levels of a topic name or topic filter. Deeper ones are refused (MQTT 5: 0x90 Topic Name invalid, 0x8F Topic Filter invalid).',
  },
  maximumRetainedMessages: {
    description: 'Most retained messages. A message over it is delivered, but not retained.',
  },
  maximumRetainedBytes: {
    unit: 'bytes',
    description:
      'Most bytes of retained messages. A message over it is delivered, but not retained.',
  },
  maximumOfflineSessions: {
    description:
      'Most sessions whose client is away. When there are more, the one that was left first ends.',
  },
  maximumSessionExpiryInterval: {
    unit: 'seconds',
    description:
      'Longest time that a session is kept for a client that is away. 4294967295: for ever.',
  },
  topicAliasMaximum: {
    description:
      'Most topic aliases that an MQTT 5 client may use towards the broker (Topic Alias Maximum of CONNACK). 0: none.',
  },
  maximumOutboundTopicAliases: {
    description:
      'Most topic aliases that the broker uses towards an MQTT 5 client that takes them. 0: none.',
  },
  maximumUnauthenticatedBytes: {
    unit: 'bytes',
    description:
      'Most bytes of packets that may wait while a client is authenticated. Over it the client is refused (MQTT 5: 0x97; 3.1.1: 3).',
  },
  connectTimeout: {
    unit: 'milliseconds',
    description:
      'How long a network connection may stay without a CONNECT packet, or with one that is not answered.',
  },
  serverKeepAlive: {
    unit: 'seconds',
    description:
      'Keep-alive given to MQTT 5 clients in place of what they ask for (Server Keep Alive of CONNACK). 0: what the client asks for.',
  },
  validatePayloadFormat: {
    description:
      'Refuse MQTT 5 messages that say that their payload is UTF-8 when it is not (0x99 Payload format invalid).',
  },
  responseInformation: {
    description:
      'Response Information for MQTT 5 clients that request it: a prefix for their response topics; %c stands for the client identifier. Empty: none.',
  },
  serverReference: {
    description:
      'Where MQTT 5 clients should go that are refused for too many connections, or disconnected by a shutdown (Server Reference). Empty: nowhere.',
  },
  sysInterval: {
    unit: 'milliseconds',
    description: 'Time between two rounds of $SYS topics. 0: no $SYS topics.',
  },
};

/** All limits, in the order in which they are shown. */
export const limitTable: readonly Limit[] = (Object.keys(rows) as LimitName[]).map((name) => ({
  name,
  ...rows[name],
  allowed: allowedValue(name),
  usual: defaultOptions[name],
}));

function allowedValue(name: LimitName): AllowedValue {
  const bounds: Partial<Record<LimitName, readonly [number, number]>> = optionBounds;
  switch (typeof defaultOptions[name]) {
    case 'boolean':
      return { kind: 'switch' };
    case 'number': {
      const [least, most] = bounds[name] ?? [0, Number.MAX_SAFE_INTEGER];
      return { kind: 'number', least, most };
    }
    default:
      return name === 'queuePolicy'
        ? { kind: 'choice', choices: queuePolicies }
        : { kind: 'text', longest: longestText };
  }
}

/** What a value has to be, if it is not that (`a whole number from 0 to 9`); undefined if all is well. */
export function valueProblem(allowed: AllowedValue, given: unknown): string | undefined {
  switch (allowed.kind) {
    case 'number': {
      const { least, most } = allowed;
      const fits =
        typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most;
      return fits ? undefined : `a whole number from ${least} to ${most}`;
    }
    case 'choice':
      return typeof given === 'string' && allowed.choices.includes(given)
        ? undefined
        : `one of ${allowed.choices.join(', ')}`;
    case 'switch':
      return typeof given === 'boolean' ? undefined : 'true or false';
    case 'text':
      return typeof given === 'string' && given.length <= allowed.longest && !given.includes('\0')
        ? undefined
        : `a text of at most ${allowed.longest} characters`;
  }
}
