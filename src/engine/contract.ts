/**
 * What the engine serves, to the extension host, the webview and the command line. Everything here
 * is structured-clonable. Times are milliseconds since the epoch with a fraction.
 */
import type { ColumnLayout } from './columns-contract.ts';
import type {
  EditorEngineRequests,
  EditorHostNotifications,
  EditorHostRequests,
  EditorPageNotifications,
  MessageProperties,
} from './editor-contract.ts';
import type { PayloadEngineRequests, PayloadHostRequests } from './payload-contract.ts';
import type { StatisticsHostRequests, StatisticsPageRequests } from './statistics-contract.ts';
import type { AccessRule } from '../broker/access/rules.ts';
import type { BrokerEngineOptions } from '../broker/options.ts';
import type { RejectionCounter } from '../broker/sys-topics.ts';
import type { ClientView } from '../broker/views.ts';
import type { DeliveryOutcome, DeliveryReport } from '../capture/delivery-views.ts';
import type {
  FilterCompletion,
  FrameDetail,
  InspectorView,
  PayloadDecoder,
  PayloadDecoding,
  Row,
  TopicsPage,
} from '../capture/views.ts';
import type { ExchangeReport } from '../capture/exchange/exchange-views.ts';
import type { TopicHistory } from '../capture/history/history-views.ts';
import type { QoS } from '../mqtt/packet.ts';
import type { Transport } from '../base/transport.ts';

export type { Transport } from '../base/transport.ts';
export type { Field, Problem, ProtocolVersion, QoS } from '../mqtt/packet.ts';
export type { AccessRule } from '../broker/access/rules.ts';
export type {
  DeliveryGap,
  DeliveryOutcome,
  DeliveryReport,
  DeliveryRow,
} from '../capture/delivery-views.ts';
export type {
  ExchangeReport,
  ExchangeState,
  ExchangeStep,
  ExchangeSummary,
  ExchangeView,
} from '../capture/exchange/exchange-views.ts';
export type { HistoryMessage, TopicHistory } from '../capture/history/history-views.ts';
export type { RejectionCounter } from '../broker/sys-topics.ts';
export type { ClientView, SubscriptionView } from '../broker/views.ts';
export type {
  CompletionItem,
  Direction,
  FilterCompletion,
  FrameDetail,
  InspectorView,
  Compression,
  PayloadDecoder,
  PayloadDecoding,
  PayloadLayer,
  PayloadOption,
  Row,
  TopicNode,
  TopicsPage,
} from '../capture/views.ts';

export interface BrokerOptions {
  /** Address to listen on, e.g. `127.0.0.1`, `::1`. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
  /** Port of the WebSocket listener; absent: none. 0 lets the system choose. */
  readonly webSocketPort?: number;
  /** Path of the WebSocket listeners. Any path is accepted when absent. */
  readonly webSocketPath?: string;
  /** Port of the TLS listener; absent: none. 0 lets the system choose. */
  readonly tlsPort?: number;
  /** Port of the secure WebSocket listener; absent: none. 0 lets the system choose. */
  readonly secureWebSocketPort?: number;
  /** How the TLS listeners prove who they are, and whom they believe. */
  readonly tls?: TlsOptions;
  /** Who may connect, publish and subscribe. Absent: everyone everything. */
  readonly access?: AccessOptions;
  /** Absent: sessions and retained messages live in memory only. */
  readonly persistence?: PersistenceOptions;
  /** Limits and behaviour of the broker engine; what is absent has its documented default. */
  readonly limits?: BrokerLimits;
}

/** Every number and switch of the engine that a person may set. */
export type BrokerLimits = Omit<BrokerEngineOptions, 'version'>;

export interface TlsOptions {
  /** Folder that holds the development certificate authority; it is made there on first use. */
  readonly certificateFolder?: string;
  /** PEM file of a certificate (with its chain) to use instead of a development one. */
  readonly certificateFile?: string;
  /** PEM file of its private key. */
  readonly keyFile?: string;
  /** Whether clients are asked for certificates; default `none`. */
  readonly clientCertificates?: 'none' | 'optional' | 'required';
  /** PEM file of the authorities that clients' certificates must come from; absent: the development one. */
  readonly clientAuthorityFile?: string;
}

