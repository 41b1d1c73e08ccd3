import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { t, translationOf } from '../../src/base/localise.ts';
import { bundlePath, localisedStrings, sourceFiles } from './support/localised-strings.ts';
import { textOf, visibleLiterals } from './support/visible-strings.ts';

const root = join(import.meta.dirname, '../..');
const keysOf = (path: string) => Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object);

/** Modules of the pages whose texts are not for a person, and why. */
const untranslated = {
  'inspector/details/field-filter.ts': 'names of fields, to be compared, and filters',
  'inspector/main.ts': 'says what is wrong with the shell, before there is a translation',
};

describe('Texts for translators', () => {
  it('of the code are all in the bundle, and no others', () => {
    const texts = localisedStrings();
    assert.ok(texts.length > 50);
    const advice = 'run: node test/vscode-unit/support/localised-strings.ts';
    assert.deepEqual(keysOf(bundlePath).sort(), texts, advice);
  });

  it('of the manifest are all in package.nls.json, and no others', () => {
    const manifest = readFileSync(join(root, 'package.json'), 'utf8');
    const used = [...manifest.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '');
    assert.deepEqual([...new Set(used)].sort(), keysOf(join(root, 'package.nls.json')).sort());
  });

  it('are all that a person reads in the pages', () => {
    const found: string[] = [];
    for (const { name, source } of sourceFiles('webview')) {
      if (name in untranslated) continue;
      for (const literal of visibleLiterals(source)) {
        const { line } = source.getLineAndCharacterOfPosition(literal.getStart());
        found.push(`webview/${name}:${line + 1} ${textOf(literal)}`);
      }
    }
    assert.deepEqual(found, [], 'texts outside t()');
  });

  it('are looked up in the bundle of the language, and stay English where it has none', () => {
    const translate = translationOf(new Map([['{0} of {1}', '{1}: {0}']]));
    assert.equal(translate('{0} of {1}', 3, 5), '5: 3');
    assert.equal(translate('{0} new', 3), '3 new');
  });

  it('have their values filled in', () => {
    assert.equal(t('{0} of {1}, {0}', 1, 'x'), '1 of x, 1');
    assert.equal(t('nothing for {0}'), 'nothing for {0}');
  });
});
