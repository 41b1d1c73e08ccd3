import type { LatencyView } from './statistics-views.ts';

/** Buckets of a histogram: each reaches 1.41 times as far as the one before. */
const bucketCount = 48;
/** Milliseconds that the first bucket reaches. */
const firstBucket = 0.05;
/** Packets whose acknowledgement is awaited at a time, of all clients; a power of two. */
const placeCount = 65_536;
const identifiers = 65_536;

/** What is acknowledged: PUBLISH by PUBACK or PUBREC, PUBREL by PUBCOMP. */
export const awaited = { publish: 0, pubrel: 1 } as const;
export type Awaited = (typeof awaited)[keyof typeof awaited];

interface Histogram {
  readonly counts: Uint32Array;
  count: number;
  sum: number;
  least: number;
  most: number;
}

/**
 * How long clients take to acknowledge what the broker has sent them. What waits has a place by client and Packet
 * Identifier in a table that does not grow; of two that share a place, the older one is not measured.
 */
export class Latencies {
  readonly #byClient = new Map<number, Histogram>();
  #keys: Float64Array | undefined;
  #times: Float64Array | undefined;

  /** The broker has sent it to the client (a row); sent again, it is measured from here. */
  sent(client: number, kind: Awaited, packetIdentifier: number, time: number): void {
    this.#keys ??= new Float64Array(placeCount).fill(-1);
    this.#times ??= new Float64Array(placeCount);
    const place = placeOf(client, kind, packetIdentifier);
    this.#keys[place] = keyOf(client, kind, packetIdentifier);
    this.#times[place] = time;
  }

  /** The client has acknowledged it. */
  acknowledged(client: number, kind: Awaited, packetIdentifier: number, time: number): void {
    const place = placeOf(client, kind, packetIdentifier);
    if (this.#keys?.[place] !== keyOf(client, kind, packetIdentifier)) return;
    this.#keys[place] = -1;
    this.#take(client, Math.max(0, time - (this.#times?.[place] ?? time)));
  }

  /** Undefined: the client has acknowledged nothing that was measured. */
  view(client: number): LatencyView | undefined {
    const histogram = this.#byClient.get(client);
    if (!histogram) return undefined;
    const { count, sum, least, most } = histogram;
    return { count, least, mean: sum / count, p95: percentile(histogram, 0.95), most };
  }

  #take(client: number, milliseconds: number): void {
    let histogram = this.#byClient.get(client);
    if (!histogram) {
      const counts = new Uint32Array(bucketCount);
      histogram = { counts, count: 0, sum: 0, least: Infinity, most: 0 };
      this.#byClient.set(client, histogram);
    }
    const bucket = Math.ceil(2 * Math.log2(Math.max(milliseconds, firstBucket) / firstBucket));
    const at = Math.min(bucketCount - 1, bucket);
    histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
    histogram.count++;
    histogram.sum += milliseconds;
    histogram.least = Math.min(histogram.least, milliseconds);
    histogram.most = Math.max(histogram.most, milliseconds);
  }
}

function keyOf(client: number, kind: Awaited, packetIdentifier: number): number {
  return (client * 2 + kind) * identifiers + packetIdentifier;
}

/** Clients number their packets from 1 on: each begins elsewhere in the table. */
function placeOf(client: number, kind: Awaited, packetIdentifier: number): number {
  return (packetIdentifier + client * 8191 + kind * 31_337) & (placeCount - 1);
}

/** Upper end of the bucket in which that part of all is reached, but never more than the greatest. */
function percentile({ counts, count, most }: Histogram, part: number): number {
  let left = Math.ceil(count * part);
  for (const [bucket, inBucket] of counts.entries()) {
    left -= inBucket;
    if (left <= 0) return Math.min(most, firstBucket * 2 ** (bucket / 2));
  }
  return most;
}
