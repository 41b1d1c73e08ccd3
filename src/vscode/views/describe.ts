/** Texts of trees and status bar, apart from the editor's API. */
import { transportNames } from '../../base/transport.ts';
import type {
  BrokerState,
  ClientView,
  EngineSnapshot,
  RefusalView,
  SubscriptionView,
  TopicNode,
} from '../../engine/contract.ts';
import { hexCode, reasonName } from '../../mqtt/reason-codes.ts';
import { t } from '../../base/localise.ts';
import { barMilliseconds, sparkline } from './topic-history.ts';
import { portOf, type WindowBroker } from '../windows/broker-registry.ts';

const versionNames = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const;
/** MQTT 5.0 section 3.1.2.11.2: the session does not expire. */
const neverExpires = 0xffffffff;
/** Characters of a value in a tree's description. */
const longestValue = 60;

/** A name and its value, one line of a tooltip. */
export type Detail = readonly [name: string, value: string];

/** `1,842`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** `v5.0 · 127.0.0.1:51234 · keep-alive 60 s`. */
export function describeClient(client: ClientView): string {
  const parts = [`v${versionNames[client.protocolVersion]}`];
  if (client.connected) {
    parts.push(client.remoteAddress ?? '');
    if (client.transport !== undefined && client.transport !== 'tcp') {
      parts.push(transportNames[client.transport]);
    }
    parts.push(describeKeepAlive(client.keepAlive));
  } else {
    parts.push(t('offline'), describeExpiry(client.sessionExpiryInterval));
  }
  if (client.queued > 0) parts.push(t('{0} queued', formatCount(client.queued)));
  return joined(parts);
}

/** `:1883 :8883 · demo`. */
export function describeOtherBroker({ urls, workspace }: WindowBroker): string {
  return joined([urls.map((url) => `:${portOf(url)}`).join(' '), workspace]);
}

/** `Refused: publish to secret/a`; of a refused CONNECT, the client. */
export function refusalTitle({ what, topic, clientIdentifier }: RefusalView): string {
  switch (what) {
    case 'connect':
      return t('Refused: connection of {0}', clientIdentifier);
    case 'publish':
      return t('Refused: publish to {0}', topic);
    case 'subscribe':
      return t('Refused: subscribe to {0}', topic);
  }
}

/** `deny publish secret/# · 3 times`. */
export function describeRefusal({ reason, count }: RefusalView): string {
  return joined([reason, count > 1 ? t('{0} times', formatCount(count)) : '']);
}

/** What a refusal's tooltip tells. */
export function refusalDetails(refusal: RefusalView): Detail[] {
  const { clientIdentifier, reason, reasonCode, count, time } = refusal;
  return [
    [t('Client'), clientIdentifier],
    [t('Rule or reason'), reason],
    [t('Reason code'), `${reasonName(reasonCode)} (${hexCode(reasonCode)})`],
    [t('Times'), formatCount(count)],
    [t('Last time'), new Date(time).toLocaleTimeString()],
  ];
}

/** What a client's tooltip tells. */
export function clientDetails(client: ClientView): Detail[] {
  const details: Detail[] = [
    [t('Protocol'), `MQTT ${versionNames[client.protocolVersion]}`],
    [t('State'), client.connected ? t('connected') : t('offline')],
  ];
  if (client.remoteAddress !== undefined) {
    const transport = transportNames[client.transport ?? 'tcp'];
    details.push([t('Address'), `${client.remoteAddress} (${transport})`]);
  }
  if (client.userName !== undefined) details.push([t('User name'), client.userName]);
  if (client.connected) details.push([t('Keep-alive'), describeKeepAlive(client.keepAlive)]);
  details.push(
    [t('Session'), describeExpiry(client.sessionExpiryInterval)],
    [t('Clean start'), client.cleanStart ? t('yes') : t('no')],
    [t('Will'), client.hasWill ? t('yes') : t('no')],
    [
      t('Messages'),
      t('{0} in flight, {1} queued', formatCount(client.inFlight), formatCount(client.queued)),
    ],
  );
  return details;
}

function describeKeepAlive(seconds: number): string {
  return seconds === 0 ? t('no keep-alive') : t('keep-alive {0} s', seconds);
}

/** How long a session waits for its client, in seconds of the specification. */
export function describeExpiry(seconds: number): string {
  if (seconds === neverExpires) return t('session never expires');
  if (seconds === 0) return t('session ends with the connection');
  return t('session expires after {0} s', formatCount(seconds));
}

/** `QoS 1 · no local · identifier 7`. */
export function describeSubscription(subscription: SubscriptionView): string {
  const parts = [t('QoS {0}', subscription.qos)];
  if (subscription.isSuspended === true) parts.unshift(t('suspended by a rule'));
  if (subscription.noLocal) parts.push(t('no local'));
  if (subscription.retainAsPublished) parts.push(t('retain as published'));
  if (subscription.retainHandling === 1) parts.push(t('retained if new'));
  if (subscription.retainHandling === 2) parts.push(t('no retained'));
  if (subscription.subscriptionIdentifier !== undefined) {
    parts.push(t('identifier {0}', subscription.subscriptionIdentifier));
  }
  return joined(parts);
}

