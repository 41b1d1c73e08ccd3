import type { CaptureLog } from '../../capture/log.ts';
import { framePayload } from '../../capture/rows.ts';
import { sparkplugState, type SparkplugState } from '../../payload/sparkplug/sparkplug.ts';
import { unpackLayers } from '../../payload/layers.ts';
import { unpack } from '../unpack.ts';

/** Births that are kept in mind: those of an edge node with a few devices. */
const keptStates = 16;

/** Reads messages of the capture for what counts after them. Frames never change, so what was read stays true. */
export class MessageStates {
  readonly #log: CaptureLog;
  /** By frame, the one asked for last at the end. */
  readonly #states = new Map<number, SparkplugState>();
  #generation: number;

  constructor(log: CaptureLog) {
    this.#log = log;
    this.#generation = log.generation;
  }

  /** Undefined when the frame is not held, or carries no payload. */
  of(frame: number): SparkplugState | undefined {
    if (this.#generation !== this.#log.generation) this.#states.clear();
    this.#generation = this.#log.generation;
    const known = this.#states.get(frame);
    this.#states.delete(frame);
    const state = known ?? this.#read(frame);
    if (!state) return undefined;
    this.#states.set(frame, state);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= keptStates) break;
      this.#states.delete(oldest);
    }
    return state;
  }

  #read(frame: number): SparkplugState | undefined {
    const payload = framePayload(this.#log, frame)?.payload;
    return payload && sparkplugState(unpackLayers(payload, undefined, unpack).bytes);
  }
}
