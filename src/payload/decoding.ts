/** The ways to show a payload, in the order in which they are offered. Also in `capture/views.ts`: the two folders don't know each other. */
export const payloadDecoders = [
  'json',
  'xml',
  'text',
  'cbor',
  'messagePack',
  'protobuf',
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

/** One way in which a payload can be shown. */
export interface PayloadDecoding {
  readonly decoder: PayloadDecoder;
  readonly label: string;
  readonly text: string;
  /** Bytes of the payload (of what was unpacked, where it was) that are left out of `text`. */
  readonly truncated: number;
  /** Why it does not apply fully, e.g. `Not valid UTF-8 at byte 3`. */
  readonly problem?: string;
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
export type Decoded = Pick<PayloadDecoding, 'text' | 'truncated' | 'problem'>;
