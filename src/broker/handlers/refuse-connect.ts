/** CONNECTs that come to nothing: CONNACK with the reason, then the close. */
import type { PacketError } from '../../mqtt/errors.ts';
import type { Properties, ProtocolVersion } from '../../mqtt/packet.ts';
import { ReasonCode, reasonName, returnCodeOf } from '../../mqtt/reason-codes.ts';
import type { BrokerLink } from '../link.ts';

/**
 * [MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-4.13.2-1] CONNACK that refuses, then the network connection closes;
 * [MQTT-3.1.3-8] so for a client identifier too.
 */
export function refuse(
  link: BrokerLink,
  reasonCode: number,
  now: number,
  reason = explain(reasonCode),
): void {
  const { counters, observer } = link.context;
  counters.connectionsRefused++;
  observer.refused(link.number, link.clientIdentifier, 'connect', '', reasonCode, reason, now);
  link.send(
    {
      type: 'connack',
      sessionPresent: false,
      reasonCode: link.isV5 ? reasonCode : returnCodeOf(reasonCode),
      ...(link.isV5 && { properties: refusalProperties(link, reasonCode, reason) }),
    },
    now,
  );
  link.close(`CONNECT refused: ${reasonName(reasonCode, 'connack')}`, now, false);
}

function refusalProperties(link: BrokerLink, reasonCode: number, reason: string): Properties {
  const { serverReference } = link.context.options;
  return {
    reasonString: reason,
    // Section 4.11: where to go instead.
    ...(reasonCode === ReasonCode.useAnotherServer && { serverReference }),
  };
}

/** What a person can do about a refusal. */
function explain(reasonCode: number): string {
  if (reasonCode === ReasonCode.quotaExceeded) {
    return 'The broker serves as many connections as it may; close one or raise the limit.';
  }
  if (reasonCode === ReasonCode.connectionRateExceeded) {
    return 'More clients connect per second than the broker allows; try again later or raise the limit.';
  }
  if (reasonCode === ReasonCode.badAuthenticationMethod) {
    return 'The broker does not know this authentication method; connect without one, or with SCRAM-SHA-256 if it has users.';
  }
  return reasonName(reasonCode, 'connack');
}

/** A CONNECT that cannot be read: CONNACK where the client can understand it, then the close. */
export function refuseMalformed(
  link: BrokerLink,
  bytes: Uint8Array,
  start: number,
  end: number,
  error: PacketError,
  now: number,
): void {
  const version = versionByte(bytes, start, end);
  if (version === undefined) return;
  const unsupported = error.reasonCode === ReasonCode.unsupportedProtocolVersion;
  // [MQTT-3.1.4-1] [3.1.1: MQTT-3.2.2-6] v3 closes without CONNACK, unless the version is what is wrong [MQTT-3.1.2-2].
  if (version < 5 && !unsupported) return;
  link.version = Math.min(Math.max(version, 3), 5) as ProtocolVersion;
  link.isV5 = link.version === 5;
  link.context.counters.connectionsRefused++;
  const reasonCode = link.isV5 ? error.reasonCode : returnCodeOf(error.reasonCode);
  const properties = link.isV5 ? { properties: { reasonString: error.message } } : {};
  link.send({ type: 'connack', sessionPresent: false, reasonCode, ...properties }, now);
}

/** The protocol version byte of a CONNECT that begins like one of any version. */
function versionByte(bytes: Uint8Array, start: number, end: number): number | undefined {
  let offset = start + 1;
  while (offset < end && (bytes[offset] ?? 0) >= 0x80) offset++;
  const nameLength = ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
  const at = offset + 3 + nameLength;
  if (nameLength !== 4 && nameLength !== 6) return undefined;
  return at < end ? (bytes[at] ?? 0) & 0x7f : undefined;
}
