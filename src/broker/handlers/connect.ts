import { decode } from '../../mqtt/decode.ts';
import { PacketError } from '../../mqtt/errors.ts';
import type { ConnackPacket, ConnectPacket, Properties, Will } from '../../mqtt/packet.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import { splitLevels } from '../../mqtt/topics.ts';
import { findInvalidUtf8 } from '../../mqtt/utf8.ts';
import { applyRules } from '../access/apply-rules.ts';
import type { Identity } from '../access/authenticator.ts';
import type { BrokerContext } from '../context.ts';
import { OutboundAliases } from '../outbound-aliases.ts';
import type { BrokerLink } from '../link.ts';
import { resume } from '../outbound.ts';
import type { Session } from '../session.ts';
import { createSession, endSession, neverExpires, resumeSession } from '../session-lifecycle.ts';
import { authenticationProperties } from './auth.ts';
import { authenticate } from './authenticate.ts';
import { refuse, refuseMalformed } from './refuse-connect.ts';

/** The CONNECT that a link begins with. */
export function handleConnect(
  link: BrokerLink,
  bytes: Uint8Array,
  start: number,
  end: number,
  now: number,
): void {
  const { context } = link;
  context.silentLinks.delete(link);
  let packet;
  try {
    // A copy if it is kept for a while, and not the whole chunk that it came in.
    const { authenticator } = context;
    packet = decode(authenticator ? bytes.slice(start, end) : bytes.subarray(start, end), 4);
  } catch (error) {
    if (error instanceof PacketError) refuseMalformed(link, bytes, start, end, error, now);
    throw error;
  }
  if (packet.type !== 'connect') return;
  link.version = packet.protocolVersion;
  link.isV5 = packet.protocolVersion === 5;
  // [MQTT-3.2.2-19] holds for a refusal too.
  link.maximumPacketSize = packet.properties?.maximumPacketSize ?? Infinity;
  const assigned = packet.clientIdentifier === '' ? newIdentifier(context) : undefined;
  const clientIdentifier = assigned ?? packet.clientIdentifier;
  link.clientIdentifier = clientIdentifier;
  context.observer.linkIdentified(
    link.number,
    clientIdentifier,
    packet.protocolVersion,
    packet.userName,
  );
  const refusal = reasonToRefuse(link, packet, now);
  if (refusal !== undefined) refuse(link, refusal, now);
  else {
    authenticate(link, packet, now, (identity, data, time) => {
      connect(link, packet, assigned, identity, data, time);
    });
  }
}

/** The client is who it says: it gets its session and CONNACK. */
function connect(
  link: BrokerLink,
  packet: ConnectPacket,
  assigned: string | undefined,
  identity: Identity | undefined,
  authenticationData: Uint8Array | undefined,
  now: number,
): void {
  const { context, clientIdentifier } = link;
  const owner = context.sessions.get(clientIdentifier);
  const isOthers = owner !== undefined && !isOwner(owner, identity);
  if (isOthers && owner.link) {
    // Section 5.4.2: nobody takes over the session of another user.
    refuse(link, ReasonCode.notAuthorized, now, 'Another user is connected with this identifier.');
    return;
  }
  const rules =
    identity?.isUnrestricted === true
      ? undefined
      : context.rules?.forClient(clientIdentifier, identity?.userName);
  if (packet.will && rules) {
    const { topicName } = packet.will;
    const verdict = rules.mayPublish(topicName, splitLevels(topicName));
    if (!verdict.isAllowed) {
      // [MQTT-3.1.2-8] a will that could not be published is not taken.
      const { notAuthorized } = ReasonCode;
      refuse(link, notAuthorized, now, `The will on ${topicName} is refused: ${verdict.text}.`);
      return;
    }
  }
  // What was kept for another user is not for this one.
  if (isOthers) endSession(context, owner, now, 'cleanStart');
  // [MQTT-3.1.4-4] what Clean Start asks.
  const session = takeSession(context, packet, clientIdentifier, now);
  const sessionPresent = session !== undefined;
  // [MQTT-3.1.2-6] a new one where there is none.
  accept(link, packet, session ?? createSession(context, clientIdentifier, now), identity, now);
  if (!sendConnack(link, packet, sessionPresent, assigned, authenticationData, now)) {
    // [MQTT-3.2.0-1] nothing is sent before CONNACK: without it there can be no conversation.
    link.close("CONNACK is larger than the client's Maximum Packet Size", now, false);
    return;
  }
  if (sessionPresent && link.session) resume(context, link.session, now);
  context.observer.sessionsChanged();
}

