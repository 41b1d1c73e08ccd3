import { encode } from '../mqtt/encode.ts';
import { PacketError } from '../mqtt/errors.ts';
import { Framer } from '../mqtt/framer.ts';
import { PacketType, type ControlPacket, type ProtocolVersion } from '../mqtt/packet.ts';
import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { Authentication } from './access/authentication.ts';
import { BackPressure } from './back-pressure.ts';
import type { Link, NetworkConnection } from './connection.ts';
import type { BrokerContext } from './context.ts';
import { countIncomplete, limitIncomplete } from './incomplete-packets.ts';
import {
  authenticationTimedOut,
  handleWhileAuthenticating,
  limitWaiting,
} from './handlers/authenticate.ts';
import { handlePacket } from './handlers/dispatch.ts';
import { handlePublish } from './handlers/publish.ts';
import type { Message } from './message.ts';
import { templateFor } from './outbound-frame.ts';
import type { OutboundAliases } from './outbound-aliases.ts';
import type { DropReason } from './observer.ts';
import { copyBytes, Output } from './output.ts';
import { pump } from './outbound.ts';
import { lastBytes, withoutTexts } from './link-bytes.ts';
import { linkEnded } from './session-lifecycle.ts';
import type { OutboundMessage } from './outbound-message.ts';
import { RateLimit } from './rate-limit.ts';
import type { Session } from './session.ts';
import { Timer } from './timers.ts';
import type { TopicEntry } from './topic-table.ts';
import { countViolation } from './violations.ts';

/** Of bytes that never become a packet, the observer is given so many at most. */
const longestFragment = 64 * 1024;

/** Bytes collected for one link in a tick before they are written early. */
const largestBurst = 1024 * 1024;
/** CONNECT has no other flags [MQTT-2.1.3-1]. */
const connectFirstByte = 0x10;
const nothing = new Uint8Array(0);

/** One network connection: what is valid as long as it is open. The session is in `Session`. */
export class BrokerLink implements Link {
  readonly number: number;
  readonly context: BrokerContext;
  readonly connection: NetworkConnection;
  readonly openedAt: number;
  /** Of CONNECT; 4 until it came. */
  version: ProtocolVersion = 4;
  isV5 = false;
  /** Of CONNECT, or assigned; empty until it came. */
  clientIdentifier = '';
  /** Between CONNECT and CONNACK, while it is being found out who the client is. */
  authentication: Authentication | undefined;
  /** Of CONNECT; present with enhanced authentication. */
  authenticationMethod: string | undefined;
  /** Hands the client's Authentication Data on, until CONNACK. */
  continueAuthentication: ((data: Uint8Array, now: number) => void) | undefined;
  /** While the client authenticates again. */
  reauthentication:
    { isClientsTurn: boolean; readonly next: (data: Uint8Array, now: number) => void } | undefined;
  /** Present between the accepted CONNECT and the end. */
  session: Session | undefined;
  isClosed = false;
  /** PUBLISH packets with QoS 1 or 2 sent on this connection and not yet acknowledged. */
  outstanding = 0;
  /** How many there may be: the client's Receive Maximum and our own limit. */
  sendWindow = 0;
  /** False: no reason strings and user properties but in PUBLISH, CONNACK and DISCONNECT. */
  wantsProblemInformation = true;
  /** Largest packet that the client takes (its Maximum Packet Size). */
  maximumPacketSize = Infinity;
  /** Topic of the last PUBLISH received: publishers mostly repeat themselves. */
  lastTopic: TopicEntry | undefined;
  /** Topic aliases that the client has set. They end with the network connection [MQTT-3.3.2-7]. */
  readonly inboundAliases = new Map<number, TopicEntry>();
  /** Present when the client takes topic aliases. */
  outboundAliases: OutboundAliases | undefined;
  /** PUBLISH packets received. */
  readonly publishRate = new RateLimit();
  /** Bytes of a packet that is not whole. */
  incompleteBytes = 0;
  /** When the last control packet came, for keep-alive. */
  lastPacketAt: number;
  /** The connect timeout, then keep-alive. */
  readonly timer: Timer;

