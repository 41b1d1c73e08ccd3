/** The connections tree as data, and what of it changed. */
import type {
  BrokerState,
  ClientView,
  ListenerState,
  RefusalView,
  Rejections,
  SubscriptionView,
} from '../../engine/contract.ts';
import type { WindowBroker } from '../windows/broker-registry.ts';
import { describeBroker } from './describe.ts';
import { rejectionList, type Rejection } from './rejections.ts';

interface Node {
  /** The same for the same thing, as long as the tree lives. */
  readonly id: string;
  children: readonly ConnectionNode[];
}

export type ConnectionNode = Node &
  (
    | { readonly kind: 'broker'; state: BrokerState; clients: number }
    | { readonly kind: 'otherBroker'; broker: WindowBroker }
    | { readonly kind: 'listener'; listener: ListenerState }
    | { readonly kind: 'client'; client: ClientView }
    | {
        readonly kind: 'subscription';
        readonly clientIdentifier: string;
        subscription: SubscriptionView;
      }
    | { readonly kind: 'refusal'; refusal: RefusalView }
    | { readonly kind: 'rejections'; kinds: number }
    | { readonly kind: 'rejection'; rejection: Rejection }
    | { readonly kind: 'more'; count: number }
  );

/** Clients shown; a tree with more is of no use to a person, and costs the editor dearly. */
const mostClients = 1000;
/** Refusals shown of one client, and of those that are not there. */
const mostRefusals = 20;

/** The broker with its listeners, clients and offline sessions; nothing while it is stopped. */
export function connectionNodes(
  state: BrokerState,
  clientCount: number,
  clients: readonly ClientView[],
  refusals: readonly RefusalView[] = [],
  rejections: Rejections = {},
): ConnectionNode[] {
  // Without a broker the view's welcome text, with its button, tells more than an empty tree.
  if (state.status === 'stopped') return [];
  const listeners = state.listeners.map((listener): ConnectionNode => ({
    kind: 'listener',
    id: `listener/${listener.url}`,
    listener,
    children: [],
  }));
  const byClient = new Map<string, RefusalView[]>();
  for (const refusal of refusals) {
    const own = byClient.get(refusal.clientIdentifier);
    if (own) own.push(refusal);
    else byClient.set(refusal.clientIdentifier, [refusal]);
  }
  const shown = sorted(clients)
    .slice(0, mostClients)
    .map((client) => clientNode(client, byClient.get(client.clientIdentifier) ?? []));
  const present = new Set(clients.map(({ clientIdentifier }) => clientIdentifier));
  const others = refusals.filter(({ clientIdentifier }) => !present.has(clientIdentifier));
  const left = clients.length - shown.length;
  const more: ConnectionNode[] =
    left > 0 ? [{ kind: 'more', id: 'more', count: left, children: [] }] : [];
  const refused = others.slice(0, mostRefusals).map(refusalNode);
  const rejected = rejectionNodes(rejections);
  const children = [...listeners, ...rejected, ...shown, ...more, ...refused];
  return [{ kind: 'broker', id: 'broker', state, clients: clientCount, children }];
}

/** The brokers of other windows: shown, so that nobody wonders who has the port. */
export function otherBrokerNodes(brokers: readonly WindowBroker[]): ConnectionNode[] {
  return brokers.map((broker) => {
    return { kind: 'otherBroker', id: `other/${broker.processId}`, broker, children: [] };
  });
}

/** One node with a child for each kind; none while nothing was rejected. */
function rejectionNodes(rejections: Rejections): ConnectionNode[] {
  const list = rejectionList(rejections);
  if (list.length === 0) return [];
  const children = list.map((rejection): ConnectionNode => ({
    kind: 'rejection',
    id: `rejection/${rejection.counter}`,
    rejection,
    children: [],
  }));
  return [{ kind: 'rejections', id: 'rejections', kinds: list.length, children }];
}

function refusalNode(refusal: RefusalView): ConnectionNode {
  const { clientIdentifier, what, topic, reasonCode, reason } = refusal;
  const id = `refusal/${JSON.stringify([clientIdentifier, what, topic, reasonCode, reason])}`;
  return { kind: 'refusal', id, refusal, children: [] };
}

function clientNode(client: ClientView, refusals: readonly RefusalView[]): ConnectionNode {
  const id = `client/${client.clientIdentifier}`;
  const subscriptions = client.subscriptions.map((subscription): ConnectionNode => ({
    kind: 'subscription',
    // A client identifier may hold a slash: its length tells where it ends.
    id: `subscription/${client.clientIdentifier.length}/${client.clientIdentifier}/${subscription.topicFilter}`,
    clientIdentifier: client.clientIdentifier,
    subscription,
    children: [],
  }));
  const children = [...subscriptions, ...refusals.slice(0, mostRefusals).map(refusalNode)];
  return { kind: 'client', id, client, children };
}

/** Connected clients first, then offline sessions, each by name. */
function sorted(clients: readonly ClientView[]): ClientView[] {
  return [...clients].sort(
    (a, b) =>
      Number(b.connected) - Number(a.connected) ||
      (a.clientIdentifier < b.clientIdentifier ? -1 : 1),
  );
}

/**
 * Keeps one object per node, as the editor's trees want it, and finds what changed from one state
 * to the next.
 */
export class ConnectionNodes {
  #known = new Map<string, ConnectionNode>();
  #roots: readonly ConnectionNode[] = [];

  get roots(): readonly ConnectionNode[] {
    return this.#roots;
  }

  /**
   * Takes the next state over. Gives the nodes to draw again (a node stands for all below it);
   * `all` when the top level itself changed.
   */
  update(next: readonly ConnectionNode[]): ConnectionNode[] | 'all' {
    const before = this.#known;
    this.#known = new Map();
    const changed: ConnectionNode[] = [];
    const rootsBefore = idsOf(this.#roots);
    this.#roots = next.map((node) => this.#take(node, before, changed, true));
    return idsOf(this.#roots) === rootsBefore ? changed : 'all';
  }

  #take(
    next: ConnectionNode,
    before: ReadonlyMap<string, ConnectionNode>,
    changed: ConnectionNode[],
    report: boolean,
  ): ConnectionNode {
    const known = before.get(next.id);
    const differs =
      !known ||
      idsOf(known.children) !== idsOf(next.children) ||
      appearance(known) !== appearance(next);
    const node = known ? Object.assign(known, next) : next;
    this.#known.set(node.id, node);
    if (differs && report) changed.push(node);
    // What lies below a node that is drawn again is drawn with it.
    const reportBelow = report && !differs;
    node.children = next.children.map((child) => this.#take(child, before, changed, reportBelow));
    return node;
  }
}

function idsOf(nodes: readonly ConnectionNode[]): string {
  return nodes.map(({ id }) => id).join('\n');
}

/** All that can be seen of a node itself. */
function appearance(node: ConnectionNode): string {
  switch (node.kind) {
    case 'broker':
      return describeBroker(node.state, node.clients);
    case 'otherBroker':
      return JSON.stringify(node.broker);
    case 'listener':
      return node.listener.url;
    case 'client':
      return JSON.stringify({ ...node.client, subscriptions: undefined });
    case 'subscription':
      return JSON.stringify(node.subscription);
    case 'refusal':
      return String(node.refusal.count);
    case 'rejections':
      return String(node.kinds);
    case 'rejection':
      return String(node.rejection.count);
    case 'more':
      return String(node.count);
  }
}
