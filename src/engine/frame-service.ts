import { frameFacts, type FrameFacts } from '../capture/frame-facts.ts';
import type { CaptureLog } from '../capture/log.ts';
import { framePayload } from '../capture/rows.ts';
import type { FrameDocument } from './editor-contract.ts';
import { inSlices } from './in-slices.ts';
import type { PayloadService } from './payload-service.ts';
import { unpack } from './unpack.ts';
import { PreviousMessage } from '../capture/previous-message.ts';
import { payloadDocument } from '../payload/document.ts';

/** Bytes of a payload in one answer. */
const mostPayloadBytes = 32 * 1024 * 1024;
/** Frames looked at between two looks at the clock. */
const stepFrames = 8192;

/** What is asked about single frames for the sake of the editor. */
export class FrameService {
  readonly #log: CaptureLog;
  readonly #payloads: PayloadService;

  constructor(log: CaptureLog, payloads: PayloadService) {
    this.#log = log;
    this.#payloads = payloads;
  }

  /** @param payloadBytes of the payload, at most; 32 MiB are never exceeded. */
  facts(frame: number, payloadBytes: number): FrameFacts | undefined {
    return frameFacts(this.#log, frame, Math.min(payloadBytes, mostPayloadBytes));
  }

  /** The payload as a document; undefined when the frame is not held, or was one of another generation. */
  async document(frame: number, generation: number): Promise<FrameDocument | undefined> {
    const bound = await this.#payloads.boundTo(frame);
    if (generation !== this.#log.generation) return undefined;
    const topicName = frameFacts(this.#log, frame, 0)?.message?.topicName;
    const found = framePayload(this.#log, frame);
    if (topicName === undefined || !found) return undefined;
    return { topicName, ...payloadDocument(found.payload, found.contentType, unpack, bound) };
  }

  /** The PUBLISH before a frame with another message of its topic; undefined when none is held. */
  async previous(frame: number): Promise<number | undefined> {
    if (!Number.isInteger(frame) || frame < this.#log.first || frame >= this.#log.end) {
      return undefined;
    }
    const { generation } = this.#log;
    const search = new PreviousMessage(this.#log, frame);
    const isDone = await inSlices(
      () => search.step(stepFrames),
      () => this.#log.generation === generation,
    );
    return isDone ? search.found : undefined;
  }
}
