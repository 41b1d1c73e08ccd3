/** Makes decoders of schemas; a bundle of its own, since protobufjs and avsc are needed only where a binding names a schema. */
import protobuf from 'protobufjs';
import type { SchemaSource } from '../payload-contract.ts';
import { compileAvro } from './avro.ts';
import { decodeMessage } from './protobuf-decode.ts';
import type { CompiledSchema, SchemaCompiler } from './schema-compiler.ts';

/** Names of messages that an error lists. */
const mostListed = 12;

export const schemaCompiler: SchemaCompiler = { protobuf: compileProtobuf, avro: compileAvro };

/** @throws Error whose message says, for a person, what is wrong with which file. */
function compileProtobuf(source: SchemaSource): CompiledSchema {
  const root = new protobuf.Root();
  const imports = new Set<string>();
  for (const { path, text } of source.files) {
    try {
      const parsed = protobuf.parse(text, root, { keepCase: true });
      for (const name of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
        imports.add(name);
      }
    } catch (error) {
      throw new Error(`${path}: ${reasonOf(error)}`, { cause: error });
    }
  }
  addWellKnown(root, imports);
  try {
    root.resolveAll();
  } catch (error) {
    throw new Error(`${source.file}: ${reasonOf(error)}`, { cause: error });
  }
  const type = messageOf(root, source);
  return {
    label: `Protobuf · ${type.fullName.slice(1)}`,
    decode: (bytes) => decodeMessage(type, bytes),
  };
}

/** What `google/protobuf/` has comes with protobufjs, unless the workspace has a copy. */
function addWellKnown(root: protobuf.Root, imports: ReadonlySet<string>): void {
  const waiting = [...imports].filter((name) => name.startsWith('google/protobuf/'));
  for (const name of waiting) {
    const own = protobuf.Root.fromJSON(protobuf.common.get(name) ?? {}).lookup('google.protobuf');
    if (!(own instanceof protobuf.Namespace)) continue;
    const target = root.define('google.protobuf');
    for (const object of own.nestedArray) if (!target.get(object.name)) target.add(object);
  }
}

function messageOf(root: protobuf.Root, { file, message }: SchemaSource): protobuf.Type {
  const types = typesIn(root);
  if (message !== undefined) {
    const wanted = message.replace(/^\./, '');
    const found = types.find(({ fullName }) => fullName.slice(1) === wanted);
    if (found) return found;
    throw new Error(`${file} has no message ${wanted}. ${listOf(types)}`);
  }
  const own = types.filter(({ fullName }) => !fullName.startsWith('.google.protobuf.'));
  const [only, ...others] = own;
  if (only && others.length === 0) return only;
  throw new Error(`${file}: "message" must say which one it is. ${listOf(own)}`);
}

function listOf(types: readonly protobuf.Type[]): string {
  if (types.length === 0) return 'There are none.';
  const names = types.slice(0, mostListed).map(({ fullName }) => fullName.slice(1));
  return `There are: ${names.join(', ')}${types.length > mostListed ? '…' : ''}`;
}

function typesIn(root: protobuf.Root): protobuf.Type[] {
  const found: protobuf.Type[] = [];
  const waiting: protobuf.NamespaceBase[] = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const object of next.nestedArray) {
      if (object instanceof protobuf.Type) found.push(object);
      if (object instanceof protobuf.Namespace || object instanceof protobuf.Type) {
        waiting.push(object);
      }
    }
  }
  return found.sort((a, b) => (a.fullName < b.fullName ? -1 : 1));
}

/** A schema nested too deep for the parser ends in a stack that is full. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'It is nested too deep.';
  return error instanceof Error ? error.message : String(error);
}
