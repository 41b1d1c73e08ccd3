import { PacketType } from '../../mqtt/packet.ts';
import type { CaptureLog } from '../log.ts';
import { frameBits, type Segment } from '../segment.ts';
import { acknowledgementIdentifier, bodyStart, publishIdentifier } from '../sniff.ts';
import { FrameChain } from './frame-chain.ts';
import { exchangeKinds, OpenExchanges, type ExchangeKindNumber } from './open-exchanges.ts';
import { RequestResponse } from './request-response.ts';

const { publishFromClient, publishFromBroker } = exchangeKinds;

/**
 * Puts the control packets of the capture together into exchanges: a PUBLISH with its acknowledgements and retries,
 * CONNECT with CONNACK, and so on. Nothing is gathered before somebody looks; then it goes on where it stopped.
 * Every frame is in exactly one exchange, so that none is hidden.
 */
export class ExchangeIndex {
  readonly #log: CaptureLog;
  readonly #chain = new FrameChain();
  readonly #open: OpenExchanges;
  readonly #requests: RequestResponse;
  #next: number;
  #first: number;
  #generation: number;

  constructor(log: CaptureLog) {
    this.#log = log;
    this.#open = new OpenExchanges(log);
    this.#requests = new RequestResponse(log);
    this.#generation = log.generation;
    this.#next = this.#first = log.first;
  }

  /** Bytes held besides the capture's own. */
  get bytes(): number {
    return this.#chain.bytes;
  }

  /** Frames below are put into their exchanges. */
  get end(): number {
    this.#followLog();
    return this.#next;
  }

