import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeSparkplug, sparkplugState } from '../../../src/payload/sparkplug/sparkplug.ts';
import { mostValues } from '../../../src/payload/sparkplug/records.ts';
import { sparkplugTopic, sparkplugTopicName } from '../../../src/payload/sparkplug/topic.ts';
import { sparkplugPayload } from '../../support/sparkplug.ts';

const time = 1_700_000_000_500;

/** The metrics of a payload as they are shown. */
function shown(...metrics: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const decoded = decodeSparkplug(sparkplugPayload({ metrics }));
  assert.equal(decoded.problem, undefined);
  return (JSON.parse(decoded.text) as { metrics: unknown[] }).metrics;
}

describe('Sparkplug B', () => {
  it('shows time, sequence number and metrics', () => {
    const payload = sparkplugPayload({
      timestamp: time,
      seq: 7,
      metrics: [{ name: 'Speed', alias: 3, timestamp: time, datatype: 10, double_value: 21.5 }],
    });
    const decoded = decodeSparkplug(payload);
    assert.equal(decoded.truncated, 0);
    assert.equal(decoded.isJson, true);
    assert.equal(decoded.notes, undefined);
    assert.deepEqual(JSON.parse(decoded.text), {
      timestamp: '2023-11-14T22:13:20.5Z',
      seq: 7,
      metrics: [
        {
          name: 'Speed',
          value: 21.5,
          type: 'Double',
          alias: 3,
          timestamp: '2023-11-14T22:13:20.5Z',
        },
      ],
    });
  });

  for (const [type, datatype, sent, value] of [
    ['Int8', 1, { int_value: 0xff }, -1],
    ['Int8', 1, { int_value: 0xffff_ffff }, -1],
    ['Int16', 2, { int_value: 0x8000 }, -32768],
    ['Int32', 3, { int_value: 0xffff_fffe }, -2],
    ['UInt32', 7, { int_value: 0xffff_fffe }, 0xffff_fffe],
    ['Float', 9, { float_value: 0.1 }, 0.1],
    ['Double', 10, { double_value: NaN }, 'NaN'],
    ['Boolean', 11, { boolean_value: true }, true],
    ['String', 12, { string_value: 'ä"' }, 'ä"'],
    ['DateTime', 13, { long_value: time }, '2023-11-14T22:13:20.5Z'],
    ['Bytes', 17, { bytes_value: Buffer.from('00ff', 'hex') }, '00ff'],
    ['Int16Array', 23, { bytes_value: Buffer.from('0100ffff', 'hex') }, [1, -1]],
    ['BooleanArray', 32, { bytes_value: Buffer.from('0300000060', 'hex') }, [false, true, true]],
    ['StringArray', 33, { bytes_value: Buffer.from('a\0bc\0') }, ['a', 'bc']],
    ['Int32Array', 24, { bytes_value: Buffer.from('010203', 'hex') }, '010203'],
    ['Int32', 3, { is_null: true }, null],
  ] as const) {
    it(`reads ${type} ${JSON.stringify(sent)} as ${JSON.stringify(value)}`, () => {
      assert.deepEqual(shown({ name: 'a', datatype, ...sent }), [{ name: 'a', value, type }]);
    });
  }

  it('keeps all digits of 64 bits', () => {
    const long_value = '18446744073709551615';
    const { text } = decodeSparkplug(
      sparkplugPayload({ metrics: [{ name: 'a', datatype: 8, long_value }] }),
    );
    assert.match(text, /"value": 18446744073709551615,/);
  });

  it('shows data sets, templates, properties and metadata', () => {
    const [dataSet, template] = shown(
      {
        name: 'table',
        datatype: 16,
        dataset_value: {
          num_of_columns: 2,
          columns: ['id', 'name'],
          types: [3, 12],
          rows: [{ elements: [{ int_value: 0xffff_ffff }, { string_value: 'x' }] }],
        },
        properties: {
          keys: ['unit', 'more'],
          values: [
            { type: 12, string_value: 'mm' },
            { type: 20, propertyset_value: { keys: ['low'], values: [{ type: 3, int_value: 4 }] } },
          ],
        },
        metadata: { file_name: 'a.csv', size: 12 },
      },
      {
        name: 'motor',
        datatype: 19,
        template_value: {
          template_ref: 'Motor',
          parameters: [{ name: 'size', type: 3, int_value: 2 }],
          metrics: [{ name: 'rpm', datatype: 3, int_value: 900 }],
        },
      },
    );
    assert.deepEqual(dataSet, {
      name: 'table',
      value: { columns: ['id', 'name'], types: ['Int32', 'String'], rows: [[-1, 'x']] },
      type: 'DataSet',
      metadata: { fileName: 'a.csv', size: 12 },
      properties: { unit: 'mm', more: { low: 4 } },
    });
    assert.deepEqual(template, {
      name: 'motor',
      value: {
        reference: 'Motor',
        parameters: { size: 2 },
        metrics: [{ name: 'rpm', value: 900, type: 'Int32' }],
      },
      type: 'Template',
    });
  });

  it('names and types metrics as the birth declares them, the nearest birth first', () => {
    const birth = (name: string, datatype: number) =>
      sparkplugState(sparkplugPayload({ seq: 0, metrics: [{ name, alias: 5, datatype }] }));
    const payload = sparkplugPayload({
      metrics: [
        { alias: 5, int_value: 0xffff_ffff },
        { name: 'node', int_value: 0xff },
        { alias: 9, int_value: 1 },
      ],
    });
    const { text, notes } = decodeSparkplug(payload, {
      births: [birth('device', 3), birth('node', 1)],
      notes: ['before'],
    });
    assert.deepEqual((JSON.parse(text) as { metrics: unknown }).metrics, [
      { name: 'device', value: -1, type: 'Int32', alias: 5 },
      { name: 'node', value: -1, type: 'Int8' },
      { value: 1, alias: 9 },
    ]);
    assert.deepEqual(notes, [
      'before',
      '1 metric has an alias that no birth before this message declares',
    ]);
  });

  it('keeps what came before an error, and tells of what it does not know', () => {
    const whole = sparkplugPayload({ seq: 4, metrics: [{ name: 'a', datatype: 3, int_value: 1 }] });
    const cut = decodeSparkplug(whole.subarray(0, 8));
    assert.match(cut.problem ?? '', /Ends within a value/);
    assert.match(cut.text, /"metrics": \[/);
    assert.match(decodeSparkplug(Buffer.from('{"a":1}')).problem ?? '', /Not Protobuf/);
    const unknown = decodeSparkplug(Buffer.concat([whole, Buffer.from('a00601', 'hex')]));
    assert.equal(unknown.problem, undefined);
    assert.deepEqual(unknown.notes, ['Fields that Sparkplug B does not have: Payload 100']);
  });

  it('is bounded in depth and in values', () => {
    let nested = sparkplugPayload({});
    for (let depth = 0; depth < 400; depth++) {
      const inner = Buffer.concat([varint(0x12), varint(nested.length), nested]);
      nested = Buffer.concat([varint(0x92, 0x01), varint(inner.length), inner]);
    }
    const deep = Buffer.concat([varint(0x12), varint(nested.length), nested]);
    assert.match(decodeSparkplug(deep).problem ?? '', /Nested deeper than/);
    const many = Buffer.alloc(2 * mostValues + 2, Buffer.from('1200', 'hex'));
    assert.match(decodeSparkplug(many).problem ?? '', /Too many values/);
  });

  it('reads any bytes without an error', () => {
    const whole = sparkplugPayload({
      timestamp: time,
      seq: 1,
      metrics: [
        { name: 'a', alias: 2, datatype: 23, bytes_value: Buffer.alloc(8) },
        { name: 'b', datatype: 16, dataset_value: { columns: ['x'], types: [3], rows: [{}] } },
      ],
    });
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(whole.subarray(0, 1 + random(whole.length)));
      for (let change = random(4); change > 0; change--) {
        bytes[random(bytes.length)] = random(256);
      }
      const decoded = decodeSparkplug(bytes);
      if (decoded.problem === undefined) JSON.parse(decoded.text);
      sparkplugState(bytes);
    }
  });
});

