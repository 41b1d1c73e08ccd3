import type { Field } from './fields.ts';

/** Characters of a value that the filter language takes. */
const longestValue = 512;

/** Properties of MQTT 5 whose value is text or a number; the name in the filter language is the label's. */
const propertyLabels = new Set([
  'Payload Format Indicator',
  'Message Expiry Interval',
  'Content Type',
  'Response Topic',
  'Subscription Identifier',
  'Session Expiry Interval',
  'Assigned Client Identifier',
  'Server Keep Alive',
  'Authentication Method',
  'Request Problem Information',
  'Will Delay Interval',
  'Request Response Information',
  'Response Information',
  'Server Reference',
  'Reason String',
  'Receive Maximum',
  'Topic Alias Maximum',
  'Topic Alias',
  'Maximum Packet Size',
]);

/** The term of the filter language that finds packets with the same field; undefined where it has none. */
export function fieldFilter(field: Field): string | undefined {
  const { label, value, meaning, bits, children } = field;
  // What the tree shows only a part of would be looked for as that part.
  if (typeof value === 'string' && (value.length > longestValue || value === '')) return undefined;
  switch (label) {
    case 'Packet Type':
      return bits && meaning !== undefined ? `type:${meaning.toLowerCase()}` : undefined;
    case 'QoS':
    case 'DUP':
    case 'RETAIN':
      return bits && value !== undefined ? `${label.toLowerCase()}:${value}` : undefined;
    case 'Topic Name':
      return typeof value === 'string' && !/[+#]/.test(value)
        ? `topic:${quoted(value)}`
        : undefined;
    case 'Topic Filter':
      return typeof value === 'string' && !value.startsWith('$share/')
        ? `topic:${quoted(value)}`
        : undefined;
    case 'Client Identifier':
      return typeof value === 'string' ? `client:${quoted(value)}` : undefined;
    case 'Reason Code':
      return typeof value === 'number'
        ? `reason:0x${value.toString(16).padStart(2, '0')}`
        : undefined;
    case 'User Property':
      return userPropertyFilter(children ?? []);
    case 'Payload':
      return undefined;
    default:
      return propertyLabels.has(label) && value !== undefined
        ? `prop.${nameOf(label)}:${quoted(String(value))}`
        : undefined;
  }
}

function userPropertyFilter(children: readonly Field[]): string | undefined {
  const [name, value] = ['Name', 'Value'].map((wanted) => {
    const found = children.find(({ label }) => label === wanted)?.value;
    return typeof found === 'string' ? found : undefined;
  });
  // A name of that kind cannot be written, or would be a property's own.
  const fits = name !== undefined && /^[^\s:()"]+$/.test(name) && !isProperty(name);
  const isValue = value !== undefined && value !== '' && value.length <= longestValue;
  return fits && isValue ? `prop.${name}:${quoted(value)}` : undefined;
}

function isProperty(name: string): boolean {
  const lower = name.toLowerCase();
  return [...propertyLabels].some((label) => nameOf(label).toLowerCase() === lower);
}

/** `Content Type`: `contentType`. */
function nameOf(label: string): string {
  const name = label.replaceAll(' ', '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A value as the filter language takes it. */
function quoted(value: string): string {
  return /^$|[\s()"\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}
