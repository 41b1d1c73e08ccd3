import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import protobuf from 'protobufjs';
import { schemaCompiler } from '../../src/engine/schemas/compiler.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

const schema = `syntax = "proto3";
package demo;
import "google/protobuf/timestamp.proto";
enum State { UNKNOWN = 0; RUNNING = 3; }
message Sensor {
  string name = 1;
  double temperature = 2;
  float ratio = 3;
  sint64 offset = 4;
  uint64 serial = 5;
  State state = 6;
  bytes key = 7;
  repeated int32 samples = 8;
  map<string, Point> points = 9;
  google.protobuf.Timestamp time = 10;
  oneof place { string room = 11; int32 floor = 12; }
  repeated google.protobuf.Timestamp times = 13;
  message Point { sfixed32 x = 1; int32 y = 2; Point next = 3; }
}`;

const source = (text: string, message?: string) => ({
  file: 'a.proto',
  files: [{ path: 'a.proto', text }],
  ...(message !== undefined && { message }),
});
const { decode, label } = schemaCompiler.protobuf(source(schema, 'demo.Sensor'));
const root = protobuf.parse(schema, { keepCase: true }).root;
root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')?.nested ?? {});
const sensor = root.resolveAll().lookupType('demo.Sensor');

const values = {
  name: 'kitchen',
  temperature: 21.5,
  ratio: 0.1,
  offset: -7,
  state: 3,
  key: Uint8Array.of(1, 2, 255),
  samples: [1, -2, 300],
  points: { a: { x: -1, y: 2, next: { y: 9 } } },
  time: { seconds: 1_700_000_000, nanos: 500_000_000 },
  times: [{ seconds: 1 }, { seconds: 2 }],
  floor: 4,
};
const encoded = sensor.encode(sensor.fromObject(values)).finish();

describe('Protobuf with a schema', () => {
  it('reads what protobufjs writes', () => {
    const decoded = decode(encoded);
    assert.equal(label, 'Protobuf · demo.Sensor');
    assert.equal(decoded.problem, undefined);
    assert.equal(decoded.truncated, 0);
    assert.equal(decoded.isJson, true);
    assert.deepEqual(JSON.parse(decoded.text), {
      ...values,
      state: 'RUNNING',
      key: 'AQL/',
      time: '2023-11-14T22:13:20.5Z',
      times: ['1970-01-01T00:00:01Z', '1970-01-01T00:00:02Z'],
    });
  });

  it('keeps all digits of 64 bits, and the last of a oneof', () => {
    const writer = protobuf.Writer.create();
    writer.uint32(40).uint64('18446744073709551615');
    writer.uint32(96).int32(3);
    writer.uint32(90).string('hall');
    const { text } = decode(writer.finish());
    assert.equal(text, '{\n  "serial": 18446744073709551615,\n  "room": "hall"\n}');
  });

  it('shows fields that the schema does not have or has otherwise, and says so', () => {
    const writer = protobuf.Writer.create();
    writer.uint32((99 << 3) | 0).uint32(5);
    writer.uint32((2 << 3) | 2).string('hot');
    const decoded = decode(writer.finish());
    assert.deepEqual(JSON.parse(decoded.text), { '#99': [5], '#2': ['aG90'] });
    assert.deepEqual(decoded.notes, [
      'Not in the schema: field 99 of Sensor',
      'Sent as another type than the schema says: temperature (field 2 of Sensor)',
    ]);
  });

  it('keeps what came before the end of a payload that is cut anywhere, or has other bytes', () => {
    for (let length = 0; length < encoded.length; length++) {
      const { text } = decode(encoded.subarray(0, length));
      assert.doesNotThrow(() => JSON.parse(text) as unknown, `cut at ${length}`);
    }
    for (let index = 0; index < encoded.length; index++) {
      for (const change of [0x01, 0x07, 0x80, 0xff]) {
        const bytes = Uint8Array.from(encoded);
        bytes[index] = (bytes[index] ?? 0) ^ change;
        assert.doesNotThrow(() => JSON.parse(decode(bytes).text) as unknown);
      }
    }
    assert.match(decode(encoded.subarray(0, 4)).problem ?? '', /^Ends within a value/);
  });

  it('ends at its limits', () => {
    const { decode: deep } = schemaCompiler.protobuf(
      source('syntax = "proto3"; message A { A a = 1; repeated int32 n = 2; }'),
    );
    let nested: Uint8Array = new Uint8Array(0);
    for (let level = 0; level < 300; level++) {
      nested = protobuf.Writer.create().uint32(10).bytes(nested).finish();
    }
    assert.equal(deep(nested).problem, 'Nested deeper than 200 levels');
    const many = protobuf.Writer.create().uint32(18).bytes(new Uint8Array(900_000)).finish();
    assert.equal(deep(many).problem, 'Cut after 512 KiB');
    assert.ok(deep(many).text.length <= 512 * 1024);
  });

  it('says what is wrong with a schema', () => {
    const wrong = (text: string, message?: string): string => {
      try {
        schemaCompiler.protobuf(source(text, message));
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.match(wrong('message {'), /^a\.proto: illegal type name '\{' \(line 1\)/);
    assert.match(wrong('syntax = "proto3"; message A { B b = 1; }'), /^a\.proto: no such.*B/);
    assert.match(
      wrong(schema),
      /^a\.proto: "message" must say .* demo\.Sensor, demo\.Sensor\.Point$/,
    );
    assert.match(wrong(schema, 'demo.Other'), /^a\.proto has no message demo\.Other\. There are: /);
    const nested = 'message A {'.repeat(30_000) + '}'.repeat(30_000);
    assert.match(wrong(nested), /deep|depth|exceed/i);
  });

  it('is what a bound topic is shown with', { timeout: 20_000 }, async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const { problems } = await engine.channel.request('payload/configure', {
      bindings: [
        { topicFilter: 's/+', decoder: 'protobuf', schema: source(schema, 'demo.Sensor') },
        { topicFilter: 'w', decoder: 'protobuf', schema: source(schema, 'demo.None') },
      ],
    });
    assert.equal(problems.length, 1);
    const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
    const client = await mqttClient(context, url, { protocolVersion: 5 });
    await client.publishAsync('s/1', Buffer.from(encoded), { qos: 1 });
    await client.publishAsync('w', Buffer.from(encoded), { qos: 1 });
    await engine.query(query, ({ end }) => end >= 2);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 2 });
    const shown = [];
    for (const { frame } of rows) {
      const detail = await engine.channel.request('capture/frame', { frame });
      shown.push(detail?.payload);
    }
    const [right, wrong] = shown;
    assert.equal(right?.decodings[0]?.label, 'Protobuf · demo.Sensor');
    assert.match(right.decodings[0].text, /"name": "kitchen"/);
    assert.ok(right.others.some(({ decoder }) => decoder === 'protobuf'));
    assert.match(wrong?.decodings[0]?.problem ?? '', /has no message demo\.None/);
  });
});
