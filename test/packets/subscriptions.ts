import type { QoS, Subscription } from '../../src/mqtt/packet.ts';
import {
  all,
  malformed,
  protocolError,
  topicFilterInvalid,
  v3,
  v5,
  type InvalidCase,
  type ValidCase,
} from './case.ts';

const subscription = (
  topicFilter: string,
  qos: QoS,
  options: Partial<Subscription> = {},
): Subscription => ({
  topicFilter,
  qos,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  ...options,
});

export const subscriptionCases: ValidCase[] = [
  {
    name: 'SUBSCRIBE v3',
    versions: v3,
    bytes: '82 { 00 01 "#" 00 "+/a" 01 "a/+/b/#" 02 }',
    packet: {
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [subscription('#', 0), subscription('+/a', 1), subscription('a/+/b/#', 2)],
    },
  },
  {
    name: 'SUBSCRIBE v3 to what would be a malformed shared subscription in v5',
    versions: v3,
    bytes: '82 { 00 01 "$share/g" 00 }',
    packet: {
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [subscription('$share/g', 0)],
    },
  },
  {
    name: 'SUBSCRIBE 3.1 sent again',
    versions: [3],
    bytes: '8a { 00 01 "a" 00 }',
    packet: { type: 'subscribe', packetIdentifier: 1, subscriptions: [subscription('a', 0)] },
    canonical: false,
  },
  {
    name: 'SUBSCRIBE v5 with all options',
    versions: v5,
    bytes: '82 { 12 34 { 0b 80 01 26 "k" "v" } "a" 2d "$share/g/a/#" 1a "b" 04 }',
    packet: {
      type: 'subscribe',
      packetIdentifier: 0x1234,
      properties: { subscriptionIdentifiers: [128], userProperties: [['k', 'v']] },
      subscriptions: [
        subscription('a', 1, { noLocal: true, retainAsPublished: true, retainHandling: 2 }),
        subscription('$share/g/a/#', 2, { retainAsPublished: true, retainHandling: 1 }),
        subscription('b', 0, { noLocal: true }),
      ],
    },
  },
  {
    name: 'SUBSCRIBE twice to one filter',
    versions: v3,
    bytes: '82 { 00 01 "a" 00 "a" 01 }',
    packet: {
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [subscription('a', 0), subscription('a', 1)],
    },
    warnings: ['more than once'],
  },
  {
    name: 'SUBACK v3',
    versions: v3,
    bytes: '90 { 00 01 00 01 02 80 }',
    packet: { type: 'suback', packetIdentifier: 1, reasonCodes: [0, 1, 2, 0x80] },
  },
  {
    name: 'SUBACK v5',
    versions: v5,
    bytes: '90 { 00 01 { 1f "no" 26 "a" "b" } 00 8f a2 }',
    packet: {
      type: 'suback',
      packetIdentifier: 1,
      reasonCodes: [0, 0x8f, 0xa2],
      properties: { reasonString: 'no', userProperties: [['a', 'b']] },
    },
  },
  {
    name: 'UNSUBSCRIBE v3',
    versions: v3,
    bytes: 'a2 { 00 01 "a/b" "#" }',
    packet: { type: 'unsubscribe', packetIdentifier: 1, topicFilters: ['a/b', '#'] },
  },
  {
    name: 'UNSUBSCRIBE v5',
    versions: v5,
    bytes: 'a2 { 00 01 { 26 "a" "b" } "$share/g/#" }',
    packet: {
      type: 'unsubscribe',
      packetIdentifier: 1,
      topicFilters: ['$share/g/#'],
      properties: { userProperties: [['a', 'b']] },
    },
  },
  {
    name: 'UNSUBACK v3',
    versions: v3,
    bytes: 'b0 02 00 01',
    packet: { type: 'unsuback', packetIdentifier: 1, reasonCodes: [] },
  },
  {
    name: 'UNSUBACK v5',
    versions: v5,
    bytes: 'b0 { 00 01 { 1f "?" } 00 11 }',
    packet: {
      type: 'unsuback',
      packetIdentifier: 1,
      reasonCodes: [0, 0x11],
      properties: { reasonString: '?' },
    },
  },
];

const bad = (
  name: string,
  versions: InvalidCase['versions'],
  bytes: string,
  reasonCode = malformed,
  statement?: string,
): InvalidCase => ({
  name,
  versions,
  bytes,
  reasonCode,
  ...(statement === undefined ? {} : { statement }),
});

/** Malformed filters, in SUBSCRIBE and in UNSUBSCRIBE. */
const filters: [filter: string, statement: string][] = [
  ['', 'MQTT-4.7.3-1'],
  ['a#', 'MQTT-4.7.1-1'],
  ['#/a', 'MQTT-4.7.1-1'],
  ['a/#/b', 'MQTT-4.7.1-1'],
  ['##', 'MQTT-4.7.1-1'],
  ['a+', 'MQTT-4.7.1-2'],
  ['+a/b', 'MQTT-4.7.1-2'],
  ['a/b+/c', 'MQTT-4.7.1-2'],
];
const sharedFilters: [filter: string, statement: string][] = [
  ['$share//a', 'MQTT-4.8.2-1'],
  ['$share/', 'MQTT-4.8.2-1'],
  ['$share/g', 'MQTT-4.8.2-2'],
  ['$share/g/', 'MQTT-4.8.2-2'],
  ['$share/g+/a', 'MQTT-4.8.2-2'],
  ['$share/#/a', 'MQTT-4.8.2-2'],
  ['$share/g/a#', 'MQTT-4.7.1-1'],
  ['$share/g/a+', 'MQTT-4.7.1-2'],
];

