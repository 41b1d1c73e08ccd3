/** What a throughput run sends. */
export interface Shape {
  readonly name: string;
  readonly publishers: number;
  readonly subscribers: number;
  /** Each publisher has a topic, and a subscriber, of its own; otherwise all share one topic. */
  readonly pairs: boolean;
  readonly qos: 0 | 1 | 2;
  /** Messages of one publisher that may be on their way: keeps every broker free of drops. */
  readonly window: number;
  readonly version: 4 | 5;
  /** With a content type and a user property; MQTT 5 only. */
  readonly properties: boolean;
  /** Distinct topics that a publisher goes through in turn; above 1 the subscriber has a wildcard. */
  readonly topics: number;
  /** Wildcard subscriptions of a client that gets nothing. */
  readonly wildcards: number;
  /** A client that subscribes or unsubscribes each millisecond. */
  readonly churn: boolean;
}

const plain: Shape = {
  name: '1→1 QoS 0',
  publishers: 1,
  subscribers: 1,
  pairs: false,
  qos: 0,
  window: 4000,
  version: 4,
  properties: false,
  topics: 1,
  wildcards: 0,
  churn: false,
};

function shapeOf(name: string, change: Partial<Shape>): Shape {
  return { ...plain, name, ...change };
}

/** A shape, and how many times mosquitto's rate ours is to have. */
export interface ThroughputRow {
  readonly shape: Shape;
  readonly target: number;
}

export const throughputRows: readonly ThroughputRow[] = [
  { shape: plain, target: 4 },
  { shape: shapeOf('1→10 QoS 0', { subscribers: 10 }), target: 10 },
  { shape: shapeOf('10 pairs QoS 0', { publishers: 10, subscribers: 10, pairs: true }), target: 4 },
  { shape: shapeOf('1→1 QoS 1', { qos: 1, window: 100 }), target: 3 },
  { shape: shapeOf('1→1 QoS 2', { qos: 2, window: 100 }), target: 2 },
];

/** A shape, and what part of the first one's rate it is to have, of the same broker. */
export interface RelativeRow {
  readonly shape: Shape;
  readonly target: number;
}

export const versionRows: readonly RelativeRow[] = [
  { shape: shapeOf('MQTT 3.1.1', {}), target: 1 },
  { shape: shapeOf('MQTT 5', { version: 5 }), target: 0.8 },
  { shape: shapeOf('MQTT 5, two properties', { version: 5, properties: true }), target: 0.8 },
];

const manyTopics = { topics: 100_000 };
const manyWildcards = { wildcards: 10_000 };

export const topicRows: readonly RelativeRow[] = [
  { shape: shapeOf('one topic', {}), target: 1 },
  { shape: shapeOf('100,000 topics', manyTopics), target: 0.7 },
  { shape: shapeOf('10,000 wildcards', manyWildcards), target: 0.7 },
  { shape: shapeOf('both', { ...manyTopics, ...manyWildcards }), target: 0.7 },
  { shape: shapeOf('one topic, churn', { churn: true }), target: 0.7 },
  { shape: shapeOf('all three', { ...manyTopics, ...manyWildcards, churn: true }), target: 0.7 },
];

/** Payload bytes of every message. */
export const payloadSize = 64;

export interface LoadResult {
  /** Messages delivered to subscribers per second, all together. */
  readonly deliveredPerSecond: number;
  readonly published: number;
  readonly delivered: number;
  /** Whether each topic had come once before the counting began. */
  readonly warmedUp: boolean;
  /** Part of one processor that the load generator used. */
  readonly generatorLoad: number;
}
