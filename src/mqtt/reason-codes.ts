/** Reason codes of MQTT 5.0 (section 2.4) and the CONNACK return codes of 3.1 and 3.1.1. */
import type { PacketTypeName } from './packet.ts';

export const ReasonCode = {
  success: 0x00,
  normalDisconnection: 0x00,
  grantedQoS0: 0x00,
  grantedQoS1: 0x01,
  grantedQoS2: 0x02,
  disconnectWithWillMessage: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  continueAuthentication: 0x18,
  reAuthenticate: 0x19,
  unspecifiedError: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  implementationSpecificError: 0x83,
  unsupportedProtocolVersion: 0x84,
  clientIdentifierNotValid: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  banned: 0x8a,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetIdentifierInUse: 0x91,
  packetIdentifierNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  useAnotherServer: 0x9c,
  serverMoved: 0x9d,
  sharedSubscriptionsNotSupported: 0x9e,
  connectionRateExceeded: 0x9f,
  maximumConnectTime: 0xa0,
  subscriptionIdentifiersNotSupported: 0xa1,
  wildcardSubscriptionsNotSupported: 0xa2,
} as const;
export type ReasonCode = (typeof ReasonCode)[keyof typeof ReasonCode];

export interface ReasonCodeEntry {
  readonly code: number;
  /** In the words of table 2-6. */
  readonly name: string;
  /** The packets that may carry it with this name. */
  readonly packets: readonly PacketTypeName[];
}

const entry = (code: number, name: string, packets: string): ReasonCodeEntry => ({
  code,
  name,
  packets: packets.split(' ') as PacketTypeName[],
});

/** Table 2-6. A code stands here more than once where packets call it differently. */
export const reasonCodes: readonly ReasonCodeEntry[] = [
  entry(0x00, 'Success', 'connack puback pubrec pubrel pubcomp unsuback auth'),
  entry(0x00, 'Normal disconnection', 'disconnect'),
  entry(0x00, 'Granted QoS 0', 'suback'),
  entry(0x01, 'Granted QoS 1', 'suback'),
  entry(0x02, 'Granted QoS 2', 'suback'),
  entry(0x04, 'Disconnect with Will Message', 'disconnect'),
  entry(0x10, 'No matching subscribers', 'puback pubrec'),
  entry(0x11, 'No subscription existed', 'unsuback'),
  entry(0x18, 'Continue authentication', 'auth'),
  entry(0x19, 'Re-authenticate', 'auth'),
  entry(0x80, 'Unspecified error', 'connack puback pubrec suback unsuback disconnect'),
  entry(0x81, 'Malformed Packet', 'connack disconnect'),
  entry(0x82, 'Protocol Error', 'connack disconnect'),
  entry(0x83, 'Implementation specific error', 'connack puback pubrec suback unsuback disconnect'),
  entry(0x84, 'Unsupported Protocol Version', 'connack'),
  entry(0x85, 'Client Identifier not valid', 'connack'),
  entry(0x86, 'Bad User Name or Password', 'connack'),
  entry(0x87, 'Not authorized', 'connack puback pubrec suback unsuback disconnect'),
  entry(0x88, 'Server unavailable', 'connack'),
  entry(0x89, 'Server busy', 'connack disconnect'),
  entry(0x8a, 'Banned', 'connack'),
  entry(0x8b, 'Server shutting down', 'disconnect'),
  entry(0x8c, 'Bad authentication method', 'connack disconnect'),
  entry(0x8d, 'Keep Alive timeout', 'disconnect'),
  entry(0x8e, 'Session taken over', 'disconnect'),
  entry(0x8f, 'Topic Filter invalid', 'suback unsuback disconnect'),
  entry(0x90, 'Topic Name invalid', 'connack puback pubrec disconnect'),
  entry(0x91, 'Packet Identifier in use', 'puback pubrec suback unsuback'),
  entry(0x92, 'Packet Identifier not found', 'pubrel pubcomp'),
  entry(0x93, 'Receive Maximum exceeded', 'disconnect'),
  entry(0x94, 'Topic Alias invalid', 'disconnect'),
  entry(0x95, 'Packet too large', 'connack disconnect'),
  entry(0x96, 'Message rate too high', 'disconnect'),
  entry(0x97, 'Quota exceeded', 'connack puback pubrec suback disconnect'),
  entry(0x98, 'Administrative action', 'disconnect'),
  entry(0x99, 'Payload format invalid', 'connack puback pubrec disconnect'),
  entry(0x9a, 'Retain not supported', 'connack disconnect'),
  entry(0x9b, 'QoS not supported', 'connack disconnect'),
  entry(0x9c, 'Use another server', 'connack disconnect'),
  entry(0x9d, 'Server moved', 'connack disconnect'),
  entry(0x9e, 'Shared Subscriptions not supported', 'suback disconnect'),
  entry(0x9f, 'Connection rate exceeded', 'connack disconnect'),
  entry(0xa0, 'Maximum connect time', 'disconnect'),
  entry(0xa1, 'Subscription Identifiers not supported', 'suback disconnect'),
  entry(0xa2, 'Wildcard Subscriptions not supported', 'suback disconnect'),
];

const namesOfPacket = new Map<PacketTypeName, Map<number, string>>();
const names = new Map<number, string>();
for (const { code, name, packets } of reasonCodes) {
  if (!names.has(code)) names.set(code, name);
  for (const packet of packets) {
    const own = namesOfPacket.get(packet) ?? new Map<number, string>();
    namesOfPacket.set(packet, own.set(code, name));
  }
}

/**
 * The name of a reason code, as the packet that carries it calls it: `reasonName(0, 'suback')` is
 * `Granted QoS 0`. `Unknown reason code` when the specification has none.
 */
export function reasonName(code: number, packetType?: PacketTypeName): string {
  const own = packetType === undefined ? undefined : namesOfPacket.get(packetType)?.get(code);
  return own ?? names.get(code) ?? 'Unknown reason code';
}

/** True if table 2-6 lets this packet carry the code. */
export function mayCarry(packetType: PacketTypeName, code: number): boolean {
  return namesOfPacket.get(packetType)?.has(code) ?? false;
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1; the index is the code. */
const returnCodeNames = [
  'Connection accepted',
  'Unacceptable protocol version',
  'Identifier rejected',
  'Server unavailable',
  'Bad user name or password',
  'Not authorized',
];

/** The name of a CONNACK return code of MQTT 3.1 and 3.1.1. */
export function returnCodeName(code: number): string {
  return returnCodeNames[code] ?? 'Unknown return code';
}

/** True if MQTT 3.1 and 3.1.1 define the CONNACK return code. */
export function isReturnCode(code: number): boolean {
  return code >= 0 && code < returnCodeNames.length;
}

const returnCodes = new Map<number, number>([
  [ReasonCode.success, 0],
  [ReasonCode.unsupportedProtocolVersion, 1],
  [ReasonCode.clientIdentifierNotValid, 2],
  [ReasonCode.badUserNameOrPassword, 4],
  [ReasonCode.notAuthorized, 5],
  [ReasonCode.banned, 5],
  [ReasonCode.badAuthenticationMethod, 5],
]);

/**
 * The v3 CONNACK return code that says best what a v5 reason code says; `Server unavailable` for
 * what v3 has no word for. (A malformed CONNECT gets no CONNACK in v3, only the close.)
 */
export function returnCodeOf(reasonCode: number): number {
  return returnCodes.get(reasonCode) ?? 3;
}

/** `0x8E`: how reason codes are written. */
export function hexCode(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
