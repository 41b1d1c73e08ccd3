import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { t } from '../../src/vscode/localise.ts';
import { bundlePath, localisedStrings } from './support/localised-strings.ts';

const root = join(import.meta.dirname, '../..');
const keysOf = (path: string) => Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object);

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

  it('have their values filled in', () => {
    assert.equal(t('{0} of {1}, {0}', 1, 'x'), '1 of x, 1');
    assert.equal(t('nothing for {0}'), 'nothing for {0}');
  });
});
