/** Terms of the filter language that read what is in a packet: reason codes and properties. */
import { decodeUtf8Lossy } from '../mqtt/utf8.ts';
import { PacketType, type ControlPacket, type Properties } from '../mqtt/packet.ts';
import { properties } from '../mqtt/properties.ts';
import { reasonName, returnCodeName } from '../mqtt/reason-codes.ts';
import { parseComparison, scalarTest } from './comparison.ts';
import type { Filter } from './filter.ts';
import { FilterError, type FilterTerm } from './filter-syntax.ts';
import { packetOf, versionOf } from './frame-bytes.ts';

const { connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth } = PacketType;
/** Packets that carry reason codes, as bits. */
const withReason = [connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth]
  .map((type) => 1 << type)
  .reduce((all, bit) => all | bit, 0);

/**
 * `reason:>=0x80`, `reason:0x87`, `reason:"not authorized"`: a code of the packet (any of a SUBACK's), or the
 * one with which the broker refused it, by number or by a part of its name.
 */
export function reasonTerm({ value }: FilterTerm): Filter {
  const compare = parseComparison(value);
  const wanted = value.toLowerCase();
  const holds = (code: number, name: string): boolean =>
    compare ? compare(code) : name.toLowerCase().includes(wanted);
  return {
    cost: 2,
    bind: (log, segment) => (index) => {
      const note = log.notes.get(segment.first + index);
      if (note && holds(note.reasonCode, reasonName(note.reasonCode))) return true;
      if ((withReason & (1 << ((segment.firstByte[index] ?? 0) >> 4))) === 0) return false;
      const packet = packetOf(log, segment, index);
      const isReturnCode = packet?.type === 'connack' && versionOf(log, segment, index) < 5;
      return codesOf(packet).some((code) =>
        holds(code, isReturnCode ? returnCodeName(code) : reasonName(code, packet?.type)),
      );
    },
  };
}

function codesOf(packet: ControlPacket | undefined): readonly number[] {
  if (!packet) return [];
  if ('reasonCodes' in packet) return packet.reasonCodes;
  return 'reasonCode' in packet ? [packet.reasonCode] : [];
}

/** Decides about the value of one property; absent ones are not asked about. */
type ValueTest = (value: unknown) => boolean;

/**
 * `prop.contentType:json`, `prop.messageExpiryInterval:<60`, `prop.source:panel`: a property of MQTT 5 or, by any other
 * name, a user property. Text is found anywhere in the value, in any case; `*` asks that the property is there.
 * A will's properties count too.
 */
export function propertyTerm({ name, value, start, valueStart, end }: FilterTerm): Filter {
  const wanted = name.slice(name.indexOf('.') + 1);
  if (wanted === '') {
    throw new FilterError(
      'The name of a property must follow prop., e.g. prop.contentType:json.',
      start,
      valueStart,
    );
  }
  const known = properties.find((one) => one.name.toLowerCase() === wanted.toLowerCase());
  const test = valueTest(value);
  const isNumeric = known !== undefined && /byte|integer/i.test(known.dataType);
  if (isNumeric && value !== '*' && !parseComparison(value)) {
    throw new FilterError(`${name}: takes a number, e.g. >10, or *.`, valueStart, end);
  }
  const holds = (values: Properties | undefined): boolean => {
    if (!values) return false;
    const found = known ? values[known.name] : undefined;
    if (found !== undefined) return test(found);
    return (
      !known && values.userProperties?.some(([key, text]) => key === wanted && test(text)) === true
    );
  };
  return {
    cost: 2,
    bind: (log, segment) => (index) => {
      // Only MQTT 5 has properties, and only its links are worth decoding.
      if (log.linkInfo(segment.link[index] ?? 0)?.protocolVersion !== 5) return false;
      const packet = packetOf(log, segment, index);
      if (!packet) return false;
      return (
        ('properties' in packet && holds(packet.properties)) ||
        (packet.type === 'connect' && holds(packet.will?.properties))
      );
    },
  };
}

function valueTest(wanted: string): ValueTest {
  if (wanted === '*') return () => true;
  const ofScalar = scalarTest(wanted);
  const test: ValueTest = (value) => {
    if (value instanceof Uint8Array) return test(decodeUtf8Lossy(value, 0, value.length));
    return ofScalar(value) ?? (Array.isArray(value) && value.some((one) => test(one)));
  };
  return test;
}
