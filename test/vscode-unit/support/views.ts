import type {
  ClientView,
  EngineSnapshot,
  SubscriptionView,
  TopicNode,
} from '../../../src/engine/contract.ts';

export function client(changes: Partial<ClientView> = {}): ClientView {
  return {
    clientIdentifier: 'lamp',
    connected: true,
    connectedAt: 0,
    link: 1,
    protocolVersion: 5,
    remoteAddress: '127.0.0.1:51234',
    transport: 'tcp',
    keepAlive: 60,
    cleanStart: true,
    sessionExpiryInterval: 0,
    queued: 0,
    inFlight: 0,
    subscriptions: [],
    hasWill: false,
    ...changes,
  };
}

export function subscription(changes: Partial<SubscriptionView> = {}): SubscriptionView {
  return {
    topicFilter: 'home/#',
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    ...changes,
  };
}

export function topic(changes: Partial<TopicNode> = {}): TopicNode {
  return {
    level: 'lamp',
    topic: 'home/lamp',
    hasChildren: false,
    topicCount: 1,
    messageCount: 0,
    rate: 0,
    retained: false,
    ...changes,
  };
}

export function snapshot(changes: Partial<EngineSnapshot> = {}): EngineSnapshot {
  const url = 'mqtt://127.0.0.1:1883';
  return {
    broker: {
      status: 'running',
      listeners: [{ transport: 'tcp', url, host: '127.0.0.1', port: 1883 }],
    },
    clientCount: 3,
    sessionCount: 3,
    clientsRevision: 1,
    refusalsRevision: 1,
    rejections: {},
    topicsRevision: 1,
    topicCount: 1,
    messageRate: 1200,
    capture: { first: 0, end: 0, bytes: 0, limit: 1, dropped: 0, generation: 0 },
    ...changes,
  };
}