  /** Takes in the frames before `end`, and no more than `maximum` of them. */
  advance(end: number, maximum = Infinity): void {
    this.#followLog();
    const stop = Math.min(end, this.#log.end, this.#next + maximum);
    while (this.#next < stop) {
      const segment = this.#log.segmentOf(this.#next);
      const segmentEnd = Math.min(stop, segment.first + segment.length);
      for (; this.#next < segmentEnd; this.#next++) {
        this.#take(segment, this.#next - segment.first);
      }
    }
  }

  /** Whether an exchange begins with a frame that was taken in. */
  begins(frame: number): boolean {
    return this.#chain.previous(frame) === undefined;
  }

  /** The first frame, still held, of the exchange that a frame belongs to. */
  firstOf(frame: number): number {
    let first = frame;
    for (;;) {
      const previous = this.#chain.previous(first);
      if (previous === undefined || previous < this.#log.first) return first;
      first = previous;
    }
  }

  /** The frames of an exchange from one of them on. */
  *framesFrom(frame: number): Generator<number> {
    let at: number | undefined = frame;
    while (at !== undefined) {
      yield at;
      at = this.#chain.next(at);
    }
  }

  /** The PUBLISH of the response to the request in a frame. */
  responseTo(frame: number): number | undefined {
    return this.#requests.responseTo(frame);
  }

  /** The PUBLISH of the request that the PUBLISH in a frame answers. */
  requestOf(frame: number): number | undefined {
    return this.#requests.requestOf(frame);
  }

  #take(segment: Segment, index: number): void {
    const firstByte = segment.firstByte[index] ?? 0;
    const link = segment.link[index] ?? 0;
    const frame = segment.first + index;
    const isFromBroker = ((segment.bits[index] ?? 0) & frameBits.fromBroker) !== 0;
    switch (firstByte >> 4) {
      case PacketType.publish:
        this.#takePublish(segment, index, isFromBroker);
        break;
      case PacketType.puback:
      case PacketType.pubrec:
      case PacketType.pubcomp:
        this.#takeAnswer(segment, index, isFromBroker ? publishFromClient : publishFromBroker);
        break;
      case PacketType.pubrel:
        this.#takeAnswer(segment, index, isFromBroker ? publishFromBroker : publishFromClient);
        break;
      case PacketType.subscribe:
        this.#begin(this.#ofIdentifier(segment, index, exchangeKinds.subscribe), frame);
        break;
      case PacketType.suback:
        this.#end(this.#ofIdentifier(segment, index, exchangeKinds.subscribe), frame);
        break;
      case PacketType.unsubscribe:
        this.#begin(this.#ofIdentifier(segment, index, exchangeKinds.unsubscribe), frame);
        break;
      case PacketType.unsuback:
        this.#end(this.#ofIdentifier(segment, index, exchangeKinds.unsubscribe), frame);
        break;
      case PacketType.connect:
        this.#begin(this.#open.ofLink(link, exchangeKinds.connect), frame);
        break;
      case PacketType.connack:
        this.#end(this.#open.ofLink(link, exchangeKinds.connect), frame);
        if (isNewSession(segment.raw(index)) && !this.#isOldVersion(link)) {
          this.#open.endSession(link);
        }
        break;
      case PacketType.auth:
        this.#takeAuthentication(link, frame);
        break;
      case PacketType.pingreq:
        this.#begin(this.#open.ofLink(link, exchangeKinds.ping), frame);
        break;
      case PacketType.pingresp:
        this.#end(this.#open.ofLink(link, exchangeKinds.ping), frame);
        break;
    }
  }

  #takePublish(segment: Segment, index: number, isFromBroker: boolean): void {
    const frame = segment.first + index;
    const firstByte = segment.firstByte[index] ?? 0;
    const isRetry = (firstByte & 8) !== 0;
    if (!isFromBroker && !isRetry) this.#requests.take(frame);
    if ((firstByte & 6) === 0) return;
    const raw = segment.raw(index);
    const key = this.#open.ofSession(
      segment.link[index] ?? 0,
      isFromBroker ? publishFromBroker : publishFromClient,
      publishIdentifier(raw, 0, raw.length),
    );
    if (isRetry) this.#join(key, frame);
    else this.#begin(key, frame);
  }

  /** One without a PUBLISH begins an exchange of its own, which the next answers go on with. */
  #takeAnswer(segment: Segment, index: number, kind: ExchangeKindNumber): void {
    const raw = segment.raw(index);
    const identifier = acknowledgementIdentifier(raw, 0, raw.length);
    const key = this.#open.ofSession(segment.link[index] ?? 0, kind, identifier);
    this.#join(key, segment.first + index);
  }

  /** AUTH before CONNACK belongs to CONNECT, later ones authenticate again (MQTT 5.0 section 4.12). */
  #takeAuthentication(link: number, frame: number): void {
    const connect = this.#open.ofLink(link, exchangeKinds.connect);
    const isConnecting = this.#open.newest(connect) !== undefined;
    this.#join(isConnecting ? connect : this.#open.ofLink(link, exchangeKinds.authenticate), frame);
  }

  #ofIdentifier(segment: Segment, index: number, kind: ExchangeKindNumber): number {
    const raw = segment.raw(index);
    const identifier = acknowledgementIdentifier(raw, 0, raw.length);
    return this.#open.ofLink(segment.link[index] ?? 0, kind, identifier);
  }

  #begin(key: number, frame: number): void {
    this.#open.set(key, frame);
  }

  #join(key: number, frame: number): void {
    const before = this.#open.newest(key);
    if (before !== undefined) this.#chain.join(before, frame);
    this.#open.set(key, frame);
  }

  #end(key: number, frame: number): void {
    this.#join(key, frame);
    this.#open.delete(key);
  }

  /** MQTT 3.1 does not tell whether there is a session. */
  #isOldVersion(link: number): boolean {
    return this.#log.linkInfo(link)?.protocolVersion === 3;
  }

  /** Takes over what happened to the log: a clear begins anew, what it dropped is forgotten. */
  #followLog(): void {
    const { generation, first } = this.#log;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#chain.clear();
      this.#open.clear();
      this.#requests.clear();
      this.#next = this.#first = first;
    } else if (first > this.#first) {
      this.#first = first;
      this.#next = Math.max(this.#next, first);
      this.#chain.dropBefore(first);
    }
  }
}

/** A CONNACK of success without Session Present. */
function isNewSession(raw: Uint8Array): boolean {
  const at = bodyStart(raw, 0, raw.length);
  return ((raw[at] ?? 0) & 1) === 0 && raw[at + 1] === 0;
}
