import type { ConnectPacket } from '../../src/mqtt/packet.ts';
import {
  all,
  malformed,
  protocolError,
  raw,
  topicNameInvalid,
  v4,
  v5,
  type InvalidCase,
  type ValidCase,
} from './case.ts';

const connect = (packet: Partial<ConnectPacket>): ConnectPacket => ({
  type: 'connect',
  protocolName: 'MQTT',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientIdentifier: 'c',
  ...packet,
});

export const validConnects: ValidCase[] = [
  {
    name: 'CONNECT 3.1',
    versions: all,
    bytes: '10 { "MQIsdp" 03 02 00 3c "c" }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3 }),
  },
  {
    name: 'CONNECT 3.1.1',
    versions: all,
    bytes: '10 { "MQTT" 04 02 00 3c "c" }',
    packet: connect({ protocolVersion: 4 }),
  },
  {
    name: 'CONNECT 5.0',
    versions: all,
    bytes: '10 { "MQTT" 05 02 00 3c {} "c" }',
    packet: connect({}),
  },
  {
    name: 'CONNECT 3.1.1 with everything',
    versions: all,
    bytes: `10 { "MQTT" 04 ee ff ff   ; user name, password, retain, QoS 1, will, clean session
            "client" "w/t" 00 02 'ok' "me" 00 03 01 02 03 }`,
    packet: connect({
      protocolVersion: 4,
      keepAlive: 65_535,
      clientIdentifier: 'client',
      will: { topicName: 'w/t', payload: raw(0x6f, 0x6b), qos: 1, retain: true },
      userName: 'me',
      password: raw(1, 2, 3),
    }),
  },
  {
    name: 'CONNECT 5.0 with every property',
    versions: all,
    bytes: `10 { "MQTT" 05 d4 00 0a           ; user name, password, QoS 2, will
            { 11 00 00 00 0a                  ; Session Expiry Interval
              21 00 14                        ; Receive Maximum
              27 00 01 00 00                  ; Maximum Packet Size
              22 00 05                        ; Topic Alias Maximum
              19 01                           ; Request Response Information
              17 00                           ; Request Problem Information
              26 "a" "1" 26 "a" "2"           ; User Property, twice
              15 "SCRAM"                      ; Authentication Method
              16 00 02 ab cd                  ; Authentication Data
            } "c"
            { 18 00 00 00 05                  ; Will Delay Interval
              01 01                           ; Payload Format Indicator
              02 00 00 00 0a                  ; Message Expiry Interval
              03 "text/plain"                 ; Content Type
              08 "reply"                      ; Response Topic
              09 00 01 ff                     ; Correlation Data
              26 "k" "v"                      ; User Property
            } "will" 00 02 'ok' "u" 00 01 'p' }`,
    packet: connect({
      cleanStart: false,
      keepAlive: 10,
      properties: {
        sessionExpiryInterval: 10,
        receiveMaximum: 20,
        maximumPacketSize: 65_536,
        topicAliasMaximum: 5,
        requestResponseInformation: 1,
        requestProblemInformation: 0,
        userProperties: [
          ['a', '1'],
          ['a', '2'],
        ],
        authenticationMethod: 'SCRAM',
        authenticationData: raw(0xab, 0xcd),
      },
      will: {
        topicName: 'will',
        payload: raw(0x6f, 0x6b),
        qos: 2,
        retain: false,
        properties: {
          willDelayInterval: 5,
          payloadFormatIndicator: 1,
          messageExpiryInterval: 10,
          contentType: 'text/plain',
          responseTopic: 'reply',
          correlationData: raw(0xff),
          userProperties: [['k', 'v']],
        },
      },
      userName: 'u',
      password: raw(0x70),
    }),
  },
  {
    name: 'CONNECT 5.0 with a password and no user name',
    versions: all,
    bytes: '10 { "MQTT" 05 42 00 3c {} "c" 00 01 78 }',
    packet: connect({ password: raw(0x78) }),
  },
  {
    name: 'CONNECT 3.1 with a password and no user name',
    versions: all,
    bytes: '10 { "MQIsdp" 03 42 00 3c "c" 00 01 78 }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3, password: raw(0x78) }),
  },
  {
    name: 'CONNECT 3.1 that ends before user name and password',
    versions: all,
    bytes: '10 { "MQIsdp" 03 c2 00 3c "c" }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3 }),
    canonical: false,
  },
  {
    name: 'CONNECT 3.1 with bits that it does not use',
    versions: all,
    bytes: '10 { "MQIsdp" 03 2b 00 3c "c" }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3 }),
    canonical: false,
  },
  {
    name: 'CONNECT of a 3.1.1 bridge',
    versions: all,
    bytes: '10 { "MQTT" 84 02 00 3c "c" }',
    packet: connect({ protocolVersion: 4, bridge: true }),
  },
  {
    name: 'CONNECT of a 3.1 bridge',
    versions: all,
    bytes: '10 { "MQIsdp" 83 02 00 3c "c" }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3, bridge: true }),
  },
  {
    name: 'CONNECT 5.0 with an empty client identifier to resume',
    versions: all,
    bytes: '10 { "MQTT" 05 00 00 00 {} "" }',
    packet: connect({ cleanStart: false, keepAlive: 0, clientIdentifier: '' }),
    warnings: ['without Clean Start', 'Keep Alive is off'],
  },
  {
    name: 'CONNECT 3.1.1 with an empty client identifier to resume',
    versions: all,
    bytes: '10 { "MQTT" 04 00 00 3c "" }',
    packet: connect({ protocolVersion: 4, cleanStart: false, clientIdentifier: '' }),
    warnings: ['without Clean Session'],
  },
  {
    name: 'CONNECT 3.1 with an empty client identifier',
    versions: all,
    bytes: '10 { "MQIsdp" 03 02 00 3c "" }',
    packet: connect({ protocolName: 'MQIsdp', protocolVersion: 3, clientIdentifier: '' }),
    warnings: ['MQTT 3.1 has no empty'],
  },
  {
    name: 'CONNECT 3.1 with a client identifier of 24 characters',
    versions: all,
    bytes: '10 { "MQIsdp" 03 02 00 3c "abcdefghijklmnopqrstuvwx" }',
    packet: connect({
      protocolName: 'MQIsdp',
      protocolVersion: 3,
      clientIdentifier: 'abcdefghijklmnopqrstuvwx',
    }),
    warnings: ['23 characters'],
  },
  {
    name: 'CONNECT with a will that is not the UTF-8 it says',
    versions: all,
    bytes: '10 { "MQTT" 05 06 00 3c {} "c" { 01 01 } "/w" 00 01 ff }',
    packet: connect({
      will: {
        topicName: '/w',
        payload: raw(0xff),
        qos: 0,
        retain: false,
        properties: { payloadFormatIndicator: 1 },
      },
    }),
    warnings: ["begins with '/'", 'the Will Payload is not'],
  },
];