/** Whether the session is this user's. Without an authenticator nobody has proved anything. */
function isOwner(session: Session, identity: Identity | undefined): boolean {
  return identity === undefined || session.identity?.userName === identity.userName;
}

/** Why the client may not connect: a v5 reason code; undefined if it may. */
function reasonToRefuse(link: BrokerLink, packet: ConnectPacket, now: number): number | undefined {
  const { connectionRate, counters, options } = link.context;
  if (connectionRate.exceeds(options.maximumConnectionRate, now)) {
    counters.connectionsTooFast++;
    return ReasonCode.connectionRateExceeded;
  }
  // Who takes over from an older network connection is no client more.
  const isMore = link.context.sessions.get(packet.clientIdentifier)?.link === undefined;
  if (isMore && counters.clientsConnected >= options.maximumConnections) {
    counters.connectionsOverLimit++;
    return options.serverReference === '' ? ReasonCode.quotaExceeded : ReasonCode.useAnotherServer;
  }
  if (packet.will && splitLevels(packet.will.topicName).length > options.maximumTopicLevels) {
    // [MQTT-3.1.2-8] what could not be published later is not taken.
    counters.topicNamesRefused++;
    return ReasonCode.topicNameInvalid;
  }
  if (packet.will && !hasPayloadItTells(packet.will, options.validatePayloadFormat)) {
    counters.payloadFormatInvalid++;
    return ReasonCode.payloadFormatInvalid;
  }
  // [MQTT-3.1.3-5] any identifier that is not empty is taken.
  if (packet.clientIdentifier !== '') return undefined;
  // [3.1.1: MQTT-3.1.3-8] [3.1: MQTT-3.1-2] without an identifier there can be no session to come back to; MQTT 3.1
  // wants at least one character always (section 3.1). Its limit of 23 is not enforced, as everywhere.
  const needed =
    packet.protocolVersion === 3 || (packet.protocolVersion === 4 && !packet.cleanStart);
  return needed ? ReasonCode.clientIdentifierNotValid : undefined;
}

/** Section 3.1.3.2.3: a will's payload is UTF-8 if its Payload Format Indicator says so. */
function hasPayloadItTells({ payload, properties }: Will, validate: boolean): boolean {
  if (!validate || properties?.payloadFormatIndicator !== 1) return true;
  return findInvalidUtf8(payload, 0, payload.length) < 0;
}

/** The client's session if it has one that goes on; takes it from another link of the client. */
function takeSession(
  context: BrokerContext,
  packet: ConnectPacket,
  clientIdentifier: string,
  now: number,
): Session | undefined {
  const { sessions } = context;
  // [MQTT-3.1.4-3] an older network connection of the client is closed.
  sessions
    .get(clientIdentifier)
    ?.link?.fail(
      ReasonCode.sessionTakenOver,
      'Another client connected with the same identifier',
      now,
    );
  // [MQTT-3.1.3-2] state is found by the client identifier.
  const session = sessions.get(clientIdentifier);
  if (!session) return undefined;
  if (packet.cleanStart) {
    // [MQTT-3.1.2-4] the old session is discarded.
    endSession(context, session, now, 'cleanStart');
    return undefined;
  }
  // [MQTT-3.1.2-5] it goes on with what it has.
  resumeSession(context, session);
  return session;
}

