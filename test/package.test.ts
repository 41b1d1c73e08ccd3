import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../build.ts';
import { limitTable } from '../src/broker/limit-table.ts';
import { commandIds, limitSetting, section, settingKeys, viewIds } from '../src/vscode/ids.ts';
import { packagedExtension, packedFiles, readManifest } from './support/package.ts';

const manifest = readManifest();
const contributes = manifest.contributes ?? {};

/** All of src/vscode apart from the table of identifiers itself, and all of its file names. */
const sources = readdirSync(join(root, 'src/vscode'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'ids.ts')
  .map((name) => readFileSync(join(root, 'src/vscode', name), 'utf8'))
  .join('\n');

function contributedSettings(): string[] {
  const { configuration = [] } = contributes;
  return [configuration]
    .flat()
    .flatMap(({ properties = {} }) => Object.keys(properties))
    .sort();
}

/**
 * The names in a table of ids.ts that no source file uses: neither as in `commandIds.startBroker`
 * nor as the key of an object that is typed by the table, as in `startBroker: (…) =>`.
 */
function unused(table: string, entries: Readonly<Record<string, string>>): string[] {
  return Object.keys(entries).filter(
    (name) => !new RegExp(`\\b${table}\\.${name}\\b|^\\s+${name}[:(,]`, 'm').test(sources),
  );
}

describe('The package', () => {
  it('holds these files and no others', () => {
    assert.deepEqual(packedFiles(packagedExtension()), [
      'LICENSE.txt',
      'changelog.md',
      'dist/certificates.cjs',
      'dist/cli.js',
      'dist/extension.cjs',
      'dist/mqtt-client.cjs',
      'dist/schemas.cjs',
      'dist/webview/inspector.css',
      'dist/webview/inspector.js',
      'dist/webview/libraries.js',
      'dist/worker.cjs',
      'l10n/bundle.l10n.json',
      'media/activity-icon.svg',
      'media/broker-config.schema.json',
      'media/icon.png',
      'media/inspector-dark.svg',
      'media/inspector-light.svg',
      'media/walkthrough/connect.md',
      'media/walkthrough/filter.md',
      'media/walkthrough/inspect.svg',
      'media/walkthrough/publish.svg',
      'media/walkthrough/start.svg',
      'package.json',
      'package.nls.json',
      'readme.md',
    ]);
  });
});

describe('The manifest and the code', () => {
  it('have the same commands', () => {
    const contributed = (contributes.commands ?? []).map(({ command }) => command).sort();
    assert.deepEqual(contributed, Object.values(commandIds).sort());
    assert.deepEqual(unused('commandIds', commandIds), [], 'commands that no code registers');
  });

  it('have the same settings', () => {
    const limits = limitTable.map(({ name }) => limitSetting(name));
    const keys = [...Object.values(settingKeys), ...limits].map((key) => `${section}.${key}`);
    assert.deepEqual(contributedSettings(), keys.sort());
    assert.deepEqual(unused('settingKeys', settingKeys), [], 'settings that no code reads');
  });

  it('have the same views', () => {
    const contributed = Object.values(contributes.views ?? {})
      .flat()
      .map(({ id }) => id);
    const known: readonly string[] = Object.values(viewIds);
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.filter((id) => !known.includes(id)),
      [],
    );
  });

  it('name only contributed commands in menus and key bindings', () => {
    const known: readonly string[] = Object.values(commandIds);
    const named = [
      ...Object.values(contributes.menus ?? {}).flat(),
      ...(contributes.keybindings ?? []),
    ].flatMap(({ command }) => command ?? []);
    assert.deepEqual(
      named.filter((command) => command.startsWith(section) && !known.includes(command)),
      [],
    );
  });
});
