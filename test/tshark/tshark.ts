/** tshark as the other decoder: what it makes of a capture file, field by field. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../support/programs.ts';
import { pcapOf, type WirePacket } from './pcap.ts';

const run = promisify(execFile);
/** Headers before the control packet in each record: IPv4 and TCP without options. */
const headerBytes = 40;

/** A field of a control packet; the range is within the packet. */
export interface TsharkField {
  /** `mqtt.topic`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The value as text: numbers in decimal or hexadecimal, flags as 0 and 1. */
  readonly show: string;
  /** The label with the value, as in Wireshark's tree. */
  readonly label: string;
}

/** Why tshark cannot be used here; undefined when it can. */
export function tsharkObstacle(): string | undefined {
  return findProgram('tshark') === undefined
    ? 'tshark is missing: sudo apt-get install --no-install-recommends tshark'
    : undefined;
}

/** The fields of each packet, in order, as tshark finds them. @throws Error when it finds other packets than were given. */
export async function decodeByTshark(packets: readonly WirePacket[]): Promise<TsharkField[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-tshark-'));
  try {
    const file = join(folder, 'sessions.pcap');
    await writeFile(file, pcapOf(packets));
    const { stdout } = await run(
      'tshark',
      ['-n', '-r', file, '-d', 'tcp.port==1883,mqtt', '-Y', 'tcp.len > 0', '-T', 'pdml'],
      { maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C' } },
    );
    const decoded = stdout.split('</packet>').slice(0, -1).map(fieldsOf);
    if (decoded.length !== packets.length) {
      throw new Error(`tshark decoded ${decoded.length} of ${packets.length} packets`);
    }
    return decoded;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function fieldsOf(packet: string): TsharkField[] {
  const fields: TsharkField[] = [];
  for (const [tag] of packet.matchAll(/<field name="mqtt\.[^>]*>/g)) {
    const attribute = (name: string): string =>
      unescaped(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    const start = Number(attribute('pos')) - headerBytes;
    fields.push({
      name: /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      start,
      end: start + Number(attribute('size')),
      show: attribute('show'),
      label: attribute('showname'),
    });
  }
  return fields;
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(
    /&(?:#x([0-9a-f]+)|(\w+));/gi,
    (whole, hex: string | undefined, name: string) =>
      hex === undefined ? (named[name] ?? whole) : String.fromCodePoint(parseInt(hex, 16)),
  );
}