const bad = (
  name: string,
  bytes: string,
  reasonCode = malformed,
  statement?: string,
): InvalidCase => ({
  name: `CONNECT: ${name}`,
  versions: all,
  bytes,
  reasonCode,
  ...(statement === undefined ? {} : { statement }),
});

export const invalidConnects: InvalidCase[] = [
  bad('another protocol', '10 { "HTTP" 04 02 00 3c "c" }', 0x84, 'MQTT-3.1.2-1'),
  bad('protocol name in lower case', '10 { "mqtt" 04 02 00 3c "c" }', 0x84, 'MQTT-3.1.2-1'),
  bad('version 6', '10 { "MQTT" 06 02 00 3c {} "c" }', 0x84, 'MQTT-3.1.2-2'),
  bad('version 3 of MQTT', '10 { "MQTT" 03 02 00 3c "c" }', 0x84, 'MQTT-3.1.2-2'),
  bad('version 4 of MQIsdp', '10 { "MQIsdp" 04 02 00 3c "c" }', 0x84, 'MQTT-3.1.2-2'),
  bad('bridge bit in 5.0', '10 { "MQTT" 85 02 00 3c {} "c" }', 0x84, 'MQTT-3.1.2-2'),
  bad('reserved flag', '10 { "MQTT" 05 03 00 3c {} "c" }', malformed, 'MQTT-3.1.2-3'),
  bad('will QoS, no will', '10 { "MQTT" 05 0a 00 3c {} "c" }', malformed, 'MQTT-3.1.2-11'),
  bad('will retain, no will', '10 { "MQTT" 04 22 00 3c "c" }', malformed, 'MQTT-3.1.2-13'),
  bad('will QoS 3', '10 { "MQTT" 05 1e 00 3c {} "c" {} "w" 00 00 }', malformed, 'MQTT-3.1.2-12'),
  bad('3.1.1 password, no user name', '10 { "MQTT" 04 42 00 3c "c" 00 01 78 }'),
  bad('fixed header flags', '11 { "MQTT" 05 02 00 3c {} "c" }', malformed, 'MQTT-2.1.3-1'),
  bad('nothing after the fixed header', '10 00'),
  bad('cut off in the keep alive', '10 { "MQTT" 05 02 00 }'),
  bad('no client identifier', '10 { "MQTT" 05 02 00 3c {} }'),
  bad('user name missing', '10 { "MQTT" 05 82 00 3c {} "c" }'),
  bad('password missing', '10 { "MQTT" 05 c2 00 3c {} "c" "u" }'),
  bad('will missing', '10 { "MQTT" 05 06 00 3c {} "c" }'),
  bad('bytes left over', '10 { "MQTT" 05 02 00 3c {} "c" 00 }'),
  bad('property length too large', '10 { "MQTT" 05 02 00 3c 0a "c" }'),
  bad(
    'will topic with wildcard',
    '10 { "MQTT" 04 06 00 3c "c" "w/#" 00 00 }',
    topicNameInvalid,
    'MQTT-4.7.0-1',
  ),
  bad(
    'will topic empty',
    '10 { "MQTT" 04 06 00 3c "c" "" 00 00 }',
    topicNameInvalid,
    'MQTT-4.7.3-1',
  ),
  bad(
    'client identifier not UTF-8',
    '10 { "MQTT" 04 02 00 3c 00 01 ff }',
    malformed,
    'MQTT-1.5.4-1',
  ),
  bad(
    'client identifier with U+0000',
    '10 { "MQTT" 04 02 00 3c 00 01 00 }',
    malformed,
    'MQTT-1.5.4-2',
  ),
  bad('receive maximum 0', '10 { "MQTT" 05 02 00 3c { 21 00 00 } "c" }', protocolError),
  bad('maximum packet size 0', '10 { "MQTT" 05 02 00 3c { 27 00 00 00 00 } "c" }', protocolError),
  bad('request problem information 2', '10 { "MQTT" 05 02 00 3c { 17 02 } "c" }', protocolError),
  bad('request response information 2', '10 { "MQTT" 05 02 00 3c { 19 02 } "c" }', protocolError),
  bad('property twice', '10 { "MQTT" 05 02 00 3c { 17 01 17 01 } "c" }', protocolError),
  bad(
    'authentication data without method',
    '10 { "MQTT" 05 02 00 3c { 16 00 00 } "c" }',
    protocolError,
  ),
  bad('property of PUBLISH', '10 { "MQTT" 05 02 00 3c { 23 00 01 } "c" }'),
  bad('will property outside of the will', '10 { "MQTT" 05 02 00 3c { 18 00 00 00 01 } "c" }'),
  bad('CONNECT property in the will', '10 { "MQTT" 05 06 00 3c {} "c" { 17 01 } "w" 00 00 }'),
  bad('property 0', '10 { "MQTT" 05 02 00 3c { 00 00 } "c" }'),
  bad('property 0x7f', '10 { "MQTT" 05 02 00 3c { 7f 00 } "c" }'),
  bad('property cut off by the property length', '10 { "MQTT" 05 02 00 3c { 11 00 00 } "c" }'),
  bad(
    'property that goes on after the property length',
    '10 { "MQTT" 05 02 00 3c 03 11 00 00 00 00 "c" }',
  ),
  bad(
    'property identifier in two bytes',
    '10 { "MQTT" 05 02 00 3c { 97 00 01 } "c" }',
    malformed,
    'MQTT-1.5.5-1',
  ),
  bad(
    'property length in two bytes',
    '10 { "MQTT" 05 02 00 3c 80 00 "c" }',
    malformed,
    'MQTT-1.5.5-1',
  ),
  bad(
    'response topic with wildcard',
    '10 { "MQTT" 05 06 00 3c {} "c" { 08 "a/+" } "w" 00 00 }',
    protocolError,
    'MQTT-3.3.2-14',
  ),
];

