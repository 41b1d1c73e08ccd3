import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import { transportNames } from '../../base/transport.ts';
import type { ClientView, RefusalView } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { viewIds } from '../ids.ts';
import { t } from '../../base/localise.ts';
import type { OtherWindows } from '../windows/other-windows.ts';
import {
  connectionNodes,
  ConnectionNodes,
  otherBrokerNodes,
  type ConnectionNode,
} from './connection-nodes.ts';
import {
  clientDetails,
  describeBroker,
  describeClient,
  describeOtherBroker,
  describeRefusal,
  describeSubscription,
  formatCount,
  refusalDetails,
  refusalTitle,
} from './describe.ts';
import { RefreshGate } from './refresh.ts';
import { rejectionDetails, rejectionTitle, type Rejection } from './rejections.ts';
import { tooltip } from './tree-items.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** The local broker with its listeners, clients and their subscriptions, and offline sessions. */
export class ConnectionsTree implements vscode.TreeDataProvider<ConnectionNode>, Disposable {
  readonly #engine: EngineProxy;
  readonly #others: OtherWindows;
  readonly #changed = new vscode.EventEmitter<ConnectionNode | ConnectionNode[] | undefined>();
  readonly #disposables = new DisposableStore();
  readonly #gate = new RefreshGate(() => this.#refresh());
  readonly #nodes = new ConnectionNodes();
  #clients: readonly ClientView[] = [];
  #revision = -1;
  #refusals: readonly RefusalView[] = [];
  #refusalsRevision = -1;
  /** What the nodes were made from. */
  #shown = '';

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engine: EngineProxy, others: OtherWindows) {
    this.#engine = engine;
    this.#others = others;
    const view = vscode.window.createTreeView(viewIds.connections, { treeDataProvider: this });
    for (const item of [view, this.#changed, this.#gate]) this.#disposables.add(item);
    this.#disposables.add(
      view.onDidChangeVisibility(({ visible }) => (this.#gate.visible = visible)),
    );
    this.#gate.visible = view.visible;
    this.#disposables.add(engine.onSnapshot(() => this.#gate.request()));
    this.#disposables.add(others.onDidChange(() => this.#gate.request()));
    this.#gate.request();
  }

  getChildren(node?: ConnectionNode): ConnectionNode[] {
    return [...(node ? node.children : this.#nodes.roots)];
  }

  getTreeItem(node: ConnectionNode): vscode.TreeItem {
    const item = itemOf(node);
    item.id = node.id;
    item.contextValue = node.kind === 'client' && !node.client.connected ? 'session' : node.kind;
    return item;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #refresh(): Promise<void> {
    const { snapshot } = this.#engine;
    if (!snapshot || snapshot.broker.status !== 'running') {
      this.#clients = [];
      this.#revision = -1;
      this.#refusals = [];
      this.#refusalsRevision = -1;
    } else if (snapshot.clientsRevision !== this.#revision) {
      this.#clients = await this.#engine.request('broker/clients', null);
      this.#revision = snapshot.clientsRevision;
    }
    if (snapshot?.broker.status === 'running') {
      const revision = snapshot.refusalsRevision;
      if (revision !== this.#refusalsRevision) {
        this.#refusals = await this.#engine.request('broker/refusals', null);
        this.#refusalsRevision = revision;
      }
    }
    const broker = snapshot?.broker ?? { status: 'stopped', listeners: [] };
    // Most snapshots tell of rates and counts only, which are not in this tree.
    const shown = JSON.stringify([
      this.#revision,
      this.#refusalsRevision,
      snapshot?.clientCount,
      snapshot?.rejections,
      broker,
      this.#others.brokers,
    ]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const changed = this.#nodes.update([
      ...connectionNodes(
        broker,
        snapshot?.clientCount ?? 0,
        this.#clients,
        this.#refusals,
        snapshot?.rejections,
      ),
      ...otherBrokerNodes(this.#others.brokers),
    ]);
    if (changed === 'all') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
  }
}

function itemOf(node: ConnectionNode): vscode.TreeItem {
  switch (node.kind) {
    case 'broker': {
      const item = new vscode.TreeItem(t('Local broker'), Expanded);
      item.description = describeBroker(node.state, node.clients);
      item.iconPath = new vscode.ThemeIcon('broadcast');
      item.tooltip = tooltip(
        t('Local broker'),
        node.state.listeners.map(({ url }) => [t('Listens on'), url]),
      );
      return labelled(item, t('Local broker'));
    }
    case 'otherBroker': {
      const { broker } = node;
      const title = t('Broker of another window');
      const item = new vscode.TreeItem(title, None);
      item.description = describeOtherBroker(broker);
      item.iconPath = new vscode.ThemeIcon('window');
      item.tooltip = tooltip(
        title,
        broker.urls.map((url) => [t('Listens on'), url]),
      );
      return labelled(item, title);
    }
    case 'listener': {
      const item = new vscode.TreeItem(node.listener.url, None);
      item.description = transportNames[node.listener.transport];
      item.iconPath = new vscode.ThemeIcon('plug');
      item.tooltip = t('The broker listens here.');
      return labelled(item, t('listener {0}', node.listener.url));
    }
    case 'client':
      return clientItem(node.client, node.children.length > 0 ? Collapsed : None);
    case 'subscription': {
      const { topicFilter, isSuspended } = node.subscription;
      const item = new vscode.TreeItem(topicFilter, None);
      item.description = describeSubscription(node.subscription);
      item.iconPath = new vscode.ThemeIcon(isSuspended === true ? 'eye-closed' : 'eye');
      item.tooltip = tooltip(topicFilter, [[t('Subscription'), item.description]]);
      return labelled(item, t('subscription to {0}', topicFilter));
    }
    case 'refusal': {
      const item = new vscode.TreeItem(refusalTitle(node.refusal), None);
      item.description = describeRefusal(node.refusal);
      item.iconPath = new vscode.ThemeIcon(
        'circle-slash',
        new vscode.ThemeColor('list.errorForeground'),
      );
      item.tooltip = tooltip(refusalTitle(node.refusal), refusalDetails(node.refusal));
      return labelled(item, refusalTitle(node.refusal));
    }
    case 'rejections': {
      const item = new vscode.TreeItem(t('Rejected'), Collapsed);
      item.description = t('{0} kinds', node.kinds);
      item.iconPath = new vscode.ThemeIcon('warning');
      item.tooltip = t('What the broker refused or dropped since it started, by reason.');
      return labelled(item, t('Rejected'));
    }
    case 'rejection':
      return rejectionItem(node.rejection);
    case 'more': {
      const item = new vscode.TreeItem(t('{0} more clients', formatCount(node.count)), None);
      item.iconPath = new vscode.ThemeIcon('ellipsis');
      return item;
    }
  }
}

function clientItem(client: ClientView, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(client.clientIdentifier, state);
  item.description = describeClient(client);
  item.iconPath = client.connected
    ? new vscode.ThemeIcon('device-desktop')
    : new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('disabledForeground'));
  item.tooltip = tooltip(client.clientIdentifier, clientDetails(client));
  return labelled(
    item,
    client.connected
      ? t('client {0}', client.clientIdentifier)
      : t('offline session {0}', client.clientIdentifier),
  );
}

function rejectionItem(rejection: Rejection): vscode.TreeItem {
  const title = rejectionTitle(rejection);
  const item = new vscode.TreeItem(title, None);
  item.description = formatCount(rejection.count);
  item.iconPath = new vscode.ThemeIcon('dash');
  item.tooltip = tooltip(title, rejectionDetails(rejection));
  return labelled(item, title);
}

/** What a screen reader says: what it is, then what its description tells. */
function labelled(item: vscode.TreeItem, what: string): vscode.TreeItem {
  item.accessibilityInformation = { label: `${what}, ${String(item.description)}` };
  return item;
}
