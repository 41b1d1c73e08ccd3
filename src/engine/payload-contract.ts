/** How payloads are bound to decoders, as the settings say it. Structured-clonable. */
import type { PayloadDecoder } from '../capture/views.ts';

/** Payloads on topics that match are decoded so, before anything else is tried. */
export interface PayloadBinding {
  readonly topicFilter: string;
  readonly decoder: PayloadDecoder;
}

/** Requests to the engine. */
export type PayloadEngineRequests = {
  /** All bindings: the first whose topic filter matches decides. */
  'payload/configure': { params: { bindings: readonly PayloadBinding[] }; result: null };
};

/** Requests of the page to its host. */
export type PayloadHostRequests = {
  /** Asks for a topic filter, and binds it to a decoder in the settings. */
  'host/bindPayload': { params: { frame: number; decoder: PayloadDecoder }; result: null };
};
