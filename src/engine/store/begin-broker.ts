import type { Broker } from '../../broker/broker.ts';
import { DamagedStoreError, type BrokerStore } from '../../broker/store.ts';
import { messageOf } from '../../base/errors.ts';
import { PacketError } from '../../mqtt/errors.ts';
import { openStore, setAside } from './open-store.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** A broker with the store that it keeps its state in. */
export interface BegunBroker {
  readonly broker: Broker;
  readonly store: SqliteStore | undefined;
  /** What a person has to know: a damaged store was set aside. */
  readonly notice: string | undefined;
}

/**
 * Makes a broker that goes on from the store in `folder`, or without one. A store that is damaged is
 * set aside, never emptied, and a new one begun.
 * @param create makes the broker; called again, with a new store, after it has thrown because of a damaged one.
 * @throws HumanError as `openStore`.
 */
export async function beginBroker(
  folder: string | undefined,
  create: (store: BrokerStore | undefined) => Broker,
): Promise<BegunBroker> {
  if (folder === undefined)
    return { broker: create(undefined), store: undefined, notice: undefined };
  try {
    return { ...(await beginWith(folder, create)), notice: undefined };
  } catch (error) {
    if (!(error instanceof DamagedStoreError || error instanceof PacketError)) throw error;
    const aside = setAside(folder, new Date());
    const begun = await beginWith(folder, create);
    const notice = `What the broker had stored is damaged (${messageOf(error)}). It is kept in ${aside}; the broker starts without the sessions and retained messages in it.`;
    return { ...begun, notice };
  }
}

async function beginWith(
  folder: string,
  create: (store: BrokerStore) => Broker,
): Promise<{ broker: Broker; store: SqliteStore }> {
  const store = await openStore(folder);
  try {
    return { broker: create(store), store };
  } catch (error) {
    store.close();
    throw error;
  }
}
