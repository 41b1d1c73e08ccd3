import { Socket } from 'node:net';
import type { MqttClient, IClientPublishOptions } from 'mqtt';
import { HumanError, messageOf } from '../base/errors.ts';
import { formatAddress } from '../net/connection.ts';
import { reasonName } from '../mqtt/reason-codes.ts';
import type * as mqttClientBundle from './mqtt-client.ts';
import type { MessageProperties } from './editor-contract.ts';
import type { PublishOutcome, PublishRequest } from './contract.ts';
import type { QoS } from '../mqtt/packet.ts';

/** Loads the bundle of `mqtt-client.ts`. */
export type LoadMqttClient = () => Promise<typeof mqttClientBundle>;

/** Milliseconds until a step of the conversation with our own broker counts as failed. */
const timeout = 5000;

/**
 * The workbench's own client of the local broker: connects at the first publish or subscribe, over
 * the network as any other client, so that its packets are in the capture too.
 */
export class LocalClient {
  readonly #load: LoadMqttClient;
  readonly #address: () => { host: string; port: number } | undefined;
  #client: Promise<MqttClient> | undefined;
  /** By packet identifier: MQTT.js does not hand on what PUBACK and PUBREC say if it is no error. */
  readonly #reasonCodes = new Map<number, number>();

  readonly #announce: (remoteAddress: string) => () => void;

  /**
   * @param address where the broker listens; undefined while it does not run.
   * @param announce tells the broker the address that a connection of ours will come from, before it does: so it
   *   needs no password that could be seen. The result takes it back.
   */
  constructor(
    load: LoadMqttClient,
    address: () => { host: string; port: number } | undefined,
    announce: (remoteAddress: string) => () => void,
  ) {
    this.#load = load;
    this.#address = address;
    this.#announce = announce;
  }

  /** Publishes; resolves when the broker acknowledged it (QoS 0: when it was sent). */
  async publish(request: PublishRequest): Promise<PublishOutcome> {
    const client = await this.#connected();
    const options: IClientPublishOptions = {
      qos: request.qos,
      retain: request.retain,
      ...(request.properties && { properties: clientProperties(request.properties) }),
    };
    const payload = Buffer.from(request.payload);
    try {
      const answer = await client.publishAsync(request.topicName, payload, options);
      if (request.qos === 0) return {};
      const code = this.#takeReasonCode(answer?.messageId);
      return { reasonCode: code, reason: reasonName(code) };
    } catch (error) {
      // MQTT.js rejects for reason codes of 0x80 and above: to the user that is an answer.
      const code = reasonCodeOf(error);
      if (code !== undefined) return { reasonCode: code, reason: reasonName(code) };
      throw new HumanError('publishFailed', `The message was not published: ${messageOf(error)}.`);
    }
  }

  /** Subscribes; messages arrive in the inspector and the tree. */
  async subscribe(topicFilter: string, qos: QoS): Promise<{ reasonCode: number; reason: string }> {
    const client = await this.#connected();
    try {
      const granted = await client.subscribeAsync(topicFilter, { qos });
      const code = granted[0]?.qos ?? 0;
      return { reasonCode: code, reason: reasonName(code, 'suback') };
    } catch (error) {
      const code = reasonCodeOf(error);
      if (code !== undefined) return { reasonCode: code, reason: reasonName(code, 'suback') };
      throw new HumanError('subscribeFailed', `Not subscribed: ${messageOf(error)}.`);
    }
  }

  async unsubscribe(topicFilter: string): Promise<void> {
    const client = await this.#connected();
    await client.unsubscribeAsync(topicFilter);
  }

  /** Says goodbye to the broker, if connected. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.endAsync(true);
  }

  #takeReasonCode(packetIdentifier: number | undefined): number {
    if (packetIdentifier === undefined) return 0;
    const code = this.#reasonCodes.get(packetIdentifier) ?? 0;
    this.#reasonCodes.delete(packetIdentifier);
    return code;
  }

  #connected(): Promise<MqttClient> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<MqttClient> {
    const address = this.#address();
    if (!address) {
      throw new HumanError('brokerStopped', 'The local broker is not running. Start it first.', [
        { id: 'startBroker', title: 'Start Local Broker' },
      ]);
    }
    const { connect } = await this.#load();
    let takeBack = (): void => undefined;
    try {
      const client = connect({
        protocol: 'mqtt',
        host: address.host,
        port: address.port,
        protocolVersion: 5,
        clientId: `mqtt-workbench-${process.pid}`,
        clean: true,
        reconnectPeriod: 0,
        connectTimeout: timeout,
        properties: { requestProblemInformation: true },
      });
      const { stream } = client;
      // The socket has its address when it is connected, and sends nothing before that.
      if (stream instanceof Socket) {
        stream.once('connect', () => {
          takeBack = this.#announce(formatAddress(stream.localAddress, stream.localPort));
        });
      }
      await connected(client);
      client.on('close', () => {
        // Our broker went away or took the client's place: connect anew when next needed.
        this.#client = undefined;
      });
      client.on('error', () => undefined);
      client.on('packetreceive', (packet) => {
        if (packet.cmd !== 'puback' && packet.cmd !== 'pubrec') return;
        if (packet.messageId !== undefined && packet.reasonCode !== undefined) {
          this.#reasonCodes.set(packet.messageId, packet.reasonCode);
        }
      });
      return client;
    } catch (error) {
      takeBack();
      throw new HumanError(
        'connectFailed',
        `The workbench could not connect to its own broker: ${messageOf(error)}.`,
      );
    }
  }
}

/** Resolves with CONNACK. */
async function connected(client: MqttClient): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('the connection was closed')));
    });
  } catch (error) {
    client.on('error', () => undefined);
    client.end(true);
    throw error;
  }
}

/** As MQTT.js has them: values of one name of a user property together. */
function clientProperties(
  properties: MessageProperties,
): NonNullable<IClientPublishOptions['properties']> {
  const { payloadFormatIndicator, correlationData, userProperties, ...same } = properties;
  const values = new Map<string, string[]>();
  for (const [name, value] of userProperties ?? []) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return {
    ...same,
    ...(payloadFormatIndicator !== undefined && {
      payloadFormatIndicator: payloadFormatIndicator === 1,
    }),
    ...(correlationData && { correlationData: Buffer.from(correlationData) }),
    ...(values.size > 0 && { userProperties: Object.fromEntries(values) }),
  };
}

function reasonCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}
