import { PacketType } from '../mqtt/packet.ts';
import type { CaptureLog } from './log.ts';
import { frameBits, type Segment } from './segment.ts';
import { publishIdentifier } from './sniff.ts';

/** Segments looked through for the original of a retry, newest first. */
const searchedSegments = 8;
/** Clients known by name before all is begun anew: names can be long. */
const maximumClients = 4096;
const identifiers = 0x10000;

/** What clients published with QoS above 0 in a segment, as client * 65,536 + Packet Identifier. */
interface Published {
  /** Frames of the segment looked at. */
  upTo: number;
  readonly keys: Set<number>;
}

/**
 * Tells whether a PUBLISH with DUP retries one that the capture holds. Nothing is gathered until
 * the first DUP is met, and then only of the segments just before it: retries are rare.
 */
export class Originals {
  readonly #log: CaptureLog;
  readonly #published = new Map<Segment, Published>();
  readonly #clients = new Map<string | number, number>();

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** Whether a frame before frame `index` of the segment has the same client and identifier. */
  has(segment: Segment, index: number): boolean {
    this.#forget();
    const key = this.#key(segment, index);
    let searched: Segment = segment;
    for (let count = 0; count < searchedSegments; count++) {
      const stop = searched === segment ? index : searched.length;
      if (this.#upTo(searched, stop).keys.has(key)) return true;
      if (searched.first <= this.#log.first) return false;
      searched = this.#log.segmentOf(searched.first - 1);
    }
    return false;
  }

  /** What is gathered stays for the segments that the next retries will search. */
  #forget(): void {
    if (this.#clients.size > maximumClients) {
      this.#clients.clear();
      this.#published.clear();
    }
    const kept = [...this.#published.keys()].sort((a, b) => b.first - a.first);
    for (const segment of kept.slice(searchedSegments)) this.#published.delete(segment);
    for (const segment of kept) {
      if (segment.first < this.#log.first) this.#published.delete(segment);
    }
  }

  #upTo(segment: Segment, stop: number): Published {
    let published = this.#published.get(segment);
    if (!published) {
      published = { upTo: 0, keys: new Set() };
      this.#published.set(segment, published);
    }
    for (; published.upTo < stop; published.upTo++) {
      const index = published.upTo;
      const firstByte = segment.firstByte[index] ?? 0;
      if (firstByte >> 4 !== PacketType.publish || (firstByte & 0x06) === 0) continue;
      if (((segment.bits[index] ?? 0) & frameBits.fromBroker) !== 0) continue;
      published.keys.add(this.#key(segment, index));
    }
    return published;
  }

  #key(segment: Segment, index: number): number {
    const start = segment.offset[index] ?? 0;
    const end = start + (segment.size[index] ?? 0);
    return (
      this.#client(segment.link[index] ?? 0) * identifiers +
      publishIdentifier(segment.block, start, end)
    );
  }

  /** A client is the same on its next network connection. */
  #client(link: number): number {
    const name = this.#log.linkInfo(link)?.clientIdentifier ?? link;
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = this.#clients.size;
    this.#clients.set(name, client);
    return client;
  }
}
