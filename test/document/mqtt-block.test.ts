import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mqttBlock } from '../../src/document/mqtt-block.ts';
import { hostileTexts, message } from './messages.ts';

describe('a message as a block of a .mqtt document', () => {
  it('has headers of MQTT and the text', () => {
    const { text, leftOut } = mqttBlock(
      message('{"on": true}', {
        qos: 1,
        retain: true,
        protocolVersion: 5,
        properties: {
          payloadFormatIndicator: 1,
          messageExpiryInterval: 60,
          contentType: 'application/json',
          responseTopic: 'home/answers',
          correlationData: Uint8Array.of(0, 255),
          userProperties: [
            ['source', 'panel'],
            ['source', 'a=b'],
          ],
        },
      }),
    );
    assert.deepEqual(leftOut, []);
    assert.equal(
      text,
      [
        '### home/lamp',
        'PUBLISH home/lamp',
        'qos: 1',
        'retain: true',
        'payload-format-indicator: 1',
        'message-expiry-interval: 60',
        'content-type: application/json',
        'response-topic: home/answers',
        'correlation-data: base64:AP8=',
        'user-property: source=panel',
        'user-property: source=a=b',
        '',
        '{"on": true}',
        '',
      ].join('\n'),
    );
  });

  it('has no body where there is none', () => {
    assert.equal(mqttBlock(message('')).text, '### home/lamp\nPUBLISH home/lamp\n');
  });

  it('has a body in Base64 where it would be read as something else', () => {
    const bodies = [
      Uint8Array.of(0, 1, 255),
      '### heading',
      'a\n### heading',
      'x\nEXPECT home/# within 2s',
      'PUBLISH a',
      '< ./file.bin',
      'base64: QQ==',
      '{"a": "{{$isoTimestamp}}"}',
      'ends with a line feed\n',
      ' begins with a blank',
      'a\r\nb',
      '\u202e',
    ];
    for (const body of bodies) {
      const { text } = mqttBlock(message(body));
      assert.match(text, /\n\nbase64: [A-Za-z0-9+/]+=*\n$/, JSON.stringify(body));
      const bytes = Buffer.from(text.slice(text.indexOf('base64: ') + 8), 'base64');
      assert.deepEqual([...bytes], [...message(body).payload]);
    }
  });

  it('is one block only, whatever the texts are', () => {
    for (const hostile of hostileTexts) {
      const { text, leftOut } = mqttBlock(
        message(hostile, {
          topicName: hostile,
          properties: { contentType: hostile, userProperties: [['k', hostile]] },
        }),
      );
      if (leftOut.includes('topic')) assert.equal(text, '');
      else assert.equal(text.match(/^(###|PUBLISH)/gm)?.length, 2, text);
    }
    assert.deepEqual(mqttBlock(message('', { topicName: 'a\nb' })).leftOut, ['topic']);
    assert.deepEqual(mqttBlock(message('', { topicName: '{{room}}' })).leftOut, ['topic']);
    const properties = { userProperties: [['a=b', 'c'] as [string, string]] };
    assert.deepEqual(mqttBlock(message('', { properties })).leftOut, ['userProperty']);
  });
});
