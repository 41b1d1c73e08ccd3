import type { Row } from '../engine/contract.ts';
import { printable } from './output.ts';

/**
 * One packet as a line for people:
 * `10:42:09.402 panel-hall → PUBLISH home/lamp/set q1 R 142 B {"on": true}`.
 */
export function packetLine(row: Row): string {
  const parts = [
    timeOfDay(row.time),
    row.client,
    row.direction === 0 ? '→' : '←',
    row.packet,
    row.topic,
    row.summary,
    row.qos === undefined ? undefined : `q${row.qos}`,
    row.flags,
    `${row.size} B`,
    row.preview,
    row.problem === undefined ? undefined : `⚠ ${row.problem}`,
  ];
  return printable(parts.filter((part) => part !== undefined && part !== '').join(' '));
}

/** One packet as a line of JSON for machines. */
export function packetJson(row: Row): string {
  const { time, link, client, direction, packet, topic, summary, qos, flags, size } = row;
  return JSON.stringify({
    event: 'packet',
    frame: row.frame,
    time: new Date(time).toISOString(),
    link,
    client,
    direction: direction === 0 ? 'in' : 'out',
    packet,
    topic,
    summary,
    qos,
    ...(packet === 'PUBLISH' && { dup: flags.includes('D'), retain: flags.includes('R') }),
    size,
    preview: row.preview,
    problem: row.problem,
  });
}

/** Local time, `HH:MM:SS.mmm`. */
function timeOfDay(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
