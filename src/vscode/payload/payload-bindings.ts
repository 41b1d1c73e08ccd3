import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import { stackOf } from '../../base/errors.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { section, settingKeys } from '../ids.ts';
import { t } from '../localise.ts';
import { bindingsIn } from './binding-settings.ts';

/** Keeps the engine's bindings as the settings have them. */
export class PayloadBindings implements Disposable {
  readonly #engine: EngineProxy;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  #told = '';

  constructor(engine: EngineProxy, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    const keep = (item: Disposable) => this.#disposables.add(item);
    keep(engine.onStart(() => this.#refresh()));
    keep(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${section}.${settingKeys.payloadBindings}`)) {
          this.#refresh();
        }
      }),
    );
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
    const { bindings, problems } = bindingsIn(value);
    this.#tell(problems);
    await this.#engine.request('payload/configure', { bindings });
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
