import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type {
  BrokerState,
  ClientView,
  ListenerState,
  SubscriptionView,
} from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { viewIds } from '../ids.ts';
import { describeClient, describeExpiry, describeSubscription } from './describe.ts';
import { RefreshGate } from './refresh.ts';
import { t } from '../localise.ts';

export type ConnectionNode =
  | {
      readonly kind: 'broker';
      readonly id: string;
      readonly state: BrokerState;
      readonly clients: number;
    }
  | { readonly kind: 'listener'; readonly id: string; readonly listener: ListenerState }
  | { readonly kind: 'client'; readonly id: string; readonly client: ClientView }
  | {
      readonly kind: 'subscription';
      readonly id: string;
      readonly clientIdentifier: string;
      readonly subscription: SubscriptionView;
    };

/** The local broker with its listeners, clients and their subscriptions, and offline sessions. */
export class ConnectionsTree implements vscode.TreeDataProvider<ConnectionNode>, Disposable {
  readonly #engine: EngineProxy;
  readonly #changed = new vscode.EventEmitter<ConnectionNode | undefined>();
  readonly #disposables = new DisposableStore();
  readonly #gate = new RefreshGate(() => this.#refresh());
  #clients: readonly ClientView[] = [];
  #shown = '';

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engine: EngineProxy) {
    this.#engine = engine;
    const view = vscode.window.createTreeView(viewIds.connections, { treeDataProvider: this });
    this.#disposables.add(view);
    this.#disposables.add(this.#changed);
    this.#disposables.add(this.#gate);
    this.#disposables.add(
      view.onDidChangeVisibility(({ visible }) => (this.#gate.visible = visible)),
    );
    this.#gate.visible = view.visible;
    this.#disposables.add(engine.onSnapshot(() => this.#gate.request()));
  }

  getChildren(node?: ConnectionNode): ConnectionNode[] {
    if (!node) return this.#roots();
    if (node.kind === 'broker') return this.#brokerChildren(node.state);
    if (node.kind !== 'client') return [];
    const { clientIdentifier, subscriptions } = node.client;
    return subscriptions.map((subscription) => ({
      kind: 'subscription',
      id: `${node.id}/${subscription.topicFilter}`,
      clientIdentifier,
      subscription,
    }));
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

  #roots(): ConnectionNode[] {
    const snapshot = this.#engine.snapshot;
    // Without a broker the view's welcome text, with its button, tells more than an empty tree.
    if (!snapshot || snapshot.broker.status === 'stopped') return [];
    return [
      { kind: 'broker', id: 'broker', state: snapshot.broker, clients: snapshot.clientCount },
    ];
  }

  #brokerChildren(state: BrokerState): ConnectionNode[] {
    const listeners: ConnectionNode[] = state.listeners.map((listener) => ({
      kind: 'listener',
      id: `listener/${listener.url}`,
      listener,
    }));
    const clients: ConnectionNode[] = this.#clients.map((client) => ({
      kind: 'client',
      id: `client/${client.clientIdentifier}`,
      client,
    }));
    return [...listeners, ...clients];
  }

  async #refresh(): Promise<void> {
    const snapshot = this.#engine.snapshot;
    const running = snapshot?.broker.status === 'running';
    const shown = running
      ? `${snapshot.clientsRevision} ${snapshot.clientCount} ${JSON.stringify(snapshot.broker)}`
      : (snapshot?.broker.status ?? '');
    // Rates and counts of messages are not in this tree: only what is in it makes it change.
    if (shown === this.#shown) return;
    this.#clients = running ? sorted(await this.#engine.request('broker/clients', null)) : [];
    this.#shown = shown;
    this.#changed.fire(undefined);
  }
}

/** Connected clients first, then offline sessions, each by name. */
function sorted(clients: readonly ClientView[]): ClientView[] {
  return [...clients].sort(
    (a, b) =>
      Number(b.connected) - Number(a.connected) ||
      (a.clientIdentifier < b.clientIdentifier ? -1 : 1),
  );
}

function itemOf(node: ConnectionNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'broker': {
      const item = new vscode.TreeItem(t('Local broker'), Expanded);
      const ports = node.state.listeners.map(({ port }) => `:${port}`).join(' ');
      item.description = `${ports} · ${t('{0} clients', node.clients)}`;
      item.iconPath = new vscode.ThemeIcon('broadcast');
      return item;
    }
    case 'listener': {
      const item = new vscode.TreeItem(node.listener.url, None);
      item.description = node.listener.transport === 'ws' ? 'WebSocket' : 'TCP';
      item.iconPath = new vscode.ThemeIcon('plug');
      item.tooltip = t('The broker listens here.');
      return item;
    }
    case 'client':
      return clientItem(node.client, node.client.subscriptions.length > 0 ? Collapsed : None);
    case 'subscription': {
      const item = new vscode.TreeItem(node.subscription.topicFilter, None);
      item.description = describeSubscription(node.subscription);
      item.iconPath = new vscode.ThemeIcon('eye');
      item.tooltip = `${node.subscription.topicFilter}\n${item.description}`;
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
  const lines = [
    client.clientIdentifier,
    item.description,
    describeExpiry(client.sessionExpiryInterval),
    ...(client.userName === undefined ? [] : [t('user {0}', client.userName)]),
    ...(client.hasWill ? [t('has a will')] : []),
    t('{0} in flight, {1} queued', client.inFlight, client.queued),
  ];
  item.tooltip = lines.join('\n');
  const label = client.connected ? t('client') : t('offline session');
  item.accessibilityInformation = {
    label: `${label} ${client.clientIdentifier}, ${item.description}`,
  };
  return item;
}