  readonly #output = new Output();
  readonly #framer: Framer;
  readonly #onFrame: (bytes: Uint8Array, start: number, end: number) => boolean;
  #now: number;
  #isDirty = false;
  readonly #backPressure: BackPressure;
  /** Milliseconds without a packet that keep-alive allows. */
  #silenceAllowed = Infinity;
  /** While bytes are received: the chunk, and how much of it was cut into frames. */
  #chunk: Uint8Array = nothing;
  #consumed = 0;
  /** Bytes that the framer held when the chunk came. */
  #heldBefore = 0;
  #inFrame = false;
  /** The first byte that the client ever sent. */
  #firstByte: number | undefined;
  /** Those bytes while they are not even a whole fixed header. */
  #head: Uint8Array = nothing;

  constructor(number: number, context: BrokerContext, connection: NetworkConnection, now: number) {
    this.number = number;
    this.context = context;
    this.#backPressure = new BackPressure(context);
    this.connection = connection;
    this.openedAt = now;
    this.lastPacketAt = now;
    this.#now = now;
    this.timer = new Timer((time) => this.guard(time, () => this.#timeout(time)));
    this.#framer = new Framer(context.options.maximumPacketSize);
    this.#onFrame = (bytes, start, end) => this.#receiveFrame(bytes, start, end);
  }

  /** True while more waits for a slow client than the limit allows. */
  get isCongested(): boolean {
    return this.#backPressure.isCongested(this.#output.pendingBytes);
  }

  receive(bytes: Uint8Array, now: number): void {
    if (this.isClosed) return;
    this.context.counters.bytesReceived += bytes.length;
    this.#now = now;
    this.#chunk = bytes;
    this.#heldBefore = this.#framer.pending;
    this.#consumed = 0;
    this.#inFrame = false;
    try {
      this.#framer.push(bytes, this.#onFrame);
      const { pending } = this.#framer;
      this.#firstByte ??= bytes[0];
      if (pending > 0 && !this.session && this.#firstByte !== connectFirstByte) {
        // [MQTT-3.1.0-1] told at once: something that is no MQTT client may never send the rest.
        throw new PacketError(
          ReasonCode.protocolError,
          'The first packet of a client must be CONNECT',
          'MQTT-3.1.0-1',
        );
      }
      this.#head = pending > 0 && pending < 5 ? lastBytes(this.#head, bytes, pending) : nothing;
      countIncomplete(this, pending);
      if (this.authentication) limitWaiting(this, this.authentication, pending, now);
    } catch (error) {
      this.guard(now, () => {
        if (!this.#inFrame && error instanceof PacketError) this.#reportFragment(now);
        throw error;
      });
    }
    this.#chunk = nothing;
    limitIncomplete(this.context, now);
  }

  drained(now: number): void {
    if (this.isClosed) return;
    this.#backPressure.block(false);
    this.guard(now, () => {
      if (this.session) pump(this.context, this.session, now);
    });
    this.flush(now);
    this.context.flush(now);
  }

  ended(now: number): void {
    this.guard(now, () => {
      if (!this.isClosed) this.#reportHeld(now);
    });
    this.guard(now, () => this.close('The client closed the network connection', now, true));
    this.context.flush(now);
  }

  /** Begins to watch the keep-alive, seconds; 0 turns it off. The connect timeout ends. */
  startKeepAlive(seconds: number, now: number): void {
    // [MQTT-3.1.2-22] one and a half times the keep-alive.
    this.#silenceAllowed = seconds * 1500;
    this.context.timers.arm(this.timer, seconds > 0 ? now + this.#silenceAllowed : Infinity);
  }

  /** Runs something for this link; a bug in it closes this link only. */
  guard(now: number, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.failed(error, now);
    }
  }

  /** Reacts to what was thrown: a protocol violation, or a bug. This link is closed [3.1.1: MQTT-4.8.0-2]. */
  failed(error: unknown, now: number): void {
    const { counters, observer } = this.context;
    if (error instanceof PacketError) {
      countViolation(counters, error);
      this.fail(error.reasonCode, error.message, now);
      return;
    }
    counters.faults++;
    try {
      observer.fault(this.number, error);
    } catch {
      // The observer itself is broken: nobody is left to tell.
    }
    try {
      this.fail(ReasonCode.unspecifiedError, 'The broker failed while serving this client', now);
    } catch {
      // The link has to go, whatever fails on its way out.
      this.#abandon(now);
    }
  }

  /**
   * Ends the link for a reason [MQTT-4.13.1-1]: a v5 client that has its CONNACK [MQTT-3.14.0-1] gets
   * DISCONNECT, without a session expiry interval [MQTT-3.14.2-2]; v3 has no such packet from the server.
   * The close follows [MQTT-3.14.4-2] [MQTT-4.13.2-1]. The will is published.
   */
  fail(reasonCode: number, reason: string, now: number): void {
    if (this.isClosed) return;
    if (this.session && this.isV5) {
      const { serverReference } = this.context.options;
      const moved = reasonCode === ReasonCode.useAnotherServer && serverReference !== '';
      const properties = { reasonString: reason, ...(moved && { serverReference }) };
      this.send({ type: 'disconnect', reasonCode, properties }, now);
    }
    this.close(reason, now, true);
  }

  /** Closes the network connection after what is collected was written. */
  close(reason: string, now: number, publishWill: boolean): void {
    if (this.isClosed) return;
    this.authentication?.report(this, now);
    this.authentication = undefined;
    this.#finish(now);
    this.context.observer.linkClosed(this.number, now, reason);
    linkEnded(this.context, this, publishWill, now);
  }

  /**
   * Encodes and sends a packet. The reason string is left out if the client takes no packet of that size.
   * @returns false if it takes none without it either.
   */
  send(packet: ControlPacket, now: number): boolean {
    // [MQTT-3.1.2-29] the client does not want them.
    const isQuiet =
      !this.wantsProblemInformation && packet.type !== 'connack' && packet.type !== 'disconnect';
    let bytes = encode(isQuiet ? withoutTexts(packet) : packet, this.version);
    // [MQTT-3.1.2-24] never larger than the client's Maximum Packet Size.
    if (bytes.length > this.maximumPacketSize) bytes = encode(withoutTexts(packet), this.version);
    if (bytes.length > this.maximumPacketSize) return false;
    this.#output.append(bytes, 0, bytes.length);
    this.#sent(bytes, 0, bytes.length, undefined, 0, now, 0);
    return true;
  }

  /**
   * PUBACK, PUBREC, PUBREL or PUBCOMP by its first byte, for the packet identifier of its PUBLISH
   * [MQTT-2.2.1-5]. The reason code goes to v5 clients only. There are no properties, so that it is not
   * larger than CONNACK was: [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2]
   * [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3].
   */
  sendAcknowledgement(
    firstByte: number,
    packetIdentifier: number,
    reasonCode: number,
    now: number,
  ): void {
    const withReason = reasonCode !== 0 && this.isV5;
    const length = withReason ? 5 : 4;
    const offset = this.#output.reserve(length);
    const { target } = this.#output;
    target[offset] = firstByte;
    target[offset + 1] = length - 2;
    target[offset + 2] = packetIdentifier >> 8;
    target[offset + 3] = packetIdentifier & 0xff;
    if (withReason) target[offset + 4] = reasonCode;
    this.#sent(target, offset, offset + length, undefined, 0, now, 0);
  }

  /** Sends a message at QoS 0, or drops it when the client is too slow or takes no such size. */
  sendUnacknowledged(
    message: Message,
    retain: boolean,
    subscriptionIdentifiers: readonly number[] | undefined,
    now: number,
  ): void {
    // [MQTT-4.3.1-1] QoS 0 and DUP 0.
    const firstByte = retain ? 0x31 : 0x30;
    const isOriginal =
      subscriptionIdentifiers === undefined &&
      this.outboundAliases === undefined &&
      message.isForwardable(this.isV5, firstByte) &&
      !message.isAged(now);
    const { bytes, start, end } = isOriginal
      ? message
      : templateFor(this, message, false, subscriptionIdentifiers, now);
    const isTooLarge = end - start > this.maximumPacketSize;
    if (isTooLarge || this.isCongested) {
      const { counters } = this.context;
      // [MQTT-3.1.2-24] [MQTT-3.1.2-25] never larger than the client's Maximum Packet Size.
      if (isTooLarge) counters.droppedTooLarge++;
      else counters.droppedSlowLink++;
      counters.publishDropped++;
      this.#dropped(message, isTooLarge ? 'tooLarge' : 'slowLink', now);
      return;
    }
    this.outboundAliases?.sent(message.topic.topicName);
    if (bytes[start] === firstByte) {
      // The frame is identical: by range, without a copy.
      this.#output.append(bytes, start, end);
      this.#publishSent(message, bytes, start, end, now);
      return;
    }
    const offset = this.#copy(bytes, start, end, firstByte);
    this.#publishSent(message, this.#output.target, offset, offset + end - start, now);
  }

  /** Sends a message at QoS 1 or 2. @returns false if the client takes no packet of its size. */
  sendAcknowledged(message: Message, item: OutboundMessage, dup: boolean, now: number): boolean {
    const template = templateFor(this, message, true, item.subscriptionIdentifiers, now);
    const { bytes, start, end } = template;
    if (end - start > this.maximumPacketSize) {
      this.context.counters.droppedTooLarge++;
      this.context.counters.publishDropped++;
      this.#dropped(message, 'tooLarge', now);
      return false;
    }
    this.outboundAliases?.sent(message.topic.topicName);
    // [MQTT-3.3.1-3] DUP tells of this sending only.
    const firstByte = 0x30 | (dup ? 8 : 0) | (item.qos << 1) | (item.retain ? 1 : 0);
    const offset = this.#copy(bytes, start, end, firstByte);
    const { target } = this.#output;
    const identifier = offset + template.packetIdentifierOffset;
    target[identifier] = item.packetIdentifier >> 8;
    target[identifier + 1] = item.packetIdentifier & 0xff;
    this.#publishSent(message, target, offset, offset + end - start, now);
    return true;
  }

  /** Hands what was collected to the connection. */
  flush(now: number): void {
    const { persistence } = this.context;
    // At the end of the round it is flushed again.
    if (persistence?.isHeld === true) return;
    this.#isDirty = false;
    const { pendingBytes } = this.#output;
    if (this.#backPressure.isBlocked || pendingBytes === 0) return;
    if (persistence?.commit() === false) {
      // What is not stored is not acknowledged. The client finds out when it comes back.
      this.#output.discard();
      const reason = 'The broker cannot store what it has to keep';
      this.context.endLater(this, ReasonCode.implementationSpecificError, reason);
      return;
    }
    this.context.counters.bytesSent += pendingBytes;
    const chunks = this.#output.take();
    try {
      if (!this.connection.write(chunks)) this.#backPressure.block(true);
    } catch (error) {
      this.failed(error, now);
    }
  }

  /** Ends a client that reads nothing, so that what it makes us answer costs bounded memory. */
  endIfUnread(now: number): void {
    if (this.isClosed || !this.#backPressure.isUnread(this.#output.pendingBytes)) return;
    this.context.counters.slowClientsDisconnected++;
    // Nothing of it will be read.
    this.#output.discard();
    this.fail(ReasonCode.quotaExceeded, 'The client does not read what is sent to it', now);
  }

  #copy(bytes: Uint8Array, start: number, end: number, firstByte: number): number {
    const offset = this.#output.reserve(end - start);
    const { target } = this.#output;
    copyBytes(bytes, start, end, target, offset);
    target[offset] = firstByte;
    return offset;
  }

  #publishSent(message: Message, bytes: Uint8Array, start: number, end: number, now: number): void {
    this.context.counters.publishSent++;
    this.#sent(bytes, start, end, message.topic, message.flags, now, message.number);
    message.flags = 0;
  }

  #dropped(message: Message, reason: DropReason, now: number): void {
    const clientIdentifier = this.session?.clientIdentifier ?? '';
    this.context.observer.dropped(clientIdentifier, message.number, reason, now);
  }

  #sent(
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: TopicEntry | undefined,
    flags: number,
    now: number,
    message: number,
  ): void {
    const { context } = this;
    if (!this.#isDirty) {
      this.#isDirty = true;
      context.dirty.push(this);
    }
    context.counters.packetsSent++;
    context.observer.packet(this.number, 1, bytes, start, end, topic, flags, now, message);
    // A large burst is handed over in parts, so that back-pressure is noticed while it lasts.
    if (this.#output.pendingBytes > largestBurst) this.flush(now);
  }

  /** Handles packets that had to wait until the client was authenticated. */
  replay(packets: readonly Uint8Array[], now: number): void {
    for (const bytes of packets) {
      if (this.isClosed) return;
      this.guard(now, () => this.#handleFrame(bytes, 0, bytes.length, now));
    }
  }

  #receiveFrame(bytes: Uint8Array, start: number, end: number): boolean {
    const now = this.#now;
    this.lastPacketAt = now;
    this.#inFrame = true;
    this.#consumed = bytes === this.#chunk ? end : end - this.#heldBefore;
    const { authentication } = this;
    if (authentication === undefined) this.#handleFrame(bytes, start, end, now);
    else handleWhileAuthenticating(this, authentication, bytes, start, end, now);
    this.#inFrame = false;
    // [MQTT-3.1.4-6] nothing is processed after a refusal, or any other end.
    return !this.isClosed;
  }

  #handleFrame(bytes: Uint8Array, start: number, end: number, now: number): void {
    this.context.counters.packetsReceived++;
    const { session } = this;
    if (session !== undefined && (bytes[start] ?? 0) >> 4 === PacketType.publish) {
      handlePublish(this, session, bytes, start, end, now);
    } else {
      this.context.observer.packet(this.number, 0, bytes, start, end, undefined, 0, now, 0);
      handlePacket(this, bytes, start, end, now);
    }
  }

  /** The start of something that is no packet: shown as far as it came. */
  #reportFragment(now: number): void {
    const rest = this.#chunk.subarray(this.#consumed, this.#consumed + longestFragment);
    const bytes = this.#consumed === 0 ? lastBytes(this.#head, rest, Infinity) : rest;
    this.context.observer.packet(this.number, 0, bytes, 0, bytes.length, undefined, 0, now, 0);
  }

