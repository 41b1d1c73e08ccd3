import { decodeBase64 } from './base64.ts';
import { decodeCbor } from './cbor.ts';
import { compressionOf, formatOf, type Format } from './content-type.ts';
import {
  payloadDecoders,
  type BoundDecoder,
  type Decoded,
  type PayloadDecoder,
  type PayloadDecoding,
  type PayloadForms,
  type PayloadLayer,
} from './decoding.ts';
import { decodeHex } from './hex.ts';
import { decodeImage, imageOf } from './image.ts';
import { decodeJson } from './json.ts';
import { startsLikeZlib, unpackLayers, type Unpack } from './layers.ts';
import { decodeMessagePack } from './messagepack.ts';
import { decodeNumbers } from './numbers.ts';
import { decodeProtobuf } from './protobuf.ts';
import { decodeSparkplug } from './sparkplug/sparkplug.ts';
import { readable } from './readable.ts';
import { decodeText } from './text.ts';
import { decodeXml } from './xml.ts';

/** What each way is called. */
const labels: Readonly<Record<PayloadDecoder, string>> = {
  json: 'JSON',
  xml: 'XML',
  text: 'Text',
  cbor: 'CBOR',
  messagePack: 'MessagePack',
  sparkplug: 'Sparkplug B',
  protobufSchema: 'Protobuf (schema)',
  protobuf: 'Protobuf (no schema)',
  avro: 'Avro',
  image: 'Image',
  base64: 'Base64',
  numbers: 'Numbers',
  unpacked: 'Unpacked bytes',
  zlib: 'Zlib',
};

/**
 * The ways that apply to a payload by its content type, or because it plainly is JSON or XML, the most
 * telling first; binary formats are never guessed. All others can be asked for by `decodeAs`.
 * @param bound what the settings say of its topic: comes first.
 */
export function decodePayload(
  payload: Uint8Array,
  contentType: string | undefined,
  unpack: Unpack,
  bound?: BoundDecoder,
): PayloadForms {
  if (payload.length === 0) return { decodings: [], others: [] };
  const expected = bound?.decoder === 'zlib' ? 'zlib' : compressionOf(contentType);
  const { bytes, layers } = unpackLayers(payload, expected, unpack);
  const format = formatOf(contentType);
  const unasked = automatic(bytes, format).filter(([decoder]) => decoder !== bound?.decoder);
  if (bound) {
    const sequence = format === 'cborSequence';
    unasked.unshift([bound.decoder, decodedBy(bound.decoder, bytes, sequence, layers, bound)]);
  }
  const decodings = unasked.map(([decoder, decoded]) =>
    decodingOf(decoder, decoded, layers, bound),
  );
  const shown = new Set(decodings.map(({ decoder }) => decoder));
  const others = payloadDecoders
    .filter((decoder) => !shown.has(decoder) && canApply(decoder, payload, bytes, layers))
    .map((decoder) => ({ decoder, label: labels[decoder] }));
  return { decodings, others };
}

/** The payload in the way that a person asked for; what is wrong with that is the decoding's problem. */
export function decodeAs(
  decoder: PayloadDecoder,
  payload: Uint8Array,
  contentType: string | undefined,
  unpack: Unpack,
  bound?: BoundDecoder,
): PayloadDecoding {
  const expected = decoder === 'zlib' ? 'zlib' : compressionOf(contentType);
  const { bytes, layers } = unpackLayers(payload, expected, unpack);
  const sequence = formatOf(contentType) === 'cborSequence';
  const decoded = decodedBy(decoder, bytes, sequence, layers, bound);
  return decodingOf(decoder, decoded, layers, bound);
}

/** The decoders that apply without asking, with what they give. */
function automatic(
  bytes: Uint8Array,
  format: Format | undefined,
): [decoder: PayloadDecoder, decoded: Decoded][] {
  const text: [PayloadDecoder, Decoded] = ['text', decodeText(bytes)];
  const json = decodeJson(bytes, format === 'json');
  if (json) return [['json', json], text];
  const xml = decodeXml(bytes, format === 'xml');
  if (xml) return [['xml', xml], text];
  switch (format) {
    case 'cbor':
    case 'cborSequence':
      return [['cbor', decodeCbor(bytes, format === 'cborSequence')], text];
    case 'messagePack':
      return [['messagePack', decodeMessagePack(bytes)], text];
    case 'protobuf':
      return [['protobuf', decodeProtobuf(bytes)], text];
    case 'image':
      return [['image', decodeImage(bytes)], text];
    default:
      return [text];
  }
}

function decodedBy(
  decoder: PayloadDecoder,
  bytes: Uint8Array,
  sequence: boolean,
  layers: readonly PayloadLayer[],
  bound: BoundDecoder | undefined,
): Decoded {
  if (bound?.decode && bound.decoder === decoder) return bound.decode(bytes);
  const none: Decoded = { text: '', truncated: bytes.length };
  switch (decoder) {
    case 'json':
      return decodeJson(bytes, true) ?? none;
    case 'xml':
      return decodeXml(bytes, true) ?? none;
    case 'text':
      return decodeText(bytes);
    case 'cbor':
      return decodeCbor(bytes, sequence);
    case 'messagePack':
      return decodeMessagePack(bytes);
    case 'protobufSchema':
    case 'avro':
      return { ...none, problem: 'No binding in the settings names a schema for this topic' };
    case 'protobuf':
      return decodeProtobuf(bytes);
    case 'image':
      return decodeImage(bytes);
    case 'sparkplug':
      return decodeSparkplug(bytes);
    case 'base64':
      return decodeBase64(bytes);
    case 'numbers':
      return decodeNumbers(bytes);
    case 'unpacked':
      return layers.length > 0 ? decodeHex(bytes) : { ...none, problem: 'Nothing was unpacked' };
    case 'zlib':
      return layers.some(({ compression }) => compression === 'zlib')
        ? readable(bytes)
        : { ...none, problem: 'Not zlib: it does not begin with its header' };
  }
}

/** Whether asking makes sense at all. */
function canApply(
  decoder: PayloadDecoder,
  payload: Uint8Array,
  bytes: Uint8Array,
  layers: readonly PayloadLayer[],
): boolean {
  // With the schema of a binding only, and then it is among the decodings.
  if (decoder === 'protobufSchema' || decoder === 'avro') return false;
  if (decoder === 'image') return imageOf(bytes) !== undefined;
  if (decoder === 'unpacked') return layers.length > 0;
  if (decoder === 'zlib') return layers.length === 0 && startsLikeZlib(payload);
  return true;
}

function decodingOf(
  decoder: PayloadDecoder,
  decoded: Decoded,
  layers: readonly PayloadLayer[],
  bound: BoundDecoder | undefined,
): PayloadDecoding {
  const chosen = bound?.decoder === decoder ? bound : undefined;
  return {
    decoder,
    label: chosen?.label ?? labels[decoder],
    ...decoded,
    ...(chosen?.binding !== undefined && { binding: chosen.binding }),
    ...(layers.length > 0 && { layers }),
  };
}
