/** Bare MQTT 3.1.1 clients for load generators: a socket and packets encoded beforehand. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, QoS } from '../../src/mqtt/packet.ts';
import { payloadSize } from './shapes.ts';

function packet(value: ControlPacket): Uint8Array {
  return encode(value, 4);
}

/** One PUBLISH; every one of a topic and QoS has the same size. */
export function publishPacket(topicName: string, qos: QoS, packetIdentifier: number): Uint8Array {
  return packet({
    type: 'publish',
    topicName,
    payload: new Uint8Array(payloadSize).fill(0x61),
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 && { packetIdentifier }),
  });
}

/** Connects and resolves when CONNACK is there. */
export async function openClient(port: number, clientIdentifier: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(
    packet({
      type: 'connect',
      protocolVersion: 4,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier,
    }),
  );
  await once(socket, 'data');
  return socket;
}

/** Connects, subscribes and resolves when SUBACK is there. */
export async function openSubscriber(
  port: number,
  clientIdentifier: string,
  topicFilter: string,
  qos: QoS,
): Promise<Socket> {
  const socket = await openClient(port, clientIdentifier);
  const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  socket.write(
    packet({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter, qos, ...options }],
    }),
  );
  await once(socket, 'data');
  return socket;
}
