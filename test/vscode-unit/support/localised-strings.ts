/**
 * The strings that src/vscode gives to `t()`, as the bundle that translators start from.
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
  const folder = join(root, 'src/vscode');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name === 'localise.ts') continue;
    const text = readFileSync(join(folder, name), 'utf8');
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
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
  return [...found].sort();
}

if (import.meta.main) {
  const bundle = Object.fromEntries(localisedStrings().map((text) => [text, text]));
  writeFileSync(bundlePath, `${JSON.stringify(bundle, null, 2)}\n`);
}
