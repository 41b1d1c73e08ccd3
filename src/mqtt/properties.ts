/** The properties of MQTT 5.0 section 2.2.2 as a table, and how they are read and written. */
import type { PacketTypeName, Properties, PropertyName, UserProperty } from './packet.ts';
import { propertyMeaning } from './meanings.ts';
import { hexCode, ReasonCode } from './reason-codes.ts';
import type { Reader } from './reader.ts';
import { topicNameProblem } from './topics.ts';
import type { Writer } from './writer.ts';

/** What has properties: packets, and the will within CONNECT. */
export type PropertyCarrier = PacketTypeName | 'will';

export type PropertyDataType =
  | 'byte'
  | 'twoByteInteger'
  | 'fourByteInteger'
  | 'variableByteInteger'
  | 'utf8String'
  | 'binaryData'
  | 'utf8StringPair';

export interface PropertyEntry {
  readonly identifier: number;
  readonly name: PropertyName;
  /** In the words of table 2-4. */
  readonly label: string;
  readonly dataType: PropertyDataType;
  /** Who may carry it, with the section that defines it there. */
  readonly sections: Readonly<Partial<Record<PropertyCarrier, string>>>;
  /** Who may carry it more than once. */
  readonly multiple: readonly PropertyCarrier[];
  /** Least and greatest value that is not a Protocol Error; absent where every value is legal. */
  readonly range?: readonly [least: number, greatest: number];
}

const none: readonly PropertyCarrier[] = [];
const flag = [0, 1] as const;
const notZero = [1, 0xffff_ffff] as const;

const userPropertySections = {
  connect: '3.1.2.11.8',
  will: '3.1.3.2.8',
  connack: '3.2.2.3.10',
  publish: '3.3.2.3.7',
  puback: '3.4.2.2.3',
  pubrec: '3.5.2.2.3',
  pubrel: '3.6.2.2.3',
  pubcomp: '3.7.2.2.3',
  subscribe: '3.8.2.1.3',
  suback: '3.9.2.1.3',
  unsubscribe: '3.10.2.1.2',
  unsuback: '3.11.2.1.3',
  disconnect: '3.14.2.2.4',
  auth: '3.15.2.2.5',
} as const;
const reasonStringSections = {
  connack: '3.2.2.3.9',
  puback: '3.4.2.2.2',
  pubrec: '3.5.2.2.2',
  pubrel: '3.6.2.2.2',
  pubcomp: '3.7.2.2.2',
  suback: '3.9.2.1.2',
  unsuback: '3.11.2.1.2',
  disconnect: '3.14.2.2.3',
  auth: '3.15.2.2.4',
} as const;

function entry(
  identifier: number,
  name: PropertyName,
  label: string,
  dataType: PropertyDataType,
  sections: Partial<Record<PropertyCarrier, string>>,
  range?: readonly [number, number],
  multiple = none,
): PropertyEntry {
  return { identifier, name, label, dataType, sections, multiple, ...(range ? { range } : {}) };
}

