import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import avsc from 'avsc';
import { mostValues } from '../../src/engine/schemas/avro-decode.ts';
import { schemaCompiler } from '../../src/engine/schemas/compiler.ts';
import { crc64 } from '../../src/engine/schemas/crc64.ts';
import { EngineUnderTest, mqttClient, urlOf } from '../support/engine.ts';

const schema = {
  type: 'record',
  name: 'Reading',
  namespace: 'plant',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'celsius', type: 'double' },
    { name: 'ratio', type: 'float' },
    { name: 'count', type: 'int' },
    { name: 'serial', type: 'long' },
    { name: 'isOn', type: 'boolean' },
    { name: 'key', type: 'bytes' },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 3 } },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OFF', 'ON'] } },
    { name: 'samples', type: { type: 'array', items: 'int' } },
    { name: 'tags', type: { type: 'map', values: 'string' } },
    { name: 'next', type: ['null', 'Reading'] },
  ],
};
const source = (text: unknown, message?: string) => ({
  file: 'a.avsc',
  files: [{ path: 'a.avsc', text: JSON.stringify(text) }],
  ...(message !== undefined && { message }),
});
const type = avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' });
const leaf = {
  name: 'ä',
  celsius: 21.5,
  ratio: Math.fround(0.1),
  count: -3,
  serial: 2 ** 40,
  isOn: true,
  key: Buffer.from('00ff', 'hex'),
  hash: Buffer.from('010203', 'hex'),
  state: 'ON',
  samples: [1, -2],
  tags: { a: 'x' },
  next: null,
};
const payload = type.toBuffer({ ...leaf, next: leaf });
const shownLeaf = { ...leaf, ratio: 0.1, key: '00ff', hash: '010203' };

/** A value of a schema as it is shown. */
function shown(of: unknown, bytes: Uint8Array | string): unknown {
  const { decode } = schemaCompiler.avro(source(of));
  const decoded = decode(typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes);
  assert.equal(decoded.problem, undefined);
  return JSON.parse(decoded.text);
}

