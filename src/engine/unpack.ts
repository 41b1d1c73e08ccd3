/** Node's zlib for the layers of payloads: bounded, and what came before an error is kept. */
import zlib from 'node:zlib';
import type { Unpack } from '../payload/layers.ts';

/** Packed bytes that are read at most: empty blocks cost time and give no output. */
const maximumPacked = 4 * 1024 * 1024;

type Inflate = (bytes: Uint8Array, maximum: number, partial: boolean) => Inflated;

interface Inflated {
  readonly bytes: Uint8Array;
  /** Of the input, where it is known. */
  readonly consumed: number;
}

const { Z_SYNC_FLUSH, Z_FINISH, ZSTD_e_flush, ZSTD_e_end } = zlib.constants;

const inflates: Readonly<Record<Parameters<Unpack>[0], Inflate>> = {
  gzip: (bytes, maxOutputLength, partial) =>
    inflated(
      zlib.gunzipSync(bytes, { maxOutputLength, finishFlush: flushOf(partial), info: true }),
    ),
  zlib: (bytes, maxOutputLength, partial) =>
    inflated(
      zlib.inflateSync(bytes, { maxOutputLength, finishFlush: flushOf(partial), info: true }),
    ),
  zstd: (bytes, maxOutputLength, partial) => {
    const finishFlush = partial ? ZSTD_e_flush : ZSTD_e_end;
    return inflated(zlib.zstdDecompressSync(bytes, { maxOutputLength, finishFlush, info: true }));
  },
};

/** `partial`: input that ends early is no error. */
function flushOf(partial: boolean): number {
  return partial ? Z_SYNC_FLUSH : Z_FINISH;
}

/** With `info`, Node tells the engine too, which its types don't know. */
function inflated(result: unknown): Inflated {
  const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
  return { bytes: buffer, consumed: engine.bytesWritten };
}

/** Undoes a compression. Never throws: what came out before an error is kept, and the problem tells it. */
export const unpack: Unpack = (compression, bytes, maximum) => {
  // The command line also runs where Node has no zstd.
  if (compression === 'zstd' && !('zstdDecompressSync' in zlib)) {
    return { bytes: new Uint8Array(), problem: 'zstd needs Node 22.15 or newer' };
  }
  const inflate = inflates[compression];
  const input = bytes.subarray(0, maximumPacked);
  try {
    const { bytes: output, consumed } = inflate(input, maximum, false);
    const rest = bytes.length - consumed;
    return rest > 0 ? { bytes: output, problem: `${rest} bytes after its end` } : { bytes: output };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Of what is too large for all decoders, it need not be the last byte.
    const enough = code === 'ERR_BUFFER_TOO_LARGE' ? maximum / 2 : maximum;
    const { output, length } = longestPrefix(inflate, input, maximum, enough);
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `${maximum / 1024 / 1024} MiB`;
      return { bytes: output, problem: `more than ${limit} come out, the rest is left packed` };
    }
    if (code !== 'Z_BUF_ERROR') {
      return { bytes: output, problem: `${message.toLowerCase()} after byte ${length}` };
    }
    const limit = `only its first ${maximumPacked / 1024 / 1024} MiB are read`;
    return { bytes: output, problem: input.length < bytes.length ? limit : 'ends early' };
  }
};

/**
 * What comes out of the longest start of the input that has no error, or of one with `enough` bytes of
 * output: Node gives an error or the output, not both. Each try is bounded, and there are about twenty.
 */
function longestPrefix(
  inflate: Inflate,
  input: Uint8Array,
  maximum: number,
  enough: number,
): { output: Uint8Array; length: number } {
  let output: Uint8Array = new Uint8Array();
  let good = 0;
  let bad = input.length + 1;
  // Input that ends early has no error at all; else this is the length that fails.
  for (let length = input.length; bad - good > 1; length = (good + bad) >>> 1) {
    try {
      output = inflate(input.subarray(0, length), maximum, true).bytes;
      good = length;
      if (output.length >= enough) break;
    } catch {
      bad = length;
    }
  }
  return { output, length: good };
}
