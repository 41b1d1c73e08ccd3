/** From CONNECT to CONNACK: who is it? */
import { decode } from '../../mqtt/decode.ts';
import { PacketError } from '../../mqtt/errors.ts';
import { PacketType, type ConnectPacket } from '../../mqtt/packet.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import type {
  Accepted,
  Challenge,
  Credentials,
  Identity,
  Refused,
} from '../access/authenticator.ts';
import { Authentication } from '../access/authentication.ts';
import type { BrokerLink } from '../link.ts';
import { sendChallenge } from './auth.ts';
import { refuse } from './refuse-connect.ts';

/** What follows when the client is who it says; without an authenticator nobody has an identity. */
type Done = (identity: Identity | undefined, data: Uint8Array | undefined, now: number) => void;

const nothing = new Uint8Array(0);

/** What each waiting packet costs besides its bytes: a flood of empty ones is bounded too. */
const costOfPacket = 64;

/** Asks the authenticator, and goes on or refuses when it answers. */
export function authenticate(
  link: BrokerLink,
  packet: ConnectPacket,
  now: number,
  done: Done,
): void {
  const { authenticator } = link.context;
  const method = packet.properties?.authenticationMethod;
  const credentials = credentialsOf(link, packet);
  const exchange = method === undefined ? undefined : authenticator?.begin(method, credentials);
  if (method !== undefined && exchange === undefined) {
    // [MQTT-4.12.0-1] a method that the broker does not have: refused, and closed.
    refuse(link, ReasonCode.badAuthenticationMethod, now);
    return;
  }
  if (!authenticator) {
    done(undefined, undefined, now);
    return;
  }
  const authentication = new Authentication(exchange);
  link.authentication = authentication;
  // Only one that is still waited for: a link that ended meanwhile has none.
  const reply = (answer: Accepted | Refused | Challenge, time: number): void => {
    if (link.authentication !== authentication || link.isClosed) return;
    link.guard(time, () => answered(link, authentication, answer, time, done));
  };
  if (exchange === undefined) {
    authenticator.authenticate(credentials, now, reply);
    return;
  }
  link.authenticationMethod = method;
  link.continueAuthentication = (data, time) => exchange.next(data, time, reply);
  exchange.next(packet.properties?.authenticationData ?? nothing, now, reply);
}

function answered(
  link: BrokerLink,
  authentication: Authentication,
  answer: Accepted | Refused | Challenge,
  now: number,
  done: Done,
): void {
  if (answer.outcome === 'continue') {
    authentication.isClientsTurn = true;
    sendChallenge(link, answer.data, now);
    return;
  }
  if (answer.outcome === 'refused') {
    // [MQTT-3.1.4-2] the check failed: the connection closes.
    link.context.counters.authenticationFailed++;
    // [MQTT-4.12.0-4] an exchange may be refused at any point: CONNACK, and the close.
    refuse(link, answer.reasonCode, now, answer.reason);
    return;
  }
  link.authentication = undefined;
  done(answer.identity, answer.data, now);
  // Section 3.1.4: what came before CONNACK is handled after it.
  link.replay(authentication.waiting, now);
}

/** A packet that came before CONNACK. @throws PacketError on a protocol violation. */
export function handleWhileAuthenticating(
  link: BrokerLink,
  authentication: Authentication,
  bytes: Uint8Array,
  start: number,
  end: number,
  now: number,
): void {
  const { context } = link;
  if (authentication.exchange === undefined) {
    // Clients need not wait for CONNACK (section 3.1.4).
    authentication.wait(bytes.slice(start, end));
    limitWaiting(link, authentication, 0, now);
    return;
  }
  context.counters.packetsReceived++;
  context.observer.packet(link.number, 0, bytes, start, end, undefined, 0, now, 0);
  const type = (bytes[start] ?? 0) >> 4;
  if (type === PacketType.disconnect) {
    link.close('The client sent DISCONNECT before it was authenticated', now, false);
    return;
  }
  try {
    if (type !== PacketType.auth) {
      throw new PacketError(
        ReasonCode.protocolError,
        'Only AUTH and DISCONNECT may come before CONNACK after an authentication method',
        'MQTT-3.1.2-30',
      );
    }
    const packet = decode(bytes.slice(start, end), link.version);
    if (packet.type !== 'auth') return;
    checkAuth(link, authentication, packet.reasonCode, packet.properties?.authenticationMethod);
    authentication.isClientsTurn = false;
    link.continueAuthentication?.(packet.properties?.authenticationData ?? nothing, now);
  } catch (error) {
    if (error instanceof PacketError) refuse(link, error.reasonCode, now, error.message);
    throw error;
  }
}

function checkAuth(
  link: BrokerLink,
  { isClientsTurn }: Authentication,
  reasonCode: number,
  method: string | undefined,
): void {
  // [MQTT-4.12.0-3] the client continues with 0x18, and only when it is its turn.
  if (!isClientsTurn || reasonCode !== ReasonCode.continueAuthentication) {
    throw new PacketError(
      ReasonCode.protocolError,
      'This AUTH does not answer a challenge',
      'MQTT-4.12.0-3',
    );
  }
  // [MQTT-4.12.0-5] the method stays that of CONNECT.
  if (method !== link.authenticationMethod) {
    throw new PacketError(
      ReasonCode.badAuthenticationMethod,
      'AUTH has another authentication method than CONNECT',
      'MQTT-4.12.0-5',
    );
  }
}

/** Refuses a client that sends more than may wait. `pending`: bytes of a packet that is not whole. */
export function limitWaiting(
  link: BrokerLink,
  { waiting, waitingBytes }: Authentication,
  pending: number,
  now: number,
): void {
  const { maximumUnauthenticatedBytes } = link.context.options;
  const size = waitingBytes + pending + waiting.length * costOfPacket;
  if (size <= maximumUnauthenticatedBytes) return;
  link.context.counters.unauthenticatedBytesExceeded++;
  refuse(link, ReasonCode.quotaExceeded, now, 'More came before CONNACK than the broker keeps.');
}

/** The connect timeout has passed before it was found out. */
export function authenticationTimedOut(
  link: BrokerLink,
  { isClientsTurn }: Authentication,
  now: number,
): void {
  const { notAuthorized, serverBusy } = ReasonCode;
  const reason = isClientsTurn
    ? 'The challenge was not answered in time.'
    : 'The broker has too many clients to authenticate; try again later.';
  refuse(link, isClientsTurn ? notAuthorized : serverBusy, now, reason);
}

function credentialsOf(link: BrokerLink, { userName, password }: ConnectPacket): Credentials {
  const { certificateName, remoteAddress } = link.connection;
  const { clientIdentifier } = link;
  return { clientIdentifier, userName, password, certificateName, remoteAddress };
}
