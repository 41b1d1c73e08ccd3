/** The ways to show a payload, in the order in which they are offered. Also in `capture/views.ts`: the two folders don't know each other. */
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

/** What a decoder gives; the rest of a decoding is the same for all. */
export type Decoded = Pick<
  PayloadDecoding,
  'text' | 'truncated' | 'problem' | 'notes' | 'isJson' | 'image'
>;

/** What the settings say of a topic's payloads. */
export interface BoundDecoder {
  readonly decoder: PayloadDecoder;
  /** The topic filter of the binding; absent where the topic itself tells the format. */
  readonly binding?: string;
  /** Says more than the decoder's name: `Protobuf · demo.Sensor`. */
  readonly label?: string;
  /** In place of the decoder's own: with a schema, or with what was sent before. */
  readonly decode?: (bytes: Uint8Array) => Decoded;
}
