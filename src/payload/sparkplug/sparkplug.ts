/** Payloads of Sparkplug B as JSON, with names and data types from the births before (Sparkplug 3.0.0, section 6). */
import type { Decoded } from '../decoding.ts';
import { JsonObject, writeNode, type JsonNode } from '../json-node.ts';
import { DecodingStop, hexOf, TextWriter } from '../writer.ts';
import { RecordReader, type Fields } from './records.ts';
import { dataTypeOf, sparkplugTypes, type DataType } from './types.ts';
import { dataSetNode, plainValue, propertySetNode, timeToken } from './values.ts';

/** Field numbers that are told one by one. */
const mostTold = 5;
/** Of a payload whose body is another payload, compressed (as the libraries of Eclipse Tahu do it). */
const compressedUuid = 'SPBV1.0_COMPRESSED';

/** What a birth says of a metric. */
export interface MetricBirth {
  readonly name?: string;
  readonly type?: DataType;
}

/** The metrics that births declared: later messages name them by alias, and leave out their types. */
export interface Birth {
  readonly byAlias: ReadonlyMap<bigint, MetricBirth>;
  readonly byName: ReadonlyMap<string, MetricBirth>;
}

/** What was sent before a message. */
export interface SparkplugContext {
  /** The births that hold for it, the nearest first. */
  readonly births: readonly Birth[];
  /** What a person should know: gaps, births that are missing. */
  readonly notes: readonly string[];
}

/** What of a message counts for those after it. */
export interface SparkplugState extends Birth {
  /** 0 to 255; undefined where it has none, as NDEATH, NCMD and DCMD. */
  readonly sequence: number | undefined;
  /** The birth and death sequence number of NBIRTH and NDEATH. */
  readonly birthDeathSequence: bigint | undefined;
}

/** The payload as JSON; where it cannot go on, what came before stays, and the problem says why. */
export function decodeSparkplug(payload: Uint8Array, context?: SparkplugContext): Decoded {
  const reader = new RecordReader(sparkplugTypes, payload);
  const fields = reader.read('Payload');
  const names = new MetricNames(context?.births ?? []);
  const writer = new TextWriter();
  let { problem } = reader;
  try {
    writeNode(writer, payloadNode(fields, names));
  } catch (error) {
    if (!(error instanceof DecodingStop)) throw error;
    problem ??= error.message;
  }
  const notes = [
    ...(context?.notes ?? []),
    ...names.notes,
    ...(fields.text('uuid') === compressedUuid ? ['The body is compressed'] : []),
    ...unknownNote(reader.unknown),
  ];
  return {
    text: writer.text,
    truncated: payload.length - reader.offset,
    isJson: true,
    ...(problem !== undefined && { problem }),
    ...(notes.length > 0 && { notes }),
  };
}

/** What of a message counts for those after it. */
export function sparkplugState(payload: Uint8Array): SparkplugState {
  const fields = new RecordReader(sparkplugTypes, payload).read('Payload');
  const byAlias = new Map<bigint, MetricBirth>();
  const byName = new Map<string, MetricBirth>();
  let birthDeathSequence: bigint | undefined;
  for (const metric of fields.records('metrics')) {
    const name = metric.text('name');
    const alias = metric.integer('alias');
    const type = dataTypeOf(metric.integer('datatype'));
    const birth = { ...(name !== undefined && { name }), ...(type && { type }) };
    if (alias !== undefined) byAlias.set(alias, birth);
    if (name !== undefined) byName.set(name, birth);
    if (name === 'bdSeq') birthDeathSequence = metric.integer('long') ?? metric.integer('int');
  }
  const sequence = fields.integer('seq');
  return {
    byAlias,
    byName,
    sequence: sequence === undefined || sequence > 255n ? undefined : Number(sequence),
    birthDeathSequence,
  };
}

/** Finds what births said of metrics, and counts those of which they said nothing. */
class MetricNames {
  readonly #births: readonly Birth[];
  #nameless = 0;

  constructor(births: readonly Birth[]) {
    this.#births = births;
  }

