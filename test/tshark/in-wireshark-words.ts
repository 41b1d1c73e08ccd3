/** Our field tree in the words of Wireshark's dissector: what tshark has to find if both decoders agree. */
import type { Inspection } from '../../src/mqtt/inspect.ts';
import type { Field } from '../../src/mqtt/packet.ts';

/** A field without its label. */
export interface NamedField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** As tshark shows it; undefined where it shows bytes that it cannot show. */
  readonly show: string | undefined;
}

interface Place {
  readonly inspection: Inspection;
  readonly bytes: Uint8Array;
  readonly parent: Field | undefined;
}

type Translation = (field: Field, place: Place) => NamedField[];

/** Every field of a control packet, in Wireshark's words. @throws Error for a label that has no translation. */
export function inWiresharkWords(inspection: Inspection, bytes: Uint8Array): NamedField[] {
  const found: NamedField[] = [];
  const visit = (field: Field, parent: Field | undefined): void => {
    const translate = translationOf(field, parent);
    if (!translate) throw new Error(`No translation of ${parent?.label ?? ''} > ${field.label}`);
    found.push(...translate(field, { inspection, bytes, parent }));
    for (const child of field.children ?? []) visit(child, field);
  };
  for (const field of inspection.fields) visit(field, undefined);
  return found;
}

function translationOf(field: Field, parent: Field | undefined): Translation | undefined {
  const isProperty =
    parent?.children?.some(({ label }) => label === 'Property Identifier') === true;
  if (isProperty && field.label !== 'Property Identifier') {
    return propertyValues.get(field.label) ?? number('mqtt.prop_number');
  }
  // A property as a whole has no field of its own there, only its parts have.
  const holdsProperty = field.children?.some(({ label }) => label === 'Property Identifier');
  return holdsProperty === true ? none : translations.get(field.label);
}

const none: Translation = () => [];

function at({ start, end }: Field, name: string, show: string | undefined): NamedField {
  return { name, start, end, show };
}

function number(name: string): Translation {
  return (field) => [at(field, name, String(Number(field.value)))];
}

/** The whole byte that a group of bits stands in. */
function flags(name: string): Translation {
  return (field, { bytes }) => [at(field, name, hex(bytes[field.start] ?? 0))];
}

/** A length of two bytes and what is that long. */
function prefixed(length: string, content: string, isText = true): Translation {
  return (field) => [
    {
      name: length,
      start: field.start,
      end: field.start + 2,
      show: `${field.end - field.start - 2}`,
    },
    {
      name: content,
      start: field.start + 2,
      end: field.end,
      show: isText && isShown(field.value) ? String(field.value) : undefined,
    },
  ];
}

