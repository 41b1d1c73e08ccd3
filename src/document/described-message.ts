import type { ProtocolVersion, QoS, UserProperty } from '../mqtt/packet.ts';

/** A message that is written down as text that can be run again. */
export interface DescribedMessage {
  readonly topicName: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly protocolVersion: ProtocolVersion;
  /** Whole. */
  readonly payload: Uint8Array;
  readonly properties: {
    readonly payloadFormatIndicator?: number;
    readonly messageExpiryInterval?: number;
    readonly contentType?: string;
    readonly responseTopic?: string;
    readonly correlationData?: Uint8Array;
    readonly userProperties?: readonly UserProperty[];
  };
}

/** The text, and what of the message could not be said in it. */
export interface Description {
  readonly text: string;
  readonly leftOut: readonly LeftOut[];
}

/** `topic` is left out only where nothing can be written at all. */
export type LeftOut =
  'topic' | 'correlationData' | 'userProperty' | 'contentType' | 'responseTopic';