describe('Avro', () => {
  it('reads what avsc writes', () => {
    const { decode, label } = schemaCompiler.avro(source(schema));
    const decoded = decode(payload);
    assert.equal(label, 'Avro · plant.Reading');
    assert.equal(decoded.problem, undefined);
    assert.equal(decoded.truncated, 0);
    assert.deepEqual(JSON.parse(decoded.text), { ...shownLeaf, next: shownLeaf });
  });

  it('reads random values of random branches as avsc reads them', () => {
    const { decode } = schemaCompiler.avro(source(schema));
    for (let round = 0; round < 200; round++) {
      const value = type.random() as unknown as { name: string; samples: number[] };
      const decoded = decode(type.toBuffer(value));
      assert.equal(decoded.problem, undefined);
      const read = JSON.parse(decoded.text) as typeof value;
      assert.deepEqual([read.name, read.samples], [value.name, value.samples]);
    }
  });

  for (const [logicalType, base, bytes, value] of [
    ['date', 'int', 'a8b402', '2024-01-10'],
    ['time-millis', 'int', 'd00f', '00:00:01'],
    ['timestamp-millis', 'long', 'e807', '1970-01-01T00:00:00.5Z'],
    ['timestamp-millis', 'long', '01', '1969-12-31T23:59:59.999Z'],
    ['timestamp-micros', 'long', '02', '1970-01-01T00:00:00.000001Z'],
    ['local-timestamp-millis', 'long', 'e807', '1970-01-01T00:00:00.5'],
  ] as const) {
    it(`shows ${logicalType} as ${value}`, () => {
      assert.equal(shown({ type: base, logicalType }, bytes), value);
    });
  }

  it('shows decimals with all their digits', () => {
    const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 };
    const { decode } = schemaCompiler.avro(source(decimal));
    assert.equal(decode(Buffer.from('04fb1e', 'hex')).text, '-12.50');
    const digits = Buffer.from('1a00ffffffffffffffffffffffff', 'hex');
    assert.equal(decode(digits).text, '792281625142643375935439503.35');
  });

  it('takes the type that the binding names', () => {
    const { label } = schemaCompiler.avro(source(schema, 'plant.State'));
    assert.equal(label, 'Avro · plant.State');
    assert.throws(() => schemaCompiler.avro(source(schema, 'State')), {
      message: 'a.avsc has no type State. There are: plant.Reading, plant.Hash, plant.State',
    });
  });

  it('says what is wrong with a schema', () => {
    assert.throws(() => schemaCompiler.avro({ file: 'a.avsc', files: [] }), /^Error: a\.avsc: /);
    assert.throws(() => schemaCompiler.avro(source({ type: 'recor' })), /a\.avsc: .*recor/);
    const name = 'A"; process.exit(1); "';
    const evil = { type: 'record', name: 'A', fields: [{ name, type: 'int' }] };
    assert.throws(() => schemaCompiler.avro(source(evil)), /invalid/i);
    const text = '{"type":"array","items":'.repeat(20_000) + '"int"' + '}'.repeat(20_000);
    const files = [{ path: 'a.avsc', text }];
    assert.throws(() => schemaCompiler.avro({ file: 'a.avsc', files }), /nested too deep/);
  });

  it('keeps what came before an error, and says where it is', () => {
    const { decode } = schemaCompiler.avro(source(schema));
    const cut = decode(payload.subarray(0, 9));
    assert.match(cut.problem ?? '', /Ends within a value that begins at byte 3/);
    assert.deepEqual(JSON.parse(cut.text), { name: 'ä' });
    const more = decode(Buffer.concat([payload, Buffer.alloc(2)]));
    assert.match(more.problem ?? '', new RegExp(`ends at byte ${payload.length}, 2 more follow`));
    const union = schemaCompiler.avro(source(['null', 'int']));
    assert.match(union.decode(Buffer.from('0a', 'hex')).problem ?? '', /no branch 5/);
  });

  it('knows single object encoding, and the header of a schema registry', () => {
    const { decode } = schemaCompiler.avro(source('int'));
    // As in the test suite of Avro itself (schema-tests.txt).
    assert.equal(crc64(Buffer.from('"int"')), 8_247_732_601_305_521_295n);
    const header = Buffer.from('c3018f5c393f1ad57572', 'hex');
    const object = decode(Buffer.concat([header, Buffer.from('02', 'hex')]));
    assert.deepEqual([object.text, object.problem, object.notes], ['1', undefined, undefined]);
    header[2] = 0;
    const other = decode(Buffer.concat([header, Buffer.from('02', 'hex')]));
    assert.match(other.notes?.[0] ?? '', /another schema: its fingerprint is 0x7275d51a3f395c00/);
    const registered = decode(Buffer.from('000000000702', 'hex'));
    assert.deepEqual(
      [registered.text, registered.problem, registered.notes],
      ['1', undefined, ['Schema 7 of a schema registry']],
    );
  });

  it('is bounded in values and in depth', () => {
    const nulls = schemaCompiler.avro(source({ type: 'array', items: 'null' }));
    const many = Buffer.from('fcffffffffffffffff01', 'hex');
    assert.match(nulls.decode(many).problem ?? '', new RegExp(`only the first ${mostValues}`));
    const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
    const deep = Buffer.alloc(100_000, 2);
    assert.match(schemaCompiler.avro(source(list)).decode(deep).problem ?? '', /Nested deeper/);
  });

  it('reads any bytes without an error', () => {
    const { decode } = schemaCompiler.avro(source(schema));
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(payload.subarray(0, 1 + random(payload.length)));
      for (let change = random(4); change > 0; change--) bytes[random(bytes.length)] = random(256);
      const decoded = decode(bytes);
      if (decoded.problem === undefined) JSON.parse(decoded.text);
    }
  });

  it('comes with a binding', { timeout: 20_000 }, async (context) => {
    const engine = new EngineUnderTest(context);
    const url = urlOf(await engine.start());
    const binding = { topicFilter: 'plant/#', decoder: 'avro', schema: source(schema) } as const;
    await engine.channel.request('payload/configure', { bindings: [binding] });
    const { query } = await engine.channel.request('query/open', { view: 'messages', filter: '' });
    const client = await mqttClient(context, url, {});
    await client.publishAsync('plant/4', payload, { qos: 1 });
    await engine.query(query, ({ end }) => end >= 1);
    const { rows } = await engine.channel.request('query/rows', { query, from: 0, count: 1 });
    const detail = await engine.channel.request('capture/frame', { frame: rows[0]?.frame ?? -1 });
    const [first] = detail?.payload?.decodings ?? [];
    assert.equal(first?.label, 'Avro · plant.Reading');
    assert.equal(first.binding, 'plant/#');
    assert.match(first.text, /"celsius": 21\.5/);
  });
});
