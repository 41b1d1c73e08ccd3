/** What is legal but suspicious: for the inspector, never a reason to refuse a packet. */
import type {
  ConnectPacket,
  ControlPacket,
  Problem,
  PublishPacket,
  Subscription,
} from './packet.ts';
import { ReasonCode } from './reason-codes.ts';
import type { Trace } from './trace.ts';
import { findInvalidUtf8 } from './utf8.ts';

const warning = (
  message: string,
  range: { start: number; end: number },
  reasonCode: number = ReasonCode.success,
  statement?: string,
): Problem => ({
  severity: 'warning',
  message,
  reasonCode,
  ...(statement === undefined ? {} : { statement }),
  start: range.start,
  end: range.end,
});

/** The warnings for a packet whose fields are in the trace. */
export function findWarnings(packet: ControlPacket, trace: Trace): Problem[] {
  switch (packet.type) {
    case 'connect':
      return connectWarnings(packet, trace);
    case 'publish':
      return publishWarnings(packet, trace);
    case 'subscribe':
      return subscribeWarnings(packet.subscriptions, trace);
    case 'auth':
      return packet.properties?.authenticationMethod === undefined
        ? [warning('There is no Authentication Method.', trace.find('Fixed header'))]
        : [];
    default:
      return [];
  }
}

function connectWarnings(packet: ConnectPacket, trace: Trace): Problem[] {
  const { clientIdentifier, cleanStart, protocolVersion, will, keepAlive } = packet;
  const found: Problem[] = [];
  const identifier = trace.find('Client Identifier');
  const { clientIdentifierNotValid } = ReasonCode;
  if (clientIdentifier === '') {
    if (protocolVersion === 3) {
      const message = 'MQTT 3.1 has no empty client identifiers: servers refuse it.';
      found.push(warning(message, identifier, clientIdentifierNotValid));
    } else if (!cleanStart) {
      const message =
        protocolVersion === 4
          ? 'The client identifier is empty without Clean Session: servers must refuse it.'
          : 'The client identifier is empty without Clean Start: there is no session to resume.';
      found.push(warning(message, identifier, clientIdentifierNotValid));
    }
  } else if (protocolVersion === 3 && identifier.end - identifier.start - 2 > 23) {
    const message = 'MQTT 3.1 limits client identifiers to 23 characters.';
    found.push(warning(message, identifier, clientIdentifierNotValid));
  }
  if (keepAlive === 0) {
    const message = 'Keep Alive is off: a dead connection may stay unnoticed.';
    found.push(warning(message, trace.find('Keep Alive')));
  }
  if (will) found.push(...topicNameWarnings(will.topicName, trace.find('Will Topic')));
  if (will?.properties?.payloadFormatIndicator === 1) {
    if (findInvalidUtf8(will.payload, 0, will.payload.length) >= 0) {
      const message = 'Payload Format Indicator says UTF-8, but the Will Payload is not.';
      found.push(warning(message, trace.find('Will Payload'), ReasonCode.payloadFormatInvalid));
    }
  }
  return found;
}

function publishWarnings(packet: PublishPacket, trace: Trace): Problem[] {
  const { topicName, payload, retain, properties } = packet;
  const topic = trace.find('Topic Name');
  const found = topicNameWarnings(topicName, topic);
  if (retain && (topicName === '$SYS' || topicName.startsWith('$SYS/'))) {
    const message = "RETAIN is set below '$SYS', which belongs to the server.";
    found.push(warning(message, topic));
  }
  if (properties?.payloadFormatIndicator === 1 && trace.payloadRange) {
    const invalid = findInvalidUtf8(payload, 0, payload.length);
    if (invalid >= 0) {
      const message = `Payload Format Indicator says UTF-8, but byte ${invalid} of the payload is not.`;
      found.push(warning(message, trace.payloadRange, ReasonCode.payloadFormatInvalid));
    }
  }
  return found;
}

function topicNameWarnings(topicName: string, range: { start: number; end: number }): Problem[] {
  return topicWarnings(topicName, 'topic name', range);
}

function topicWarnings(
  topic: string,
  kind: string,
  range: { start: number; end: number },
): Problem[] {
  const found: Problem[] = [];
  const add = (message: string): number => found.push(warning(message, range));
  if (topic.startsWith('/')) add(`The ${kind} begins with '/': its first level is empty.`);
  if (topic.length > 1 && topic.endsWith('/')) {
    add(`The ${kind} ends with '/': its last level is empty.`);
  }
  if (topic.includes('//')) add(`The ${kind} has an empty level.`);
  if (/\s/u.test(topic)) add(`The ${kind} has white space.`);
  // Section 1.5.4: control characters and non-characters should not be in a string.
  if (/[\u0001-\u0008\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/u.test(topic)) {
    add(`The ${kind} has control characters or non-characters.`);
  }
  return found;
}

/** Warnings are bounded here too: no more subscriptions than the tree can show are looked at. */
function subscribeWarnings(subscriptions: readonly Subscription[], trace: Trace): Problem[] {
  const found: Problem[] = [];
  const seen = new Set<string>();
  const ranges = trace.findAll('Topic Filter');
  for (const [index, range] of ranges.entries()) {
    const filter = subscriptions[index]?.topicFilter;
    if (filter === undefined) break;
    if (seen.has(filter)) {
      const message = 'The topic filter is in the packet more than once; the last one counts.';
      found.push(warning(message, range));
    }
    seen.add(filter);
    found.push(...topicWarnings(filter, 'topic filter', range));
  }
  return found;
}
