import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  clientDetails,
  describeClient,
  describeSubscription,
  describeTopic,
  statusText,
  topicDetails,
  topicLabel,
} from '../../src/vscode/views/describe.ts';
import { client, snapshot, subscription, topic } from './support/views.ts';

const latest = { time: 0, preview: 'on', size: 2, qos: 1 } as const;

describe('Descriptions in the trees', () => {
  it('of a client', () => {
    assert.equal(describeClient(client()), 'v5.0 · 127.0.0.1:51234 · keep-alive 60 s');
    assert.equal(
      describeClient(client({ protocolVersion: 4, transport: 'ws', keepAlive: 0, queued: 1234 })),
      'v3.1.1 · 127.0.0.1:51234 · WebSocket · no keep-alive · 1,234 queued',
    );
  });

  it('of a session that waits for its client', () => {
    const away = { connected: false, protocolVersion: 3 } as const;
    assert.equal(
      describeClient(client({ ...away, sessionExpiryInterval: 3600 })),
      'v3.1 · offline · session expires after 3,600 s',
    );
    assert.equal(
      describeClient(client({ ...away, sessionExpiryInterval: 0xffffffff })),
      'v3.1 · offline · session never expires',
    );
  });

  it('of a client in its tooltip', () => {
    const details = new Map(clientDetails(client({ userName: 'ada', hasWill: true })));
    assert.equal(details.get('Address'), '127.0.0.1:51234 (TCP)');
    assert.equal(details.get('User name'), 'ada');
    assert.equal(details.get('Will'), 'yes');
    assert.equal(details.get('Session'), 'session ends with the connection');
  });

  it('of a subscription', () => {
    assert.equal(describeSubscription(subscription()), 'QoS 1');
    assert.equal(
      describeSubscription(subscription({ isSuspended: true })),
      'suspended by a rule · QoS 1',
    );
    assert.equal(
      describeSubscription(
        subscription({
          qos: 2,
          noLocal: true,
          retainAsPublished: true,
          retainHandling: 2,
          subscriptionIdentifier: 7,
        }),
      ),
      'QoS 2 · no local · retain as published · no retained · identifier 7',
    );
  });

  it('of a topic', () => {
    assert.equal(
      describeTopic(topic({ latest, messageCount: 1204, rate: 12, retained: true })),
      'on · 1,204 · 12/s · retained',
    );
    assert.equal(describeTopic(topic({ topicCount: 2, messageCount: 5 })), '2 topics · 5');
    assert.equal(describeTopic(topic({ latest: { ...latest, preview: '' } })), '(empty)');
    assert.equal(topicLabel(''), '(empty level)');
  });

  it('of a long value, cut between characters', () => {
    const text = describeTopic(
      topic({ latest: { ...latest, preview: `${'x'.repeat(59)}😀${'y'.repeat(9)}` } }),
    );
    assert.equal(text, `${'x'.repeat(59)}…`);
  });

  it('of a topic in its tooltip', () => {
    const details = new Map(topicDetails(topic({ latest, messageCount: 3, rate: 1 })));
    assert.match(details.get('Latest') ?? '', /^QoS 1 · 2 bytes · /);
    assert.equal(details.get('Messages'), '3 · 1/s');
  });
});

describe('Status bar', () => {
  it('tells port, clients and rate of a running broker', () => {
    const { text, tooltip } = statusText(snapshot());
    assert.equal(text, '$(broadcast) MQTT :1883 · 3 clients · 1,200 msg/s');
    assert.match(tooltip, /mqtt:\/\/127\.0\.0\.1:1883/);
    assert.match(statusText(snapshot({ clientCount: 1 })).text, / 1 client /);
  });

  it('tells that the broker is off, before its first start too', () => {
    const off = '$(circle-slash) MQTT: off';
    assert.equal(statusText(undefined).text, off);
    assert.equal(statusText(snapshot({ broker: { status: 'stopped', listeners: [] } })).text, off);
  });

  it('tells that the broker is on its way', () => {
    const broker = { status: 'stopping', listeners: [] } as const;
    assert.equal(statusText(snapshot({ broker })).text, '$(sync~spin) MQTT: stopping');
  });
});
