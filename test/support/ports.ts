import type { Port } from '../../src/base/channel.ts';
import { Emitter } from '../../src/base/event.ts';

/** Two connected ports: what one posts, the other hears in a later microtask, cloned as by a worker. */
export function connectedPorts(): [Port, Port] {
  const first = new Emitter<unknown>();
  const second = new Emitter<unknown>();
  const port = (own: Emitter<unknown>, other: Emitter<unknown>): Port => ({
    post: (message) => {
      const clone: unknown = structuredClone(message);
      queueMicrotask(() => other.fire(clone));
    },
    onMessage: own.event,
  });
  return [port(first, second), port(second, first)];
}
