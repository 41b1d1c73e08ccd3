import type { Session } from './session.ts';
import type { ShareGroup } from './share-group.ts';
import { isExact, SubscriptionChanges } from './subscription-changes.ts';
import { mergeSubscriptions, type Delivery, type SessionSubscription } from './subscription.ts';

/** Who gets the messages of one topic. */
export interface TopicMatch {
  readonly deliveries: readonly Delivery[];
  readonly groups: readonly ShareGroup[];
}

/** A subscription, with what a topic that it alone matches is matched to: all such topics share it. */
interface Subscribed {
  readonly subscription: SessionSubscription;
  readonly alone: TopicMatch;
}

interface Node {
  /** Children by level; `+` and `#` are children like others. */
  readonly children: Map<string, Node>;
  readonly subscriptions: Map<Session, Subscribed>;
  readonly groups: Map<string, ShareGroup>;
}

export const noMatch: TopicMatch = { deliveries: [], groups: [] };

function createNode(): Node {
  return { children: new Map(), subscriptions: new Map(), groups: new Map() };
}

function isEmpty(node: Node): boolean {
  return node.children.size === 0 && node.subscriptions.size === 0 && node.groups.size === 0;
}

/** All subscriptions, by the levels of their topic filters. */
export class SubscriptionTree {
  /** Tells which topics' matches are stale. */
  readonly changes = new SubscriptionChanges();
  /** Told of a change that concerns one topic name only. */
  onTopicChanged: (topicName: string) => void = () => undefined;
  /** Number of subscriptions. */
  size = 0;
  readonly #root = createNode();

  /** Adds a subscription, or replaces the session's one with the same filter. */
  add(subscription: SessionSubscription): void {
    let node = this.#root;
    for (const level of subscription.levels) {
      let child = node.children.get(level);
      if (!child) node.children.set(level, (child = createNode()));
      node = child;
    }
    this.#changed(subscription);
    if (subscription.shareName === undefined) {
      if (!node.subscriptions.has(subscription.session)) this.size++;
      const delivery = mergeSubscriptions([subscription]);
      const deliveries = delivery ? [delivery] : [];
      node.subscriptions.set(subscription.session, {
        subscription,
        alone: { deliveries, groups: [] },
      });
      return;
    }
    const delivery = mergeSubscriptions([subscription]);
    if (!delivery) return;
    let group = node.groups.get(subscription.shareName);
    if (!group) {
      group = { topicFilter: subscription.topicFilter, members: [], next: 0 };
      node.groups.set(subscription.shareName, group);
    }
    const member = group.members.findIndex(({ session }) => session === subscription.session);
    if (member >= 0) {
      group.members[member] = delivery;
    } else {
      group.members.push(delivery);
      this.size++;
    }
  }

  remove(subscription: SessionSubscription): void {
    const path: Node[] = [this.#root];
    for (const level of subscription.levels) {
      const child = path.at(-1)?.children.get(level);
      if (!child) return;
      path.push(child);
    }
    const node = path.at(-1);
    if (!node || !this.#removeFrom(node, subscription)) return;
    this.#changed(subscription);
    this.size--;
    for (let depth = path.length - 1; depth > 0; depth--) {
      const child = path[depth];
      if (!child || !isEmpty(child)) break;
      path[depth - 1]?.children.delete(subscription.levels[depth - 1] ?? '');
    }
  }

  /** The shared subscription of this name on the filter with these levels. */
  group(levels: readonly string[], shareName: string): ShareGroup | undefined {
    let node: Node | undefined = this.#root;
    for (const level of levels) node = node?.children.get(level);
    return node?.groups.get(shareName);
  }

  /** Everyone that a message on this topic goes to [MQTT-3.3.2-3], levels compared as they are [MQTT-4.7.3-4]. `levels` are those of the topic name. */
  match(levels: readonly string[]): TopicMatch {
    const found: Subscribed[] = [];
    const groups: ShareGroup[] = [];
    const take = (node: Node | undefined): void => {
      if (!node) return;
      if (node.subscriptions.size > 0)
        for (const one of node.subscriptions.values()) found.push(one);
      if (node.groups.size > 0) for (const group of node.groups.values()) groups.push(group);
    };
    const walk = (node: Node, depth: number): void => {
      // [MQTT-4.7.2-1] a wildcard first does not match topic names that begin with $.
      const wildcards = depth > 0 || levels[0]?.startsWith('$') !== true;
      // Section 4.7.1.2: # stands for the parent and any number of child levels.
      if (wildcards) take(node.children.get('#'));
      const level = levels[depth];
      if (level === undefined) {
        take(node);
        return;
      }
      const exact = node.children.get(level);
      if (exact) walk(exact, depth + 1);
      const single = wildcards ? node.children.get('+') : undefined;
      if (single) walk(single, depth + 1);
    };
    walk(this.#root, 0);
    return matchOf(found, groups);
  }

  #changed({ levels }: SessionSubscription): void {
    if (isExact(levels)) this.onTopicChanged(levels.join('/'));
    else this.changes.record(levels);
  }

  #removeFrom(node: Node, { session, shareName }: SessionSubscription): boolean {
    if (shareName === undefined) return node.subscriptions.delete(session);
    const group = node.groups.get(shareName);
    const member = group?.members.findIndex((delivery) => delivery.session === session) ?? -1;
    if (!group || member < 0) return false;
    group.members.splice(member, 1);
    // Whoever was next still is.
    if (member < group.next) group.next--;
    if (group.members.length === 0) node.groups.delete(shareName);
    return true;
  }
}

function matchOf(found: readonly Subscribed[], groups: readonly ShareGroup[]): TopicMatch {
  const first = found[0];
  if (first === undefined && groups.length === 0) return noMatch;
  if (first !== undefined && found.length === 1 && groups.length === 0) return first.alone;
  const bySession = new Map<Session, SessionSubscription[]>();
  for (const { subscription } of found) {
    const list = bySession.get(subscription.session);
    if (list) list.push(subscription);
    else bySession.set(subscription.session, [subscription]);
  }
  const deliveries: Delivery[] = [];
  for (const subscriptions of bySession.values()) {
    const delivery = mergeSubscriptions(subscriptions);
    if (delivery) deliveries.push(delivery);
  }
  return { deliveries, groups };
}
