import type { PacketError } from '../mqtt/errors.ts';
import { ReasonCode } from '../mqtt/reason-codes.ts';
import type { Counters } from './counters.ts';

const counterOf = new Map<number, keyof Counters>([
  [ReasonCode.packetTooLarge, 'packetsTooLarge'],
  [ReasonCode.topicNameInvalid, 'topicNamesRefused'],
  [ReasonCode.topicAliasInvalid, 'topicAliasesRefused'],
  [ReasonCode.receiveMaximumExceeded, 'receiveMaximumExceeded'],
]);

/** Counts a protocol violation: among all, and by the limit that it went over. */
export function countViolation(counters: Counters, { reasonCode }: PacketError): void {
  counters.protocolErrors++;
  const counter = counterOf.get(reasonCode);
  if (counter !== undefined) counters[counter]++;
}
