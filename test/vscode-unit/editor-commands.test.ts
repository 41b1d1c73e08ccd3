import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilter } from '../../src/capture/filter.ts';
import type { BrokerState } from '../../src/engine/contract.ts';
import type { FrameMessage } from '../../src/engine/editor-contract.ts';
import { HumanError } from '../../src/base/errors.ts';
import {
  payloadAddress,
  payloadPath,
  payloadQuery,
} from '../../src/vscode/inspector/payload-uri.ts';
import {
  addressOf,
  copyText,
  packetLine,
  type CopyForm,
} from '../../src/vscode/commands/row-texts.ts';
import { fieldFilter } from '../../webview/inspector/details/field-filter.ts';
import { withTerm } from '../../webview/inspector/filter-join.ts';

const broker = { host: '127.0.0.1', port: 1883, isTls: false };

function messageOf(payload: string | Uint8Array): FrameMessage {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return {
    topicName: 'home/lamp',
    qos: 0,
    retain: false,
    protocolVersion: 5,
    properties: {},
    payload: bytes,
    payloadSize: bytes.length,
  };
}

function copied(form: CopyForm, payload: string | Uint8Array): string {
  return copyText(form, messageOf(payload), broker).text;
}

describe('Address of a payload document', () => {
  it('has topic and frame for its title, and an extension for its language', () => {
    assert.equal(payloadPath('home/kitchen/temp', 1234, 'json'), '/home/kitchen/temp #1234.json');
    assert.equal(payloadPath('a', 0, 'bytes'), '/a #0.hex');
  });

  it('keeps levels that a path would lose, and shows nothing that hides', () => {
    assert.equal(payloadPath('/a//../x', 1, 'text'), '/(empty)/a/(empty)/(..)/x #1.txt');
    assert.equal(payloadPath('a\u202eb\n\\', 1, 'xml'), '/a�b�� #1.xml');
    assert.ok(payloadPath('x'.repeat(65_535), 1, 'json').length < 500);
  });

  it('is read back, and refused where it is none of ours', () => {
    const address = { frame: 7, generation: 1_790_000_000_000 };
    assert.deepEqual(payloadAddress(payloadQuery(address)), address);
    for (const wrong of ['', 'frame=1', 'frame=-1&generation=2', 'frame=1e3&generation=1']) {
      assert.equal(payloadAddress(wrong), undefined, wrong);
    }
    assert.equal(payloadAddress(`frame=${'9'.repeat(30)}&generation=1`), undefined);
  });
});