function accept(
  link: BrokerLink,
  packet: ConnectPacket,
  session: Session,
  identity: Identity | undefined,
  now: number,
): void {
  const { context } = link;
  const { options, counters, timers } = context;
  const properties = packet.properties ?? {};
  link.session = session;
  session.link = link;
  session.protocolVersion = packet.protocolVersion;
  session.identity = identity;
  if (context.rules) applyRules(context, session, context.rules, now);
  session.userName = identity?.userName ?? packet.userName;
  session.connectedAt = now;
  session.cleanStart = packet.cleanStart;
  // [MQTT-3.1.2-7] stored with the session.
  session.will = packet.will && { ...packet.will, payload: packet.will.payload.slice() };
  session.askedExpiryInterval = properties.sessionExpiryInterval ?? 0;
  session.expiryInterval = link.isV5
    ? Math.min(properties.sessionExpiryInterval ?? 0, options.maximumSessionExpiryInterval)
    : packet.cleanStart
      ? 0
      : Math.min(neverExpires, options.maximumSessionExpiryInterval);
  // [MQTT-3.2.2-22] its own, unless [MQTT-3.2.2-21] a v5 client is told the server's.
  session.keepAlive =
    link.isV5 && options.serverKeepAlive > 0 ? options.serverKeepAlive : packet.keepAlive;
  // [MQTT-4.9.0-1] neither is 0.
  link.sendWindow = Math.min(properties.receiveMaximum ?? 65_535, options.maximumInFlight);
  const aliases = Math.min(properties.topicAliasMaximum ?? 0, options.maximumOutboundTopicAliases);
  // [MQTT-3.1.2-26] [MQTT-3.1.2-27] none unless the client says how many it takes.
  if (aliases > 0) link.outboundAliases = new OutboundAliases(aliases);
  link.wantsProblemInformation = properties.requestProblemInformation !== 0;
  link.startKeepAlive(session.keepAlive, now);
  counters.clientsConnected++;
  counters.clientsMaximum = Math.max(counters.clientsMaximum, counters.clientsConnected);
  timers.disarm(session.expiryTimer);
  session.disconnectedAt = undefined;
  context.persistence?.session(session);
  context.tell(session, { type: 'connected', link: link.number }, now);
}

/** Once in a network connection [MQTT-3.2.0-2]. @returns false if the client takes no packet of its size. */
function sendConnack(
  link: BrokerLink,
  packet: ConnectPacket,
  sessionPresent: boolean,
  assigned: string | undefined,
  authenticationData: Uint8Array | undefined,
  now: number,
): boolean {
  // [MQTT-3.1.4-5] reason code 0; [MQTT-3.2.2-2] [MQTT-3.2.2-3] and whether a session goes on.
  const connack: ConnackPacket = { type: 'connack', sessionPresent, reasonCode: 0 };
  // [3.1: MQTT-3.2-1] MQTT 3.1 has no session present flag: the byte is reserved.
  if (link.version === 3) connack.sessionPresent = false;
  if (link.isV5) {
    connack.properties = {
      ...connackProperties(link, packet, assigned),
      ...authenticationProperties(link, authenticationData),
    };
  }
  return link.send(connack, now);
}

/** What this broker offers, as far as it is not what v5 takes for granted. */
function connackProperties(
  link: BrokerLink,
  packet: ConnectPacket,
  assigned: string | undefined,
): Properties {
  const { options } = link.context;
  const properties: Properties = {};
  const asked = packet.properties?.sessionExpiryInterval ?? 0;
  const granted = link.session?.expiryInterval ?? 0;
  if (granted !== asked) properties.sessionExpiryInterval = granted;
  if (options.receiveMaximum < 65_535) properties.receiveMaximum = options.receiveMaximum;
  properties.maximumPacketSize = options.maximumPacketSize;
  // [MQTT-3.1.3-7] [MQTT-3.2.2-16] it has to know it.
  if (assigned !== undefined) properties.assignedClientIdentifier = assigned;
  if (options.topicAliasMaximum > 0) properties.topicAliasMaximum = options.topicAliasMaximum;
  const { responseInformation } = options;
  // [MQTT-3.1.2-28] only if the client requests it.
  if (packet.properties?.requestResponseInformation === 1 && responseInformation !== '') {
    const { clientIdentifier = '' } = link.session ?? {};
    properties.responseInformation = responseInformation.replaceAll('%c', () => clientIdentifier);
  }
  if (options.serverKeepAlive > 0) properties.serverKeepAlive = options.serverKeepAlive;
  return properties;
}

/** [MQTT-3.1.3-6] [MQTT-3.2.2-16] an identifier for a client that has none: nobody has it or can guess it. */
function newIdentifier(context: BrokerContext): string {
  let identifier;
  do {
    const bytes = context.randomBytes(10);
    identifier = `auto-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  } while (context.sessions.has(identifier));
  return identifier;
}
