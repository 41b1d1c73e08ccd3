/** Payloads of Sparkplug B (Sparkplug 3.0.0, section 6.4: sparkplug_b.proto), and the data types of metrics. */
import type { RecordTypes } from './records.ts';

const numbers = (first: number): Record<number, [string, string]> => ({
  [first]: ['int', 'varint'],
  [first + 1]: ['long', 'varint'],
  [first + 2]: ['float', 'float'],
  [first + 3]: ['double', 'double'],
  [first + 4]: ['boolean', 'bool'],
  [first + 5]: ['string', 'text'],
});

export const sparkplugTypes: RecordTypes = {
  Payload: {
    1: ['timestamp', 'varint'],
    2: ['metrics', 'Metric'],
    3: ['seq', 'varint'],
    4: ['uuid', 'text'],
    5: ['body', 'bytes'],
  },
  Metric: {
    1: ['name', 'text'],
    2: ['alias', 'varint'],
    3: ['timestamp', 'varint'],
    4: ['datatype', 'varint'],
    5: ['isHistorical', 'bool'],
    6: ['isTransient', 'bool'],
    7: ['isNull', 'bool'],
    8: ['metadata', 'MetaData'],
    9: ['properties', 'PropertySet'],
    ...numbers(10),
    16: ['bytes', 'bytes'],
    17: ['dataSet', 'DataSet'],
    18: ['template', 'Template'],
  },
  MetaData: {
    1: ['isMultiPart', 'bool'],
    2: ['contentType', 'text'],
    3: ['size', 'varint'],
    4: ['seq', 'varint'],
    5: ['fileName', 'text'],
    6: ['fileType', 'text'],
    7: ['md5', 'text'],
    8: ['description', 'text'],
  },
  PropertySet: { 1: ['keys', 'text'], 2: ['values', 'PropertyValue'] },
  PropertyValue: {
    1: ['datatype', 'varint'],
    2: ['isNull', 'bool'],
    ...numbers(3),
    9: ['propertySet', 'PropertySet'],
    10: ['propertySets', 'PropertySetList'],
  },
  PropertySetList: { 1: ['propertySets', 'PropertySet'] },
  DataSet: {
    1: ['columnCount', 'varint'],
    2: ['columns', 'text'],
    3: ['types', 'varint'],
    4: ['rows', 'Row'],
  },
  Row: { 1: ['elements', 'DataSetValue'] },
  DataSetValue: numbers(1),
  Template: {
    1: ['version', 'text'],
    2: ['metrics', 'Metric'],
    3: ['parameters', 'Parameter'],
    4: ['reference', 'text'],
    5: ['isDefinition', 'bool'],
  },
  Parameter: { 1: ['name', 'text'], 2: ['datatype', 'varint'], ...numbers(3) },
};

/** By their number (Sparkplug 3.0.0, section 6.4.16). */
const dataTypes = [
  'Unknown',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
  'PropertySet',
  'PropertySetList',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Int64Array',
  'UInt8Array',
  'UInt16Array',
  'UInt32Array',
  'UInt64Array',
  'FloatArray',
  'DoubleArray',
  'BooleanArray',
  'StringArray',
  'DateTimeArray',
] as const;
export type DataType = (typeof dataTypes)[number];

/** Undefined for none, and for one that Sparkplug does not have. */
export function dataTypeOf(number: bigint | undefined): DataType | undefined {
  return number === undefined || number > 100n ? undefined : dataTypes[Number(number)];
}
