import { PacketError } from './errors.ts';
import type { ControlPacket, Field, Problem, ProtocolVersion } from './packet.ts';
import { packetTypeName } from './packet-types.ts';
import { readPacket } from './read-packet.ts';
import { Reader } from './reader.ts';
import { Trace } from './trace.ts';
import { findWarnings } from './warnings.ts';

export interface Inspection {
  /** 0 to 15. */
  packetType: number;
  /** `PUBLISH`; `INVALID` where there is no such packet type. */
  packetName: string;
  /** The version that the bytes were read as: a CONNECT tells its own. */
  version: ProtocolVersion;
  fields: Field[];
  /** Errors first; there is one exactly when decode() throws. */
  problems: Problem[];
  /** What decode() gives, when it does not throw. */
  packet?: ControlPacket;
  /** The application message of a PUBLISH. */
  payload?: { start: number; end: number };
}

/**
 * The field tree of one control packet and all that is wrong or suspicious with it. Never throws,
 * whatever the bytes. Bounded: see traceLimits; what is left out is said in the tree.
 */
export function inspect(bytes: Uint8Array, version: ProtocolVersion): Inspection {
  const trace = new Trace();
  const reader = new Reader(bytes, 0, bytes.length, trace);
  const packet = readTraced(reader, trace, version);
  const packetType = (bytes[0] ?? 0) >> 4;
  const inspection: Inspection = {
    packetType,
    packetName: bytes.length === 0 ? 'INVALID' : packetTypeName(packetType),
    version: trace.version ?? version,
    fields: trace.fields,
    problems: trace.problems,
  };
  if (packet) {
    if (trace.problems.length === 0) inspection.packet = packet;
    for (const warning of findWarnings(packet, trace)) trace.problem(warning);
    if (packet.type === 'publish' && trace.payloadRange) inspection.payload = trace.payloadRange;
  }
  noteOmissions(trace, bytes.length);
  return inspection;
}

function readTraced(
  reader: Reader,
  trace: Trace,
  version: ProtocolVersion,
): ControlPacket | undefined {
  try {
    return readPacket(reader, version);
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    const { message, reasonCode, statement, start, end } = error;
    const origin = statement === undefined ? {} : { statement };
    trace.problem({ severity: 'error', message, reasonCode, ...origin, start, end });
    trace.closeAll(reader.offset);
    const { length } = reader.bytes;
    if (reader.offset < length) {
      trace.leaf('Not decoded', reader.offset, length, reader.bytes.subarray(reader.offset));
    }
    return undefined;
  }
}

function noteOmissions({ fields, omittedFields }: Trace, end: number): void {
  if (omittedFields === 0) return;
  const meaning = `${omittedFields} more fields are not shown`;
  fields.push({ label: 'More fields', start: end, end, meaning });
}
