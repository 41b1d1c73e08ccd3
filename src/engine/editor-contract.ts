/** What the inspector and its host ask for the sake of the editor: documents, copies, the way to other frames, and find. */
import type { FrameFacts } from '../capture/frame-facts.ts';
import type { PayloadDocument } from '../payload/document.ts';
import type { SearchDirection } from '../capture/row-search.ts';

export type { FrameFacts, FrameMessage, MessageProperties } from '../capture/frame-facts.ts';
export type { DocumentFormat, PayloadDocument } from '../payload/document.ts';
export type { SearchDirection } from '../capture/row-search.ts';

export interface SearchRequest {
  readonly query: number;
  /** 1 to 512 characters. */
  readonly text: string;
  /** Ordinal of the row to go on from; absent: matches are only counted. */
  readonly from?: number;
  readonly direction: SearchDirection;
  /** Whether the row `from` itself may be what is found. */
  readonly inclusive: boolean;
}

export interface SearchResult {
  /** Matches in the rows so far; with `hasMore` at least that many. */
  readonly count: number;
  readonly hasMore: boolean;
  readonly match?: {
    readonly ordinal: number;
    readonly frame: number;
    /** Its place among all, from 1; absent beyond those that are counted. */
    readonly index?: number;
  };
}

/** A payload as a document, with what its title is made of. */
export interface FrameDocument extends PayloadDocument {
  readonly topicName: string;
}

/** Requests to the engine. Types, not interfaces: only these are records too, as the channel wants them. */
export type EditorEngineRequests = {
  /**
   * Finds text in the rows of a query. Undefined: a newer search of the same query took this one's place. Fails with
   * HumanError `searchText` and `queryClosed`.
   */
  'query/search': { params: SearchRequest; result: SearchResult | undefined };
  /** Undefined when the frame is not held. At most `payloadBytes` (and 32 MiB) of the payload are copied. */
  'capture/facts': {
    params: { frame: number; payloadBytes: number };
    result: FrameFacts | undefined;
  };
  /** Undefined when the frame is not held, is of another generation of the capture, or is no PUBLISH. */
  'capture/document': {
    params: { frame: number; generation: number };
    result: FrameDocument | undefined;
  };
  /** The PUBLISH before it with another message of the same topic; undefined when none is held. */
  'capture/previous': { params: { frame: number }; result: number | undefined };
};

/** What a row is, for what can be done with it. */
export type RowKind = 'publish' | 'packet';

/** Requests of the page to its host. */
export type EditorHostRequests = {
  'query/search': EditorEngineRequests['query/search'];
  /** Puts topic and payload of a PUBLISH on the clipboard, of another packet what the row tells. */
  'host/copyRow': { params: { frame: number }; result: null };
};

/** Notifications of the page to its host. */
export type EditorHostNotifications = {
  /** Which row commands without an argument are about; `frame` null: none. */
  selected: { readonly frame: number | null; readonly kind: RowKind };
};

export type DetailsTab = 'payload' | 'packet' | 'flow' | 'delivery';

/** Notifications to the page. */
export type EditorPageNotifications = {
  /** Selects a frame's row, and opens its details at a tab. */
  goTo: { readonly frame: number; readonly tab?: DetailsTab };
  /** Narrows what is shown by one more term of the filter language. */
  addFilter: { readonly term: string };
  /** Opens the find widget. */
  find: null;
};
