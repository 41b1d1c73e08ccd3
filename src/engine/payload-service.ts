import { topicOfFrame } from '../capture/history/topic-history.ts';
import type { CaptureLog } from '../capture/log.ts';
import { frameDetail, framePayload } from '../capture/rows.ts';
import { topicMatches } from '../mqtt/topics.ts';
import { decodeAs, decodePayload } from '../payload/decode.ts';
import type { BoundDecoder } from '../payload/decoding.ts';
import type { FrameDetail, PayloadDecoder, PayloadDecoding } from './contract.ts';
import type { PayloadBinding } from './payload-contract.ts';
import { unpack } from './unpack.ts';

/** Bindings that are looked at, whatever the settings have. */
const mostBindings = 1000;

/** Decodes payloads of frames: as the settings bind them, as their content type says, and as a person asks. */
export class PayloadService {
  readonly #log: CaptureLog;
  #bindings: readonly PayloadBinding[] = [];

  constructor(log: CaptureLog) {
    this.#log = log;
  }

  /** In the order of the settings: the first that matches a topic decides. */
  configure(bindings: readonly PayloadBinding[]): void {
    this.#bindings = bindings.slice(0, mostBindings);
  }

  /** Undefined when the frame is not held. */
  detail(frame: number): FrameDetail | undefined {
    const bound = this.boundTo(frame);
    return frameDetail(this.#log, frame, (payload, contentType) =>
      decodePayload(payload, contentType, unpack, bound),
    );
  }

  /** The payload of a frame in one way; undefined when the frame is not held or has none. */
  decode(frame: number, decoder: PayloadDecoder): PayloadDecoding | undefined {
    const bound = this.boundTo(frame);
    const found = framePayload(this.#log, frame);
    return found && decodeAs(decoder, found.payload, found.contentType, unpack, bound);
  }

  /** What the settings say of the topic of a frame's message. */
  boundTo(frame: number): BoundDecoder | undefined {
    const { first, end } = this.#log;
    if (!Number.isInteger(frame) || frame < first || frame >= end) return undefined;
    const topicName = this.#log.topic(frame) ?? topicOfFrame(this.#log, frame);
    if (topicName === undefined || topicName === '') return undefined;
    const binding = this.#bindings.find(({ topicFilter }) => topicMatches(topicFilter, topicName));
    return binding && { decoder: binding.decoder, binding: binding.topicFilter };
  }
}
