/** Plain numbers, since the broker started unless they say "now". Read them at any time. */
export interface Counters {
  connectionsAccepted: number;
  /** CONNECTs refused and connections over the limit, whatever the reason. */
  connectionsRefused: number;
  /** Of these: more than `maximumConnections`. */
  connectionsOverLimit: number;
  /** Of these: more per second than `maximumConnectionRate`. */
  connectionsTooFast: number;
  /** Of these: more than `maximumUnauthenticatedBytes` before CONNACK. */
  unauthenticatedBytesExceeded: number;
  /** Of these: not who they say, or nobody who may connect. Re-authentications that failed, too. */
  authenticationFailed: number;
  /** Network connections open now. */
  connections: number;
  /** Closed after `connectTimeout` without a CONNECT. */
  connectTimedOut: number;
  /** Clients connected now. */
  clientsConnected: number;
  clientsMaximum: number;
  /** Sessions now, connected and offline. */
  sessions: number;
  sessionsExpired: number;
  /** Offline sessions ended because of `maximumOfflineSessions`. */
  sessionsEvicted: number;
  /** Subscriptions now. */
  subscriptions: number;
  /** Topic filters refused: `maximumSubscriptions`, `maximumTopicLevels`, a rule. */
  subscriptionsRefused: number;
  /** Of these: `maximumSubscriptions`, `maximumTotalSubscriptions`. */
  subscriptionsOverLimit: number;
  /** Of these: by a rule, also when it came after the subscription. */
  subscriptionsNotAuthorized: number;
  /** Control packets. */
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
  publishReceived: number;
  publishSent: number;
  /** Deliveries dropped, whatever the reason. */
  publishDropped: number;
  /** Of these: the session's queue was full. */
  droppedQueueFull: number;
  /** Of these: QoS 0 for a link that has more than `maximumPendingBytes` unread. */
  droppedSlowLink: number;
  /** Of these: larger than the client's Maximum Packet Size. */
  droppedTooLarge: number;
  /** Of these: a rule came that does not let the client have them any more. */
  droppedNotAuthorized: number;
  /** Of these: expired while they waited. */
  messagesExpired: number;
  /** Incoming messages refused: a topic that may not be published to, or by whom. */
  publishRefused: number;
  /** Of these: by a rule of access. */
  publishNotAuthorized: number;
  /** Incoming messages refused because the payload is not what it says (0x99). */
  payloadFormatInvalid: number;
  /** Clients disconnected for more than `maximumPublishRate`. */
  publishTooFast: number;
  /** Clients disconnected for silence longer than their keep-alive. */
  keepAliveTimedOut: number;
  /** Clients disconnected for a full queue, or for not reading what is sent to them. */
  slowClientsDisconnected: number;
  /** Clients disconnected for a packet larger than `maximumPacketSize`, or for an answer larger than they take. */
  packetsTooLarge: number;
  /** Clients disconnected because of `maximumIncompleteBytes`. */
  incompletePacketsRefused: number;
  /** Clients disconnected, or refused for their will: a topic name with more than `maximumTopicLevels`, or that is none. */
  topicNamesRefused: number;
  /** Clients disconnected for a topic alias over `topicAliasMaximum`. */
  topicAliasesRefused: number;
  /** Clients disconnected for more QoS 2 messages in flight than `receiveMaximum`. */
  receiveMaximumExceeded: number;
  /** Bytes of packets that are not whole, now. */
  incompleteBytes: number;
  /** Bytes of QoS 1 and 2 messages queued and in flight, now, as `maximumTotalQueuedBytes` counts them. */
  queuedBytes: number;
  /** Links that wait for a slow client now. */
  slowLinks: number;
  /** Retained messages now. */
  retainedMessages: number;
  retainedBytes: number;
  /** Messages that were not retained because of the limit. */
  retainedRefused: number;
  /** Messages that were retained until they expired. */
  retainedExpired: number;
  protocolErrors: number;
  faults: number;
}

export function createCounters(): Counters {
  return {
    connectionsAccepted: 0,
    connectionsRefused: 0,
    connectionsOverLimit: 0,
    connectionsTooFast: 0,
    unauthenticatedBytesExceeded: 0,
    authenticationFailed: 0,
    connections: 0,
    connectTimedOut: 0,
    clientsConnected: 0,
    clientsMaximum: 0,
    sessions: 0,
    sessionsExpired: 0,
    sessionsEvicted: 0,
    subscriptions: 0,
    subscriptionsRefused: 0,
    subscriptionsOverLimit: 0,
    subscriptionsNotAuthorized: 0,
    packetsReceived: 0,
    packetsSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    publishReceived: 0,
    publishSent: 0,
    publishDropped: 0,
    droppedQueueFull: 0,
    droppedSlowLink: 0,
    droppedTooLarge: 0,
    droppedNotAuthorized: 0,
    messagesExpired: 0,
    publishRefused: 0,
    publishNotAuthorized: 0,
    payloadFormatInvalid: 0,
    publishTooFast: 0,
    keepAliveTimedOut: 0,
    slowClientsDisconnected: 0,
    packetsTooLarge: 0,
    incompletePacketsRefused: 0,
    topicNamesRefused: 0,
    topicAliasesRefused: 0,
    receiveMaximumExceeded: 0,
    incompleteBytes: 0,
    queuedBytes: 0,
    slowLinks: 0,
    retainedMessages: 0,
    retainedBytes: 0,
    retainedRefused: 0,
    retainedExpired: 0,
    protocolErrors: 0,
    faults: 0,
  };
}
