import type { Collected } from './persistence-rows.ts';
import type { Session } from './session.ts';

/** Of one subscription, since the last commit. */
interface Progress {
  /** What is stored of it goes. */
  isReset: boolean;
  /** Topic names of what was sent. */
  sent: string[];
}

/** How far sessions were sent what is retained, as far as it has changed since the last commit. */
export class RetainedProgress {
  readonly #progress = new Map<Session, Map<string, Progress>>();

  /** The sending began anew, or is over. */
  reset(session: Session, topicFilter: string): void {
    const progress = this.#of(session, topicFilter);
    progress.isReset = true;
    progress.sent = [];
  }

  sent(session: Session, topicFilter: string, topicName: string): void {
    this.#of(session, topicFilter).sent.push(topicName);
  }

  sessionEnded(session: Session): void {
    this.#progress.delete(session);
  }

  collect(changes: Collected): void {
    for (const [{ clientIdentifier }, byFilter] of this.#progress) {
      for (const [topicFilter, { isReset, sent }] of byFilter) {
        if (isReset) changes.removedRetainedSent.push({ clientIdentifier, topicFilter });
        for (const topicName of sent) {
          changes.retainedSent.push({ clientIdentifier, topicFilter, topicName });
        }
      }
    }
  }

  /** What was collected is stored. */
  settle(): void {
    this.#progress.clear();
  }

  #of(session: Session, topicFilter: string): Progress {
    let byFilter = this.#progress.get(session);
    if (!byFilter) this.#progress.set(session, (byFilter = new Map<string, Progress>()));
    let progress = byFilter.get(topicFilter);
    if (!progress) byFilter.set(topicFilter, (progress = { isReset: false, sent: [] }));
    return progress;
  }
}
