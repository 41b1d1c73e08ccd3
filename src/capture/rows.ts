import { PacketError } from '../mqtt/errors.ts';
import { clientOfLink, versionOfLink } from './frame-bytes.ts';
import { inspect, type Inspection } from '../mqtt/inspect.ts';
import { PacketType, type Problem, type ProtocolVersion, type QoS } from '../mqtt/packet.ts';
import { packetTypeName } from '../mqtt/packet-types.ts';
import { withTopicOfAlias } from './topic-of-alias.ts';
import { PublishHeader } from '../mqtt/publish-header.ts';
import { summarize } from '../mqtt/summary.ts';
import type { CaptureLog } from './log.ts';
import { summarizeExchange } from './exchange/exchange-summary.ts';
import { previewOf, visible } from './preview.ts';
import type { CaptureQuery } from './query.ts';
import type { FrameDetail, PayloadForms, Row } from './views.ts';

/** Bytes of a frame in its detail; the rest is asked for by range. */
const detailBytes = 64 * 1024;
/** Frames up to this size are looked at whole for a row; larger ones only at their start. */
const rowBytes = 64 * 1024;
/** Characters of a topic or summary in a row. */
const maximumText = 512;

/** Gives the ways in which a payload can be shown. */
export type DecodePayload = (payload: Uint8Array, contentType: string | undefined) => PayloadForms;

/** Up to `count` rows of a query from ordinal `from` on, as the table shows them. */
export function readRows(log: CaptureLog, query: CaptureQuery, from: number, count: number): Row[] {
  const rows: Row[] = [];
  let before = query.frameAt(from - 1);
  for (let ordinal = from; ordinal < from + count; ordinal++) {
    const frame = query.frameAt(ordinal);
    if (frame === undefined) break;
    const row = readRow(log, ordinal, frame, before);
    const { exchanges, reach } = query;
    if (exchanges) rows.push({ ...row, exchange: summarizeExchange(log, exchanges, frame) });
    else rows.push(reach ? { ...row, copies: reach.copiesOf(log.message(frame)) } : row);
    before = frame;
  }
  return rows;
}

function readRow(log: CaptureLog, ordinal: number, frame: number, before: number | undefined): Row {
  const time = log.time(frame);
  const raw = log.raw(frame);
  const firstByte = log.firstByte(frame);
  const isPublish = firstByte >> 4 === PacketType.publish;
  const inspection =
    raw.length <= rowBytes ? inspect(raw, versionOfLink(log, log.link(frame))) : undefined;
  const problem = log.notes.get(frame) ?? (inspection && worst(inspection.problems));
  const topic = log.topic(frame) ?? topicOf(inspection);
  return {
    ordinal,
    frame,
    time,
    delta: before === undefined ? 0 : time - log.time(before),
    client: bounded(clientOfLink(log, log.link(frame))),
    link: log.link(frame),
    direction: log.direction(frame),
    packet: inspection?.packetName ?? packetTypeName(firstByte >> 4),
    packetType: firstByte >> 4,
    ...(topic !== undefined && { topic: bounded(topic) }),
    ...summaryOf(inspection),
    ...(isPublish && (firstByte & 0x06) !== 0x06 && { qos: ((firstByte >> 1) & 3) as QoS }),
    flags: isPublish ? `${firstByte & 8 ? 'D' : ''}${firstByte & 1 ? 'R' : ''}` : '',
    size: raw.length,
    ...payloadPreview(raw, inspection, isPublish, versionOfLink(log, log.link(frame))),
    ...(problem && { problem: problemText(problem), severity: problem.severity }),
  };
}

/** Everything about one frame; undefined when it is not held. */
export function frameDetail(
  log: CaptureLog,
  frame: number,
  decodePayload: DecodePayload,
): FrameDetail | undefined {
  if (!isHeld(log, frame)) return undefined;
  const raw = log.raw(frame);
  const inspection = inspect(raw, versionOfLink(log, log.link(frame)));
  const note = log.notes.get(frame);
  const link = log.link(frame);
  const info = log.linkInfo(link);
  const { payload, packet } = inspection;
  const contentType = contentTypeOf(packet);
  return {
    frame,
    time: log.time(frame),
    client: clientOfLink(log, log.link(frame)),
    link,
    remoteAddress: info?.remoteAddress ?? '',
    transport: info?.transport,
    direction: log.direction(frame),
    packet: inspection.packetName,
    protocolVersion: inspection.version,
    size: raw.length,
    bytes: raw.slice(0, detailBytes),
    fields: withTopicOfAlias(inspection.fields, log.topic(frame)),
    problems: note ? [note, ...inspection.problems] : inspection.problems,
    ...(payload && {
      payload: {
        start: payload.start,
        end: payload.end,
        ...decodePayload(raw.subarray(payload.start, payload.end), contentType),
      },
    }),
  };
}

/** The payload of a PUBLISH with its content type; undefined when the frame is not held or has none. */
export function framePayload(
  log: CaptureLog,
  frame: number,
): { payload: Uint8Array; contentType: string | undefined } | undefined {
  if (!isHeld(log, frame)) return undefined;
  const raw = log.raw(frame);
  const { payload, packet } = inspect(raw, versionOfLink(log, log.link(frame)));
  return (
    payload && {
      payload: raw.subarray(payload.start, payload.end),
      contentType: contentTypeOf(packet),
    }
  );
}

function isHeld(log: CaptureLog, frame: number): boolean {
  return Number.isInteger(frame) && frame >= log.first && frame < log.end;
}

function contentTypeOf(packet: Inspection['packet']): string | undefined {
  return packet?.type === 'publish' ? packet.properties?.contentType : undefined;
}

function topicOf(inspection: Inspection | undefined): string | undefined {
  const packet = inspection?.packet;
  return packet?.type === 'publish' ? packet.topicName : undefined;
}

function summaryOf(inspection: Inspection | undefined): { summary?: string } {
  const packet = inspection?.packet;
  if (!packet || packet.type === 'publish') return {};
  const summary = summarize(packet, inspection.version);
  return summary === '' ? {} : { summary: bounded(summary) };
}

function payloadPreview(
  raw: Uint8Array,
  inspection: Inspection | undefined,
  isPublish: boolean,
  version: ProtocolVersion,
): { preview?: string } {
  if (!isPublish) return {};
  const payload = inspection ? inspection.payload : largePayload(raw, version);
  return payload ? { preview: previewOf(raw.subarray(payload.start, payload.end)) } : {};
}

/** Where the payload of a PUBLISH is that is too large to look at whole; undefined if malformed. */
function largePayload(
  raw: Uint8Array,
  version: ProtocolVersion,
): { start: number; end: number } | undefined {
  const header = new PublishHeader();
  try {
    header.read(raw, 0, raw.length, version);
  } catch (error) {
    if (error instanceof PacketError) return undefined;
    throw error;
  }
  return { start: header.payloadStart, end: header.payloadEnd };
}

function worst(problems: readonly Problem[]): Problem | undefined {
  return problems.find(({ severity }) => severity === 'error') ?? problems[0];
}

function problemText({ message, statement }: Problem): string {
  return bounded(statement === undefined ? message : `${message} [${statement}]`);
}

function bounded(text: string): string {
  return visible(text.length > maximumText ? `${text.slice(0, maximumText)}…` : text);
}
