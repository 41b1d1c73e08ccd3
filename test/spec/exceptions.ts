import type { Version } from './statement.ts';

export interface Exception {
  readonly version: Version;
  readonly id: string;
  /** Why the statement is not enforced, or not tested. */
  readonly reason: string;
}

const hasAll = 'Does not apply: the broker serves QoS 0, 1 and 2 and retains messages, always.';

/** Server statements that are deliberately not met, do not apply, or cannot be broken. */
export const exceptions: readonly Exception[] = [
  { version: '5.0', id: 'MQTT-3.2.2-9', reason: hasAll },
  { version: '5.0', id: 'MQTT-3.2.2-10', reason: hasAll },
  { version: '5.0', id: 'MQTT-3.2.2-12', reason: hasAll },
  { version: '5.0', id: 'MQTT-3.2.2-13', reason: hasAll },
  {
    version: '5.0',
    id: 'MQTT-3.3.4-5',
    reason:
      'Does not apply: a client gets one copy for all its subscriptions that are not shared [MQTT-3.3.4-4].',
  },
  {
    version: '3.1.1',
    id: 'MQTT-3.8.3-2',
    reason: 'Does not apply: the broker serves topic filters with wildcards.',
  },
  {
    version: '3.1.1',
    id: 'MQTT-7.0.0-1',
    reason: 'Does not apply: the broker connects to no other servers.',
  },
  {
    version: '3.1.1',
    id: 'MQTT-7.0.0-2',
    reason:
      'No line could enforce it: nothing beyond the specification is needed to use the broker. MQTT.js in test/engine and mosquitto_pub in test/bench are the proof.',
  },
  {
    version: '3.1',
    id: 'MQTT-3.1-3',
    reason:
      'Deliberately not enforced: no broker in use refuses longer client identifiers, and clients of MQTT 3.1 send them.',
  },
];
