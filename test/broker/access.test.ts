/** Rules at PUBLISH, SUBSCRIBE and for wills, in all versions, and when they change. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessRule } from '../../src/broker/access/rules.ts';
import { BrokerHarness, type TestClient } from '../support/broker-harness.ts';
import { accepted, ScriptedAuthenticator } from '../support/scripted-authenticator.ts';

function rules(...texts: string[]): AccessRule[] {
  return texts.map((text) => {
    const [permission, action, topicFilter] = text.split(' ');
    return { permission, action, topicFilter } as AccessRule;
  });
}

function withRules(...texts: string[]): BrokerHarness {
  return new BrokerHarness({}, undefined, { rules: rules(...texts) });
}

function refusals(harness: BrokerHarness): string[] {
  return harness.events.flatMap((event) =>
    event.name === 'refused'
      ? [
          `${event.clientIdentifier} ${event.what} ${event.topic} ${event.reasonCode}: ${event.reason}`,
        ]
      : [],
  );
}

describe('A PUBLISH that a rule denies', () => {
  const of = (): BrokerHarness => withRules('deny publish secret/#', 'allow all #');

  for (const version of [3, 4, 5] as const) {
    it(`is dropped and counted at QoS 0 (version ${version})`, () => {
      const harness = of();
      const reader = harness.connect('reader', version);
      assert.deepEqual(reader.subscribe('secret/#'), [0]);
      const writer = harness.connect('writer', version);
      writer.publish('secret/a', 'x', { retain: true });
      writer.expectNothing();
      reader.expectNothing();
      assert.equal(writer.closed, false);
      assert.deepEqual(harness.messages, []);
      assert.equal(harness.broker.isRetained('secret/a'), false);
      assert.equal(harness.broker.counters.publishNotAuthorized, 1);
      assert.equal(harness.broker.counters.publishRefused, 1);
      assert.deepEqual(refusals(harness), ['writer publish secret/a 135: deny publish secret/#']);
      writer.publish('open', 'y');
      assert.deepEqual(harness.messages, ['y']);
    });
  }

  it('is answered by PUBACK and PUBREC 0x87 in v5, and its packet identifier is free again', () => {
    const harness = of();
    const writer = harness.connect('writer', 5);
    writer.publish('secret/a', 'x', { qos: 1, packetIdentifier: 7 });
    assert.equal(writer.take('puback').reasonCode, 0x87);
    for (let round = 0; round < 2; round++) {
      writer.publish('secret/a', 'x', { qos: 2, packetIdentifier: 8 });
      assert.equal(writer.take('pubrec').reasonCode, 0x87);
    }
    assert.deepEqual(harness.messages, []);
    assert.equal(harness.broker.counters.publishNotAuthorized, 3);
  });

  it('[3.1.1: MQTT-3.3.5-2] is acknowledged in v3, and goes nowhere', () => {
    const harness = of();
    const writer = harness.connect('writer', 4);
    writer.publish('secret/a', 'x', { qos: 1, packetIdentifier: 7 });
    assert.equal(writer.take('puback').packetIdentifier, 7);
    writer.publish('secret/a', 'x', { qos: 2, packetIdentifier: 8 });
    writer.take('pubrec');
    writer.acknowledge('pubrel', 8);
    writer.take('pubcomp');
    assert.deepEqual(harness.messages, []);
  });

  it('is refused by topic alias too', () => {
    const harness = of();
    const writer = harness.connect('writer', 5);
    const alias = { qos: 1, packetIdentifier: 1, properties: { topicAlias: 1 } } as const;
    writer.publish('secret/a', 'x', alias);
    assert.equal(writer.take('puback').reasonCode, 0x87);
    writer.publish('', 'x', alias);
    assert.equal(writer.take('puback').reasonCode, 0x87);
  });
});

describe('A will that a rule denies', () => {
  const payload = new TextEncoder().encode('gone');

  it('[MQTT-3.1.2-8] the CONNECT is refused: 0x87 in v5, 5 in v3', () => {
    const harness = withRules('deny publish secret', 'allow all #');
    const will = { topicName: 'secret', payload, qos: 0, retain: false } as const;
    for (const [version, code] of [
      [5, 0x87],
      [4, 5],
    ] as const) {
      const client = harness.open(version);
      assert.equal(client.connect({ clientIdentifier: 'x', will }).reasonCode, code);
      assert.equal(client.closed, true);
    }
    assert.deepEqual(harness.broker.clients(), []);
    harness.connect('y', 5, { will: { ...will, topicName: 'open' } }).drop();
    assert.deepEqual(harness.messages, ['gone']);
  });

  it('is not published when the rule came after CONNECT', () => {
    const harness = withRules('allow all #');
    const will = { topicName: 'secret', payload, qos: 0, retain: false } as const;
    const client = harness.connect('x', 5, { will });
    harness.broker.setRules(rules('deny publish secret', 'allow all #'), harness.now);
    client.drop();
    assert.deepEqual(harness.messages, []);
    assert.equal(harness.broker.counters.publishNotAuthorized, 1);
  });
});

describe('A SUBSCRIBE that a rule denies', () => {
  for (const [version, code] of [
    // MQTT 3.1 knows no failure (section 3.9): the client gets nothing, but cannot be told.
    [3, 1],
    [4, 0x80],
    [5, 0x87],
  ] as const) {
    it(`[MQTT-3.9.3-2] gets ${code} in version ${version}, each filter by itself`, () => {
      const harness = withRules('deny subscribe secret/#', 'allow all #');
      const client = harness.connect('x', version);
      const all = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
      client.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: ['secret', 'open', '#', '+/a'].map((topicFilter) => ({
          ...all,
          topicFilter,
        })),
      });
      assert.deepEqual(client.take('suback').reasonCodes, [code, 1, code, code]);
      assert.equal(harness.broker.counters.subscriptionsNotAuthorized, 3);
      assert.deepEqual(refusals(harness)[1], 'x subscribe # 135: deny subscribe secret/#');
    });
  }

  it('sends no retained messages', () => {
    const harness = withRules('deny subscribe secret/#', 'allow all #');
    harness.connect('w', 5).publish('secret/a', 'x', { retain: true });
    const client = harness.connect('x', 5);
    assert.deepEqual(client.subscribe('secret/a'), [0x87]);
    client.expectNothing();
  });

  it('a shared subscription counts by its topic filter', () => {
    const harness = withRules('deny subscribe secret/#', 'allow all #');
    const client = harness.connect('x', 5);
    assert.deepEqual(client.subscribe('$share/secret/open'), [0]);
    assert.deepEqual(client.subscribe('$share/open/secret/a'), [0x87]);
    assert.deepEqual(client.subscribe('$share/open/#'), [0x87]);
  });
});

describe('Rules by user', () => {
  it('%u is the verified user name, not the one that is claimed', () => {
    const authenticator = new ScriptedAuthenticator();
    const environment = { authenticator, rules: rules('allow all home/%u/#') };
    const harness = new BrokerHarness({}, undefined, environment);
    const connect = (verified: string | undefined): TestClient => {
      const client = harness.open(5);
      client.send({
        type: 'connect',
        protocolVersion: 5,
        cleanStart: true,
        keepAlive: 0,
        clientIdentifier: `client of ${verified ?? 'nobody'}`,
        userName: 'bob',
      });
      authenticator.take().reply(accepted(verified), harness.now);
      harness.broker.flush(harness.now);
      client.take('connack');
      return client;
    };
    assert.deepEqual(connect('bob').subscribe('home/bob/#'), [0]);
    assert.deepEqual(connect('eve').subscribe('home/bob/#'), [0x87]);
    assert.deepEqual(connect(undefined).subscribe('home/bob/#'), [0x87]);
  });

  it('hold for none that is unrestricted', () => {
    const authenticator = new ScriptedAuthenticator();
    const environment = { authenticator, rules: rules('deny all #') };
    const harness = new BrokerHarness({}, undefined, environment);
    const client = harness.open(5);
    const packet = { type: 'connect', protocolVersion: 5, cleanStart: true, keepAlive: 0 } as const;
    client.send({ ...packet, clientIdentifier: 'workbench' });
    authenticator
      .take()
      .reply(
        { outcome: 'accepted', identity: { userName: undefined, isUnrestricted: true } },
        harness.now,
      );
    harness.broker.flush(harness.now);
    client.take('connack');
    assert.deepEqual(client.subscribe('#'), [0]);
    harness.broker.setRules(rules('deny all +/#'), harness.now);
    client.publish('a', 'x');
    client.takePublish('a', 'x');
  });
});

describe('Rules that change', () => {
  it('a subscription that is no longer allowed gets nothing more, until it is allowed again', () => {
    const harness = withRules('allow all #');
    const reader = harness.connect('reader', 5);
    reader.subscribe('#');
    reader.subscribe('open');
    const writer = harness.connect('writer', 5);
    writer.publish('secret', '1');
    reader.takePublish('secret', '1');

    harness.broker.setRules(rules('deny subscribe secret', 'allow all #'), harness.now);
    writer.publish('secret', '2');
    writer.publish('open', '3');
    reader.takePublish('open', '3');
    reader.expectNothing();
    assert.deepEqual(refusals(harness), [
      'reader subscribe # 135: Suspended: deny subscribe secret',
    ]);
    assert.equal(harness.broker.counters.subscriptions, 1);
    // The client still has it, as far as it knows.
    const shown = (): unknown =>
      harness.broker
        .clients()[0]
        ?.subscriptions.map((view) => [view.topicFilter, view.isSuspended]);
    assert.deepEqual(shown(), [
      ['#', true],
      ['open', undefined],
    ]);

    harness.broker.setRules([], harness.now);
    assert.deepEqual(shown(), [
      ['#', undefined],
      ['open', undefined],
    ]);
    writer.publish('secret', '4');
    reader.takePublish('secret', '4');
    assert.equal(harness.broker.counters.subscriptions, 2);
  });

  it('nor what was queued for it; and a session that was away is treated alike', () => {
    const harness = withRules('allow all #');
    const keep = { cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const reader = harness.connect('reader', 5, keep);
    reader.subscribe('+', 1);
    reader.drop();
    const writer = harness.connect('writer', 5);
    writer.publish('secret', '1', { qos: 1, packetIdentifier: 1 });
    writer.publish('open', '2', { qos: 1, packetIdentifier: 2 });
    harness.broker.setRules(rules('deny subscribe secret', 'allow all #'), harness.now);
    writer.publish('secret', '3', { qos: 1, packetIdentifier: 3 });
    const back = harness.connect('reader', 5, keep);
    back.takePublish('open', '2');
    back.expectNothing();
    assert.equal(harness.broker.counters.droppedNotAuthorized, 1);
  });

  it('a suspended subscription can be unsubscribed, and then does not come back', () => {
    const harness = withRules('allow all #');
    const reader = harness.connect('reader', 5);
    reader.subscribe('secret');
    harness.broker.setRules(rules('deny all secret', 'allow all #'), harness.now);
    assert.deepEqual(reader.subscribe('secret'), [0x87]);
    assert.deepEqual(reader.unsubscribe('secret'), [0]);
    harness.broker.setRules([], harness.now);
    harness.connect('writer', 5).publish('secret', 'x');
    reader.expectNothing();
    assert.equal(harness.broker.counters.subscriptions, 0);
  });

  it('what was decided on a topic before does not count', () => {
    const harness = withRules('allow all #');
    const writer = harness.connect('writer', 5);
    for (const [list, code] of [
      [rules('allow all #'), 0x10],
      [rules('deny publish a', 'allow all #'), 0x87],
      [[], 0x10],
    ] as const) {
      harness.broker.setRules(list, harness.now);
      writer.publish('a', 'x', { qos: 1, packetIdentifier: 1 });
      assert.equal(writer.take('puback').reasonCode, code);
    }
  });

  it('rules that are none change nothing', () => {
    const harness = withRules('deny publish a', 'allow all #');
    assert.throws(
      () => harness.broker.setRules(rules('deny publish a/#/b'), harness.now),
      RangeError,
    );
    const writer = harness.connect('writer', 5);
    writer.publish('a', 'x', { qos: 1, packetIdentifier: 1 });
    assert.equal(writer.take('puback').reasonCode, 0x87);
  });

  it('clients that may not stay are disconnected with 0x87', () => {
    const authenticator = new ScriptedAuthenticator();
    const harness = new BrokerHarness({}, undefined, { authenticator });
    const connect = (clientIdentifier: string, user: string): TestClient => {
      const client = harness.open(5);
      const packet = { type: 'connect', protocolVersion: 5, cleanStart: true } as const;
      client.send({ ...packet, keepAlive: 0, clientIdentifier });
      authenticator.take().reply(accepted(user), harness.now);
      harness.broker.flush(harness.now);
      client.take('connack');
      return client;
    };
    const [bob, eve] = [connect('one', 'bob'), connect('two', 'eve')];
    harness.broker.review((identity) => identity?.userName === 'bob', harness.now);
    assert.equal(eve.take('disconnect').reasonCode, 0x87);
    assert.equal(eve.closed, true);
    assert.equal(bob.closed, false);
  });
});
