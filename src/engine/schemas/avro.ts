/** Avro with a schema (Apache Avro 1.12.0 specification): avsc reads the schema, the bytes are read here. */
import avsc from 'avsc';
import type { SchemaSource } from '../payload-contract.ts';
import { decodeAvro } from './avro-decode.ts';
import { logicalTypes } from './avro-logical.ts';
import type { CompiledSchema } from './schema-compiler.ts';
import { crc64 } from './crc64.ts';

/** @throws Error whose message says, for a person, what is wrong with the file. */
export function compileAvro({ file, message, files }: SchemaSource): CompiledSchema {
  const text = files.find(({ path }) => path === file)?.text ?? '';
  const type = typeOf(file, text, message);
  const name = type.name ?? type.typeName.replace(/^(logical|union):.*/, '$1');
  // Of its Parsing Canonical Form, as single object encoding has it.
  const fingerprint = crc64(Buffer.from(JSON.stringify(type.schema())));
  return { label: `Avro · ${name}`, decode: (bytes) => decodeAvro(type, fingerprint, bytes) };
}

function typeOf(file: string, text: string, wanted: string | undefined): avsc.Type {
  const registry: Record<string, avsc.Type> = {};
  let root: avsc.Type;
  try {
    const schema = JSON.parse(text) as avsc.Schema;
    root = avsc.Type.forSchema(schema, { registry, logicalTypes, wrapUnions: 'always' });
  } catch (error) {
    throw new Error(`${file}: ${reasonOf(error)}`, { cause: error });
  }
  if (wanted === undefined) return root;
  const found = Object.hasOwn(registry, wanted) ? registry[wanted] : undefined;
  if (found) return found;
  const names = Object.keys(registry).filter((name) => registry[name]?.name === name);
  throw new Error(`${file} has no type ${wanted}. There are: ${names.slice(0, 12).join(', ')}`);
}

/** A schema nested too deep for the parser ends in a stack that is full. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'It is nested too deep.';
  return error instanceof Error ? error.message : String(error);
}
