import { decode } from '../../mqtt/decode.ts';
import { PacketError } from '../../mqtt/errors.ts';
import { PacketType, type DisconnectPacket } from '../../mqtt/packet.ts';
import { ReasonCode, reasonName } from '../../mqtt/reason-codes.ts';
import type { BrokerLink } from '../link.ts';
import { acknowledged, completed, received } from '../outbound.ts';
import type { Session } from '../session.ts';
import { handleAuth } from './auth.ts';
import { handleConnect } from './connect.ts';
import { handleRelease } from './publish.ts';
import { handleSubscribe, handleUnsubscribe } from './subscribe.ts';

/**
 * Every packet but a PUBLISH of a connected client, also when nothing may be sent to it for its Receive
 * Maximum [MQTT-3.3.4-10] [MQTT-4.9.0-3].
 * @throws PacketError on a protocol violation.
 */
export function handlePacket(
  link: BrokerLink,
  bytes: Uint8Array,
  start: number,
  end: number,
  now: number,
): void {
  const { session } = link;
  const type = (bytes[start] ?? 0) >> 4;
  if (session === undefined) {
    // [MQTT-3.1.0-1] the first packet must be a CONNECT.
    if (type === PacketType.connect) handleConnect(link, bytes, start, end, now);
    else
      throw new PacketError(
        ReasonCode.protocolError,
        'The first packet is not CONNECT',
        'MQTT-3.1.0-1',
      );
    return;
  }
  if (end - start === 4 && isShortAcknowledgement(bytes, start)) {
    const packetIdentifier = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
    if (packetIdentifier !== 0) {
      handleAcknowledgement(link, session, type, packetIdentifier, 0, now);
      return;
    }
  }
  const packet = decode(bytes.subarray(start, end), link.version);
  switch (packet.type) {
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      handleAcknowledgement(link, session, type, packet.packetIdentifier, packet.reasonCode, now);
      return;
    case 'subscribe':
      handleSubscribe(link, session, packet, now);
      return;
    case 'unsubscribe':
      handleUnsubscribe(link, session, packet, now);
      return;
    case 'pingreq':
      // [MQTT-3.12.4-1]
      link.send({ type: 'pingresp' }, now);
      return;
    case 'disconnect':
      handleDisconnect(link, session, packet, now);
      return;
    case 'connect':
      // [MQTT-3.1.0-2] a second CONNECT.
      throw new PacketError(ReasonCode.protocolError, 'A second CONNECT', 'MQTT-3.1.0-2');
    case 'auth':
      handleAuth(link, session, packet, now);
      return;
    default:
      throw new PacketError(
        ReasonCode.protocolError,
        `A client must not send ${packet.type.toUpperCase()}`,
      );
  }
}

/** PUBACK, PUBREC, PUBREL or PUBCOMP with its right flags: four bytes say all. */
function isShortAcknowledgement(bytes: Uint8Array, start: number): boolean {
  const first = bytes[start];
  return first === 0x40 || first === 0x50 || first === 0x62 || first === 0x70;
}

function handleAcknowledgement(
  link: BrokerLink,
  session: Session,
  type: number,
  packetIdentifier: number,
  reasonCode: number,
  now: number,
): void {
  const { context } = link;
  switch (type) {
    case PacketType.puback:
      acknowledged(context, session, packetIdentifier, now);
      break;
    case PacketType.pubrec:
      received(context, session, packetIdentifier, reasonCode, now);
      break;
    case PacketType.pubrel:
      handleRelease(link, session, packetIdentifier, now);
      break;
    default:
      completed(context, session, packetIdentifier, now);
  }
}

function handleDisconnect(
  link: BrokerLink,
  session: Session,
  packet: DisconnectPacket,
  now: number,
): void {
  const expiry = packet.properties?.sessionExpiryInterval;
  if (expiry !== undefined) {
    if (session.askedExpiryInterval === 0 && expiry !== 0) {
      // 3.14.2.2.2: a session that was to end with the connection cannot be prolonged.
      throw new PacketError(
        ReasonCode.protocolError,
        'DISCONNECT sets a session expiry interval where CONNECT had none',
      );
    }
    session.expiryInterval = Math.min(expiry, link.context.options.maximumSessionExpiryInterval);
  }
  // [MQTT-3.14.4-3] the will is removed after reason code 0, and published after any other.
  const publishWill = packet.reasonCode !== ReasonCode.normalDisconnection;
  const reason = link.isV5 ? ` (${reasonName(packet.reasonCode, 'disconnect')})` : '';
  link.close(`The client sent DISCONNECT${reason}`, now, publishWill);
}