/** Table 2-4. */
export const properties: readonly PropertyEntry[] = [
  entry(
    0x01,
    'payloadFormatIndicator',
    'Payload Format Indicator',
    'byte',
    { publish: '3.3.2.3.2', will: '3.1.3.2.3' },
    flag,
  ),
  entry(0x02, 'messageExpiryInterval', 'Message Expiry Interval', 'fourByteInteger', {
    publish: '3.3.2.3.3',
    will: '3.1.3.2.4',
  }),
  // [MQTT-3.3.2-19] a UTF-8 string.
  entry(0x03, 'contentType', 'Content Type', 'utf8String', {
    publish: '3.3.2.3.9',
    will: '3.1.3.2.5',
  }),
  // [MQTT-3.3.2-13] a UTF-8 string.
  entry(0x08, 'responseTopic', 'Response Topic', 'utf8String', {
    publish: '3.3.2.3.5',
    will: '3.1.3.2.6',
  }),
  entry(0x09, 'correlationData', 'Correlation Data', 'binaryData', {
    publish: '3.3.2.3.6',
    will: '3.1.3.2.7',
  }),
  entry(
    0x0b,
    'subscriptionIdentifiers',
    'Subscription Identifier',
    'variableByteInteger',
    { publish: '3.3.2.3.8', subscribe: '3.8.2.1.2' },
    notZero,
    ['publish'],
  ),
  entry(0x11, 'sessionExpiryInterval', 'Session Expiry Interval', 'fourByteInteger', {
    connect: '3.1.2.11.2',
    connack: '3.2.2.3.2',
    disconnect: '3.14.2.2.2',
  }),
  entry(0x12, 'assignedClientIdentifier', 'Assigned Client Identifier', 'utf8String', {
    connack: '3.2.2.3.7',
  }),
  entry(0x13, 'serverKeepAlive', 'Server Keep Alive', 'twoByteInteger', { connack: '3.2.2.3.14' }),
  entry(0x15, 'authenticationMethod', 'Authentication Method', 'utf8String', {
    connect: '3.1.2.11.9',
    connack: '3.2.2.3.17',
    auth: '3.15.2.2.2',
  }),
  entry(0x16, 'authenticationData', 'Authentication Data', 'binaryData', {
    connect: '3.1.2.11.10',
    connack: '3.2.2.3.18',
    auth: '3.15.2.2.3',
  }),
  entry(
    0x17,
    'requestProblemInformation',
    'Request Problem Information',
    'byte',
    { connect: '3.1.2.11.7' },
    flag,
  ),
  entry(0x18, 'willDelayInterval', 'Will Delay Interval', 'fourByteInteger', { will: '3.1.3.2.2' }),
  entry(
    0x19,
    'requestResponseInformation',
    'Request Response Information',
    'byte',
    { connect: '3.1.2.11.6' },
    flag,
  ),
  entry(0x1a, 'responseInformation', 'Response Information', 'utf8String', {
    connack: '3.2.2.3.15',
  }),
  entry(0x1c, 'serverReference', 'Server Reference', 'utf8String', {
    connack: '3.2.2.3.16',
    disconnect: '3.14.2.2.5',
  }),
  entry(0x1f, 'reasonString', 'Reason String', 'utf8String', reasonStringSections),
  entry(
    0x21,
    'receiveMaximum',
    'Receive Maximum',
    'twoByteInteger',
    { connect: '3.1.2.11.3', connack: '3.2.2.3.3' },
    notZero,
  ),
  entry(0x22, 'topicAliasMaximum', 'Topic Alias Maximum', 'twoByteInteger', {
    connect: '3.1.2.11.5',
    connack: '3.2.2.3.8',
  }),
  entry(0x23, 'topicAlias', 'Topic Alias', 'twoByteInteger', { publish: '3.3.2.3.4' }, notZero),
  entry(0x24, 'maximumQoS', 'Maximum QoS', 'byte', { connack: '3.2.2.3.4' }, flag),
  entry(0x25, 'retainAvailable', 'Retain Available', 'byte', { connack: '3.2.2.3.5' }, flag),
  entry(
    0x26,
    'userProperties',
    'User Property',
    'utf8StringPair',
    userPropertySections,
    undefined,
    Object.keys(userPropertySections) as PropertyCarrier[],
  ),
  entry(
    0x27,
    'maximumPacketSize',
    'Maximum Packet Size',
    'fourByteInteger',
    { connect: '3.1.2.11.4', connack: '3.2.2.3.6' },
    notZero,
  ),
  entry(
    0x28,
    'wildcardSubscriptionAvailable',
    'Wildcard Subscription Available',
    'byte',
    { connack: '3.2.2.3.11' },
    flag,
  ),
  entry(
    0x29,
    'subscriptionIdentifiersAvailable',
    'Subscription Identifiers Available',
    'byte',
    { connack: '3.2.2.3.12' },
    flag,
  ),
  entry(
    0x2a,
    'sharedSubscriptionAvailable',
    'Shared Subscription Available',
    'byte',
    { connack: '3.2.2.3.13' },
    flag,
  ),
];

const byIdentifier: readonly (PropertyEntry | undefined)[] = properties.reduce<
  (PropertyEntry | undefined)[]
>((table, property) => {
  table[property.identifier] = property;
  return table;
}, []);
const byName = new Map<string, PropertyEntry>(
  properties.map((property) => [property.name, property]),
);

/** The entry of a property; undefined if MQTT 5 has none of that name. */
export function propertyByName(name: string): PropertyEntry | undefined {
  return byName.get(name);
}

/**
 * Reads Property Length and Properties (sections 2.2.2.1 and 2.2.2.2).
 * @returns undefined if there are none.
 */
export function readProperties(
  reader: Reader,
  carrier: PropertyCarrier,
  section: string,
): Properties | undefined {
  const groupLabel = carrier === 'will' ? 'Will Properties' : 'Properties';
  reader.trace?.open(groupLabel, reader.offset, section);
  // [MQTT-2.2.2-1] a length of zero when there are none.
  const length = reader.variableByteInteger('Property Length', `${section}.1`);
  const start = reader.offset;
  const { end } = reader;
  if (length > reader.remaining) {
    const message = `Property Length is ${length}, but ${reader.remaining} bytes follow.`;
    reader.fail(ReasonCode.malformedPacket, message, undefined, start);
  }
  reader.end = start + length;
  const result: Properties = {};
  while (reader.remaining > 0) readProperty(reader, carrier, result);
  checkTogether(reader, result, start);
  reader.end = end;
  reader.trace?.close(reader.offset);
  return length === 0 ? undefined : result;
}

