/**
 * The 15 control packets of MQTT 3.1, 3.1.1 and 5.0 as values (MQTT 5.0 section 2 and 3). Decoding
 * gives these, encoding takes them. Names are the specification's.
 */

/** The protocol version byte of CONNECT: 3 is MQTT 3.1, 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

/** Quality of service, MQTT 5.0 section 4.3. */
export type QoS = 0 | 1 | 2;

/** Control packet type, the high nibble of the first byte (MQTT 5.0 table 2-1). */
export const PacketType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];
export type PacketTypeName = keyof typeof PacketType;

/** A name-value pair of MQTT 5; order matters [MQTT-3.3.2-18] [MQTT-3.1.3-10], and names may repeat. */
export type UserProperty = readonly [name: string, value: string];

/**
 * All MQTT 5 properties (section 2.2.2.2). Which packet may carry which is in `properties.ts`.
 * Intervals are in seconds. A property that is absent is not in the packet.
 */
export interface Properties {
  payloadFormatIndicator?: number;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  /** A PUBLISH to a client may carry several, SUBSCRIBE one. */
  subscriptionIdentifiers?: number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  requestProblemInformation?: number;
  willDelayInterval?: number;
  requestResponseInformation?: number;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: number;
  retainAvailable?: number;
  userProperties?: UserProperty[];
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: number;
  subscriptionIdentifiersAvailable?: number;
  sharedSubscriptionAvailable?: number;
}
export type PropertyName = keyof Properties;

export interface Will {
  topicName: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  properties?: Properties;
}

export interface ConnectPacket {
  type: 'connect';
  /** `MQTT`, or `MQIsdp` in MQTT 3.1. Encoding derives it from the version when absent. */
  protocolName?: string;
  protocolVersion: ProtocolVersion;
  /** Bit 7 of the version byte: a bridge in the convention of mosquitto (3.1 and 3.1.1 only). */
  bridge?: boolean;
  cleanStart: boolean;
  /** Seconds, 0 to 65535; 0 turns the mechanism off. */
  keepAlive: number;
  clientIdentifier: string;
  will?: Will;
  userName?: string;
  password?: Uint8Array;
  properties?: Properties;
}

export interface ConnackPacket {
  type: 'connack';
  sessionPresent: boolean;
  /** v5 reason code, or the return code 0 to 5 of v3. */
  reasonCode: number;
  properties?: Properties;
}

export interface PublishPacket {
  type: 'publish';
  topicName: string;
  /** From decode() a view of the bytes that were decoded: copy it to keep it without them. */
  payload: Uint8Array;
  qos: QoS;
  dup: boolean;
  retain: boolean;
  /** Present when QoS > 0. */
  packetIdentifier?: number;
  properties?: Properties;
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP have one shape. `reasonCode` is 0 in v3 and where omitted. */
export interface AcknowledgementPacket {
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
  packetIdentifier: number;
  reasonCode: number;
  properties?: Properties;
}

export interface Subscription {
  topicFilter: string;
  qos: QoS;
  /** v5 only; false in v3. */
  noLocal: boolean;
  retainAsPublished: boolean;
  /** 0 send retained at subscribe, 1 only if new, 2 never. */
  retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  type: 'subscribe';
  packetIdentifier: number;
  subscriptions: Subscription[];
  properties?: Properties;
}

export interface SubackPacket {
  type: 'suback';
  packetIdentifier: number;
  reasonCodes: number[];
  properties?: Properties;
}

export interface UnsubscribePacket {
  type: 'unsubscribe';
  packetIdentifier: number;
  topicFilters: string[];
  properties?: Properties;
}

/** `reasonCodes` is empty in v3, where UNSUBACK has no payload. */
export interface UnsubackPacket {
  type: 'unsuback';
  packetIdentifier: number;
  reasonCodes: number[];
  properties?: Properties;
}

export interface PingPacket {
  type: 'pingreq' | 'pingresp';
}

export interface DisconnectPacket {
  type: 'disconnect';
  reasonCode: number;
  properties?: Properties;
}

export interface AuthPacket {
  type: 'auth';
  reasonCode: number;
  properties?: Properties;
}

export type ControlPacket =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AcknowledgementPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingPacket
  | DisconnectPacket
  | AuthPacket;

/**
 * What is wrong with some bytes: the reason code to refuse them with (v5; v3 closes the network
 * connection), the statement broken, and where.
 */
export interface Problem {
  /** `error`: the receiver must refuse the packet. `warning`: legal but suspicious. */
  severity: 'error' | 'warning';
  message: string;
  /** MQTT 5 reason code, e.g. 0x81 Malformed Packet, 0x82 Protocol Error. */
  reasonCode: number;
  /** e.g. `MQTT-3.1.2-24`; absent where the specification gives no number. */
  statement?: string;
  /** Byte range within the packet. */
  start: number;
  end: number;
}

/** One node of the field tree that inspect() gives. Ranges are byte offsets within the packet. */
export interface Field {
  /** In the specification's words, e.g. `Topic Name`. */
  label: string;
  start: number;
  end: number;
  /** For bit fields: which bits of the byte at `start`, e.g. `[2, 1]` high and low bit. */
  bits?: readonly [high: number, low: number];
  value?: string | number | boolean;
  /** What the value means, e.g. `QoS 1: at least once`, `0x8F Topic Filter invalid`. */
  meaning?: string;
  /** Section of the specification, e.g. `3.3.2.3.4`. */
  section?: string;
  children?: Field[];
}
