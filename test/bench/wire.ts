/** Bare MQTT clients for load generators: a socket and packets encoded beforehand. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encode } from '../../src/mqtt/encode.ts';
import type { Properties, ProtocolVersion, QoS } from '../../src/mqtt/packet.ts';
import { payloadSize } from './shapes.ts';

/** How the packets of a run look. */
export interface PacketStyle {
  readonly version: ProtocolVersion;
  readonly qos: QoS;
  readonly properties: boolean;
}

export const plainStyle: PacketStyle = { version: 4, qos: 0, properties: false };

const someProperties: Properties = {
  contentType: 'application/json',
  userProperties: [['device', 'kitchen']],
};

/** One PUBLISH; every one of a style whose topic has the same length has the same size. */
export function publishPacket(
  topicName: string,
  { version, qos, properties }: PacketStyle,
  payload = new Uint8Array(payloadSize).fill(0x61),
  retain = false,
): Uint8Array {
  return encode(
    {
      type: 'publish',
      topicName,
      payload,
      qos,
      dup: false,
      retain,
      ...(qos > 0 && { packetIdentifier: 1 }),
      ...(properties && { properties: someProperties }),
    },
    version,
  );
}

/** Connects and resolves when CONNACK is there. */
export async function openClient(
  port: number,
  clientIdentifier: string,
  version: ProtocolVersion = 4,
): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(
    encode(
      {
        type: 'connect',
        protocolVersion: version,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier,
      },
      version,
    ),
  );
  await once(socket, 'data');
  return socket;
}

/** SUBSCRIBE for these filters. */
export function subscribePacket(
  topicFilters: readonly string[],
  { version, qos }: PacketStyle,
): Uint8Array {
  const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  const subscriptions = topicFilters.map((topicFilter) => ({ topicFilter, qos, ...options }));
  return encode({ type: 'subscribe', packetIdentifier: 1, subscriptions }, version);
}

/** Connects, subscribes and resolves when SUBACK is there. */
export async function openSubscriber(
  port: number,
  clientIdentifier: string,
  topicFilter: string,
  style: PacketStyle = plainStyle,
): Promise<Socket> {
  const socket = await openClient(port, clientIdentifier, style.version);
  socket.write(subscribePacket([topicFilter], style));
  await once(socket, 'data');
  return socket;
}
