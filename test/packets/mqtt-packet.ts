/**
 * Packets as the npm package mqtt-packet has them, from and to ours, for the differential test.
 */
import { generate, parser, type Packet } from 'mqtt-packet';
import type {
  ControlPacket,
  Properties,
  ProtocolVersion,
  Subscription,
  UserProperty,
  Will,
} from '../../src/mqtt/packet.ts';

type Dictionary = Record<string, unknown>;

/** Properties that mqtt-packet has as booleans. */
const booleans = new Set([
  'payloadFormatIndicator',
  'requestProblemInformation',
  'requestResponseInformation',
  'retainAvailable',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifiersAvailable',
  'sharedSubscriptionAvailable',
]);

/** Where mqtt-packet cannot say or does not accept what MQTT allows. */
export const differences: readonly {
  readonly reason: string;
  readonly direction: 'encode' | 'decode' | 'both';
  readonly applies: (packet: ControlPacket, version: ProtocolVersion) => boolean;
}[] = [
  {
    reason: 'Its user properties are an object: an empty value is lost when the name comes again.',
    direction: 'both',
    applies: (packet) =>
      userPropertiesOf(packet).some((pairs) =>
        pairs.some(
          ([name, value], index) =>
            value === '' && pairs.some(([other], at) => at !== index && other === name),
        ),
      ),
  },
  {
    reason:
      'It refuses DISCONNECT 0x8C, which section 2.4 gives to it and section 3.14.2.1 does not.',
    direction: 'encode',
    applies: (packet) => packet.type === 'disconnect' && packet.reasonCode === 0x8c,
  },
  {
    reason: 'It does not write a CONNECT with a password and no user name, which MQTT 5 allows.',
    direction: 'decode',
    applies: (packet) =>
      packet.type === 'connect' && packet.password !== undefined && packet.userName === undefined,
  },
  {
    reason: 'It does not write a CONNECT with an empty client identifier to resume a session.',
    direction: 'decode',
    applies: (packet) =>
      packet.type === 'connect' &&
      packet.clientIdentifier === '' &&
      (!packet.cleanStart || packet.protocolVersion === 3),
  },
];

export function isDifferent(
  direction: 'encode' | 'decode',
  packet: ControlPacket,
  version: ProtocolVersion,
): boolean {
  return differences.some(
    (one) => [direction, 'both'].includes(one.direction) && one.applies(packet, version),
  );
}

/** The one packet in the bytes, read by mqtt-packet. */
export function parseTheirs(bytes: Uint8Array, version: ProtocolVersion): Dictionary {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on('packet', (packet) => packets.push(packet));
  reader.on('error', (error: unknown) => {
    throw error;
  });
  const left = reader.parse(Buffer.from(bytes));
  const [packet] = packets;
  if (packets.length !== 1 || left > 0 || !packet) throw new Error(`${packets.length} packets`);
  return packet as unknown as Dictionary;
}

export function generateTheirs(packet: ControlPacket, version: ProtocolVersion): Uint8Array {
  const theirs = toTheirs(packet, version) as unknown as Packet;
  return new Uint8Array(generate(theirs, { protocolVersion: version }));
}

