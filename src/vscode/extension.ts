import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EngineSnapshot, EngineStatistics } from '../engine/contract.ts';
import { BrokerController } from './broker-controller.ts';
import { registerCommands } from './commands/register.ts';
import { RowCommands } from './commands/row-commands.ts';
import { EngineProxy } from './engine/engine-proxy.ts';
import { ColumnStore } from './inspector/column-store.ts';
import { InspectorPanel } from './inspector/inspector-panel.ts';
import { PayloadDocuments } from './inspector/payload-documents.ts';
import { useTranslation } from '../base/localise.ts';
import { PayloadBindings } from './payload/payload-bindings.ts';
import { reportError } from './report-error.ts';
import { autoStart } from './settings.ts';
import { StatusBar } from './status-bar.ts';
import { ConnectionsTree } from './views/connections-tree.ts';
import { TopicsTree } from './views/topics-tree.ts';
import { OtherWindows } from './windows/other-windows.ts';

/** What `activate` gives to tests and to other extensions. */
export interface WorkbenchApi {
  /** The newest state of broker, clients, topics and capture; undefined before the engine was used. */
  snapshot(): EngineSnapshot | undefined;
  statistics(): Promise<EngineStatistics>;
  /** Ends the engine as a crash would. */
  crashEngine(): Promise<void>;
}

let engine: EngineProxy | undefined;

/** Registers everything and starts nothing: the engine's worker begins with its first use. */
export function activate(context: vscode.ExtensionContext): WorkbenchApi {
  useTranslation((message, ...values) => vscode.l10n.t(message, ...values));
  const log = vscode.window.createOutputChannel('MQTT Workbench', { log: true });
  const proxy = new EngineProxy({ workerPath: join(__dirname, 'worker.cjs'), log });
  engine = proxy;
  const others = new OtherWindows(join(context.globalStorageUri.fsPath, 'windows'), proxy);
  const broker = new BrokerController(
    proxy,
    others,
    context.globalState,
    log,
    join(context.globalStorageUri.fsPath, 'broker-users.json'),
    join(context.globalStorageUri.fsPath, 'certificates'),
    // Each workspace its own broker; a window without one shares that of all such windows.
    join((context.storageUri ?? context.globalStorageUri).fsPath, 'broker'),
  );
  const topics = new TopicsTree(proxy);
  const documents = new PayloadDocuments(proxy);
  const inspector: InspectorPanel = new InspectorPanel(
    context.extensionUri,
    proxy,
    new ColumnStore(context.globalState),
    log,
    (frame) => rows.copyRow(frame),
  );
  const rows = new RowCommands(proxy, inspector, documents, topics);
  context.subscriptions.push(
    log,
    proxy,
    broker,
    inspector,
    topics,
    documents,
    new PayloadBindings(proxy, log, () => inspector.payloadsChanged()),
    others,
    new ConnectionsTree(proxy, others),
    new StatusBar(proxy, others),
  );
  registerCommands({ context, engine: proxy, broker, inspector, rows, topics, log });
  if (autoStart()) broker.startWithWindow().catch((error: unknown) => reportError(error, log));
  return {
    snapshot: () => proxy.snapshot,
    statistics: () => proxy.request('engine/statistics', null),
    crashEngine: () => proxy.crash(),
  };
}

/** Clients get their DISCONNECT before the window goes. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}
