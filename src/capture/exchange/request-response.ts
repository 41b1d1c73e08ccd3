import { PublishHeader } from '../../mqtt/publish-header.ts';
import { PacketError } from '../../mqtt/errors.ts';
import { decode } from '../../mqtt/decode.ts';
import type { CaptureLog } from '../log.ts';

/** Requests and answers remembered; the oldest go. */
const mostRequests = 10_000;
/** Larger messages are not looked into: a request is small. */
const largestRequest = 256 * 1024;

/**
 * Which message answers which: a request names a Response Topic and, to be told from others, Correlation Data
 * that the response repeats (MQTT 5.0 section 4.10).
 */
export class RequestResponse {
  readonly #log: CaptureLog;
  readonly #header = new PublishHeader();
  readonly #requests = new Map<string, number>();
  readonly #responses = new Map<number, number>();
  readonly #requestOf = new Map<number, number>();

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** The first PUBLISH that answers the PUBLISH of a frame. */
  responseTo(frame: number): number | undefined {
    return this.#held(this.#responses.get(frame));
  }

  /** The PUBLISH that the one of a frame answers. */
  requestOf(frame: number): number | undefined {
    return this.#held(this.#requestOf.get(frame));
  }

  /** Looks at a PUBLISH that a client sent. */
  take(frame: number): void {
    if (this.#log.linkInfo(this.#log.link(frame))?.protocolVersion !== 5) return;
    const raw = this.#log.raw(frame);
    if (raw.length > largestRequest || !this.#hasProperties(raw)) return;
    const properties = propertiesOf(raw);
    if (properties?.correlationData === undefined && properties?.responseTopic === undefined)
      return;
    const data = String.fromCharCode(...(properties.correlationData ?? []).slice(0, 1024));
    const { responseTopic } = properties;
    if (responseTopic !== undefined) {
      keep(this.#requests, `${responseTopic}\0${data}`, frame);
      return;
    }
    const request = this.#requests.get(`${this.#log.topic(frame) ?? ''}\0${data}`);
    if (request === undefined || this.#responses.has(request)) return;
    keep(this.#responses, request, frame);
    keep(this.#requestOf, frame, request);
  }

  clear(): void {
    this.#requests.clear();
    this.#responses.clear();
    this.#requestOf.clear();
  }

  #held(frame: number | undefined): number | undefined {
    return frame === undefined || frame < this.#log.first ? undefined : frame;
  }

  #hasProperties(raw: Uint8Array): boolean {
    try {
      this.#header.read(raw, 0, raw.length, 5);
    } catch (error) {
      if (error instanceof PacketError) return false;
      throw error;
    }
    return this.#header.propertiesEnd > this.#header.propertiesStart;
  }
}

function propertiesOf(
  raw: Uint8Array,
): { correlationData?: Uint8Array; responseTopic?: string } | undefined {
  try {
    const packet = decode(raw, 5);
    return packet.type === 'publish' ? packet.properties : undefined;
  } catch (error) {
    if (error instanceof PacketError) return undefined;
    throw error;
  }
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= mostRequests) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
