import type { TopicReference } from '../mqtt/topic-reference.ts';
import type { Transport } from '../base/transport.ts';
import { PacketType, type ProtocolVersion } from '../mqtt/packet.ts';
import { FrameNotes } from './frame-notes.ts';
import { LinkTable, type LinkInfo } from './links.ts';
import { frameBits, Segment } from './segment.ts';
import { connectVersion } from './sniff.ts';

/**
 * Bytes after which a segment is full: a part of the limit, so that dropping the oldest never drops
 * much of what is held.
 */
const largestSegment = 4 * 1024 * 1024;
const smallestSegment = 32 * 1024;
const segmentsPerLimit = 16;

/**
 * The capture: control packets with time, link and direction, as raw bytes. Bounded by bytes; the
 * oldest frames go first, in segments, and are counted. Frames are numbered from 0 and a number is
 * never used twice.
 */
export class CaptureLog {
  #limit: number;
  #segments: Segment[] = [];
  /** Bytes of all segments but the newest, which grows. */
  #closedBytes = 0;
  #current: Segment;
  #end = 0;
  /** Of the first frame, once it is not held any more. */
  #startedAt: number | undefined;
  #dropped = 0;
  #generation: number;
  readonly #links = new LinkTable();
  /** Told of the frames from `first` to before `end`, a segment, while they are still held: they go next. */
  onEvict: ((first: number, end: number) => void) | undefined;
  /** What is known of single frames besides their bytes. */
  readonly notes = new FrameNotes();

  /**
   * @param limit bytes that may be held: raw bytes, columns and topic dictionaries.
   * @param generation the first one, for owners who must tell this log from one before it.
   */
  constructor(limit: number, generation = 0) {
    this.#limit = limit;
    this.#generation = generation;
    this.#current = this.#begin();
  }

  /** The first frame held; equals `end` when there is none. */
  get first(): number {
    return this.#segments[0]?.first ?? this.#end;
  }

  /** One past the newest frame. */
  get end(): number {
    return this.#end;
  }

  /** First frame of the segment that frames are appended to. */
  get currentFirst(): number {
    return this.#current.first;
  }

  get bytes(): number {
    return this.#closedBytes + this.#current.bytes;
  }

  /** Frames dropped to stay within the limit; cleared ones are not counted. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When the first frame since the beginning or the last `clear` came, milliseconds since the epoch; 0 before it. */
  get startedAt(): number {
    return this.#startedAt ?? this.#segments[0]?.time[0] ?? 0;
  }