  /** The start of a packet whose rest never came was on the wire too: the observer sees it. */
  #reportHeld(now: number): void {
    const { held } = this.#framer;
    const end = Math.min(held.length, longestFragment);
    if (end > 0) this.context.observer.packet(this.number, 0, held, 0, end, undefined, 0, now, 0);
  }

  #timeout(now: number): void {
    if (this.authentication !== undefined) {
      authenticationTimedOut(this, this.authentication, now);
      return;
    }
    if (this.session === undefined) {
      this.context.counters.connectTimedOut++;
      this.fail(ReasonCode.keepAliveTimeout, 'No CONNECT came', now);
      return;
    }
    const deadline = this.lastPacketAt + this.#silenceAllowed;
    if (deadline > now) this.context.timers.arm(this.timer, deadline);
    else {
      this.context.counters.keepAliveTimedOut++;
      this.fail(ReasonCode.keepAliveTimeout, 'No packet came within the keep-alive time', now);
    }
  }

  /** Closes without a word. */
  #abandon(now: number): void {
    try {
      if (!this.isClosed) this.#finish(now);
      linkEnded(this.context, this, false, now);
    } catch {
      // Nothing is left to do for it.
    }
  }

  /** Closes the connection and frees what belongs to it. */
  #finish(now: number): void {
    // [MQTT-3.14.4-1] nothing more is sent.
    this.isClosed = true;
    this.context.timers.disarm(this.timer);
    this.context.links.delete(this);
    this.context.counters.connections--;
    // Everything shown as sent is handed over, also to a slow client: the connection bounds how long.
    this.#backPressure.block(false);
    countIncomplete(this, 0);
    this.flush(now);
    this.connection.close();
  }
}
