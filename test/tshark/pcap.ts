/** Control packets as a capture file that tshark reads: one TCP segment for each, with made-up addresses. */

/** One control packet on its way. */
export interface WirePacket {
  /** Number of the network connection, 1 to 40,000. */
  readonly link: number;
  readonly fromBroker: boolean;
  readonly bytes: Uint8Array;
}

/** The most that one IPv4 packet carries besides its headers. */
export const largestPacket = 65_535 - 40;

const brokerPort = 1883;
const flags = { syn: 0x02, ack: 0x10, push: 0x18 } as const;

/** A pcap file of raw IPv4 packets (LINKTYPE_RAW, 101) in which each link begins with its handshake. */
export function pcapOf(packets: readonly WirePacket[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0xffff, 16);
  header.writeUInt32LE(101, 20);
  const records: Buffer[] = [header];
  const links = new Map<number, { client: number; broker: number }>();
  const add = (link: number, fromBroker: boolean, kind: number, bytes: Uint8Array): void => {
    const next = links.get(link) ?? { client: 1, broker: 1 };
    links.set(link, next);
    const [sequence, acknowledged] = fromBroker
      ? [next.broker, next.client]
      : [next.client, next.broker];
    const segment = { link, fromBroker, kind, bytes, sequence, acknowledged };
    records.push(record(segment, records.length));
    const length = bytes.length + (kind & flags.syn ? 1 : 0);
    if (fromBroker) next.broker += length;
    else next.client += length;
  };
  for (const { link, fromBroker, bytes } of packets) {
    if (bytes.length > largestPacket) throw new RangeError(`${bytes.length} bytes in one packet`);
    if (!links.has(link)) {
      add(link, false, flags.syn, new Uint8Array(0));
      add(link, true, flags.syn | flags.ack, new Uint8Array(0));
    }
    add(link, fromBroker, flags.push, bytes);
  }
  return Buffer.concat(records);
}

interface Segment {
  readonly link: number;
  readonly fromBroker: boolean;
  readonly kind: number;
  readonly bytes: Uint8Array;
  readonly sequence: number;
  readonly acknowledged: number;
}

function record(segment: Segment, number: number): Buffer {
  const { link, fromBroker, kind, bytes, sequence, acknowledged } = segment;
  const length = 40 + bytes.length;
  const buffer = Buffer.alloc(16 + length);
  buffer.writeUInt32LE(1_700_000_000 + Math.floor(number / 1e6), 0);
  buffer.writeUInt32LE(number % 1e6, 4);
  buffer.writeUInt32LE(length, 8);
  buffer.writeUInt32LE(length, 12);
  const ip = buffer.subarray(16);
  ip[0] = 0x45;
  ip.writeUInt16BE(length, 2);
  ip[8] = 64;
  ip[9] = 6;
  const addresses = [0x0a000002, 0x0a000001] as const;
  const ports = [10_000 + link, brokerPort] as const;
  const [from, to] = fromBroker ? ([1, 0] as const) : ([0, 1] as const);
  ip.writeUInt32BE(addresses[from], 12);
  ip.writeUInt32BE(addresses[to], 16);
  ip.writeUInt16BE(ports[from], 20);
  ip.writeUInt16BE(ports[to], 22);
  ip.writeUInt32BE(sequence, 24);
  ip.writeUInt32BE(acknowledged, 28);
  ip[32] = 0x50;
  ip[33] = kind;
  ip.writeUInt16BE(0xffff, 34);
  ip.set(bytes, 40);
  return buffer;
}
