import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type { ColumnStore } from './column-store.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import type { DetailsTab, RowKind } from '../../engine/editor-contract.ts';
import { commandIds, contextKeys, viewIds } from '../ids.ts';
import { t } from '../../base/localise.ts';
import type { HostCommand } from './guards.ts';
import { changesSavedFilters, manageFilters, saveFilter, savedFilters } from './saved-filters.ts';
import { inspectorHtml } from './html.ts';
import { InspectorRelay } from './inspector-relay.ts';
import { bindPayload } from '../payload/bind-payload.ts';
import { saveCsv } from './save-csv.ts';

const commandOf: Record<HostCommand, string> = {
  startBroker: commandIds.startBroker,
  publish: commandIds.publish,
  subscribe: commandIds.subscribe,
  copyAddress: commandIds.copyBrokerAddress,
  showLog: commandIds.showLog,
};

/** The inspector of the local broker: one panel in the editor area, restored after a reload. */
export class InspectorPanel implements vscode.WebviewPanelSerializer, Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #engine: EngineProxy;
  readonly #log: vscode.LogOutputChannel;
  readonly columns: ColumnStore;
  readonly #copyRow: (frame: number) => Promise<void>;
  readonly #disposables = new DisposableStore();
  #selected: { readonly frame: number; readonly kind: RowKind } | undefined;
  #open: { panel: vscode.WebviewPanel; relay: InspectorRelay } | undefined;

  constructor(
    extensionUri: vscode.Uri,
    engine: EngineProxy,
    columns: ColumnStore,
    log: vscode.LogOutputChannel,
    copyRow: (frame: number) => Promise<void>,
  ) {
    this.#copyRow = copyRow;
    this.columns = columns;
    this.#extensionUri = extensionUri;
    this.#engine = engine;
    this.#log = log;
    const keep = (item: Disposable) => this.#disposables.add(item);
    keep(vscode.window.registerWebviewPanelSerializer(viewIds.inspector, this));
    keep(engine.onQueryChanged((state) => this.#open?.relay.queryChanged(state)));
    keep(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (changesSavedFilters(event)) this.#open?.relay.setSavedFilters(savedFilters());
      }),
    );
    keep(columns.onChanged((changed) => this.#open?.relay.setColumns(changed)));
    keep(engine.onCrash(() => this.#open?.relay.engineCrashed()));
    keep(engine.onRestart(() => this.#open?.relay.engineRestarted()));
  }

  /** True while the panel is on the screen. */
  get visible(): boolean {
    return this.#open?.panel.visible === true;
  }

  /** The row that is selected in the panel that is on the screen. */
  get selected(): { readonly frame: number; readonly kind: RowKind } | undefined {
    return this.#selected;
  }

  /** Narrows what is shown by one more term of the filter language. */
  addFilter(term: string): void {
    this.show();
    this.#open?.relay.addFilter(term);
  }

  /** Selects a frame, and opens its details at a tab. */
  goTo(frame: number, tab?: DetailsTab): void {
    this.show();
    this.#open?.relay.goTo(frame, tab);
  }

  /** Payloads are decoded otherwise from now on; a hidden page asks anew when it is shown. */
  payloadsChanged(): void {
    this.#open?.relay.payloadsChanged();
  }

  find(): void {
    this.show();
    this.#open?.relay.find();
  }

  /** Shows the panel; with a filter, puts that into its filter field. */
  show(filter?: string): void {
    if (this.#open) this.#open.panel.reveal();
    else {
      this.#adopt(
        vscode.window.createWebviewPanel(
          viewIds.inspector,
          t('MQTT Inspector'),
          vscode.ViewColumn.Active,
        ),
      );
    }
    if (filter !== undefined) this.#open?.relay.setFilter(filter);
  }

  /** VS Code hands back the panel of the window before; the page kept its own state. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) panel.dispose();
    else this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.panel.dispose();
    this.#disposables.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const relay = new InspectorRelay((message) => void webview.postMessage(message), {
      request: (method, params) => this.#engine.request(method, params),
      // Not awaited: a command may wait for the person, and the page need not.
      runCommand: (command) => {
        void vscode.commands.executeCommand(commandOf[command]);
        return Promise.resolve();
      },
      clear: async () => {
        await vscode.commands.executeCommand(commandIds.clearCapture);
      },
      copy: async (text) => vscode.env.clipboard.writeText(text),
      copyRow: (frame) => this.#copyRow(frame),
      selected: ({ frame, kind }) => this.#select(frame === null ? undefined : { frame, kind }),
      saveCsv,
      savedFilters,
      saveFilter,
      manageFilters,
      bindPayload: (frame, decoder) => bindPayload(this.#engine, frame, decoder),
      columns: () => this.columns.columns,
      keepColumns: (columns) => this.columns.keep(columns),
      logError: (message) => this.#log.error(message),
    });
    webview.onDidReceiveMessage((message: unknown) => relay.receive(message));
    panel.onDidChangeViewState(() => (relay.visible = panel.visible));
    panel.onDidDispose(() => {
      relay.dispose();
      this.#open = undefined;
    });
    this.#open = { panel, relay };
    this.#fill(panel);
  }

  #select(selected: { frame: number; kind: RowKind } | undefined): void {
    this.#selected = selected;
    const kind = selected?.kind ?? 'none';
    void vscode.commands.executeCommand('setContext', contextKeys.selectedRow, kind);
  }

  #fill(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const uri = (...path: string[]) => vscode.Uri.joinPath(this.#extensionUri, ...path);
    const resource = (name: string) =>
      webview.asWebviewUri(uri('dist', 'webview', name)).toString();
    panel.iconPath = {
      light: uri('media', 'inspector-light.svg'),
      dark: uri('media', 'inspector-dark.svg'),
    };
    webview.options = {
      enableScripts: true,
      enableForms: false,
      localResourceRoots: [uri('dist', 'webview'), uri('media')],
    };
    webview.html = inspectorHtml({
      script: resource('inspector.js'),
      style: resource('inspector.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      title: t('MQTT Inspector'),
      language: vscode.env.language,
      columns: this.columns.columns,
      messages: vscode.l10n.bundle,
    });
  }
}
