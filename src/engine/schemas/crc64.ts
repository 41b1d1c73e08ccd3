/** CRC-64-AVRO, the fingerprint of a schema (Avro 1.12.0, Schema Fingerprints). */

const empty = 0xc15d_213a_a4d7_a795n;

const table = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ ((value & 1n) === 1n ? empty : 0n);
  return value;
});

export function crc64(bytes: Uint8Array): bigint {
  let value = empty;
  for (const byte of bytes) {
    value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return value;
}
