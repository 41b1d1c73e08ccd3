import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { IPublishPacket } from 'mqtt';
import type { DescribedMessage } from '../../src/document/described-message.ts';
import { mosquittoPubCommand } from '../../src/document/mosquitto-pub.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';
import { findProgram } from '../support/programs.ts';
import { hostileTexts, message } from './messages.ts';

const broker = { host: '127.0.0.1', port: 1883, isTls: false };
const run = promisify(execFile);

describe('a message as a command of mosquitto_pub', () => {
  it('is short where the message is plain', () => {
    const { text } = mosquittoPubCommand(message('ON', { qos: 1, retain: true }), broker);
    assert.equal(text, 'mosquitto_pub -h 127.0.0.1 -p 1883 -V mqttv311 -t home/lamp -q 1 -r -m ON');
    assert.match(mosquittoPubCommand(message(''), broker).text, / -n$/);
  });

  it('quotes, and pipes what is no plain text', () => {
    assert.match(mosquittoPubCommand(message("it's"), broker).text, / -m 'it'\\''s'$/);
    assert.match(
      mosquittoPubCommand(message(Uint8Array.of(0, 0x25, 0x5c, 0x41, 255)), broker).text,
      /^printf '\\000\\045\\134A\\377' \| mosquitto_pub .* -s$/,
    );
  });

  it('has nothing in it that a terminal acts on', () => {
    for (const hostile of hostileTexts) {
      const properties = {
        contentType: hostile,
        userProperties: [[hostile, hostile] as [string, string]],
      };
      const { text } = mosquittoPubCommand(
        message(hostile, { topicName: hostile, protocolVersion: 5, properties }),
        broker,
      );
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/, text);
    }
  });

  it('names the properties of MQTT 5, and says what it has to leave out', () => {
    const properties = {
      contentType: 'text/plain; charset=utf-8',
      correlationData: Uint8Array.of(65, 0),
      messageExpiryInterval: 9,
    };
    const of5 = mosquittoPubCommand(message('x', { protocolVersion: 5, properties }), broker);
    assert.match(
      of5.text,
      /-V mqttv5 .* -D publish message-expiry-interval 9 -D publish content-type 'text\/plain; charset=utf-8'/,
    );
    assert.deepEqual(of5.leftOut, ['correlationData']);
    assert.doesNotMatch(mosquittoPubCommand(message('x', { properties }), broker).text, /-D/);
  });

  it('is none where mosquitto_pub would refuse the topic', () => {
    const wrong = message('x', { topicName: 'a\nb' });
    assert.deepEqual(mosquittoPubCommand(wrong, broker), { text: '', leftOut: ['topic'] });
    const properties = {
      contentType: 'a\tb',
      userProperties: [['a', '\u{1fffe}'] as [string, string]],
    };
    const { leftOut } = mosquittoPubCommand(
      message('x', { protocolVersion: 5, properties }),
      broker,
    );
    assert.deepEqual(leftOut, ['contentType', 'userProperty']);
  });

  it('asks for the certificate of the authority with TLS', () => {
    const { text } = mosquittoPubCommand(message('x'), { ...broker, host: '::1', isTls: true });
    assert.match(text, /^mosquitto_pub -h ::1 -p 1883 --cafile mqtt-workbench-ca.pem /);
  });
});

const missing = findProgram('mosquitto_pub') ? false : 'mosquitto_pub is not installed';

describe('the command in a real shell', { skip: missing }, () => {
  for (const shell of ['dash', 'bash']) {
    const skip = findProgram(shell) ? false : `${shell} is not installed`;
    it(
      `publishes the same bytes, with the same topic and properties (${shell})`,
      { skip },
      async (context) => {
        const engine = new EngineUnderTest(context);
        const state = await engine.start();
        const client = await mqttClient(context, urlOf(state), { protocolVersion: 5 });
        const arrived: IPublishPacket[] = [];
        const waiting: ((packet: IPublishPacket) => void)[] = [];
        client.on('message', (_topic, _payload, packet) => {
          const next = waiting.shift();
          if (next) next(packet);
          else arrived.push(packet);
        });
        await client.subscribeAsync('#', { qos: 2 });
        const everyByte = new Uint8Array(256).map((_, index) => index);
        const long = new Uint8Array(200_000).map((_, index) => index % 251);
        const messages: DescribedMessage[] = [
          ...hostileTexts.map((text) => {
            // mosquitto_pub itself refuses control characters, and wildcards in topics.
            const told = text.replaceAll(/[\u0000-\u001f]/g, '');
            return message(text, {
              topicName: `t/${told.replaceAll(/[#+]/g, '')}`,
              protocolVersion: 5,
              properties: { contentType: told, userProperties: [['key', told]] },
            });
          }),
          message(everyByte, { qos: 2 }),
          message(long, { qos: 1 }),
          message(''),
          message('retained', { retain: true, protocolVersion: 3 }),
        ];
        const listener = state.listeners[0];
        assert.ok(listener);
        for (const sent of messages) {
          const { text, leftOut } = mosquittoPubCommand(sent, { ...broker, port: listener.port });
          assert.deepEqual(leftOut, []);
          // Typed into the shell, as a person would: an argument could not be so long.
          const running = run(shell);
          running.child.stdin?.end(`${text}\n`);
          await running;
          const packet =
            arrived.shift() ??
            (await new Promise<IPublishPacket>((resolve) => waiting.push(resolve)));
          assert.equal(packet.topic, sent.topicName, text);
          assert.deepEqual(new Uint8Array(Buffer.from(packet.payload)), sent.payload);
          assert.equal(packet.qos, sent.qos);
          assert.equal(packet.properties?.contentType, sent.properties.contentType);
          const [[, value] = []] = sent.properties.userProperties ?? [];
          assert.equal(packet.properties?.userProperties?.['key'], value);
        }
      },
    );
  }
});
