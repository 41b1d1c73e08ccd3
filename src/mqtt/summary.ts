import type { ConnackPacket, ConnectPacket, ControlPacket, ProtocolVersion } from './packet.ts';
import { hexCode, reasonName, returnCodeName } from './reason-codes.ts';

/** Topic filters and reason codes named in a summary; the rest is counted. */
const most = 8;
/** Characters of one text, so that a row stays a row. */
const longest = 120;

/** One line that says what is in a packet: the details column of the packet table. */
export function summarize(packet: ControlPacket, version: ProtocolVersion): string {
  switch (packet.type) {
    case 'connect':
      return summarizeConnect(packet);
    case 'connack':
      return summarizeConnack(packet, version);
    case 'publish': {
      const identifier =
        packet.packetIdentifier === undefined ? [] : [`#${packet.packetIdentifier}`];
      return join([...identifier, packet.topicName, bytes(packet.payload.length)]);
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      const result = version === 5 ? [reason(packet.reasonCode, packet.type)] : [];
      return join([`#${packet.packetIdentifier}`, ...result, packet.properties?.reasonString]);
    }
    case 'subscribe': {
      const filters = list(
        packet.subscriptions,
        ({ topicFilter, qos }) => `${clip(topicFilter)} (QoS ${qos})`,
      );
      return join([`#${packet.packetIdentifier}`, filters]);
    }
    case 'unsubscribe':
      return join([
        `#${packet.packetIdentifier}`,
        list(packet.topicFilters, (filter) => clip(filter)),
      ]);
    case 'suback':
    case 'unsuback': {
      const codes = list(packet.reasonCodes, (code) =>
        version !== 5 && code === 0x80 ? 'Failure' : reason(code, packet.type),
      );
      return join([`#${packet.packetIdentifier}`, codes, packet.properties?.reasonString]);
    }
    case 'pingreq':
    case 'pingresp':
      return '';
    case 'disconnect':
    case 'auth': {
      if (version !== 5) return '';
      const { authenticationMethod, reasonString, serverReference } = packet.properties ?? {};
      return join([
        reason(packet.reasonCode, packet.type),
        authenticationMethod,
        reasonString,
        serverReference,
      ]);
    }
  }
}

function summarizeConnect(packet: ConnectPacket): string {
  const { protocolVersion, cleanStart, keepAlive, will, userName, properties } = packet;
  const isV5 = protocolVersion === 5;
  const clean = isV5 ? 'clean start' : 'clean session';
  const expiry = properties?.sessionExpiryInterval;
  return join([
    { 3: 'v3.1', 4: 'v3.1.1', 5: 'v5' }[protocolVersion],
    packet.bridge === true ? 'bridge' : undefined,
    cleanStart ? clean : 'resume session',
    keepAlive === 0 ? 'no keep-alive' : `keep-alive ${keepAlive} s`,
    expiry === undefined || expiry === 0
      ? undefined
      : expiry === 0xffff_ffff
        ? 'session never expires'
        : `session expires after ${expiry} s`,
    will ? `will ${will.topicName}` : undefined,
    userName === undefined ? undefined : `user ${userName}`,
  ]);
}

function summarizeConnack(packet: ConnackPacket, version: ProtocolVersion): string {
  const { reasonCode, sessionPresent, properties } = packet;
  return join([
    version === 5
      ? reason(reasonCode, 'connack')
      : `${reasonCode === 0 ? '' : `${reasonCode} `}${returnCodeName(reasonCode)}`,
    sessionPresent ? 'session present' : undefined,
    properties?.assignedClientIdentifier === undefined
      ? undefined
      : `client ${properties.assignedClientIdentifier}`,
    properties?.receiveMaximum === undefined
      ? undefined
      : `receive maximum ${properties.receiveMaximum}`,
    properties?.serverKeepAlive === undefined
      ? undefined
      : `keep-alive ${properties.serverKeepAlive} s`,
    properties?.reasonString,
  ]);
}

/** `Success`, but `0x8E Session taken over`: failures are looked up by number. */
function reason(code: number, packetType: ControlPacket['type']): string {
  const name = reasonName(code, packetType);
  return code < 0x80 ? name : `${hexCode(code)} ${name}`;
}

function join(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => clip(part, 4 * longest))
    .join(' · ');
}

function list<T>(items: readonly T[], text: (item: T) => string): string {
  const shown = items.slice(0, most).map(text).join(', ');
  return items.length > most ? `${shown}, and ${items.length - most} more` : shown;
}

function clip(text = '', length = longest): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function bytes(size: number): string {
  return size === 1 ? '1 byte' : `${size} bytes`;
}
