import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/** The extension under test: the one of this project, whatever its publisher is called. */
function extensionUnderTest(): vscode.Extension<unknown> {
  const found = vscode.extensions.all.find(({ id }) => id.endsWith('.mqtt-workbench'));
  assert.ok(found, 'the extension is installed');
  return found;
}

describe('Activation', () => {
  it('activates, and tells how long that took', async () => {
    const extension = extensionUnderTest();
    const start = performance.now();
    await extension.activate();
    const milliseconds = performance.now() - start;
    assert.equal(extension.isActive, true);
    console.log(`activation: ${milliseconds.toFixed(1)} ms (loading and activate())`);
  });

  it('registers every command of its manifest', async () => {
    const extension = extensionUnderTest();
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension.packageJSON as Manifest;
    assert.notEqual(contributes.commands.length, 0);
    const missing = contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
