/** What a throughput run sends. */
export interface Shape {
  readonly name: string;
  readonly publishers: number;
  readonly subscribers: number;
  /** Each publisher has a topic, and a subscriber, of its own; otherwise all share one topic. */
  readonly pairs: boolean;
  readonly qos: 0 | 1;
  /** Messages of one publisher that may be on their way: keeps every broker free of drops. */
  readonly window: number;
}

function shapesOf(qos: 0 | 1, window: number): Shape[] {
  return [
    { name: `1→1 QoS ${qos}`, publishers: 1, subscribers: 1, pairs: false, qos, window },
    { name: `1→10 QoS ${qos}`, publishers: 1, subscribers: 10, pairs: false, qos, window },
    { name: `10→10 QoS ${qos}`, publishers: 10, subscribers: 10, pairs: true, qos, window },
  ];
}

export const shapes: readonly Shape[] = [...shapesOf(0, 4000), ...shapesOf(1, 100)];

/** Payload bytes of every message. */
export const payloadSize = 64;

export interface LoadResult {
  /** Messages delivered to subscribers per second, all together. */
  readonly deliveredPerSecond: number;
  readonly published: number;
  readonly delivered: number;
}
