import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable.ts';
import type { EngineSnapshot } from '../engine/contract.ts';
import type { EngineProxy } from './engine/engine-proxy.ts';
import { commandIds } from './ids.ts';
import { statusText } from './views/describe.ts';
import { t } from '../base/localise.ts';
import type { OtherWindows } from './windows/other-windows.ts';

/** The one status bar item: the broker's port, clients and message rate. */
export class StatusBar implements Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #disposables = new DisposableStore();
  #shown = '';

  constructor(engine: EngineProxy, others: OtherWindows) {
    this.#item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Left, 0);
    this.#disposables.add(this.#item);
    this.#item.name = t('MQTT Workbench');
    this.#item.command = commandIds.showBrokerActions;
    const show = (): void => this.#show(engine.snapshot, others);
    this.#disposables.add(engine.onSnapshot(show));
    this.#disposables.add(others.onDidChange(show));
    show();
    this.#item.show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #show(snapshot: EngineSnapshot | undefined, others: OtherWindows): void {
    const { text, tooltip } = statusText(snapshot, others.brokers);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: tooltip, role: 'button' };
  }
}
