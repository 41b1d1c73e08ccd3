import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { BrokerHarness } from '../support/broker-harness.ts';

const notText = Uint8Array.of(0xc3, 0x28);

describe('broker: what a client asks to be told', () => {
  it('[MQTT-3.1.2-28] Response Information only on request', () => {
    const harness = new BrokerHarness({ responseInformation: 'answers/%c' });
    const connect = (requestResponseInformation: number) =>
      harness.open(5).connect({
        clientIdentifier: `client$&${requestResponseInformation}`,
        properties: { requestResponseInformation },
      }).properties?.responseInformation;
    assert.equal(connect(0), undefined);
    assert.equal(connect(1), 'answers/client$&1');
  });

  it('[MQTT-3.1.2-29] no reason strings but in CONNACK and DISCONNECT without problem information', () => {
    const harness = new BrokerHarness();
    const client = harness.connect('client', 5, { properties: { requestProblemInformation: 0 } });
    assert.deepEqual(client.subscribe('$SYS/#'), [0]);
    client.sendBytes([0x30, 0x02, 0x00, 0x00]);
    const { properties } = client.take('disconnect');
    assert.notEqual(properties?.reasonString, undefined);
  });
});

describe('broker: Payload Format Indicator', () => {
  it('1 without UTF-8: PUBACK and PUBREC 0x99, and nobody gets it (section 3.3.2.3.2)', () => {
    const harness = new BrokerHarness();
    const receiver = harness.connect('receiver', 5);
    receiver.subscribe('#', 2);
    const sender = harness.connect('sender', 5);
    const fields = { payload: notText, properties: { payloadFormatIndicator: 1 } };
    sender.publish('t', '', { ...fields, qos: 1, packetIdentifier: 1 });
    assert.equal(sender.take('puback').reasonCode, 0x99);
    sender.publish('t', '', { ...fields, qos: 2, packetIdentifier: 2 });
    assert.equal(sender.take('pubrec').reasonCode, 0x99);
    receiver.expectNothing();
    assert.equal(harness.broker.counters.payloadFormatInvalid, 2);
  });

  it('of a will: CONNACK 0x99 (section 3.1.3.2.3)', () => {
    const properties = { payloadFormatIndicator: 1 };
    const will = {
      topicName: 'will',
      payload: notText,
      qos: 0,
      retain: false,
      properties,
    } as const;
    assert.equal(new BrokerHarness().open(5).connect({ will }).reasonCode, 0x99);
  });

  it('at QoS 0: DISCONNECT 0x99', () => {
    const sender = new BrokerHarness().connect('sender', 5);
    sender.publish('t', '', { payload: notText, properties: { payloadFormatIndicator: 1 } });
    assert.equal(sender.take('disconnect').reasonCode, 0x99);
  });

  it('[MQTT-3.3.2-4] goes on unaltered, checked or not', () => {
    for (const validatePayloadFormat of [true, false]) {
      const harness = new BrokerHarness({ validatePayloadFormat });
      const receiver = harness.connect('receiver', 5);
      receiver.subscribe('#');
      const sender = harness.connect('sender', 5);
      const payload = validatePayloadFormat ? new TextEncoder().encode('ä') : notText;
      sender.publish('t', '', { payload, properties: { payloadFormatIndicator: 1 } });
      const packet = receiver.take('publish');
      assert.deepEqual(packet.properties, { payloadFormatIndicator: 1 });
      assert.deepEqual([...packet.payload], [...payload]);
    }
  });
});
