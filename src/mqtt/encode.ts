import { PacketType, type ControlPacket, type ProtocolVersion } from './packet.ts';
import { packetTypes } from './packet-types.ts';
import { encodeAcknowledgement } from './packets/acknowledgement.ts';
import { encodeAuth } from './packets/auth.ts';
import { encodeConnack } from './packets/connack.ts';
import { encodeConnect } from './packets/connect.ts';
import { encodeDisconnect } from './packets/disconnect.ts';
import { encodePublish, publishFlags } from './packets/publish.ts';
import { encodeSuback } from './packets/suback.ts';
import { encodeSubscribe } from './packets/subscribe.ts';
import { encodeUnsuback } from './packets/unsuback.ts';
import { encodeUnsubscribe } from './packets/unsubscribe.ts';
import { Writer } from './writer.ts';

const writer = new Writer();

/**
 * The packet's bytes, a buffer of their own. Nothing is validated: this can write illegal packets
 * on purpose. What the version does not have (properties in v3) is left out; a CONNECT is written
 * in the version that it names.
 * @throws RangeError if something cannot be written at all, such as a string of over 65,535 bytes.
 */
export function encode(packet: ControlPacket, version: ProtocolVersion): Uint8Array {
  writer.reset();
  encodeBody(packet, version);
  const type = PacketType[packet.type];
  const flags = packet.type === 'publish' ? publishFlags(packet) : (packetTypes[type]?.flags ?? 0);
  return writer.finish((type << 4) | flags);
}

function encodeBody(packet: ControlPacket, version: ProtocolVersion): void {
  switch (packet.type) {
    case 'publish':
      encodePublish(writer, packet, version);
      return;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      encodeAcknowledgement(writer, packet, version);
      return;
    case 'connect':
      encodeConnect(writer, packet);
      return;
    case 'connack':
      encodeConnack(writer, packet, version);
      return;
    case 'subscribe':
      encodeSubscribe(writer, packet, version);
      return;
    case 'suback':
      encodeSuback(writer, packet, version);
      return;
    case 'unsubscribe':
      encodeUnsubscribe(writer, packet, version);
      return;
    case 'unsuback':
      encodeUnsuback(writer, packet, version);
      return;
    case 'disconnect':
      encodeDisconnect(writer, packet, version);
      return;
    case 'auth':
      encodeAuth(writer, packet);
      return;
    case 'pingreq':
    case 'pingresp':
      return;
  }
}
