/** Random legal packets, for the tests by property. */
import fc, { type Arbitrary } from 'fast-check';
import type {
  ControlPacket,
  Properties,
  ProtocolVersion,
  QoS,
  Will,
} from '../../src/mqtt/packet.ts';
import { properties as propertyTable, type PropertyCarrier } from '../../src/mqtt/properties.ts';
import { reasonCodes } from '../../src/mqtt/reason-codes.ts';

/** Any MQTT string: every character but U+0000. */
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((value) => value.replaceAll('\0', '·'));
const bytes = fc.uint8Array({ maxLength: 20 });
const uint8 = fc.constantFrom(0, 1);
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const packetIdentifier = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom<QoS>(0, 1, 2);
const topicName = text.map((value) => value.replace(/[+#]/g, '-') || 'topic');
const level = fc.oneof(
  fc.constant('+'),
  text.map((value) => value.replace(/[+#/]/g, '-')),
);
const plainFilter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => levels.join('/') + (hash ? '/#' : ''))
  .map((filter) => (filter === '' || filter.startsWith('$share/') ? '#' : filter));
const sharedFilter = fc
  .tuple(fc.stringMatching(/^[a-z]{1,5}$/), plainFilter)
  .map(([shareName, filter]) => `$share/${shareName}/${filter}`);

/** The values that make each property legal. */
const values: Record<keyof Properties, Arbitrary<unknown>> = {
  payloadFormatIndicator: uint8,
  messageExpiryInterval: uint32,
  contentType: text,
  responseTopic: topicName,
  correlationData: bytes,
  subscriptionIdentifiers: fc.array(fc.integer({ min: 1, max: 0x0fff_ffff }), {
    minLength: 1,
    maxLength: 3,
  }),
  sessionExpiryInterval: uint32,
  assignedClientIdentifier: text,
  serverKeepAlive: uint16,
  authenticationMethod: text,
  authenticationData: bytes,
  requestProblemInformation: uint8,
  willDelayInterval: uint32,
  requestResponseInformation: uint8,
  responseInformation: text,
  serverReference: text,
  reasonString: text,
  receiveMaximum: packetIdentifier,
  topicAliasMaximum: uint16,
  topicAlias: packetIdentifier,
  maximumQoS: uint8,
  retainAvailable: uint8,
  userProperties: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }),
  maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
  wildcardSubscriptionAvailable: uint8,
  subscriptionIdentifiersAvailable: uint8,
  sharedSubscriptionAvailable: uint8,
};

/** `{ properties }`, or nothing where there are none: decode leaves an empty one out. */
function propertiesOf(
  carrier: PropertyCarrier,
  version: ProtocolVersion,
): Arbitrary<{ properties?: Properties }> {
  if (version !== 5) return fc.constant({});
  const model: Record<string, Arbitrary<unknown>> = {};
  for (const { name, sections } of propertyTable) {
    if (sections[carrier] !== undefined) model[name] = values[name];
  }
  return fc.record(model, { requiredKeys: [] }).map((record) => {
    const properties: Properties = { ...record };
    if (properties.authenticationMethod === undefined) delete properties.authenticationData;
    if (carrier === 'subscribe') properties.subscriptionIdentifiers?.splice(1);
    return Object.keys(properties).length === 0 ? {} : { properties };
  });
}

function reasonCodeOf(packet: ControlPacket['type'], version: ProtocolVersion): Arbitrary<number> {
  if (version !== 5) {
    if (packet === 'connack') return fc.integer({ min: 0, max: 5 });
    return packet === 'suback' ? fc.constantFrom(0, 1, 2, 0x80) : fc.constant(0);
  }
  const codes = reasonCodes.filter(({ packets }) => packets.includes(packet));
  return fc.constantFrom(...codes.map(({ code }) => code));
}

/** An optional member: there or not, never undefined. */
function maybe<Name extends string, Value>(
  name: Name,
  value: Arbitrary<Value>,
): Arbitrary<Partial<Record<Name, Value>>> {
  return fc.option(value).map((one) => {
    const result: Partial<Record<Name, Value>> = {};
    if (one !== null) result[name] = one;
    return result;
  });
}

function connect(version: ProtocolVersion): Arbitrary<ControlPacket> {
  const will: Arbitrary<Will> = fc
    .tuple(
      fc.record({ topicName, payload: bytes, qos, retain: fc.boolean() }),
      propertiesOf('will', version),
    )
    .map((parts) => Object.assign({}, ...parts) as Will);
  return fc
    .tuple(
      fc.record({
        type: fc.constant('connect' as const),
        protocolName: fc.constant(version === 3 ? 'MQIsdp' : 'MQTT'),
        protocolVersion: fc.constant(version),
        cleanStart: fc.boolean(),
        keepAlive: uint16,
        clientIdentifier: text,
      }),
      maybe('will', will),
      maybe('userName', text),
      maybe('password', bytes),
      propertiesOf('connect', version),
    )
    .map(([base, withWill, withUserName, withPassword, withProperties]) => ({
      ...base,
      ...withWill,
      ...withUserName,
      // MQTT 3.1.1 has no password without a user name.
      ...(version === 5 || 'userName' in withUserName ? withPassword : {}),
      ...withProperties,
    }));
}

function publish(version: ProtocolVersion): Arbitrary<ControlPacket> {
  return fc
    .tuple(
      fc.record({ topicName, payload: bytes, qos, retain: fc.boolean(), dup: fc.boolean() }),
      packetIdentifier,
      propertiesOf('publish', version),
    )
    .map(([base, identifier, withProperties]) => ({
      type: 'publish',
      ...base,
      dup: base.dup && base.qos > 0,
      ...(base.qos > 0 ? { packetIdentifier: identifier } : {}),
      ...withProperties,
    }));
}

function subscribe(version: ProtocolVersion): Arbitrary<ControlPacket> {
  const isV5 = version === 5;
  const no = fc.constant(false);
  const subscription = fc
    .record({
      topicFilter: isV5 ? fc.oneof(plainFilter, sharedFilter) : plainFilter,
      qos,
      noLocal: isV5 ? fc.boolean() : no,
      retainAsPublished: isV5 ? fc.boolean() : no,
      retainHandling: isV5 ? fc.constantFrom<0 | 1 | 2>(0, 1, 2) : fc.constant<0>(0),
    })
    .map((one) => ({ ...one, noLocal: one.noLocal && !one.topicFilter.startsWith('$share/') }));
  return fc
    .tuple(
      fc.record({
        type: fc.constant('subscribe' as const),
        packetIdentifier,
        subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
      }),
      propertiesOf('subscribe', version),
    )
    .map(([base, withProperties]) => ({ ...base, ...withProperties }));
}

/** A legal packet of the version. What decode gives for it is the packet itself. */
export function packetOf(version: ProtocolVersion): Arbitrary<ControlPacket> {
  const isV5 = version === 5;
  const withProperties = <Packet extends ControlPacket>(
    base: Arbitrary<Packet>,
    type: Packet['type'],
  ): Arbitrary<ControlPacket> =>
    fc.tuple(base, propertiesOf(type, version)).map(([packet, more]) => ({ ...packet, ...more }));
  const codes = (type: 'suback' | 'unsuback'): Arbitrary<number[]> =>
    isV5 || type === 'suback'
      ? fc.array(reasonCodeOf(type, version), { minLength: 1, maxLength: 4 })
      : fc.constant([]);
  const acknowledgements = (['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).map((type) =>
    withProperties(
      fc.record({
        type: fc.constant(type),
        packetIdentifier,
        reasonCode: reasonCodeOf(type, version),
      }),
      type,
    ),
  );
  const packets: Arbitrary<ControlPacket>[] = [
    connect(version),
    publish(version),
    subscribe(version),
    ...acknowledgements,
    withProperties(
      fc
        .record({
          type: fc.constant('connack' as const),
          sessionPresent: fc.boolean(),
          reasonCode: reasonCodeOf('connack', version),
        })
        .map((one) => ({ ...one, sessionPresent: one.sessionPresent && one.reasonCode === 0 })),
      'connack',
    ),
    withProperties(
      fc.record({
        type: fc.constant('suback' as const),
        packetIdentifier,
        reasonCodes: codes('suback'),
      }),
      'suback',
    ),
    withProperties(
      fc.record({
        type: fc.constant('unsubscribe' as const),
        packetIdentifier,
        topicFilters: fc.array(plainFilter, { minLength: 1, maxLength: 4 }),
      }),
      'unsubscribe',
    ),
    withProperties(
      fc.record({
        type: fc.constant('unsuback' as const),
        packetIdentifier,
        reasonCodes: codes('unsuback'),
      }),
      'unsuback',
    ),
    fc.constant<ControlPacket>({ type: 'pingreq' }),
    fc.constant<ControlPacket>({ type: 'pingresp' }),
    withProperties(
      fc.record({
        type: fc.constant('disconnect' as const),
        reasonCode: reasonCodeOf('disconnect', version),
      }),
      'disconnect',
    ),
  ];
  if (isV5) {
    const auth = fc.record({
      type: fc.constant('auth' as const),
      reasonCode: reasonCodeOf('auth', 5),
    });
    packets.push(
      withProperties(auth, 'auth').map((packet) =>
        packet.type === 'auth'
          ? { ...packet, properties: { authenticationMethod: 'M', ...packet.properties } }
          : packet,
      ),
    );
  }
  return fc.oneof(...packets);
}
