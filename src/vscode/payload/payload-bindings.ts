import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import { stackOf } from '../../base/errors.ts';
import type { PayloadBinding } from '../../engine/payload-contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { section, settingKeys } from '../ids.ts';
import { t } from '../../base/localise.ts';
import { bindingsIn } from './binding-settings.ts';
import { readSchema } from './schema-files.ts';
import { readWorkspaceFile } from './workspace-files.ts';

/** Keeps the engine's bindings as the settings have them. */
export class PayloadBindings implements Disposable {
  readonly #engine: EngineProxy;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed: () => void;
  readonly #disposables = new DisposableStore();
  readonly #watcher = vscode.workspace.createFileSystemWatcher('**/*.{proto,avsc}');
  /** Files are read meanwhile: only what was read last counts. */
  #reading = 0;
  #hasSchemas = false;
  #told = '';

  /** @param changed called whenever the engine decodes otherwise than before */
  constructor(engine: EngineProxy, log: vscode.LogOutputChannel, changed: () => void) {
    this.#engine = engine;
    this.#log = log;
    this.#changed = changed;
    const keep = (item: Disposable) => this.#disposables.add(item);
    keep(engine.onStart(() => this.#refresh()));
    keep(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${section}.${settingKeys.payloadBindings}`)) {
          this.#refresh();
        }
      }),
    );
    const schemaChanged = (): void => {
      if (this.#hasSchemas) this.#refresh();
    };
    keep(this.#watcher);
    keep(this.#watcher.onDidChange(schemaChanged));
    keep(this.#watcher.onDidCreate(schemaChanged));
    keep(this.#watcher.onDidDelete(schemaChanged));
    // Some file systems, remote ones above all, tell of no changes: what is saved here is known anyway.
    keep(
      vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
        if (/\.(proto|avsc)$/.test(fileName)) schemaChanged();
      }),
    );
    keep(vscode.workspace.onDidChangeWorkspaceFolders(schemaChanged));
    keep(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresh()));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Nothing is read before the engine is there to use it. */
  #refresh(): void {
    if (!this.#engine.started) return;
    this.#read().catch((error: unknown) => this.#log.error(stackOf(error)));
  }

  async #read(): Promise<void> {
    const value: unknown = vscode.workspace
      .getConfiguration(section)
      .get(settingKeys.payloadBindings);
    const { bindings: named, problems } = bindingsIn(value);
    this.#hasSchemas = named.some(({ schema }) => schema !== undefined);
    const reading = ++this.#reading;
    const bindings: PayloadBinding[] = [];
    for (const { schema, ...binding } of named) {
      const source = schema && (await readSchema(schema.file, schema.message, readWorkspaceFile));
      bindings.push({ ...binding, ...(source && { schema: source }) });
    }
    if (reading !== this.#reading) return;
    const answer = await this.#engine.request('payload/configure', { bindings });
    if (reading !== this.#reading) return;
    this.#changed();
    this.#tell([...problems, ...answer.problems]);
  }

  /** Each text once: a setting that is being written is wrong with every letter. */
  #tell(problems: readonly string[]): void {
    const text = problems.join(' ');
    if (text === this.#told) return;
    this.#told = text;
    if (text === '') return;
    this.#log.warn(text);
    const open = t('Open Settings');
    void vscode.window.showWarningMessage(text, open).then((chosen) => {
      if (chosen !== open) return;
      const query = `@id:${section}.${settingKeys.payloadBindings}`;
      void vscode.commands.executeCommand('workbench.action.openSettings', query);
    });
  }
}