export const invalidSubscriptions: InvalidCase[] = [
  ...filters.flatMap(([filter, statement]) => [
    bad(`SUBSCRIBE: '${filter}'`, v3, `82 { 00 01 "${filter}" 00 }`, topicFilterInvalid, statement),
    bad(`UNSUBSCRIBE: '${filter}'`, v3, `a2 { 00 01 "${filter}" }`, topicFilterInvalid, statement),
  ]),
  ...[...filters, ...sharedFilters].flatMap(([filter, statement]) => [
    bad(
      `SUBSCRIBE: '${filter}'`,
      v5,
      `82 { 00 01 {} "${filter}" 00 }`,
      topicFilterInvalid,
      statement,
    ),
    bad(
      `UNSUBSCRIBE: '${filter}'`,
      v5,
      `a2 { 00 01 {} "${filter}" }`,
      topicFilterInvalid,
      statement,
    ),
  ]),
  bad('SUBSCRIBE: no filter', v3, '82 02 00 01', protocolError, 'MQTT-3.8.3-2'),
  bad('SUBSCRIBE: no filter, v5', v5, '82 { 00 01 {} }', protocolError, 'MQTT-3.8.3-2'),
  bad('SUBSCRIBE: packet identifier 0', v3, '82 { 00 00 "a" 00 }', protocolError, 'MQTT-2.2.1-3'),
  bad('SUBSCRIBE: flags 0', v3, '80 { 00 01 "a" 00 }', malformed, 'MQTT-3.8.1-1'),
  bad('SUBSCRIBE: flags 0, v5', v5, '80 { 00 01 {} "a" 00 }', malformed, 'MQTT-3.8.1-1'),
  bad('SUBSCRIBE: DUP', [4], '8a { 00 01 "a" 00 }', malformed, 'MQTT-3.8.1-1'),
  bad('SUBSCRIBE: no options', v3, '82 { 00 01 "a" }'),
  bad('SUBSCRIBE: filter cut off', v3, '82 { 00 01 00 04 61 }'),
  bad('SUBSCRIBE: QoS 3', v3, '82 { 00 01 "a" 03 }', protocolError),
  bad('SUBSCRIBE: QoS 3, v5', v5, '82 { 00 01 {} "a" 03 }', protocolError),
  bad('SUBSCRIBE: v3 with v5 options', v3, '82 { 00 01 "a" 04 }', malformed, 'MQTT-3.8.3-5'),
  bad('SUBSCRIBE: reserved options', v5, '82 { 00 01 {} "a" 40 }', malformed, 'MQTT-3.8.3-5'),
  bad('SUBSCRIBE: retain handling 3', v5, '82 { 00 01 {} "a" 30 }', protocolError),
  bad(
    'SUBSCRIBE: no local on a shared subscription',
    v5,
    '82 { 00 01 {} "$share/g/a" 04 }',
    protocolError,
    'MQTT-3.8.3-4',
  ),
  bad('SUBSCRIBE: subscription identifier 0', v5, '82 { 00 01 { 0b 00 } "a" 00 }', protocolError),
  bad(
    'SUBSCRIBE: subscription identifier twice',
    v5,
    '82 { 00 01 { 0b 01 0b 02 } "a" 00 }',
    protocolError,
  ),
  bad('SUBACK: no reason code', v3, '90 02 00 01', protocolError, 'MQTT-3.8.4-6'),
  bad('SUBACK: no reason code, v5', v5, '90 { 00 01 {} }', protocolError, 'MQTT-3.8.4-6'),
  bad('SUBACK: return code 3', v3, '90 03 00 01 03', protocolError, 'MQTT-3.9.3-2'),
  bad('SUBACK: reason code 3', v5, '90 { 00 01 {} 03 }', protocolError, 'MQTT-3.9.3-2'),
  bad('SUBACK: packet identifier 0', v3, '90 03 00 00 00', protocolError, 'MQTT-2.2.1-6'),
  bad('UNSUBSCRIBE: no filter', v3, 'a2 02 00 01', protocolError, 'MQTT-3.10.3-2'),
  bad('UNSUBSCRIBE: no filter, v5', v5, 'a2 { 00 01 {} }', protocolError, 'MQTT-3.10.3-2'),
  bad('UNSUBSCRIBE: packet identifier 0', v3, 'a2 { 00 00 "a" }', protocolError, 'MQTT-2.2.1-3'),
  bad('UNSUBSCRIBE: flags 0', v3, 'a0 { 00 01 "a" }', malformed, 'MQTT-3.10.1-1'),
  bad('UNSUBSCRIBE: reason string', v5, 'a2 { 00 01 { 1f "x" } "a" }'),
  bad('UNSUBACK: no reason code', v5, 'b0 { 00 01 {} }', protocolError, 'MQTT-3.11.3-2'),
  bad('UNSUBACK: reason code 1', v5, 'b0 { 00 01 {} 01 }', protocolError, 'MQTT-3.11.3-2'),
  bad('UNSUBACK: packet identifier 0', all, 'b0 02 00 00', protocolError, 'MQTT-2.2.1-6'),
  bad('UNSUBACK: v3 with a payload', v3, 'b0 03 00 01 00'),
];