function readProperty(reader: Reader, carrier: PropertyCarrier, result: Properties): void {
  const { trace, offset: start } = reader;
  trace?.open('Property', start);
  const identifier = reader.variableByteInteger('Property Identifier', '2.2.2.2');
  const property = byIdentifier[identifier];
  if (!property) {
    const message = `There is no property ${hexCode(identifier)}.`;
    return reader.fail(ReasonCode.malformedPacket, message, undefined, start);
  }
  const { label, name } = property;
  trace?.meaning(`${hexCode(identifier)} ${label}`);
  const section = property.sections[carrier];
  if (section === undefined) {
    // Section 2.2.2.2: an identifier that is not valid for its packet type is a Malformed Packet.
    const message = `${carrier === 'will' ? 'A will' : carrier.toUpperCase()} must not have ${label}.`;
    reader.violation(ReasonCode.malformedPacket, message, undefined, start);
  }
  const valueStart = reader.offset;
  const value = readValue(reader, property, section);
  if (trace) {
    const meaning = typeof value === 'number' ? propertyMeaning(name, value) : undefined;
    if (meaning !== undefined) trace.meaning(meaning);
    trace.close(reader.offset);
    trace.relabel(label, value, section);
  }
  if (property.range && typeof value === 'number') checkRange(reader, property, value, valueStart);
  if (name === 'responseTopic' && typeof value === 'string') {
    // [MQTT-3.3.2-14] it is a topic name: no wildcards.
    const problem = topicNameProblem(value);
    if (problem) {
      const statement = problem.statement === 'MQTT-4.7.0-1' ? 'MQTT-3.3.2-14' : problem.statement;
      const message = `Response Topic: ${problem.message}`;
      reader.violation(ReasonCode.protocolError, message, statement, valueStart);
    }
  }
  store(reader, carrier, property, value, result, start);
}

type PropertyValue = number | string | Uint8Array | UserProperty;

function readValue(
  reader: Reader,
  { dataType, label }: PropertyEntry,
  section: string | undefined,
): PropertyValue {
  if (dataType === 'utf8StringPair') {
    // [MQTT-1.5.7-1] both are UTF-8 encoded strings.
    return [reader.utf8String('Name', section), reader.utf8String('Value', section)];
  }
  return reader[dataType](label, section);
}

function checkRange(
  reader: Reader,
  { name, label, range }: PropertyEntry,
  value: number,
  start: number,
): void {
  if (!range || (value >= range[0] && value <= range[1])) return;
  if (name === 'topicAlias') {
    // [MQTT-3.3.2-8] a topic alias is not 0.
    const { topicAliasInvalid } = ReasonCode;
    reader.violation(topicAliasInvalid, `${label} must not be 0.`, 'MQTT-3.3.2-8', start);
    return;
  }
  const message = range === flag ? `must be 0 or 1, not ${value}` : `must not be 0`;
  reader.violation(ReasonCode.protocolError, `${label} ${message}.`, undefined, start);
}

function store(
  reader: Reader,
  carrier: PropertyCarrier,
  { name, label, multiple }: PropertyEntry,
  value: PropertyValue,
  result: Properties,
  start: number,
): void {
  const target = result as Record<string, unknown>;
  if (name === 'userProperties') {
    (result.userProperties ??= []).push(value as UserProperty);
    return;
  }
  if (target[name] !== undefined && !multiple.includes(carrier)) {
    const message = `${label} stands there more than once.`;
    reader.violation(ReasonCode.protocolError, message, undefined, start);
    return;
  }
  if (name === 'subscriptionIdentifiers') {
    (result.subscriptionIdentifiers ??= []).push(value as number);
  } else target[name] = value;
}

function checkTogether(reader: Reader, result: Properties, start: number): void {
  if (result.authenticationData !== undefined && result.authenticationMethod === undefined) {
    // Sections 3.1.2.11.10 and 3.2.2.3.18.
    const message = 'Authentication Data needs an Authentication Method.';
    reader.violation(ReasonCode.protocolError, message, undefined, start);
  }
}

/** Writes Property Length and Properties; what is not a property of MQTT 5 is left out. */
export function writeProperties(writer: Writer, values: Properties | undefined): void {
  const start = writer.beginPart();
  if (values) {
    for (const [name, value] of Object.entries(values) as [string, unknown][]) {
      const property = byName.get(name);
      if (!property || value === undefined) continue;
      if (property.name === 'userProperties' || property.name === 'subscriptionIdentifiers') {
        for (const one of value as PropertyValue[]) writeProperty(writer, property, one);
      } else writeProperty(writer, property, value as PropertyValue);
    }
  }
  writer.endPart(start);
}

function writeProperty(writer: Writer, property: PropertyEntry, value: PropertyValue): void {
  writer.variableByteInteger(property.identifier);
  switch (property.dataType) {
    case 'utf8StringPair': {
      const [name, text] = value as UserProperty;
      writer.utf8String(name);
      writer.utf8String(text);
      return;
    }
    case 'utf8String':
      writer.utf8String(value as string);
      return;
    case 'binaryData':
      writer.binaryData(value as Uint8Array);
      return;
    default:
      writer[property.dataType](value as number);
  }
}
