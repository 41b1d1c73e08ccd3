import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { commandIds, viewIds } from '../ids.ts';
import type { HostCommand } from './guards.ts';
import { inspectorHtml } from './html.ts';
import { InspectorRelay } from './inspector-relay.ts';

const commandOf: Record<HostCommand, string> = {
  startBroker: commandIds.startBroker,
  publish: commandIds.publish,
  subscribe: commandIds.subscribe,
  copyAddress: commandIds.copyBrokerAddress,
  showLog: commandIds.showLog,
};

/** The inspector of the local broker: one editor tab, restored after a reload of the window. */
export class InspectorPanel implements vscode.WebviewPanelSerializer, Disposable {
  readonly #engine: EngineProxy;
  readonly #pages: vscode.Uri;
  readonly #disposables = new DisposableStore();
  #open: { panel: vscode.WebviewPanel; relay: InspectorRelay } | undefined;

  constructor(engine: EngineProxy, extensionUri: vscode.Uri) {
    this.#engine = engine;
    this.#pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    this.#disposables.add(vscode.window.registerWebviewPanelSerializer(viewIds.inspector, this));
  }

  /** Opens the inspector, or brings it to the front; `filter` goes into its field. */
  show(filter?: string): void {
    if (this.#open) {
      this.#open.panel.reveal();
    } else {
      const panel = vscode.window.createWebviewPanel(
        viewIds.inspector,
        vscode.l10n.t('MQTT Inspector'),
        vscode.ViewColumn.Active,
      );
      this.#attach(panel);
    }
    if (filter !== undefined) this.#open?.relay.setFilter(filter);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    // A second tab of the same source would only show the same.
    if (this.#open) panel.dispose();
    else this.#attach(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#disposables.dispose();
  }

  #attach(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.#pages] };
    const relay = new InspectorRelay(
      {
        post: (message) => void webview.postMessage(message),
        onMessage: (listener) => webview.onDidReceiveMessage(listener),
      },
      this.#engine,
      {
        runCommand: async (command) => {
          await vscode.commands.executeCommand(commandOf[command]);
        },
        copy: async (text) => vscode.env.clipboard.writeText(text),
        clear: async () => {
          await vscode.commands.executeCommand(commandIds.clearCapture);
        },
      },
    );
    this.#open = { panel, relay };
    panel.onDidChangeViewState(() => (relay.visible = panel.visible));
    panel.onDidDispose(() => {
      relay.dispose();
      this.#open = undefined;
    });
    webview.html = this.#html(webview);
  }

  #html(webview: vscode.Webview): string {
    const uri = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#pages, name)).toString();
    return inspectorHtml({
      script: uri('inspector.js'),
      style: uri('inspector.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      title: vscode.l10n.t('MQTT Inspector'),
      language: vscode.env.language,
    });
  }
}
