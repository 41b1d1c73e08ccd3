import type { TextWriter } from './writer.ts';

/** A value as JSON: a token as it is to stand there, a list, or members in their order. */
export type JsonNode = string | JsonNode[] | JsonObject;
export class JsonObject extends Map<string, JsonNode> {}

/** Writes it indented, each value on a line. @throws DecodingStop at the writer's limit. */
export function writeNode(writer: TextWriter, node: JsonNode): void {
  if (typeof node === 'string') {
    writer.put(node);
    return;
  }
  const isList = Array.isArray(node);
  writer.put(isList ? '[' : '{');
  writer.indent();
  let index = 0;
  for (const [key, value] of node.entries()) {
    if (index++ > 0) writer.put(',');
    writer.line();
    if (!isList) writer.put(`${JSON.stringify(key)}: `);
    writeNode(writer, value);
  }
  writer.outdent();
  if (index > 0) writer.line();
  writer.put(isList ? ']' : '}');
}
