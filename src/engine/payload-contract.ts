/** How payloads are bound to decoders, as the settings say it. Structured-clonable. */
import type { PayloadDecoder } from '../capture/views.ts';

/** Payloads on topics that match are decoded so, before anything else is tried. */
export interface PayloadBinding {
  readonly topicFilter: string;
  readonly decoder: PayloadDecoder;
  /** With this schema; absent: as the decoder does without. */
  readonly schema?: SchemaSource;
}

export interface SchemaText {
  /** Relative to its workspace folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A schema as its files have it: read by the host, compiled by the engine. */
export interface SchemaSource {
  /** The file that the settings name. */
  readonly file: string;
  /** With its package, e.g. `demo.Sensor`; absent: the only one that there is. */
  readonly message?: string;
  /** That file, and those that it imports. */
  readonly files: readonly SchemaText[];
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Requests to the engine. */
export type PayloadEngineRequests = {
  /** All bindings: the first whose topic filter matches decides. Tells which schemas cannot be used, and why. */
  'payload/configure': {
    params: { bindings: readonly PayloadBinding[] };
    result: { problems: readonly string[] };
  };
};

/** Requests of the page to its host. */
export type PayloadHostRequests = {
  /** Asks for a topic filter, and binds it to a decoder in the settings. */
  'host/bindPayload': { params: { frame: number; decoder: PayloadDecoder }; result: null };
};
