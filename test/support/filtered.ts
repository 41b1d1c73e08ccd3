/** Captures of packets, and what a filter shows of them. */
import assert from 'node:assert/strict';
import { compileFilter, type Filter } from '../../src/capture/filter.ts';
import type { CaptureLog } from '../../src/capture/log.ts';
import { ExchangeIndex } from '../../src/capture/exchange/exchange-index.ts';
import { CaptureQuery } from '../../src/capture/query.ts';
import type { InspectorView } from '../../src/capture/views.ts';
import { encode } from '../../src/mqtt/encode.ts';
import type { ControlPacket, PublishPacket } from '../../src/mqtt/packet.ts';
import { topicOf } from './topics.ts';

const encoder = new TextEncoder();

export function publish(
  topicName: string,
  payload: string,
  more: Partial<PublishPacket> = {},
): PublishPacket {
  const qos = more.qos ?? 0;
  return {
    type: 'publish',
    topicName,
    payload: encoder.encode(payload),
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 && { packetIdentifier: 1 }),
    ...more,
  };
}

export function append(
  log: CaptureLog,
  packet: ControlPacket,
  direction: 0 | 1 = 0,
  link = 1,
  flags = 0,
): void {
  const bytes = encode(packet, 4);
  const topic = packet.type === 'publish' ? packet.topicName : undefined;
  const reference = topic === undefined ? undefined : topicOf(log, topic);
  log.append(link, direction, bytes, 0, bytes.length, reference, flags, log.end);
}

/** As `append`, on a link that speaks MQTT 5. */
export function append5(
  log: CaptureLog,
  packet: ControlPacket,
  direction: 0 | 1 = 0,
  link = 1,
  message = 0,
): void {
  const bytes = encode(packet, 5);
  const reference = packet.type === 'publish' ? topicOf(log, packet.topicName) : undefined;
  log.append(link, direction, bytes, 0, bytes.length, reference, 0, log.end, message);
}

export function filterOf(text: string): Filter | undefined {
  const compiled = compileFilter(text);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.filter;
}

export function matching(log: CaptureLog, text: string, view: InspectorView = 'packets'): number[] {
  const query = new CaptureQuery(log, view, filterOf(text), { exchanges: new ExchangeIndex(log) });
  while (!query.scan(3)) continue;
  return Array.from(
    { length: query.end - query.first },
    (_, i) => query.frameAt(query.first + i) ?? -1,
  );
}
