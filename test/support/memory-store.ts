import type { BrokerStore, StoreChanges, StoredState } from '../../src/broker/store.ts';

/** A store that forgets nothing that was committed, and nothing else. */
export class MemoryStore implements BrokerStore {
  readonly #sessions = new Map<string, StoredState['sessions'][number]>();
  readonly #subscriptions = new Map<string, StoredState['subscriptions'][number]>();
  readonly #retained = new Map<string, StoredState['retained'][number]>();
  readonly #messages = new Map<number, StoredState['messages'][number]>();
  readonly #deliveries = new Map<number, StoredState['deliveries'][number]>();
  readonly #incoming = new Map<string, StoredState['incoming'][number]>();
  readonly #retainedSent = new Map<string, StoredState['retainedSent'][number]>();
  commits = 0;
  /** Makes commits fail. */
  isFull = false;

  load(): StoredState {
    return structuredClone({
      sessions: [...this.#sessions.values()],
      subscriptions: [...this.#subscriptions.values()],
      retained: [...this.#retained.values()],
      messages: [...this.#messages.values()],
      deliveries: [...this.#deliveries.values()],
      incoming: [...this.#incoming.values()],
      retainedSent: [...this.#retainedSent.values()],
    });
  }

  commit(given: StoreChanges): void {
    if (this.isFull) throw new Error('The disk is full');
    this.commits++;
    const changes = structuredClone(given);
    for (const client of changes.endedSessions) {
      this.#sessions.delete(client);
      for (const map of [
        this.#subscriptions,
        this.#deliveries,
        this.#incoming,
        this.#retainedSent,
      ]) {
        for (const [key, row] of map) {
          if (row.clientIdentifier === client) (map as Map<unknown, unknown>).delete(key);
        }
      }
    }
    const key = (client: string, what: string | number): string => `${client}\0${what}`;
    for (const row of changes.sessions) this.#sessions.set(row.clientIdentifier, row);
    for (const row of changes.subscriptions) {
      this.#subscriptions.set(key(row.clientIdentifier, row.subscription.topicFilter), row);
    }
    for (const { clientIdentifier, topicFilter } of changes.removedSubscriptions) {
      this.#subscriptions.delete(key(clientIdentifier, topicFilter));
    }
    for (const row of changes.retained) this.#retained.set(row.topicName, row);
    for (const topicName of changes.removedRetained) this.#retained.delete(topicName);
    for (const row of changes.messages) this.#messages.set(row.key, row);
    for (const row of changes.deliveries) this.#deliveries.set(row.key, row);
    for (const one of changes.removedDeliveries) this.#deliveries.delete(one);
    for (const one of changes.removedMessages) this.#messages.delete(one);
    for (const row of changes.incoming) {
      this.#incoming.set(key(row.clientIdentifier, row.packetIdentifier), row);
    }
    for (const { clientIdentifier, topicFilter } of changes.removedRetainedSent) {
      const start = `${key(clientIdentifier, topicFilter)}\0`;
      for (const name of this.#retainedSent.keys()) {
        if (name.startsWith(start)) this.#retainedSent.delete(name);
      }
    }
    for (const row of changes.retainedSent) {
      this.#retainedSent.set(
        `${key(row.clientIdentifier, row.topicFilter)}\0${row.topicName}`,
        row,
      );
    }
    for (const row of changes.removedIncoming) {
      this.#incoming.delete(key(row.clientIdentifier, row.packetIdentifier));
    }
  }

  /** Rows of each kind, for tests of what is left. */
  get counts(): Record<keyof StoredState, number> {
    return {
      sessions: this.#sessions.size,
      subscriptions: this.#subscriptions.size,
      retained: this.#retained.size,
      messages: this.#messages.size,
      deliveries: this.#deliveries.size,
      incoming: this.#incoming.size,
      retainedSent: this.#retainedSent.size,
    };
  }
}
