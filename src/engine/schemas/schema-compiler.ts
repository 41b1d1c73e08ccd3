import type { BoundDecoder } from '../../payload/decoding.ts';
import type { SchemaSource } from '../payload-contract.ts';

/** What decodes with one schema, and what it is called. */
export type CompiledSchema = Required<Pick<BoundDecoder, 'label' | 'decode'>>;

/** @throws Error of each whose message is for a person. */
export interface SchemaCompiler {
  protobuf(source: SchemaSource): CompiledSchema;
  avro(source: SchemaSource): CompiledSchema;
}

/** Loads it when a binding names a schema: most people's bindings never do. */
export type LoadSchemaCompiler = () => Promise<SchemaCompiler>;
