import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  DamagedStoreError,
  type BrokerStore,
  type StoreChanges,
  type StoredState,
} from '../../broker/store.ts';
import type { StoredDataCounts } from '../contract.ts';
import {
  deliveryOf,
  incomingOf,
  messageOf,
  retainedOf,
  retainedSentOf,
  sessionOf,
  subscriptionOf,
  type Row,
} from './rows.ts';

const statements = {
  endSession: 'DELETE FROM sessions WHERE client = ?',
  endSubscriptions: 'DELETE FROM subscriptions WHERE client = ?',
  endDeliveries: 'DELETE FROM deliveries WHERE client = ?',
  endIncoming: 'DELETE FROM incoming WHERE client = ?',
  endRetainedSent: 'DELETE FROM retainedSent WHERE client = ?',
  session: 'INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  subscription: 'INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  removeSubscription: 'DELETE FROM subscriptions WHERE client = ? AND filter = ?',
  retained: 'INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?)',
  removeRetained: 'DELETE FROM retained WHERE topic = ?',
  message: 'INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?)',
  removeMessage: 'DELETE FROM messages WHERE key = ?',
  delivery: 'INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  removeDelivery: 'DELETE FROM deliveries WHERE key = ?',
  incoming: 'INSERT OR REPLACE INTO incoming VALUES (?, ?)',
  removeIncoming: 'DELETE FROM incoming WHERE client = ? AND packetIdentifier = ?',
  retainedSent: 'INSERT OR REPLACE INTO retainedSent VALUES (?, ?, ?)',
  removeRetainedSent: 'DELETE FROM retainedSent WHERE client = ? AND filter = ?',
} as const;
type StatementName = keyof typeof statements;

/** The broker's store in an SQLite database that is open and has its tables. */
export class SqliteStore implements BrokerStore {
  readonly #database: DatabaseSync;
  readonly #prepared: Readonly<Record<StatementName, StatementSync>>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const entries = Object.entries(statements);
    this.#prepared = Object.fromEntries(
      entries.map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<StatementName, StatementSync>;
  }

  load(): StoredState {
    return {
      sessions: this.#all('sessions', sessionOf),
      subscriptions: this.#all('subscriptions', subscriptionOf),
      retained: this.#all('retained', retainedOf),
      messages: this.#all('messages', messageOf),
      deliveries: this.#all('deliveries', deliveryOf),
      incoming: this.#all('incoming', incomingOf),
      retainedSent: this.#all('retainedSent', retainedSentOf),
    };
  }

  /** How much there is. */
  counts(): StoredDataCounts {
    const count = (table: string): number =>
      Number(this.#database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
    return {
      sessions: count('sessions'),
      queuedMessages: count('deliveries'),
      retainedMessages: count('retained'),
    };
  }

  commit(changes: StoreChanges): void {
    this.#database.exec('BEGIN');
    try {
      this.#write(changes);
      this.#database.exec('COMMIT');
    } catch (error) {
      // What failed may have ended the transaction by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes what is in the log into the database file, and lets go of it. */
  close(): void {
    this.#database.close();
  }

  #all<Value>(table: string, read: (row: Row) => Value): Value[] {
    const values: Value[] = [];
    try {
      for (const row of this.#database.prepare(`SELECT * FROM ${table}`).iterate()) {
        values.push(read(row));
      }
    } catch (error) {
      if (error instanceof DamagedStoreError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new DamagedStoreError(`The table ${table} cannot be read: ${why}`);
    }
    return values;
  }

  #write(changes: StoreChanges): void {
    const run = this.#prepared;
    for (const client of changes.endedSessions) {
      run.endSession.run(client);
      run.endSubscriptions.run(client);
      run.endDeliveries.run(client);
      run.endIncoming.run(client);
      run.endRetainedSent.run(client);
    }
    for (const row of changes.sessions) {
      run.session.run(
        row.clientIdentifier,
        row.protocolVersion,
        row.expiryInterval,
        row.disconnectedAt ?? null,
        row.connectedAt,
        row.keepAlive,
        Number(row.cleanStart),
        row.userName ?? null,
        row.owner ?? null,
        row.will ?? null,
      );
    }
    for (const { clientIdentifier, subscription, retainedSince } of changes.subscriptions) {
      run.subscription.run(
        clientIdentifier,
        subscription.topicFilter,
        subscription.qos,
        Number(subscription.noLocal),
        Number(subscription.retainAsPublished),
        subscription.retainHandling,
        subscription.subscriptionIdentifier ?? null,
        retainedSince ?? null,
      );
    }
    for (const { clientIdentifier, topicFilter } of changes.removedSubscriptions) {
      run.removeSubscription.run(clientIdentifier, topicFilter);
    }
    for (const { topicName, bytes, isV5, receivedAt } of changes.retained) {
      run.retained.run(topicName, bytes, Number(isV5), receivedAt);
    }
    for (const topicName of changes.removedRetained) run.removeRetained.run(topicName);
    for (const { key, bytes, isV5, receivedAt, publisher } of changes.messages) {
      run.message.run(key, bytes, Number(isV5), receivedAt, publisher ?? null);
    }
    for (const row of changes.deliveries) {
      run.delivery.run(
        row.key,
        row.clientIdentifier,
        row.message ?? null,
        row.qos,
        Number(row.retain),
        row.subscriptionIdentifiers?.join(' ') ?? null,
        row.sharedFilter ?? null,
        row.packetIdentifier,
        row.sequence,
      );
    }
    for (const key of changes.removedDeliveries) run.removeDelivery.run(key);
    for (const key of changes.removedMessages) run.removeMessage.run(key);
    for (const { clientIdentifier, packetIdentifier } of changes.incoming) {
      run.incoming.run(clientIdentifier, packetIdentifier);
    }
    for (const { clientIdentifier, packetIdentifier } of changes.removedIncoming) {
      run.removeIncoming.run(clientIdentifier, packetIdentifier);
    }
    for (const { clientIdentifier, topicFilter } of changes.removedRetainedSent) {
      run.removeRetainedSent.run(clientIdentifier, topicFilter);
    }
    for (const { clientIdentifier, topicFilter, topicName } of changes.retainedSent) {
      run.retainedSent.run(clientIdentifier, topicFilter, topicName);
    }
  }
}
