/**
 * Bytes as the cases write them: hexadecimal pairs; `"text"` a UTF-8 string with its two byte
 * length; `'text'` its bytes alone; `{ ... }` content with its length before it as variable byte
 * integer (remaining length, property length); `; ...` a note to the end of the line.
 */
export function bytesOf(text: string): Uint8Array {
  const tokens = text.replace(/;[^\n]*/g, '').match(/"[^"]*"|'[^']*'|[0-9a-f]{2}|[{}]|\S+/gi) ?? [];
  const stack: number[][] = [[]];
  for (const token of tokens) {
    const top = stack.at(-1);
    if (!top) throw new Error(`} without { in ${text}`);
    if (token === '{') stack.push([]);
    else if (token === '}') {
      stack.pop();
      stack.at(-1)?.push(...variableByteInteger(top.length), ...top);
    } else if (token.startsWith('"')) {
      const content = [...new TextEncoder().encode(token.slice(1, -1))];
      top.push(content.length >> 8, content.length & 0xff, ...content);
    } else if (token.startsWith("'")) top.push(...new TextEncoder().encode(token.slice(1, -1)));
    else if (/^[0-9a-f]{2}$/i.test(token)) top.push(Number.parseInt(token, 16));
    else throw new Error(`Not a byte: ${token} in ${text}`);
  }
  const [bytes] = stack;
  if (stack.length !== 1 || !bytes) throw new Error(`{ without } in ${text}`);
  return Uint8Array.from(bytes);
}

function variableByteInteger(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...variableByteInteger(value >> 7)];
}
