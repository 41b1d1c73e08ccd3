import type { RefusedAction } from '../broker/observer.ts';
import type { RefusalView } from './contract.ts';

/** Different refusals kept; the one that happened longest ago goes first. */
const mostRefusals = 1000;
/** Characters of a client identifier, topic or reason that are kept. */
const longestText = 1024;

/** Who was refused what: the same refusal again is counted, so that a flood of it hides no other. */
export class AccessRefusals {
  /** Grows with each refusal. */
  revision = 0;
  readonly #refusals = new Map<string, RefusalView>();

  record(
    clientIdentifier: string,
    what: RefusedAction,
    topic: string,
    reasonCode: number,
    reason: string,
    time: number,
  ): void {
    const [client, about, why] = [clientIdentifier, topic, reason].map(bounded);
    const key = JSON.stringify([client, what, about, reasonCode, why]);
    const count = (this.#refusals.get(key)?.count ?? 0) + 1;
    this.#refusals.delete(key);
    this.#refusals.set(key, {
      clientIdentifier: client ?? '',
      what,
      topic: about ?? '',
      reasonCode,
      reason: why ?? '',
      count,
      time,
    });
    this.revision++;
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= mostRefusals) return;
      this.#refusals.delete(oldest);
    }
  }

  /** The newest first. */
  list(): RefusalView[] {
    return [...this.#refusals.values()].reverse();
  }

  clear(): void {
    this.#refusals.clear();
    this.revision++;
  }
}

function bounded(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
