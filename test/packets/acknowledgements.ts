import type { AcknowledgementPacket } from '../../src/mqtt/packet.ts';
import { all, malformed, protocolError, v3, v5, type InvalidCase, type ValidCase } from './case.ts';

const kinds: {
  type: AcknowledgementPacket['type'];
  first: string;
  failure: number;
  statement: string;
}[] = [
  { type: 'puback', first: '40', failure: 0x97, statement: 'MQTT-3.4.2-1' },
  { type: 'pubrec', first: '50', failure: 0x91, statement: 'MQTT-3.5.2-1' },
  { type: 'pubrel', first: '62', failure: 0x92, statement: 'MQTT-3.6.2-1' },
  { type: 'pubcomp', first: '70', failure: 0x92, statement: 'MQTT-3.7.2-1' },
];

export const acknowledgementCases: ValidCase[] = kinds.flatMap(({ type, first, failure }) => {
  const name = type.toUpperCase();
  const hex = failure.toString(16);
  return [
    {
      name: `${name} with the packet identifier only`,
      versions: all,
      bytes: `${first} 02 00 01`,
      packet: { type, packetIdentifier: 1, reasonCode: 0 },
    },
    {
      name: `${name} v5 with a reason code only`,
      versions: v5,
      bytes: `${first} 03 ff fe ${hex}`,
      packet: { type, packetIdentifier: 65_534, reasonCode: failure },
    },
    {
      name: `${name} v5 with reason code 0 written out`,
      versions: v5,
      bytes: `${first} 03 00 01 00`,
      packet: { type, packetIdentifier: 1, reasonCode: 0 },
      canonical: false as const,
    },
    {
      name: `${name} v5 with properties`,
      versions: v5,
      bytes: `${first} { 00 02 ${hex} { 1f "full" 26 "k" "v" 26 "k" "w" } }`,
      packet: {
        type,
        packetIdentifier: 2,
        reasonCode: failure,
        properties: {
          reasonString: 'full',
          userProperties: [
            ['k', 'v'],
            ['k', 'w'],
          ],
        },
      },
    },
    {
      name: `${name} v5 success with properties`,
      versions: v5,
      bytes: `${first} { 00 02 00 { 1f "ok" } }`,
      packet: { type, packetIdentifier: 2, reasonCode: 0, properties: { reasonString: 'ok' } },
    },
    {
      name: `${name} v5 with a property length of 0`,
      versions: v5,
      bytes: `${first} { 00 02 ${hex} {} }`,
      packet: { type, packetIdentifier: 2, reasonCode: failure },
      canonical: false as const,
    },
  ] satisfies ValidCase[];
});

acknowledgementCases.push({
  name: 'PUBREL 3.1 sent again',
  versions: [3],
  bytes: '6a 02 00 01',
  packet: { type: 'pubrel', packetIdentifier: 1, reasonCode: 0 },
  canonical: false,
});

export const invalidAcknowledgements: InvalidCase[] = kinds.flatMap(
  ({ type, first, statement }) => {
    const name = type.toUpperCase();
    const badFlags = type === 'pubrel' ? '60' : `${first.slice(0, 1)}2`;
    return [
      {
        name: `${name}: packet identifier 0`,
        versions: all,
        bytes: `${first} 02 00 00`,
        reasonCode: protocolError,
        statement: 'MQTT-2.2.1-5',
      },
      { name: `${name}: empty`, versions: all, bytes: `${first} 00`, reasonCode: malformed },
      { name: `${name}: cut off`, versions: all, bytes: `${first} 01 00`, reasonCode: malformed },
      {
        name: `${name}: v3 with a reason code`,
        versions: v3,
        bytes: `${first} 03 00 01 00`,
        reasonCode: malformed,
      },
      {
        name: `${name}: reserved flags`,
        versions: all,
        bytes: `${badFlags} 02 00 01`,
        reasonCode: malformed,
        statement: type === 'pubrel' ? 'MQTT-3.6.1-1' : 'MQTT-2.1.3-1',
      },
      {
        name: `${name}: reason code of another packet`,
        versions: v5,
        bytes: `${first} 03 00 01 8e`,
        reasonCode: protocolError,
        statement,
      },
      {
        name: `${name}: property of another packet`,
        versions: v5,
        bytes: `${first} { 00 01 00 { 1c "x" } }`,
        reasonCode: malformed,
      },
      {
        name: `${name}: reason string twice`,
        versions: v5,
        bytes: `${first} { 00 01 00 { 1f "x" 1f "x" } }`,
        reasonCode: protocolError,
      },
      {
        name: `${name}: bytes left over`,
        versions: v5,
        bytes: `${first} { 00 01 00 {} 00 }`,
        reasonCode: malformed,
      },
    ];
  },
);

invalidAcknowledgements.push({
  name: 'PUBREL: DUP, which only 3.1 has',
  versions: [4, 5],
  bytes: '6a 02 00 01',
  reasonCode: malformed,
  statement: 'MQTT-3.6.1-1',
});
