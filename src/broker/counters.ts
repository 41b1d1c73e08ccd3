/** Plain numbers, since the broker started unless they say "now". Read them at any time. */
export interface Counters {
  connectionsAccepted: number;
  /** CONNECTs refused, connections over the limit. */
  connectionsRefused: number;
  /** Network connections open now. */
  connections: number;
  /** Clients connected now. */
  clientsConnected: number;
  clientsMaximum: number;
  /** Sessions now, connected and offline. */
  sessions: number;
  sessionsExpired: number;
  /** Subscriptions now. */
  subscriptions: number;
  /** Control packets. */
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
  publishReceived: number;
  publishSent: number;
  /** Deliveries dropped: full queue, slow link, larger than the client takes, expired. */
  publishDropped: number;
  messagesExpired: number;
  /** Retained messages now. */
  retainedMessages: number;
  retainedBytes: number;
  /** Messages that were not retained because of the limit. */
  retainedRefused: number;
  protocolErrors: number;
  faults: number;
}

export function createCounters(): Counters {
  return {
    connectionsAccepted: 0,
    connectionsRefused: 0,
    connections: 0,
    clientsConnected: 0,
    clientsMaximum: 0,
    sessions: 0,
    sessionsExpired: 0,
    subscriptions: 0,
    packetsReceived: 0,
    packetsSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    publishReceived: 0,
    publishSent: 0,
    publishDropped: 0,
    messagesExpired: 0,
    retainedMessages: 0,
    retainedBytes: 0,
    retainedRefused: 0,
    protocolErrors: 0,
    faults: 0,
  };
}
