/** Schemas of payload bindings: the file that the settings name, with what it imports. */
import type { PayloadDecoder } from '../../capture/views.ts';
import type { SchemaSource, SchemaText } from '../../engine/payload-contract.ts';
import { t } from '../../base/localise.ts';

/** Files of one schema, at most, and bytes of each: what is larger is no schema that a person wrote. */
export const mostSchemaFiles = 64;
export const mostSchemaBytes = 1024 * 1024;

/** The decoders that have a schema, with how the names of its files end. */
export const schemaExtensions: ReadonlyMap<PayloadDecoder, string> = new Map([
  ['protobuf', '.proto'],
  ['avro', '.avsc'],
]);

/** The text of a file by its path in a workspace folder; undefined when it is not there. @throws Error if it cannot be read. */
export type ReadWorkspaceFile = (path: string) => Promise<string | undefined>;

/** What keeps a path from being one within a workspace folder; undefined when nothing does. */
export function schemaPathProblem(path: string, extension: string): string | undefined {
  if (!path.endsWith(extension)) return t('{0} is no {1} file.', JSON.stringify(path), extension);
  const isOutside = /^([a-z]+:|\/)|\\|(^|\/)\.\.(\/|$)/i.test(path);
  return isOutside
    ? t('{0} must be a path within the workspace, with slashes.', JSON.stringify(path))
    : undefined;
}

/** Reads a schema and, of Protobuf, its imports; what is wrong is the source's problem. */
export async function readSchema(
  file: string,
  message: string | undefined,
  read: ReadWorkspaceFile,
): Promise<SchemaSource> {
  const base = { file, ...(message !== undefined && { message }) };
  const files = new Map<string, SchemaText>();
  try {
    const text = await read(file);
    if (text === undefined) return { ...base, files: [], problem: t('{0} is not found.', file) };
    files.set(file, { path: file, text });
    // A map's iteration goes on with what is added meanwhile.
    for (const { path, text: importing } of files.values()) {
      for (const name of path.endsWith('.proto') ? importsOf(importing) : []) {
        const found = await findImport(path, name, files, read);
        if (found) files.set(found.path, found);
        // protobufjs has these.
        else if (!name.startsWith('google/protobuf/')) {
          const problem = t('{0} imports {1}, which is not found.', path, JSON.stringify(name));
          return { ...base, files: [], problem };
        }
        if (files.size > mostSchemaFiles) {
          const problem = t('{0} imports more than {1} files.', file, mostSchemaFiles);
          return { ...base, files: [], problem };
        }
      }
    }
  } catch (error) {
    return { ...base, files: [], problem: error instanceof Error ? error.message : String(error) };
  }
  return { ...base, files: [...files.values()] };
}

/** The messages that a Protobuf schema declares outermost, with its package. */
export function messageNames(text: string): string[] {
  const code = codeOf(text).replace(/"[^"\n]*"/g, '""');
  const packageName = /(?:^|[;}\s])package\s+([\w.]+)\s*;/.exec(code)?.[1];
  const names: string[] = [];
  let depth = 0;
  for (const [token, name] of code.matchAll(/[{}]|\bmessage\s+(\w+)\s*(?=\{)/g)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    else if (depth === 0 && name !== undefined) {
      names.push(packageName === undefined ? name : `${packageName}.${name}`);
    }
  }
  return names;
}

/** Without comments. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
}

function importsOf(text: string): string[] {
  const code = codeOf(text);
  const imports = code.matchAll(/(?:^|[;}\s])import\s+(?:public\s+|weak\s+)?"([^"\n]+)"\s*;/g);
  return [...imports].map(([, name = '']) => name);
}

/** As protoc finds it with any folder above the importing file as its import path, the nearest first. */
async function findImport(
  from: string,
  name: string,
  known: ReadonlyMap<string, SchemaText>,
  read: ReadWorkspaceFile,
): Promise<SchemaText | undefined> {
  if (schemaPathProblem(name, '.proto') !== undefined) return undefined;
  const folders = from.split('/').slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const path = [...folders.slice(0, depth), name].join('/');
    const text = known.get(path)?.text ?? (await read(path));
    if (text !== undefined) return { path, text };
  }
  return undefined;
}