/** `{"on": true} · 1,204 · 12/s`; a level without a message of its own tells its topics. */
export function describeTopic(node: TopicNode): string {
  const parts: string[] = [];
  if (node.latest) parts.push(shorten(valueText(node.latest.preview)));
  else if (node.topicCount > 0) parts.push(countOf(node.topicCount, t('topic'), t('topics')));
  if (node.messageCount > 0) parts.push(formatCount(node.messageCount));
  if (node.rate > 0) parts.push(`${formatCount(node.rate)}/s`);
  if (node.retained) parts.push(t('retained'));
  return joined(parts);
}

/** The same with a chart of the last bars behind it: `12/s · ▁▂▅█`. */
export function describeTopicWithChart(node: TopicNode, recent: readonly number[]): string {
  return joined([describeTopic(node), sparkline(recent)]);
}

/** What a topic's tooltip tells, without its value. `recent`: messages of the last bars, as in the chart. */
export function topicDetails(node: TopicNode, recent: readonly number[] = []): Detail[] {
  const details: Detail[] = [];
  if (node.latest) {
    const { qos, size, time } = node.latest;
    details.push([
      t('Latest'),
      joined([
        t('QoS {0}', qos),
        countOf(size, t('byte'), t('bytes')),
        new Date(time).toLocaleTimeString(),
      ]),
    ]);
  }
  if (node.retained) details.push([t('Retained'), t('yes')]);
  details.push(
    [t('Messages'), `${formatCount(node.messageCount)} · ${formatCount(node.rate)}/s`],
    ...chartInWords(recent),
    [t('Topics'), formatCount(node.topicCount)],
  );
  return details;
}

function chartInWords(recent: readonly number[]): Detail[] {
  const sum = recent.reduce((whole, count) => whole + count, 0);
  if (sum === 0) return [];
  const seconds = barMilliseconds / 1000;
  return [
    [
      t('Last {0} seconds', recent.length * seconds),
      t(
        '{0} messages, at most {1} and now {2} in {3} seconds',
        formatCount(sum),
        formatCount(Math.max(...recent)),
        formatCount(recent.at(-1) ?? 0),
        seconds,
      ),
    ],
  ];
}

/** An empty payload is said, not shown as nothing. */
export function valueText(preview: string): string {
  return preview === '' ? t('(empty)') : preview;
}

/** An empty level has a name that can be seen and pressed. */
export function topicLabel(level: string): string {
  return level === '' ? t('(empty level)') : level;
}

/** The broker in the tree: `:1883 :8083 · 3 clients`, or what it is about to be. */
export function describeBroker(state: BrokerState, clients: number): string {
  if (state.status !== 'running') return statusWord(state.status);
  const ports = state.listeners.map(({ port }) => `:${port}`).join(' ');
  return joined([ports, countOf(clients, t('client'), t('clients'))]);
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
}

/** The status bar item: `$(broadcast) MQTT :1883 · 3 clients · 120 msg/s`. */
export function statusText(
  snapshot: EngineSnapshot | undefined,
  others: readonly WindowBroker[] = [],
): StatusText {
  const broker = snapshot?.broker;
  if (!snapshot || !broker || broker.status === 'stopped') {
    const [other] = others;
    if (other) {
      return {
        text: `$(window) ${t('MQTT: in another window')}`,
        tooltip: t(
          'MQTT: the local broker is stopped; that of another window runs on {0}. Click to start one here.',
          other.urls.join(', '),
        ),
      };
    }
    return {
      text: `$(circle-slash) ${t('MQTT: off')}`,
      tooltip: t('MQTT: the local broker is stopped. Click to start it.'),
    };
  }
  if (broker.status !== 'running') {
    const word = statusWord(broker.status);
    return {
      text: `$(sync~spin) MQTT: ${word}`,
      tooltip: t('MQTT: the local broker is {0}.', word),
    };
  }
  const port = broker.listeners[0]?.port ?? 0;
  const clients = countOf(snapshot.clientCount, t('client'), t('clients'));
  const rate = t('{0} msg/s', formatCount(snapshot.messageRate));
  const addresses = broker.listeners.map(({ url }) => url).join(', ');
  return {
    text: `$(broadcast) MQTT :${port} · ${clients} · ${rate}`,
    tooltip: t('MQTT broker on {0}: {1}, {2}. Click for actions.', addresses, clients, rate),
  };
}

function statusWord(status: BrokerState['status']): string {
  switch (status) {
    case 'starting':
      return t('starting');
    case 'stopping':
      return t('stopping');
    case 'running':
      return t('running');
    case 'stopped':
      return t('stopped');
  }
}

function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

/** At most so many characters, none cut through. */
function shorten(text: string): string {
  if (text.length <= longestValue) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longestValue - 1))
    ? longestValue - 1
    : longestValue;
  return `${text.slice(0, end)}…`;
}
