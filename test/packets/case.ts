import type { ControlPacket, ProtocolVersion } from '../../src/mqtt/packet.ts';

export interface ValidCase {
  readonly name: string;
  /** Versions in which the bytes mean the packet. */
  readonly versions: readonly ProtocolVersion[];
  /** In the notation of bytesOf. */
  readonly bytes: string;
  readonly packet: ControlPacket;
  /** False where encoding gives other bytes of the same meaning. */
  readonly canonical?: false;
  /** Parts of the warnings that inspect gives, one each. */
  readonly warnings?: readonly string[];
}

export interface InvalidCase {
  readonly name: string;
  readonly versions: readonly ProtocolVersion[];
  readonly bytes: string;
  readonly reasonCode: number;
  readonly statement?: string;
}

export const v3 = [3, 4] as const;
export const v4 = [4] as const;
export const v5 = [5] as const;
export const all = [3, 4, 5] as const;

export const malformed = 0x81;
export const protocolError = 0x82;
export const topicFilterInvalid = 0x8f;
export const topicNameInvalid = 0x90;

/** Bytes of a payload or of binary data. */
export function raw(...bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes);
}