/** Its pictures of control characters differ, which is its own business. */
function isShown(value: Field['value']): boolean {
  return typeof value === 'string' && !/[\p{C}\\]/u.test(value);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

const propertyValues = new Map<string, Translation>([
  ['Name', prefixed('mqtt.prop_key_len', 'mqtt.prop_key')],
  ['Value', prefixed('mqtt.prop_value_len', 'mqtt.prop_value')],
  // It has the length and the text in one field.
  ['Content Type', (field) => [at(field, 'mqtt.property.content_type', String(field.value))]],
  ['Topic Alias', number('mqtt.property.topic_alias')],
  ['Maximum QoS', number('mqtt.property.max_qos')],
  ['Correlation Data', prefixed('mqtt.prop_string_len', 'mqtt.prop_string', false)],
  ['Authentication Data', prefixed('mqtt.prop_string_len', 'mqtt.prop_string', false)],
  ...[
    'Assigned Client Identifier',
    'Authentication Method',
    'Reason String',
    'Response Information',
    'Response Topic',
    'Server Reference',
  ].map((label): [string, Translation] => [
    label,
    prefixed('mqtt.prop_string_len', 'mqtt.prop_string'),
  ]),
]);

const translations = new Map<string, Translation>([
  ['Fixed header', none],
  ['Variable header', none],
  ['Subscription', none],
  [
    'Packet Type',
    (field, place) => [
      ...flags('mqtt.hdrflags')(field, place),
      ...number('mqtt.msgtype')(field, place),
    ],
  ],
  ['Remaining Length', number('mqtt.len')],
  ['DUP', number('mqtt.dupflag')],
  ['RETAIN', number('mqtt.retain')],
  ['QoS', number('mqtt.qos')],
  ['Reserved', reserved],
  ['Protocol Name', prefixed('mqtt.proto_len', 'mqtt.protoname')],
  ['Protocol Version', number('mqtt.ver')],
  ['Connect Flags', flags('mqtt.conflags')],
  ['User Name Flag', number('mqtt.conflag.uname')],
  ['Password Flag', number('mqtt.conflag.passwd')],
  ['Will Retain', number('mqtt.conflag.retain')],
  ['Will QoS', number('mqtt.conflag.qos')],
  ['Will Flag', number('mqtt.conflag.willflag')],
  ['Clean Session', number('mqtt.conflag.cleansess')],
  ['Clean Start', number('mqtt.conflag.cleansess')],
  ['Keep Alive', number('mqtt.kalive')],
  ['Client Identifier', prefixed('mqtt.clientid_len', 'mqtt.clientid')],
  ['Will Topic', prefixed('mqtt.willtopic_len', 'mqtt.willtopic')],
  ['Will Payload', prefixed('mqtt.willmsg_len', 'mqtt.willmsg', false)],
  ['User Name', prefixed('mqtt.username_len', 'mqtt.username')],
  ['Password', prefixed('mqtt.passwd_len', 'mqtt.passwd', false)],
  // MQTT 3.1 has a whole reserved byte there, in which it names no flag.
  [
    'Connect Acknowledge Flags',
    (field, place) =>
      place.inspection.version === 3 ? [] : flags('mqtt.conack.flags')(field, place),
  ],
  [
    'Session Present',
    (field, place) =>
      place.inspection.version === 3 ? [] : number('mqtt.conack.flags.sp')(field, place),
  ],
  ['Connect Return Code', number('mqtt.conack.val')],
  [
    'Reason Code',
    (field, place) =>
      number(`mqtt.${place.inspection.packetName.toLowerCase()}.reason_code`)(field, place),
  ],
  ['Packet Identifier', number('mqtt.msgid')],
  ['Topic Name', prefixed('mqtt.topic_len', 'mqtt.topic')],
  ['Topic Filter', prefixed('mqtt.topic_len', 'mqtt.topic')],
  ['Subscription Options', flags('mqtt.subscription_options')],
  ['Requested QoS', none],
  [
    'Maximum QoS',
    (field, place) =>
      number(
        place.parent?.label === 'Requested QoS' ? 'mqtt.sub.qos' : 'mqtt.subscription_options_qos',
      )(field, place),
  ],
  ['No Local', number('mqtt.subscription_options_nl')],
  ['Retain As Published', number('mqtt.subscription_options_rap')],
  ['Retain Handling', number('mqtt.subscription_options_retain')],
  ['Return Code', number('mqtt.suback.qos')],
  ['Properties', properties('mqtt.properties')],
  ['Will Properties', properties('mqtt.will_properties')],
  ['Property Length', number('mqtt.property_len')],
  ['Property Identifier', (field) => [at(field, 'mqtt.property_id', hex(Number(field.value)))]],
  // Of a PUBLISH; elsewhere it is the part of the packet that holds the fields above.
  [
    'Payload',
    (field, { inspection }) =>
      inspection.packetName === 'PUBLISH' ? [at(field, 'mqtt.msg', undefined)] : [],
  ],
]);

function properties(name: string): Translation {
  return (field) => [at(field, name, undefined)];
}

function reserved(field: Field, place: Place): NamedField[] {
  const { inspection, parent } = place;
  switch (parent?.label) {
    case 'Fixed header':
      return number(field.bits?.[0] === 0 ? 'mqtt.retain_reserved' : 'mqtt.hdr_reserved')(
        field,
        place,
      );
    case 'Connect Flags':
      return number('mqtt.conflag.reserved')(field, place);
    case 'Connect Acknowledge Flags':
      return number('mqtt.conack.flags.reserved')(field, place);
    case 'Subscription Options':
      return [at(field, 'mqtt.subscription_options_reserved', hex(Number(field.value)))];
    case 'Requested QoS':
      // Not told there at all.
      return [];
    default:
      throw new Error(`Reserved bits in ${parent?.label ?? ''} of ${inspection.packetName}`);
  }
}