export const connackCases: ValidCase[] = [
  {
    name: 'CONNACK v3 accepted',
    versions: [3, 4],
    bytes: '20 02 00 00',
    packet: { type: 'connack', sessionPresent: false, reasonCode: 0 },
  },
  {
    name: 'CONNACK v3 session present',
    versions: [3, 4],
    bytes: '20 02 01 00',
    packet: { type: 'connack', sessionPresent: true, reasonCode: 0 },
  },
  {
    name: 'CONNACK v3 not authorized',
    versions: [3, 4],
    bytes: '20 02 00 05',
    packet: { type: 'connack', sessionPresent: false, reasonCode: 5 },
  },
  {
    name: 'CONNACK 3.1 with bits that it does not use',
    versions: [3],
    bytes: '20 02 fe 00',
    packet: { type: 'connack', sessionPresent: false, reasonCode: 0 },
    canonical: false,
  },
  {
    name: 'CONNACK v5 without properties',
    versions: v5,
    bytes: '20 { 01 00 {} }',
    packet: { type: 'connack', sessionPresent: true, reasonCode: 0 },
  },
  {
    name: 'CONNACK v5 with every property',
    versions: v5,
    bytes: `20 { 00 00 { 11 ff ff ff ff 21 ff ff 24 01 25 00 27 00 00 00 01 12 "auto" 22 00 0a
            1f "why" 26 "" "" 28 01 29 00 2a 01 13 00 1e 1a "resp" 1c "other" 15 "M" 16 00 01 00 } }`,
    packet: {
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      properties: {
        sessionExpiryInterval: 0xffff_ffff,
        receiveMaximum: 65_535,
        maximumQoS: 1,
        retainAvailable: 0,
        maximumPacketSize: 1,
        assignedClientIdentifier: 'auto',
        topicAliasMaximum: 10,
        reasonString: 'why',
        userProperties: [['', '']],
        wildcardSubscriptionAvailable: 1,
        subscriptionIdentifiersAvailable: 0,
        sharedSubscriptionAvailable: 1,
        serverKeepAlive: 30,
        responseInformation: 'resp',
        serverReference: 'other',
        authenticationMethod: 'M',
        authenticationData: raw(0),
      },
    },
  },
];