describe('Topic names of Sparkplug B', () => {
  it('are read', () => {
    assert.deepEqual(sparkplugTopic('spBv1.0/g/NDATA/n'), {
      group: 'g',
      message: 'NDATA',
      edgeNode: 'n',
    });
    const device = sparkplugTopic('spBv1.0/g/DDATA/n/d');
    assert.equal(device?.device, 'd');
    assert.equal(sparkplugTopicName(device, 'DBIRTH'), 'spBv1.0/g/DBIRTH/n/d');
    assert.equal(sparkplugTopicName(device, 'NBIRTH'), 'spBv1.0/g/NBIRTH/n');
  });

  for (const name of [
    'spBv1.0/STATE/host',
    'spBv1.0/g/NDATA',
    'spBv1.0/g/NDATA/n/d',
    'spBv1.0/g/DDATA/n',
    'spBv1.0/g/DDATA/n/',
    'spBv1.0/g/DDATA/n/d/e',
    'spBv1.0//NDATA/n',
    'spAv1.0/g/NDATA/n',
    'a',
  ]) {
    it(`are not ${name}`, () => assert.equal(sparkplugTopic(name), undefined));
  }
});

function varint(...bytes: number[]): Buffer {
  if (bytes.length > 1) return Buffer.from(bytes);
  const out: number[] = [];
  let value = bytes[0] ?? 0;
  for (; value >= 0x80; value >>>= 7) out.push((value & 0x7f) | 0x80);
  return Buffer.from([...out, value]);
}
