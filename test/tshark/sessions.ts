/** Sessions of real clients with our broker: the corpus that both decoders are given. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'node:test';
import type { MqttClient } from 'mqtt';
import { root } from '../../build.ts';
import { mosquittoPublish, mosquittoSubscribe } from '../support/clients.ts';
import { mqttClient, urlOf, type EngineUnderTest } from '../support/engine.ts';

const run = promisify(execFile);
const versions = [
  { protocolVersion: 3, protocolId: 'MQIsdp', mosquitto: 'mqttv31' },
  { protocolVersion: 4, protocolId: 'MQTT', mosquitto: 'mqttv311' },
  { protocolVersion: 5, protocolId: 'MQTT', mosquitto: 'mqttv5' },
] as const;

/** MQTT.js: every version, QoS, retained, a will, several subscriptions, properties, reason codes. */
export async function mqttJsSessions(context: TestContext, url: string): Promise<void> {
  for (const { protocolVersion, protocolId } of versions) {
    const five = protocolVersion === 5;
    const client = await mqttClient(context, url, {
      protocolVersion,
      protocolId,
      clientId: `mqtt.js ${protocolVersion}`,
      username: 'user',
      password: Buffer.from([0, 1, 0xff]),
      keepalive: 65_535,
      clean: protocolVersion !== 4,
      will: {
        topic: 'will/ä',
        payload: Buffer.from('bye'),
        qos: 1,
        retain: true,
        ...(five && {
          properties: { willDelayInterval: 5, payloadFormatIndicator: true, contentType: 'x/y' },
        }),
      },
      ...(five && {
        properties: {
          sessionExpiryInterval: 0xffff_ffff,
          receiveMaximum: 1,
          maximumPacketSize: 65_000,
          topicAliasMaximum: 10,
          requestResponseInformation: true,
          requestProblemInformation: false,
          userProperties: { one: 'a', two: ['b', 'c'] },
        },
      }),
    });
    await oneSession(client, five);
    await client.endAsync(
      false,
      five ? { reasonCode: 4, properties: { reasonString: 'enough' } } : {},
    );
  }
}

async function oneSession(client: MqttClient, five: boolean): Promise<void> {
  await client.subscribeAsync({ 'js/#': { qos: 2 }, 'js/+/x': { qos: 0 } });
  if (five) {
    const properties = { subscriptionIdentifier: 268_435_455, userProperties: { k: 'v' } };
    const options = { qos: 1 as const, nl: true, rap: true, rh: 2, properties };
    await client.subscribeAsync('five/#', options);
    await client.subscribeAsync('$share/workers/jobs', { qos: 1, nl: false, properties: {} });
  }
  for (const qos of [0, 1, 2] as const) {
    const received = new Promise((resolve) => client.once('message', resolve));
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 1,
      responseTopic: 'answer/ü',
      correlationData: Buffer.from([0, 255]),
      contentType: 'text/plain; charset=utf-8',
      userProperties: { '': 'empty', ключ: 'значение' },
    };
    await client.publishAsync(`js/${'level/'.repeat(qos * 20)}x`, 'p'.repeat(qos * 10_000), {
      qos,
      retain: qos === 1,
      ...(five && { properties }),
    });
    await received;
  }
  if (five) {
    // The second one goes by its alias alone.
    for (const topic of ['alias/a', '']) {
      await client.publishAsync(topic, 'x', { qos: 1, properties: { topicAlias: 3 } });
    }
    await client.publishAsync('jobs', 'x', { qos: 1 });
  }
  client.sendPing();
  await client.unsubscribeAsync(['js/#', 'never/subscribed']);
}

/** mosquitto_sub and mosquitto_pub: every version and QoS, with properties. */
export async function mosquittoSessions(port: number): Promise<void> {
  for (const { mosquitto, protocolVersion } of versions) {
    const five = protocolVersion === 5;
    const property = (command: string, ...of: string[]): string[] =>
      five ? ['-D', command, ...of] : [];
    const subscriber = mosquittoSubscribe(
      port,
      ...[
        '-V',
        mosquitto,
        '-t',
        `m/${mosquitto}/#`,
        '-t',
        'm/other',
        '-q',
        '2',
        '-i',
        `sub-${mosquitto}`,
      ],
      ...property('connect', 'receive-maximum', '30'),
      ...property('subscribe', 'subscription-identifier', '77'),
      ...property('subscribe', 'user-property', 'a', 'b'),
    );
    try {
      for (const qos of ['0', '1', '2']) {
        const published = mosquittoPublish(
          port,
          ...['-V', mosquitto, '-t', `m/${mosquitto}/${qos}`, '-q', qos, '-m', `message ${qos}`],
          ...(qos === '2'
            ? ['-r', '--will-topic', 'm/will', '--will-payload', 'w', '--will-qos', '2']
            : []),
          ...property('publish', 'content-type', 'text/plain'),
          ...property('publish', 'message-expiry-interval', '100'),
          ...property('connect', 'session-expiry-interval', '3'),
        );
        await published;
      }
      // Retained: it is there whenever the subscription is.
      await subscriber.line('message 2');
    } finally {
      await subscriber.stop();
    }
  }
}

/** paho of Debian: every version, all QoS, properties, a will. */
export async function pahoSessions(port: number): Promise<void> {
  await run('/usr/bin/python3', [join(root, 'test/tshark/paho-session.py'), `${port}`], {
    timeout: 60_000,
  });
}

/** Why paho cannot be used here; undefined when it can. */
export async function pahoObstacle(): Promise<string | undefined> {
  return run('/usr/bin/python3', ['-c', 'import paho.mqtt.client']).then(
    () => undefined,
    () => 'paho is missing: sudo apt-get install --no-install-recommends python3-paho-mqtt',
  );
}

/** The address of the TCP listener of an engine that this starts. */
export async function startBroker(engine: EngineUnderTest): Promise<{ url: string; port: number }> {
  const url = urlOf(await engine.start());
  return { url, port: Number(new URL(url).port) };
}