export const invalidConnacks: InvalidCase[] = [
  {
    name: 'CONNACK: reserved acknowledge flags',
    versions: [4],
    bytes: '20 02 02 00',
    reasonCode: malformed,
    statement: 'MQTT-3.2.2-1',
  },
  {
    name: 'CONNACK: session present and refused',
    versions: v4,
    bytes: '20 02 01 05',
    reasonCode: protocolError,
    statement: 'MQTT-3.2.2-6',
  },
  {
    name: 'CONNACK: session present and refused, v5',
    versions: v5,
    bytes: '20 { 01 87 {} }',
    reasonCode: protocolError,
    statement: 'MQTT-3.2.2-6',
  },
  {
    name: 'CONNACK: return code 6',
    versions: [3, 4],
    bytes: '20 02 00 06',
    reasonCode: protocolError,
  },
  {
    name: 'CONNACK: reason code 1',
    versions: v5,
    bytes: '20 { 00 01 {} }',
    reasonCode: protocolError,
    statement: 'MQTT-3.2.2-8',
  },
  { name: 'CONNACK: cut off', versions: all, bytes: '20 01 00', reasonCode: malformed },
  {
    name: 'CONNACK: v5 without property length',
    versions: v5,
    bytes: '20 02 00 00',
    reasonCode: malformed,
  },
  {
    name: 'CONNACK: v3 with one byte more',
    versions: [3, 4],
    bytes: '20 03 00 00 00',
    reasonCode: malformed,
  },
  {
    name: 'CONNACK: maximum QoS 2',
    versions: v5,
    bytes: '20 { 00 00 { 24 02 } }',
    reasonCode: protocolError,
  },
  {
    name: 'CONNACK: retain available 2',
    versions: v5,
    bytes: '20 { 00 00 { 25 02 } }',
    reasonCode: protocolError,
  },
];
