/** Texts of trees and status bar, apart from the editor's API. */
import type {
  ClientView,
  EngineSnapshot,
  SubscriptionView,
  TopicNode,
} from '../../engine/contract.ts';

const versionNames = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const;
/** MQTT 5.0 section 3.1.2.11.2: the session does not expire. */
const neverExpires = 0xffffffff;
/** Characters of a value in a tree's description. */
const longestValue = 60;

/** `1,842`, as the locale writes it. */
export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** `v5.0 · 127.0.0.1:51234 · keep-alive 60 s`. */
export function describeClient(client: ClientView): string {
  const parts = [`v${versionNames[client.protocolVersion]}`];
  if (client.connected) {
    parts.push(client.remoteAddress ?? '');
    if (client.transport === 'ws') parts.push('WebSocket');
    parts.push(client.keepAlive === 0 ? 'no keep-alive' : `keep-alive ${client.keepAlive} s`);
  } else {
    parts.push('offline', describeExpiry(client.sessionExpiryInterval));
  }
  if (client.queued > 0) parts.push(`${formatCount(client.queued)} queued`);
  return parts.filter((part) => part !== '').join(' · ');
}

/** How long a session waits for its client, in seconds of the specification. */
export function describeExpiry(seconds: number): string {
  if (seconds === neverExpires) return 'session never expires';
  return `session expires after ${formatCount(seconds)} s`;
}

/** `QoS 1 · no local · identifier 7`. */
export function describeSubscription(subscription: SubscriptionView): string {
  const parts = [`QoS ${subscription.qos}`];
  if (subscription.noLocal) parts.push('no local');
  if (subscription.retainAsPublished) parts.push('retain as published');
  if (subscription.retainHandling === 1) parts.push('retained if new');
  if (subscription.retainHandling === 2) parts.push('no retained');
  if (subscription.subscriptionIdentifier !== undefined) {
    parts.push(`identifier ${subscription.subscriptionIdentifier}`);
  }
  return parts.join(' · ');
}

/** `{"on": true} · 1,204 · 12/s`; a level without a message of its own tells its topics. */
export function describeTopic(node: TopicNode): string {
  const parts: string[] = [];
  if (node.latest)
    parts.push(shorten(node.latest.preview === '' ? '(empty)' : node.latest.preview));
  else if (node.topicCount > 0) parts.push(`${formatCount(node.topicCount)} topics`);
  if (node.messageCount > 0) parts.push(formatCount(node.messageCount));
  if (node.rate > 0) parts.push(`${formatCount(node.rate)}/s`);
  if (node.retained) parts.push('retained');
  return parts.join(' · ');
}

/** An empty level has a name that can be seen and pressed. */
export function topicLabel(level: string): string {
  return level === '' ? '(empty level)' : level;
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
}

/** The status bar item: `$(broadcast) MQTT :1883 · 3 clients · 120 msg/s`. */
export function statusText(snapshot: EngineSnapshot | undefined): StatusText {
  const broker = snapshot?.broker;
  if (!snapshot || !broker || broker.status === 'stopped') {
    return {
      text: '$(circle-slash) MQTT: off',
      tooltip: 'MQTT: the local broker is stopped. Click to start it.',
    };
  }
  if (broker.status !== 'running') {
    return {
      text: `$(sync~spin) MQTT: ${broker.status}`,
      tooltip: `MQTT: the local broker is ${broker.status}.`,
    };
  }
  const port = broker.listeners[0]?.port ?? 0;
  const clients = `${formatCount(snapshot.clientCount)} ${snapshot.clientCount === 1 ? 'client' : 'clients'}`;
  const rate = `${formatCount(snapshot.messageRate)} msg/s`;
  const addresses = broker.listeners.map(({ url }) => url).join(', ');
  return {
    text: `$(broadcast) MQTT :${port} · ${clients} · ${rate}`,
    tooltip: `MQTT broker on ${addresses}: ${clients}, ${rate}. Click for actions.`,
  };
}

function shorten(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