export interface AccessOptions {
  /** Whether clients without a user name may connect. */
  readonly anonymous: boolean;
  /** JSON file of users and the hashes of their passwords; absent: there are none. */
  readonly usersFile?: string;
  /** Looked at in order, the first that fits decides; when none fits it is allowed if there are no rules, else denied. */
  readonly rules: readonly AccessRule[];
}

export interface StoredDataCounts {
  readonly sessions: number;
  readonly queuedMessages: number;
  readonly retainedMessages: number;
}

export interface PersistenceOptions {
  /** Folder of the database; made when it is not there. */
  readonly folder: string;
}

/** A client was refused something, once or again and again. */
export interface RefusalView {
  readonly clientIdentifier: string;
  readonly what: 'connect' | 'publish' | 'subscribe';
  /** Topic name or topic filter; empty for `connect`. */
  readonly topic: string;
  /** Of MQTT 5, also where the client was told less. */
  readonly reasonCode: number;
  /** The rule that decided, or a sentence. */
  readonly reason: string;
  readonly count: number;
  /** Of the last time. */
  readonly time: number;
}

export interface ClientCertificateRequest {
  /** Folder of the development certificate authority. */
  readonly folder: string;
  /** The common name: who the client is. 1 to 64 characters. */
  readonly name: string;
  /** Folder that the files go to. */
  readonly output: string;
  /** Days that it is valid, 1 to 3650; absent: 397. */
  readonly days?: number;
  /** Whether files of that name are replaced. */
  readonly replace: boolean;
}

/** Paths of the files that were written, PEM. */
export interface ClientCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What the client must trust. */
  readonly authorityFile: string;
}

export interface ListenerState {
  readonly transport: Transport;
  /** `mqtt://127.0.0.1:1883`, `ws://127.0.0.1:8083/mqtt`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

export interface BrokerState {
  readonly status: 'stopped' | 'starting' | 'running' | 'stopping';
  readonly listeners: readonly ListenerState[];
  /** When it began to listen. */
  readonly startedAt?: number;
  /** Something that a person has to know about how it started, e.g. that its store was damaged. */
  readonly notice?: string;
}

export type Rejections = Readonly<Partial<Record<RejectionCounter, number>>>;

/** Everything cheap that changes, as one complete snapshot; sent at most every 100 ms or so. */
export interface EngineSnapshot {
  readonly broker: BrokerState;
  /** Connected clients and offline sessions. */
  readonly clientCount: number;
  readonly sessionCount: number;
  /** Changes whenever a client, session or subscription changed: ask `broker/clients` again. */
  readonly clientsRevision: number;
  /** Changes whenever a client was refused something: ask `broker/refusals` again. */
  readonly refusalsRevision: number;
  /** What the running broker has rejected, by reason; only what is not zero. */
  readonly rejections: Rejections;
  /** Changes whenever any topic changed. */
  readonly topicsRevision: number;
  readonly topicCount: number;
  /** PUBLISH packets received per second, over the last full second. */
  readonly messageRate: number;
  readonly capture: CaptureState;
}

export interface CaptureState {
  /** Frames are numbered from 0 since the engine started; [first, end) is what is held. */
  readonly first: number;
  readonly end: number;
  /** Bytes held by the capture: raw bytes and columns. */
  readonly bytes: number;
  readonly limit: number;
  /** Frames dropped to stay within the limit. Cleared ones are not counted. */
  readonly dropped: number;
  /** Changes when the capture was cleared, and with a new engine. */
  readonly generation: number;
}

/**
 * A query that the engine keeps up to date. Rows have absolute ordinals: [first, end) are the rows
 * that can be read; `first` grows when the capture drops its oldest frames.
 */
export interface QueryState {
  readonly query: number;
  readonly first: number;
  readonly end: number;
  /** Frames of the capture looked at so far, of how many: filters run in slices. */
  readonly scanned: number;
  readonly toScan: number;
  /** Milliseconds that the (last complete) scan took. */
  readonly elapsed: number;
  /** Changes when ordinals begin anew (cleared). */
  readonly generation: number;
  /** Snapshot of what the status line needs. */
  readonly capture: CaptureState;
  readonly messageRate: number;
  readonly clientCount: number;
  readonly broker: BrokerState;
}