/** The user properties with equal names together, as its object keeps them. */
export function normalized(packet: ControlPacket): ControlPacket {
  const copy = structuredClone(packet);
  for (const properties of propertiesOf(copy)) {
    properties.userProperties?.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
  return copy;
}

function propertiesOf(packet: ControlPacket): Properties[] {
  const found = [
    'properties' in packet ? packet.properties : undefined,
    packet.type === 'connect' ? packet.will?.properties : undefined,
  ];
  return found.filter((properties) => properties !== undefined);
}

function userPropertiesOf(packet: ControlPacket): UserProperty[][] {
  return propertiesOf(packet).map(({ userProperties }) => userProperties ?? []);
}

function toTheirs(packet: ControlPacket, version: ProtocolVersion): Dictionary {
  const common: Dictionary = { cmd: packet.type };
  if ('packetIdentifier' in packet) common['messageId'] = packet.packetIdentifier;
  if ('properties' in packet) common['properties'] = propertiesToTheirs(packet.properties);
  switch (packet.type) {
    case 'connect':
      return {
        ...common,
        protocolId: packet.protocolName,
        protocolVersion: packet.protocolVersion,
        clean: packet.cleanStart,
        keepalive: packet.keepAlive,
        clientId: packet.clientIdentifier,
        ...(packet.userName === undefined ? {} : { username: packet.userName }),
        ...(packet.password === undefined ? {} : { password: Buffer.from(packet.password) }),
        ...(packet.will
          ? {
              will: {
                topic: packet.will.topicName,
                payload: Buffer.from(packet.will.payload),
                qos: packet.will.qos,
                retain: packet.will.retain,
                ...(packet.will.properties
                  ? { properties: propertiesToTheirs(packet.will.properties) }
                  : {}),
              },
            }
          : {}),
      };
    case 'connack': {
      const code = version === 5 ? 'reasonCode' : 'returnCode';
      return { ...common, sessionPresent: packet.sessionPresent, [code]: packet.reasonCode };
    }
    case 'publish': {
      const { qos, dup, retain, topicName, payload } = packet;
      return { ...common, qos, dup, retain, topic: topicName, payload: Buffer.from(payload) };
    }
    case 'subscribe':
      return {
        ...common,
        subscriptions: packet.subscriptions.map((one) => ({
          topic: one.topicFilter,
          qos: one.qos,
          nl: one.noLocal,
          rap: one.retainAsPublished,
          rh: one.retainHandling,
        })),
      };
    case 'suback':
    case 'unsuback':
      return { ...common, granted: packet.reasonCodes };
    case 'unsubscribe':
      return { ...common, unsubscriptions: packet.topicFilters };
    case 'pingreq':
    case 'pingresp':
      return common;
    default:
      return { ...common, reasonCode: packet.reasonCode };
  }
}

/** What mqtt-packet read, as one of our packets. */
export function fromTheirs(theirs: Dictionary, version: ProtocolVersion): ControlPacket {
  const type = theirs['cmd'] as ControlPacket['type'];
  const packetIdentifier = theirs['messageId'] as number;
  const properties = propertiesFromTheirs(theirs['properties']);
  const reasonCode = (theirs['reasonCode'] ?? theirs['returnCode'] ?? 0) as number;
  switch (type) {
    case 'connect': {
      const will = theirs['will'] as Dictionary | undefined;
      return {
        type,
        protocolName: theirs['protocolId'] as string,
        protocolVersion: theirs['protocolVersion'] as ProtocolVersion,
        cleanStart: theirs['clean'] as boolean,
        keepAlive: theirs['keepalive'] as number,
        clientIdentifier: theirs['clientId'] as string,
        ...(will ? { will: willFromTheirs(will) } : {}),
        ...(theirs['username'] === undefined ? {} : { userName: theirs['username'] as string }),
        ...(theirs['password'] === undefined ? {} : { password: plain(theirs['password']) }),
        ...properties,
      };
    }
    case 'connack':
      return {
        type,
        sessionPresent: theirs['sessionPresent'] as boolean,
        reasonCode,
        ...properties,
      };
    case 'publish': {
      const { qos, dup, retain } = theirs as { qos: 0 | 1 | 2; dup: boolean; retain: boolean };
      const identifier = qos > 0 ? { packetIdentifier } : {};
      const topicName = theirs['topic'] as string;
      const payload = plain(theirs['payload']);
      return { type, topicName, payload, qos, dup, retain, ...identifier, ...properties };
    }
    case 'subscribe': {
      const subscriptions = (theirs['subscriptions'] as Dictionary[]).map((one): Subscription => ({
        topicFilter: one['topic'] as string,
        qos: one['qos'] as 0 | 1 | 2,
        noLocal: (one['nl'] ?? false) as boolean,
        retainAsPublished: (one['rap'] ?? false) as boolean,
        retainHandling: (one['rh'] ?? 0) as 0 | 1 | 2,
      }));
      return { type, packetIdentifier, subscriptions, ...properties };
    }
    case 'suback':
    case 'unsuback': {
      const reasonCodes = (theirs['granted'] ?? []) as number[];
      return { type, packetIdentifier, reasonCodes, ...properties };
    }
    case 'unsubscribe': {
      const topicFilters = theirs['unsubscriptions'] as string[];
      return { type, packetIdentifier, topicFilters, ...properties };
    }
    case 'pingreq':
    case 'pingresp':
      return { type };
    case 'disconnect':
    case 'auth':
      return { type, reasonCode, ...properties };
    default:
      return { type, packetIdentifier, reasonCode: version === 5 ? reasonCode : 0, ...properties };
  }
}

function willFromTheirs(will: Dictionary): Will {
  return {
    topicName: will['topic'] as string,
    payload: plain(will['payload']),
    qos: will['qos'] as 0 | 1 | 2,
    retain: will['retain'] as boolean,
    ...propertiesFromTheirs(will['properties']),
  };
}

function propertiesToTheirs(properties: Properties | undefined): Dictionary {
  const result: Dictionary = {};
  for (const [name, value] of Object.entries(properties ?? {}) as [string, unknown][]) {
    if (name === 'userProperties') {
      const pairs = Object.create(null) as Record<string, string[]>;
      for (const [key, one] of value as UserProperty[]) (pairs[key] ??= []).push(one);
      result[name] = pairs;
    } else if (name === 'subscriptionIdentifiers') result['subscriptionIdentifier'] = value;
    else if (booleans.has(name)) result[name] = value === 1;
    else result[name] = value instanceof Uint8Array ? Buffer.from(value) : value;
  }
  return result;
}

function propertiesFromTheirs(theirs: unknown): { properties?: Properties } {
  if (theirs === undefined) return {};
  const result: Dictionary = {};
  for (const [name, value] of Object.entries(theirs as Dictionary)) {
    if (name === 'userProperties') {
      result[name] = Object.entries(value as Record<string, string | string[]>).flatMap(
        ([key, one]) => [one].flat().map((text) => [key, text]),
      );
    } else if (name === 'subscriptionIdentifier')
      result['subscriptionIdentifiers'] = [value].flat();
    else if (typeof value === 'boolean') result[name] = value ? 1 : 0;
    else result[name] = value instanceof Uint8Array ? plain(value) : value;
  }
  return { properties: result };
}

function plain(value: unknown): Uint8Array {
  return new Uint8Array(value as Uint8Array);
}