  /** Grows with each `clear`. */
  get generation(): number {
    return this.#generation;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Bytes; a smaller limit drops the oldest frames at once. */
  set limit(bytes: number) {
    this.#limit = bytes;
    this.#evict();
  }

  linkOpened(link: number, remoteAddress: string, transport: Transport, time: number): void {
    this.#links.opened(link, remoteAddress, transport, time);
  }

  linkIdentified(
    link: number,
    clientIdentifier: string,
    protocolVersion: ProtocolVersion,
    userName: string | undefined,
  ): void {
    this.#links.identified(link, clientIdentifier, protocolVersion, userName);
  }

  linkClosed(link: number, time: number, reason: string): void {
    this.#links.closed(link, time, reason, this.first);
  }

  /** What is known of a link; undefined when none of its frames is held any more. */
  linkInfo(link: number): LinkInfo | undefined {
    return this.#links.get(link);
  }

  /** Client identifiers, those of the newest links first; one may come several times. */
  *clientNames(): Generator<string> {
    for (const { clientIdentifier } of this.#links.newestFirst()) {
      if (clientIdentifier !== undefined) yield clientIdentifier;
    }
  }

  /** Topic names of the frames held, the newest first; one may come several times. */
  *topicNames(): Generator<string> {
    for (let at = this.#segments.length - 1; at >= 0; at--) {
      const topics = this.#segments[at]?.topics ?? [];
      for (let index = topics.length - 1; index >= 0; index--) yield topics[index] ?? '';
    }
  }

  /** Links known, for tests of boundedness. */
  get linkCount(): number {
    return this.#links.size;
  }

  /**
   * Appends a frame: bytes[start, end). HOT: called for each packet in and out. The bytes must
   * never be written again: they are copied later, those of neighbours in one call, and only once for
   * a range that is appended several times in a row (a fan-out).
   * @param flags bit 0: first delivery of a message that came from no client (will, $SYS).
   * @param message number of the application message that a PUBLISH carries; 0 for none.
   */
  append(
    link: number,
    direction: 0 | 1,
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: TopicReference | undefined,
    flags: number,
    time: number,
    message = 0,
  ): void {
    if (this.#current.refuses(bytes, start, end)) this.#next();
    const bits = direction | ((flags & 1) << 1);
    const grown = this.#current.append(link, bits, bytes, start, end, topic, time, message);
    this.#links.used(link, this.#end);
    this.#end++;
    const packetType = (bytes[start] ?? 0) >> 4;
    if (packetType === PacketType.connect && direction === 0) {
      this.#links.sniffed(link, connectVersion(bytes, start, end));
    }
    if (grown && this.bytes > this.#limit) this.#evict();
  }

  /** Forgets all frames. Their numbers are not used again. */
  clear(): void {
    this.notes.clear();
    this.#generation++;
    this.#startedAt = undefined;
    this.#segments = [];
    this.#closedBytes = 0;
    this.#current = this.#begin();
    this.#links.prune(this.#end);
  }

  /** Milliseconds since the epoch. The frame must be held, as for all that follow. */
  time(frame: number): number {
    const segment = this.segmentOf(frame);
    return segment.time[frame - segment.first] ?? 0;
  }

  link(frame: number): number {
    const segment = this.segmentOf(frame);
    return segment.link[frame - segment.first] ?? 0;
  }

  direction(frame: number): 0 | 1 {
    const segment = this.segmentOf(frame);
    return ((segment.bits[frame - segment.first] ?? 0) & frameBits.fromBroker) as 0 | 1;
  }

  /** It is the first delivery of a message that came from no client. */
  isOriginated(frame: number): boolean {
    const segment = this.segmentOf(frame);
    return ((segment.bits[frame - segment.first] ?? 0) & frameBits.originated) !== 0;
  }

  /** Packet type and flags. */
  firstByte(frame: number): number {
    const segment = this.segmentOf(frame);
    return segment.firstByte[frame - segment.first] ?? 0;
  }

  /** Bytes of the frame. */
  size(frame: number): number {
    const segment = this.segmentOf(frame);
    return segment.size[frame - segment.first] ?? 0;
  }

  topic(frame: number): string | undefined {
    const segment = this.segmentOf(frame);
    return segment.topicOf(frame - segment.first);
  }

  /** The low 32 bits of the number of the application message that the frame carries; 0 for none. */
  message(frame: number): number {
    const segment = this.segmentOf(frame);
    return segment.message[frame - segment.first] ?? 0;
  }

  /** A view of the frame's bytes: do not keep it, do not change it. */
  raw(frame: number): Uint8Array {
    const segment = this.segmentOf(frame);
    return segment.raw(frame - segment.first);
  }

  /** @throws RangeError unless the frame is held. */
  segmentOf(frame: number): Segment {
    const segments = this.#segments;
    if (frame >= this.#current.first && frame < this.#end) return this.#current;
    let low = 0;
    let high = segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = segments[middle];
      if (!segment) break;
      if (frame < segment.first) high = middle - 1;
      else if (frame >= segment.first + segment.length) low = middle + 1;
      else return segment;
    }
    throw new RangeError(`frame ${frame} is not held`);
  }

  #begin(like?: Segment, spare?: Segment): Segment {
    const share = this.#limit / segmentsPerLimit;
    const target = Math.min(largestSegment, Math.max(smallestSegment, share));
    const segment = new Segment(this.#end, Math.floor(target), like, spare);
    this.#segments.push(segment);
    return segment;
  }

  #next(): void {
    const full = this.#current;
    full.seal();
    this.#closedBytes += full.bytes;
    // Room for one like it: the storage of what goes for it serves again.
    let spare: Segment | undefined;
    while (this.#closedBytes + full.bytes > this.#limit && this.#segments[0] !== full) {
      spare = this.#drop();
    }
    if (spare) this.#links.prune(this.first);
    this.#current = this.#begin(full, spare);
    this.#evict();
  }

  #evict(): void {
    let evicted = false;
    while (this.bytes > this.#limit) {
      const oldest = this.#segments[0];
      if (!oldest || oldest.length === 0) break;
      evicted = true;
      this.#drop();
      if (oldest === this.#current) this.#current = this.#begin();
    }
    if (evicted) this.#links.prune(this.first);
  }

  /** The oldest segment goes. */
  #drop(): Segment | undefined {
    const oldest = this.#segments[0];
    if (!oldest) return undefined;
    this.#startedAt = this.startedAt;
    this.onEvict?.(oldest.first, oldest.first + oldest.length);
    this.#dropped += oldest.length;
    this.#segments.shift();
    if (oldest !== this.#current) this.#closedBytes -= oldest.bytes;
    return oldest;
  }
}