export interface RowsPage {
  readonly query: number;
  readonly generation: number;
  readonly from: number;
  readonly rows: readonly Row[];
}

export interface PublishRequest {
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Of MQTT 5. */
  readonly properties?: MessageProperties;
}

/** What the broker answered to a publish: QoS 0 has no answer. */
export interface PublishOutcome {
  readonly reasonCode?: number;
  /** `Success`, `No matching subscribers`… */
  readonly reason?: string;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

/** What the engine does for its host. */
export interface EngineContract {
  readonly requests: EditorEngineRequests &
    StatisticsHostRequests &
    PayloadEngineRequests & {
      /** Fails with HumanError `portTaken` whose action `useNextPort` carries the next free port (other listeners: `tlsPortTaken`, `useNextTlsPort`…). */
      'broker/start': { params: BrokerOptions; result: BrokerState };
      'broker/stop': { params: null; result: null };
      /** Who was refused what, the newest first; at most 1000, each with its count. */
      'broker/refusals': { params: null; result: readonly RefusalView[] };
      /** How much a broker that is not running has stored; undefined: it has no store. */
      'store/count': { params: { folder: string }; result: StoredDataCounts | undefined };
      /** Deletes it for good. Fails with HumanError `storeInUse` while a broker has it. */
      'store/delete': { params: { folder: string }; result: null };
      /** Other users and rules, without a restart; null: everyone may do everything. */
      'broker/reloadAccess': { params: AccessOptions | null; result: null };
      /** Names in alphabetical order; the file need not be there. Fails with HumanError `usersFile`. */
      'users/list': { params: { file: string }; result: readonly string[] };
      /** Fails with HumanError `userExists`, `wrongUserName`, `wrongPassword`, `wrongCharacters`. */
      'users/add': { params: { file: string; userName: string; password: string }; result: null };
      /** Fails with HumanError `noSuchUser`, `wrongPassword`, `wrongCharacters`. */
      'users/changePassword': {
        params: { file: string; userName: string; password: string };
        result: null;
      };
      'users/remove': { params: { file: string; userName: string }; result: null };
      'broker/clients': { params: null; result: readonly ClientView[] };
      /** Closes a client's network connection with an administrative action (0x98). */
      'broker/disconnectClient': { params: { clientIdentifier: string }; result: boolean };
      /** Through the engine's own client connection to the local broker (MQTT.js). */
      'client/publish': { params: PublishRequest; result: PublishOutcome };
      'client/subscribe': {
        params: { topicFilter: string; qos: QoS };
        result: { reasonCode: number; reason: string };
      };
      'client/unsubscribe': { params: { topicFilter: string }; result: null };
      'capture/configure': { params: { limit: number }; result: null };
      'capture/clear': { params: null; result: null };
      /** Opens a query; its state comes with every `queryChanged`. Fails with HumanError `filter` (message names the position). */
      'query/open': { params: { view: InspectorView; filter: string }; result: QueryState };
      /** What can be typed at an offset of a filter's text. */
      'filter/complete': { params: { filter: string; caret: number }; result: FilterCompletion };
      'query/close': { params: { query: number }; result: null };
      'query/rows': { params: { query: number; from: number; count: number }; result: RowsPage };
      /** Ordinal of the row of `frame`, or of the nearest after it; undefined if there is none. */
      'query/find': { params: { query: number; frame: number }; result: number | undefined };
      'capture/frame': { params: { frame: number }; result: FrameDetail | undefined };
      /**
       * Who got the application message that a frame is about: a PUBLISH, in or out, or what acknowledges
       * one. Undefined for every other frame, and where its PUBLISH is not held. `outcome`: those rows only.
       */
      'capture/delivery': {
        params: { frame: number; outcome?: DeliveryOutcome };
        result: DeliveryReport | undefined;
      };
      /**
       * The exchange that a frame belongs to, with those that it caused; undefined when the frame is not held. `around`: also
       * the exchanges of so many milliseconds before and after.
       */
      'capture/exchange': {
        params: { frame: number; around?: number };
        result: ExchangeReport | undefined;
      };
      /**
       * Messages of the topic that a frame's message is on, up to `count` (1000 at most) around it. `path`: into JSON
       * payloads, of the numbers to be told. Undefined when the frame is about no message, or is not held.
       */
      'capture/history': {
        params: { frame: number; count: number; path?: string };
        result: TopicHistory | undefined;
      };
      /** The payload of a frame in a way that was asked for; undefined when there is no such frame or payload. */
      'capture/payload': {
        params: { frame: number; decoder: PayloadDecoder };
        result: PayloadDecoding | undefined;
      };
      'capture/bytes': {
        params: { frame: number; start: number; end: number };
        result: Uint8Array;
      };
      'topics/children': {
        params: { prefix: string | undefined; from: number; count: number };
        result: TopicsPage;
      };
      /** The certificate of the development authority in that folder, PEM; made on first use. */
      'certificates/authority': { params: { folder: string }; result: string };
      /** Writes that certificate into a file, which is replaced. */
      'certificates/exportAuthority': { params: { folder: string; file: string }; result: null };
      /** Issues a client certificate. Fails with HumanError `certificateExists` when it must not replace one. */
      'certificates/createClient': { params: ClientCertificateRequest; result: ClientCertificate };
      /** For benches and tests. */
      'engine/statistics': { params: null; result: EngineStatistics };
    };
  readonly notifications: Record<string, never>;
}

export interface EngineStatistics {
  readonly messagesReceived: number;
  readonly messagesSent: number;
  readonly framesCaptured: number;
  readonly heapUsed: number;
  readonly rss: number;
}

/** What the host hears from the engine. */
export interface EngineHostContract {
  readonly requests: Record<string, never>;
  readonly notifications: {
    snapshot: EngineSnapshot;
    queryChanged: QueryState;
    log: LogEntry;
  };
}

/** A filter that has a name. */
export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

/** What the inspector page asks of the extension host. Most is handed on to the engine. */
export interface InspectorHostContract {
  readonly requests: Pick<
    EngineContract['requests'],
    | 'query/open'
    | 'filter/complete'
    | 'query/close'
    | 'query/rows'
    | 'query/find'
    | 'capture/frame'
    | 'capture/delivery'
    | 'capture/exchange'
    | 'capture/history'
    | 'capture/payload'
    | 'capture/bytes'
    | 'capture/clear'
  > &
    EditorHostRequests &
    StatisticsPageRequests &
    PayloadHostRequests & {
      /** Runs one of the extension's commands; only those that the host allows. */
      'host/command': {
        params: { command: 'startBroker' | 'publish' | 'copyAddress' | 'showLog' | 'subscribe' };
        result: null;
      };
      /** The person has arranged the table's columns: kept for all windows. */
      'host/setColumns': { params: { columns: readonly ColumnLayout[] }; result: null };
      /** Asks for a name, and keeps the filter under it in the settings. */
      'host/saveFilter': { params: { filter: string }; result: null };
      /** Shows the setting that has the saved filters. */
      'host/manageFilters': { params: null; result: null };
      'host/copy': { params: { text: string }; result: null };
    };
  readonly notifications: EditorHostNotifications & {
    /** Kept by the host too, so that an inspector restored after a reload starts where it was. */
    ready: null;
  };
}

/** What the inspector page hears. */
export interface InspectorPageContract {
  readonly requests: Record<string, never>;
  readonly notifications: EditorPageNotifications & {
    queryChanged: QueryState;
    /** The engine was restarted: all queries are gone, open them again. */
    engineRestarted: null;
    /** From the host: focus the filter field with this text (e.g. "Inspect topic"). */
    setFilter: { filter: string };
    /** The columns as they are kept: once the page is ready, and when they were arranged elsewhere. */
    setColumns: { columns: readonly ColumnLayout[] };
    /** The filters that are saved in the settings, once the page is ready and when they change. */
    setSavedFilters: { filters: readonly SavedFilter[] };
    /** Bindings of topics to decoders, or their schemas, are others: payloads read otherwise now. */
    payloadsChanged: null;
  };
}
