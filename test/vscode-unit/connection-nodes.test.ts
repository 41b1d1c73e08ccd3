import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejections } from '../../src/broker/sys-topics.ts';
import type { ClientView, Rejections } from '../../src/engine/contract.ts';
import {
  connectionNodes,
  ConnectionNodes,
  type ConnectionNode,
} from '../../src/vscode/views/connection-nodes.ts';
import {
  rejectionDetails,
  rejectionList,
  rejectionSettings,
  rejectionTitle,
} from '../../src/vscode/views/rejections.ts';
import { readManifest } from '../support/package.ts';
import { client, snapshot, subscription } from './support/views.ts';

const { broker } = snapshot();
const nodesOf = (clients: readonly ClientView[]) =>
  connectionNodes(broker, clients.length, clients);
const ids = (changed: ConnectionNode[] | 'all') =>
  changed === 'all' ? changed : changed.map(({ id }) => id);

describe('Connections tree', () => {
  it('is empty while the broker is stopped', () => {
    assert.deepEqual(connectionNodes({ status: 'stopped', listeners: [] }, 0, [client()]), []);
  });

  it('shows listeners, then connected clients, then sessions, each by name', () => {
    const clients = [
      client({ clientIdentifier: 'b' }),
      client({ clientIdentifier: 'c', connected: false }),
      client({ clientIdentifier: 'a', subscriptions: [subscription()] }),
    ];
    const [root] = nodesOf(clients);
    assert.deepEqual(
      root?.children.map(({ id }) => id),
      ['listener/mqtt://127.0.0.1:1883', 'client/a', 'client/b', 'client/c'],
    );
    assert.deepEqual(
      root.children[1]?.children.map(({ id }) => id),
      ['subscription/1/a/home/#'],
    );
  });

  it('has different identifiers for different things, whatever their names', () => {
    const [root] = nodesOf([
      client({ clientIdentifier: 'a', subscriptions: [subscription({ topicFilter: 'b/c' })] }),
      client({ clientIdentifier: 'a/b', subscriptions: [subscription({ topicFilter: 'c' })] }),
    ]);
    const all = root?.children.flatMap((node) => [node.id, ...node.children.map(({ id }) => id)]);
    assert.equal(new Set(all).size, 5);
  });

  it('bounds the clients shown, and says how many more there are', () => {
    const clients = Array.from({ length: 1500 }, (_, i) => client({ clientIdentifier: `c${i}` }));
    const [root] = nodesOf(clients);
    assert.equal(root?.children.length, 1002);
    const last = root.children.at(-1);
    assert.equal(last?.kind === 'more' && last.count, 500);
  });

  it('shows what a client was refused below it, and those that may not connect at the end', () => {
    const refused = { reasonCode: 0x87, reason: 'deny publish a', count: 1, time: 0 };
    const [root] = connectionNodes(
      broker,
      1,
      [client({ clientIdentifier: 'lamp' })],
      [
        { ...refused, clientIdentifier: 'lamp', what: 'publish', topic: 'a' },
        { ...refused, clientIdentifier: 'thief', what: 'connect', topic: '' },
      ],
    );
    const kinds = (nodes: readonly ConnectionNode[]): string[] => nodes.map(({ kind }) => kind);
    assert.deepEqual(kinds(root?.children ?? []), ['listener', 'client', 'refusal']);
    assert.deepEqual(kinds(root?.children[1]?.children ?? []), ['refusal']);
  });

  it('shows what was rejected, by reason, and draws a count again when it grows', () => {
    const of = (rejections: Rejections): ConnectionNode[] =>
      connectionNodes(broker, 1, [client()], [], rejections);
    const [none] = of({ droppedQueueFull: 0 });
    assert.deepEqual(
      none?.children.map(({ kind }) => kind),
      ['listener', 'client'],
    );
    const nodes = new ConnectionNodes();
    nodes.update(of({ droppedQueueFull: 1, connectionsOverLimit: 2 }));
    const [, rejected] = nodes.roots[0]?.children ?? [];
    assert.deepEqual(
      rejected?.children.map(({ id }) => id),
      ['rejection/connectionsOverLimit', 'rejection/droppedQueueFull'],
    );
    assert.deepEqual(nodes.update(of({ droppedQueueFull: 1, connectionsOverLimit: 2 })), []);
    assert.deepEqual(ids(nodes.update(of({ droppedQueueFull: 9, connectionsOverLimit: 2 }))), [
      'rejection/droppedQueueFull',
    ]);
  });

  it('names in a tooltip the settings that raise the limit, each of them contributed', () => {
    const { properties } = readManifest().contributes?.configuration as {
      properties: Record<string, unknown>;
    };
    const all = Object.fromEntries(rejections.map(([, counter]) => [counter, 1])) as Rejections;
    const list = rejectionList(all);
    assert.equal(list.length, rejections.length);
    for (const rejection of list) {
      assert.notEqual(rejectionTitle(rejection), '');
      for (const setting of rejectionSettings(rejection)) assert.ok(setting in properties, setting);
    }
    const full = rejectionDetails({ counter: 'droppedQueueFull', count: 1204 });
    assert.deepEqual(full, [
      ['Times since the broker started', '1,204'],
      ['Setting', 'mqttWorkbench.broker.limits.maximumQueuedMessages'],
      ['Setting', 'mqttWorkbench.broker.limits.maximumQueuedBytes'],
      ['Setting', 'mqttWorkbench.broker.limits.maximumTotalQueuedBytes'],
    ]);
  });

  it('draws a refusal again when it happens again', () => {
    const nodes = new ConnectionNodes();
    const refused = { reasonCode: 0x87, reason: 'deny', time: 0, what: 'publish' } as const;
    const of = (count: number): ConnectionNode[] =>
      connectionNodes(
        broker,
        1,
        [client({ clientIdentifier: 'lamp' })],
        [{ ...refused, clientIdentifier: 'lamp', topic: 'a', count }],
      );
    nodes.update(of(1));
    assert.deepEqual(nodes.update(of(1)), []);
    assert.match(String(ids(nodes.update(of(2)))), /^refusal/);
  });

  it('draws again what changed, and nothing else', () => {
    const nodes = new ConnectionNodes();
    const a = client({ clientIdentifier: 'a' });
    const b = client({ clientIdentifier: 'b', subscriptions: [subscription()] });
    assert.equal(ids(nodes.update(nodesOf([a, b]))), 'all');
    assert.deepEqual(ids(nodes.update(nodesOf([a, b]))), []);
    assert.deepEqual(ids(nodes.update(nodesOf([{ ...a, queued: 1 }, b]))), ['client/a']);
    const more = { ...b, subscriptions: [subscription({ qos: 2 })] };
    assert.deepEqual(ids(nodes.update(nodesOf([{ ...a, queued: 1 }, more]))), [
      'subscription/1/b/home/#',
    ]);
    assert.deepEqual(ids(nodes.update(nodesOf([a]))), ['broker']);
    assert.equal(ids(nodes.update([])), 'all');
  });

  it('keeps one object per thing', () => {
    const nodes = new ConnectionNodes();
    nodes.update(nodesOf([client()]));
    const before = nodes.roots[0]?.children[1];
    nodes.update(nodesOf([client({ keepAlive: 5, subscriptions: [subscription()] })]));
    const after = nodes.roots[0]?.children[1];
    assert.ok(before);
    assert.equal(after, before);
    assert.equal(after.kind === 'client' && after.client.keepAlive, 5);
    assert.equal(after.children.length, 1);
  });
});
