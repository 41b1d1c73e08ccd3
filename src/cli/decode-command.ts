import { readFile } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import { Framer } from '../mqtt/framer.ts';
import { inspect, type Inspection } from '../mqtt/inspect.ts';
import { PacketError } from '../mqtt/errors.ts';
import type { ProtocolVersion } from '../mqtt/packet.ts';
import { fieldTree } from './field-tree.ts';
import { writeLine, type Terminal } from './output.ts';
import { exitCode, parseArguments, parseChoice, UsageError } from './usage.ts';

export const decodeHelp = `Usage: mqtt-workbench decode [options] FILE
       mqtt-workbench decode [options] -

Prints the field tree of the MQTT control packets in FILE (raw bytes, one packet after the
other), or of standard input.

Options:
  --protocol-version 3|4|5  MQTT 3.1, 3.1.1 or 5.0, until the bytes hold a CONNECT (default 5)
  --hex                     the input is text with hexadecimal digits, not raw bytes
  --json                    print one JSON object for each packet
  --help                    print this text

Exit codes: 0 when every packet is valid, 1 when one is not, 2 for wrong options or an
unreadable file.`;

const options = {
  'protocol-version': { type: 'string', default: '5' },
  hex: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Most bytes read from standard input. */
const maximumInput = 1024 * 1024 * 1024;

/** `mqtt-workbench decode`: resolves with the exit code. */
export async function decodeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, options, true);
  if (values.help) {
    await writeLine(terminal.stdout, decodeHelp);
    return exitCode.success;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new UsageError("decode takes one FILE, or '-' for standard input");
  }
  const choice = parseChoice('--protocol-version', values['protocol-version'], ['3', '4', '5']);
  const input = file === '-' ? await readAll(terminal.stdin) : await readInput(file);
  const bytes = values.hex ? fromHex(input) : input;
  if (bytes.length === 0) throw new UsageError('there are no bytes to decode');

  let valid = true;
  let version = Number(choice) as ProtocolVersion;
  let offset = 0;
  for (const packet of cut(bytes)) {
    const inspection = inspect(packet, version);
    version = inspection.version;
    if (inspection.problems.some(({ severity }) => severity === 'error')) valid = false;
    const text = values.json
      ? packetJson(inspection, packet, offset)
      : `${offset > 0 ? '\n' : ''}${heading(inspection, packet, offset)}\n${fieldTree(inspection)}`;
    await writeLine(terminal.stdout, text);
    offset += packet.length;
  }
  return valid ? exitCode.success : exitCode.failure;
}

/** Cuts whole packets; what cannot be cut (half a packet, a bad length) is the last piece. */
function cut(bytes: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let offset = 0;
  try {
    new Framer(Number.MAX_SAFE_INTEGER).push(bytes, (buffer, start, end) => {
      packets.push(buffer.subarray(start, end));
      offset = end;
    });
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
  }
  if (offset < bytes.length) packets.push(bytes.subarray(offset));
  return packets;
}

function heading({ packetName, version }: Inspection, packet: Uint8Array, offset: number): string {
  const name = { 3: '3.1', 4: '3.1.1', 5: '5.0' }[version];
  return `${packetName} · MQTT ${name} · ${packet.length} bytes at offset ${offset}`;
}

function packetJson(inspection: Inspection, packet: Uint8Array, offset: number): string {
  const { packetName, version, fields, problems } = inspection;
  return JSON.stringify({
    packet: packetName,
    protocolVersion: version,
    offset,
    length: packet.length,
    fields,
    problems,
  });
}

async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read '${file}': ${messageOf(error)}`);
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maximumInput) throw new UsageError('standard input is larger than 1 GiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function fromHex(input: Uint8Array): Uint8Array {
  const digits = Buffer.from(input)
    .toString('latin1')
    .replace(/0x|[\s,:]/gi, '');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong) throw new UsageError(`'${wrong[0]}' is not a hexadecimal digit`);
  if (digits.length % 2 === 1) throw new UsageError('the number of hexadecimal digits is odd');
  return Buffer.from(digits, 'hex');
}
