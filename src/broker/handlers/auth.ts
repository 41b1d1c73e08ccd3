/** AUTH: challenges, and re-authentication of a client that is connected (MQTT 5.0 section 4.12). */
import { PacketError } from '../../mqtt/errors.ts';
import type { AuthPacket, Properties } from '../../mqtt/packet.ts';
import { ReasonCode } from '../../mqtt/reason-codes.ts';
import type { Accepted, Challenge, Refused } from '../access/authenticator.ts';
import type { BrokerLink } from '../link.ts';
import type { Session } from '../session.ts';

const nothing = new Uint8Array(0);

/** AUTH of a connected client. Other packets go on meanwhile. @throws PacketError on a protocol violation. */
export function handleAuth(
  link: BrokerLink,
  session: Session,
  { reasonCode, properties }: AuthPacket,
  now: number,
): void {
  if (link.authenticationMethod === undefined) {
    throw new PacketError(
      ReasonCode.protocolError,
      'AUTH without an authentication method in CONNECT',
      'MQTT-4.12.0-7',
    );
  }
  if (properties?.authenticationMethod !== link.authenticationMethod) {
    // [MQTT-4.12.1-1] the method of CONNECT, in re-authentication too.
    throw new PacketError(
      ReasonCode.badAuthenticationMethod,
      'AUTH has another authentication method than CONNECT',
      'MQTT-4.12.1-1',
    );
  }
  const data = properties.authenticationData?.slice() ?? nothing;
  const { reauthentication } = link;
  if (reasonCode === ReasonCode.reAuthenticate && reauthentication === undefined) {
    begin(link, session, data, now);
  } else if (reasonCode === ReasonCode.continueAuthentication && reauthentication?.isClientsTurn) {
    reauthentication.isClientsTurn = false;
    reauthentication.next(data, now);
  } else {
    throw new PacketError(
      ReasonCode.protocolError,
      'This AUTH neither answers a challenge nor begins a re-authentication',
    );
  }
}

function begin(link: BrokerLink, session: Session, data: Uint8Array, now: number): void {
  const { context, authenticationMethod: method = '' } = link;
  const { certificateName, remoteAddress } = link.connection;
  const exchange = context.authenticator?.begin(method, {
    clientIdentifier: link.clientIdentifier,
    userName: session.identity?.userName,
    password: undefined,
    certificateName,
    remoteAddress,
  });
  if (!exchange)
    throw new PacketError(ReasonCode.badAuthenticationMethod, 'No such method any more');
  const reauthentication = {
    isClientsTurn: false,
    next: (more: Uint8Array, time: number): void => exchange.next(more, time, reply),
  };
  const reply = (answer: Accepted | Refused | Challenge, time: number): void => {
    if (link.reauthentication !== reauthentication || link.isClosed) return;
    link.guard(time, () => answered(link, session, answer, time));
  };
  link.reauthentication = reauthentication;
  exchange.next(data, now, reply);
}

function answered(
  link: BrokerLink,
  session: Session,
  answer: Accepted | Refused | Challenge,
  now: number,
): void {
  if (answer.outcome === 'continue') {
    if (link.reauthentication) link.reauthentication.isClientsTurn = true;
    sendChallenge(link, answer.data, now);
    return;
  }
  link.reauthentication = undefined;
  const { counters, observer } = link.context;
  const isSame =
    answer.outcome === 'accepted' && answer.identity.userName === session.identity?.userName;
  if (isSame) {
    session.identity = answer.identity;
    // Section 4.12.1: AUTH 0x00 tells that it is complete.
    link.send(
      { type: 'auth', reasonCode: 0, properties: authenticationProperties(link, answer.data) },
      now,
    );
    return;
  }
  counters.authenticationFailed++;
  const [code, reason] =
    answer.outcome === 'refused'
      ? [answer.reasonCode, answer.reason]
      : [ReasonCode.notAuthorized, 'The client authenticated again as another user.'];
  observer.refused(0, link.clientIdentifier, 'connect', '', code, reason, now);
  // [MQTT-4.12.1-2] DISCONNECT with the reason, and the close.
  link.fail(code, reason, now);
}

/** [MQTT-4.12.0-2] AUTH 0x18: the client is to go on. */
export function sendChallenge(link: BrokerLink, data: Uint8Array, now: number): void {
  link.send(
    {
      type: 'auth',
      reasonCode: ReasonCode.continueAuthentication,
      properties: authenticationProperties(link, data),
    },
    now,
  );
}

/** [MQTT-4.12.0-5] the method of CONNECT in each AUTH and in CONNACK; [MQTT-4.12.0-6] none if it had none. */
export function authenticationProperties(
  { authenticationMethod }: BrokerLink,
  data: Uint8Array | undefined,
): Properties {
  if (authenticationMethod === undefined) return {};
  return {
    authenticationMethod,
    ...(data !== undefined && data.length > 0 && { authenticationData: data }),
  };
}