describe('What is copied', () => {
  it('is the payload in the form that was asked for', () => {
    assert.equal(copied('text', 'grün'), 'grün');
    assert.equal(copied('hex', Uint8Array.of(0, 255)), '00ff');
    assert.equal(copied('base64', Uint8Array.of(0, 255)), 'AP8=');
    assert.equal(copied('json', '{"a":1}'), '{\n  "a": 1\n}');
    assert.equal(copied('topic', ''), 'home/lamp');
    assert.equal(copied('row', 'ON'), 'home/lamp ON');
    assert.equal(copied('row', Uint8Array.of(255)), 'home/lamp ff');
    assert.match(copied('mosquittoPub', 'ON'), /^mosquitto_pub .* -m ON$/);
    assert.match(copied('mqttBlock', 'ON'), /^### home\/lamp\n/);
    assert.equal(
      packetLine({ frame: 1, client: 'lamp', direction: 1, packet: 'CONNACK' }),
      'lamp ← CONNACK',
    );
  });

  it('is refused with a reason where there is no such form', () => {
    const codeOf = (form: CopyForm, payload: string | Uint8Array): string => {
      try {
        return copied(form, payload);
      } catch (error) {
        assert.ok(error instanceof HumanError);
        return error.code;
      }
    };
    assert.equal(codeOf('text', Uint8Array.of(255)), 'noText');
    assert.equal(codeOf('json', 'no'), 'noJson');
    assert.equal(codeOf('json', `[${'1,'.repeat(200_000)}1]`), 'largeJson');
    const wrong = { ...messageOf('x'), topicName: 'a\nb' };
    assert.throws(() => copyText('mqttBlock', wrong, broker), { code: 'topicText' });
  });

  it('says what is left out', () => {
    const properties = { correlationData: Uint8Array.of(0) };
    const { note } = copyText('mosquittoPub', { ...messageOf('x'), properties }, broker);
    assert.match(note ?? '', /correlation data/);
  });

  it('names an address of this machine', () => {
    const state = (transport: 'tcp' | 'tls' | 'ws', host: string): BrokerState => ({
      status: 'running',
      listeners: [{ transport, url: '', host, port: 7 }],
    });
    assert.deepEqual(addressOf(state('tcp', '0.0.0.0')), { ...broker, port: 7 });
    assert.deepEqual(addressOf(state('tls', '::')), { host: '::1', port: 7, isTls: true });
    assert.deepEqual(addressOf(state('ws', '::')), broker);
    assert.deepEqual(addressOf({ status: 'stopped', listeners: [] }), broker);
  });
});

describe('The filter of a field', () => {
  const field = { start: 0, end: 1 };
  const cases: [Parameters<typeof fieldFilter>[0], string | undefined][] = [
    [
      { ...field, label: 'Packet Type', value: 3, meaning: 'PUBLISH', bits: [7, 4] },
      'type:publish',
    ],
    [{ ...field, label: 'QoS', value: 1, bits: [2, 1] }, 'qos:1'],
    [{ ...field, label: 'RETAIN', value: false, bits: [0, 0] }, 'retain:false'],
    [{ ...field, label: 'Topic Name', value: 'home/a b' }, 'topic:"home/a b"'],
    [{ ...field, label: 'Topic Filter', value: 'home/#' }, 'topic:home/#'],
    [{ ...field, label: 'Topic Filter', value: '$share/g/home' }, undefined],
    [{ ...field, label: 'Client Identifier', value: 'say "hi"' }, 'client:"say \\"hi\\""'],
    [{ ...field, label: 'Reason Code', value: 0x87 }, 'reason:0x87'],
    [{ ...field, label: 'Content Type', value: 'text/plain' }, 'prop.contentType:text/plain'],
    [{ ...field, label: 'Message Expiry Interval', value: 5 }, 'prop.messageExpiryInterval:5'],
    [{ ...field, label: 'Remaining Length', value: 5 }, undefined],
    [{ ...field, label: 'Payload', meaning: '5 bytes' }, undefined],
    [{ ...field, label: 'Topic Name', value: 'x'.repeat(600) }, undefined],
  ];
  for (const [given, expected] of cases) {
    it(`of ${given.label} is ${expected ?? 'none'}`, () => {
      const filter = fieldFilter(given);
      assert.equal(filter, expected);
      if (filter !== undefined) assert.equal(compileFilter(filter).ok, true);
    });
  }

  it('of a user property is its name', () => {
    const of = (name: string, value: string) =>
      fieldFilter({
        ...field,
        label: 'User Property',
        value: `${name}: ${value}`,
        children: [
          { ...field, label: 'Name', value: name },
          { ...field, label: 'Value', value },
        ],
      });
    assert.equal(of('source', 'panel'), 'prop.source:panel');
    assert.equal(of('two words', 'x'), undefined);
    assert.equal(of('contentType', 'x'), undefined, 'that would be the property');
  });
});

describe('A filter with one more term', () => {
  const cases: [filter: string, term: string, joined: string][] = [
    ['', 'qos:1', 'qos:1'],
    ['a b', 'qos:1', 'a b qos:1'],
    ['a or b', 'qos:1', '(a or b) qos:1'],
    ['A OR b', 'qos:1', '(A OR b) qos:1'],
    ['(a or b) c', 'qos:1', '(a or b) c qos:1'],
    ['"a or b"', 'qos:1', '"a or b" qos:1'],
    ['a qos:1', 'qos:1', 'a qos:1'],
    ['a -qos:1', 'qos:1', 'a qos:1'],
    ['a qos:1', '-qos:1', 'a -qos:1'],
    ['"x -qos:1 y"', 'qos:1', '"x -qos:1 y" qos:1'],
  ];
  for (const [filter, term, joined] of cases) {
    it(`${filter} and ${term}`, () => {
      assert.equal(withTerm(filter, term), joined);
      assert.equal(compileFilter(joined).ok, true);
    });
  }
});