  get notes(): string[] {
    if (this.#nameless === 0) return [];
    const count = this.#nameless === 1 ? '1 metric has' : `${this.#nameless} metrics have`;
    return [`${count} an alias that no birth before this message declares`];
  }

  of(metric: Fields): MetricBirth {
    const name = metric.text('name');
    const alias = metric.integer('alias');
    const type = dataTypeOf(metric.integer('datatype'));
    const known = this.#find(name, alias);
    if (name === undefined && known?.name === undefined) this.#nameless++;
    return { ...known, ...(name !== undefined && { name }), ...(type && { type }) };
  }

  #find(name: string | undefined, alias: bigint | undefined): MetricBirth | undefined {
    for (const birth of this.#births) {
      const found = name === undefined ? undefined : birth.byName.get(name);
      const known = found ?? (alias === undefined ? undefined : birth.byAlias.get(alias));
      if (known) return known;
    }
    return undefined;
  }
}

function payloadNode(fields: Fields, names: MetricNames): JsonObject {
  const node = new JsonObject();
  const timestamp = fields.integer('timestamp');
  if (timestamp !== undefined) node.set('timestamp', timeToken(timestamp));
  setInteger(node, fields, 'seq');
  setText(node, fields, 'uuid');
  node.set(
    'metrics',
    fields.records('metrics').map((metric) => metricNode(metric, names)),
  );
  const body = fields.bytes('body');
  if (body) node.set('body', `"${hexOf(body)}"`);
  return node;
}

function metricNode(metric: Fields, names: MetricNames): JsonObject {
  const { name, type } = names.of(metric);
  const node = new JsonObject();
  if (name !== undefined) node.set('name', JSON.stringify(name));
  const value = valueOf(metric, type, names);
  if (value !== undefined) node.set('value', value);
  if (type) node.set('type', JSON.stringify(type));
  setInteger(node, metric, 'alias');
  const timestamp = metric.integer('timestamp');
  if (timestamp !== undefined) node.set('timestamp', timeToken(timestamp));
  for (const flag of ['isHistorical', 'isTransient'] as const) {
    if (metric.bool(flag) === true) node.set(flag, 'true');
  }
  const metadata = metric.record('metadata');
  if (metadata) node.set('metadata', metadataNode(metadata));
  const properties = metric.record('properties');
  if (properties) node.set('properties', propertySetNode(properties));
  return node;
}

function valueOf(
  metric: Fields,
  type: DataType | undefined,
  names: MetricNames,
): JsonNode | undefined {
  const dataSet = metric.record('dataSet');
  if (dataSet) return dataSetNode(dataSet);
  const template = metric.record('template');
  if (template) return templateNode(template, names);
  return plainValue(metric, type);
}

function templateNode(template: Fields, names: MetricNames): JsonObject {
  const node = new JsonObject();
  if (template.bool('isDefinition') === true) node.set('isDefinition', 'true');
  setText(node, template, 'reference');
  setText(node, template, 'version');
  const parameters = template
    .records('parameters')
    .map(
      (parameter) =>
        [
          parameter.text('name') ?? '',
          plainValue(parameter, dataTypeOf(parameter.integer('datatype'))) ?? 'null',
        ] as const,
    );
  if (parameters.length > 0) node.set('parameters', new JsonObject(parameters));
  node.set(
    'metrics',
    template.records('metrics').map((metric) => metricNode(metric, names)),
  );
  return node;
}

function metadataNode(metadata: Fields): JsonObject {
  const node = new JsonObject();
  if (metadata.bool('isMultiPart') === true) node.set('isMultiPart', 'true');
  for (const name of ['contentType', 'fileName', 'fileType', 'md5', 'description']) {
    setText(node, metadata, name);
  }
  for (const name of ['size', 'seq']) setInteger(node, metadata, name);
  return node;
}

function setText(node: JsonObject, fields: Fields, name: string): void {
  const text = fields.text(name);
  if (text !== undefined) node.set(name, JSON.stringify(text));
}

function setInteger(node: JsonObject, fields: Fields, name: string): void {
  const value = fields.integer(name);
  if (value !== undefined) node.set(name, String(value));
}

function unknownNote(unknown: ReadonlySet<string>): string[] {
  if (unknown.size === 0) return [];
  const list = [...unknown].slice(0, mostTold).join(', ');
  return [`Fields that Sparkplug B does not have: ${list}${unknown.size > mostTold ? '…' : ''}`];
}
