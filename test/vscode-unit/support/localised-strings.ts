/**
 * The strings that the extension and its pages give to `t()`, as the bundle that translators start from.
 * Run it to write the bundle anew: `node test/vscode-unit/support/localised-strings.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../../..');
export const bundlePath = join(root, 'l10n/bundle.l10n.json');

/** Every first argument of `t()`, sorted. @throws Error where it is not a plain string. */
export function localisedStrings(): string[] {
  const found = new Set<string>();
  for (const folder of ['src', 'webview']) {
    for (const { name, source } of sourceFiles(folder)) collect(name, source, found);
  }
  return [...found].sort();
}

/** Every TypeScript module below a folder of the project, parsed. */
export function* sourceFiles(folder: string): Generator<{ name: string; source: ts.SourceFile }> {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    const text = readFileSync(join(root, folder, name), 'utf8');
    yield { name, source: ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true) };
  }
}

function collect(name: string, source: ts.SourceFile, found: Set<string>): void {
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 't'
    ) {
      const [first] = node.arguments;
      if (!first || !ts.isStringLiteralLike(first)) {
        throw new Error(`${name}: t() needs a plain string, to be found by translators`);
      }
      found.add(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

if (import.meta.main) {
  const bundle = Object.fromEntries(localisedStrings().map((text) => [text, text]));
  writeFileSync(bundlePath, `${JSON.stringify(bundle, null, 2)}\n`);
}
