/** What the content type of MQTT 5 (3.3.2.3.9) says of a payload: media types as IANA has them, and as they are used. */
import type { Compression } from './decoding.ts';

/** Formats that a content type can promise. */
export type Format =
  'json' | 'xml' | 'cbor' | 'cborSequence' | 'messagePack' | 'protobuf' | 'image';

const formats: Readonly<Record<string, Format>> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/cbor': 'cbor',
  'application/cbor-seq': 'cborSequence',
  'application/msgpack': 'messagePack',
  'application/x-msgpack': 'messagePack',
  'application/vnd.msgpack': 'messagePack',
  'application/protobuf': 'protobuf',
  'application/x-protobuf': 'protobuf',
  'application/vnd.google.protobuf': 'protobuf',
  'application/x-google-protobuf': 'protobuf',
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/jpg': 'image',
  'image/gif': 'image',
  'image/webp': 'image',
  'image/bmp': 'image',
};

/** Structured syntax suffixes (RFC 6839 and IANA's registry): `application/senml+cbor`. */
const suffixes: Readonly<Record<string, Format>> = {
  json: 'json',
  xml: 'xml',
  cbor: 'cbor',
  'cbor-seq': 'cborSequence',
  msgpack: 'messagePack',
  protobuf: 'protobuf',
};

const compressions: Readonly<Record<string, Compression>> = {
  'application/gzip': 'gzip',
  'application/x-gzip': 'gzip',
  'application/zlib': 'zlib',
  'application/zstd': 'zstd',
};

/** The format that a content type names; undefined for text, for others and for none. */
export function formatOf(contentType: string | undefined): Format | undefined {
  const essence = essenceOf(contentType);
  if (!essence.includes('/')) return undefined;
  if (Object.hasOwn(formats, essence)) return formats[essence];
  // What follows the last plus; bare formats of the registry are told above.
  const suffix = essence.slice(essence.lastIndexOf('+') + 1);
  return essence.includes('+') && Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
}

/** The compression that a content type names: `application/gzip`, `application/tlsrpt+gzip`. */
export function compressionOf(contentType: string | undefined): Compression | undefined {
  const essence = essenceOf(contentType);
  if (Object.hasOwn(compressions, essence)) return compressions[essence];
  const suffix = /^[^/]+\/.*\+(gzip|zlib|zstd)$/.exec(essence)?.[1];
  return suffix as Compression | undefined;
}

/** Without parameters, in lower case. */
function essenceOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
