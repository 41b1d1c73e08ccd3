/** A packet that must be refused: why, with which reason code, and where its bytes are wrong. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
  /** MQTT 5 reason code, e.g. 0x81 Malformed Packet (section 2.4). */
  readonly reasonCode: number;
  /** The specification's statement that is broken, e.g. `MQTT-3.1.2-3`. */
  readonly statement: string | undefined;
  /** Byte range within the packet. */
  readonly start: number;
  readonly end: number;

  constructor(reasonCode: number, message: string, statement?: string, start = 0, end = start) {
    super(message);
    this.reasonCode = reasonCode;
    this.statement = statement;
    this.start = start;
    this.end = end;
  }
}
