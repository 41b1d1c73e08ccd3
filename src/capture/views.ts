/** What the capture shows of itself. All of it is structured-clonable. */
import type { Transport } from '../base/transport.ts';
import type { ExchangeSummary } from './exchange/exchange-views.ts';
import type { Field, Problem, ProtocolVersion, QoS } from '../mqtt/packet.ts';

/** 0: the client sent it to the broker (`→`); 1: the broker sent it to the client (`←`). */
export type Direction = 0 | 1;

/** `messages`: one row per application message; `packets`: every control packet; `flow`: one row per exchange. */
export type InspectorView = 'messages' | 'packets' | 'flow';

/** One row of the table. */
export interface Row {
  readonly ordinal: number;
  /** Frame number in the capture. */
  readonly frame: number;
  readonly time: number;
  /** Milliseconds since the row before (in this query); 0 for the first. */
  readonly delta: number;
  /** Client identifier, or the remote address before CONNECT. */
  readonly client: string;
  readonly link: number;
  readonly direction: Direction;
  /** `PUBLISH`, `CONNACK`… or `INVALID` where even the packet type is not one. */
  readonly packet: string;
  /** 0 to 15. */
  readonly packetType: number;
  readonly topic?: string;
  /** Details of packets without a topic: `v5 · clean start · keep-alive 60 s`. */
  readonly summary?: string;
  readonly qos?: QoS;
  /** `D` DUP, `R` RETAIN. */
  readonly flags: string;
  /** Bytes on the wire. */
  readonly size: number;
  /** Start of the payload, printable, with control characters replaced. */
  readonly preview?: string;
  /** The worst problem found, as text with its statement id. */
  readonly problem?: string;
  readonly severity?: 'error' | 'warning';
  /** In the view `flow`: the exchange that begins with this packet. */
  readonly exchange?: ExchangeSummary;
  /** In the view `messages`: how many copies were sent to clients, 65,535 at most. */
  readonly copies?: number;
}

/** The ways to show a payload, in the order in which they are offered. Also in `payload/decoding.ts`: the two folders don't know each other. */
export const payloadDecoders = [
  'json',
  'xml',
  'text',
  'cbor',
  'messagePack',
  'sparkplug',
  'protobufSchema',
  'protobuf',
  'avro',
  'image',
  'base64',
  'numbers',
  'unpacked',
  'zlib',
] as const;
export type PayloadDecoder = (typeof payloadDecoders)[number];

/** What a payload can be packed in before any other format. */
export type Compression = 'gzip' | 'zlib' | 'zstd';

/** One compression that was undone; sizes in bytes. */
export interface PayloadLayer {
  readonly compression: Compression;
  readonly packed: number;
  readonly unpacked: number;
  /** Why it is not all there: `incorrect data check`, `only the first 4 MiB are unpacked`… */
  readonly problem?: string;
}

/** A picture, whole, of a kind that browsers show. */
export interface PayloadImage {
  /** `image/png`… */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** One way in which a payload can be shown. */
export interface PayloadDecoding {
  readonly decoder: PayloadDecoder;
  readonly label: string;
  readonly text: string;
  /** Bytes of the payload (of what was unpacked, where it was) that are left out of `text`. */
  readonly truncated: number;
  /** Why it does not apply fully, e.g. `Not valid UTF-8 at byte 3`. */
  readonly problem?: string;
  /** What else there is to know, e.g. that messages before this one are missing. The decoding is none the worse. */
  readonly notes?: readonly string[];
  /** The text is indented JSON, each value on a line. */
  readonly isJson?: true;
  readonly image?: PayloadImage;
  /** The topic filter whose binding in the settings chose it. */
  readonly binding?: string;
  /** What was unpacked before, the outermost first. */
  readonly layers?: readonly PayloadLayer[];
}

/** A way that can be asked for. */
export interface PayloadOption {
  readonly decoder: PayloadDecoder;
  readonly label: string;
}

/** The ways that apply without asking, the most telling first, and all others. */
export interface PayloadForms {
  readonly decodings: readonly PayloadDecoding[];
  readonly others: readonly PayloadOption[];
}

export interface FrameDetail {
  readonly frame: number;
  readonly time: number;
  readonly client: string;
  readonly link: number;
  readonly remoteAddress: string;
  /** Undefined when the link is not known any more. */
  readonly transport: Transport | undefined;
  readonly direction: Direction;
  readonly packet: string;
  readonly protocolVersion: ProtocolVersion;
  readonly size: number;
  /** The first bytes of the frame (at most 64 KiB); more by `capture/bytes`. */
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  readonly problems: readonly Problem[];
  /** Byte range of the payload within the frame. */
  readonly payload?: {
    readonly start: number;
    readonly end: number;
  } & PayloadForms;
}

export interface TopicNode {
  /** This level alone; may be empty. */
  readonly level: string;
  /** Full topic name down to here. */
  readonly topic: string;
  readonly hasChildren: boolean;
  /** Topics with messages at or below this level. */
  readonly topicCount: number;
  /** Messages at or below this level since the last clear. */
  readonly messageCount: number;
  /** Messages per second at or below. */
  readonly rate: number;
  /** Present if a message was published exactly here. */
  readonly latest?: {
    readonly time: number;
    readonly preview: string;
    readonly size: number;
    readonly qos: QoS;
  };
  readonly retained: boolean;
}

export interface TopicsPage {
  readonly total: number;
  readonly nodes: readonly TopicNode[];
  /** Topics that were not recorded because the limit of topics was reached. */
  readonly overflow: number;
}

/** One way to go on with a filter. */
export interface CompletionItem {
  /** Replaces what the completion tells. */
  readonly text: string;
  /** What it is; may be empty. */
  readonly detail: string;
}

/** What can stand at a place of a filter: each item replaces [start, end) of its text. */
export interface FilterCompletion {
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}
