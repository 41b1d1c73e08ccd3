import { DeliveryTrack, resolveMessage, type DeliverySources } from '../capture/delivery-track.ts';
import type { DeliveryLimits, DeliveryOutcome, DeliveryReport } from '../capture/delivery-views.ts';
import { inSlices } from './in-slices.ts';

/** Messages that are kept in mind: inspectors ask again about the one that they show. */
const keptTracks = 4;

/** What the service rests on; asked anew each time, since a broker comes and goes. */
export type ServiceSources = Omit<DeliverySources, 'broker'> & {
  readonly broker:
    (NonNullable<DeliverySources['broker']> & { options: DeliveryLimits }) | undefined;
};

/**
 * Tells who got a message, on demand: nothing is made of deliveries before somebody asks. What was found
 * is kept for the next question about the same message, which is asked while it is under way.
 */
export class DeliveryService {
  readonly #sources: () => ServiceSources;
  /** By message number, the one asked for last at the end. */
  readonly #tracks = new Map<number, DeliveryTrack>();
  #generation = 0;

  constructor(sources: () => ServiceSources) {
    this.#sources = sources;
  }

  /**
   * Who got the application message that a frame is about; undefined if it is about none, or is not held.
   * @param outcome rows of this outcome only.
   */
  async report(frame: number, outcome?: DeliveryOutcome): Promise<DeliveryReport | undefined> {
    const resolved = resolveMessage(this.#sources(), frame);
    if (!resolved) return undefined;
    const track = this.#track(resolved.frame, resolved.message);
    await inSlices(() => track.step());
    const report = track.report(resolved.isRetry, outcome);
    const options = this.#sources().broker?.options;
    if (!options) return report;
    const { maximumQueuedMessages, maximumQueuedBytes, maximumPendingBytes } = options;
    return {
      ...report,
      limits: { maximumQueuedMessages, maximumQueuedBytes, maximumPendingBytes },
    };
  }

  #track(frame: number, message: number): DeliveryTrack {
    const { generation } = this.#sources().capture;
    if (generation !== this.#generation) this.#tracks.clear();
    this.#generation = generation;
    const track =
      this.#tracks.get(message) ?? new DeliveryTrack(() => this.#sources(), frame, message);
    this.#tracks.delete(message);
    this.#tracks.set(message, track);
    for (const oldest of this.#tracks.keys()) {
      if (this.#tracks.size <= keptTracks) break;
      this.#tracks.delete(oldest);
    }
    return track;
  }
}
