import { encodeUtf8 } from '../mqtt/utf8.ts';
import type { Counters } from './counters.ts';
import type { BrokerContext } from './context.ts';
import { publish } from './delivery.ts';
import { createMessage } from './message.ts';
import { originatesHere } from './observer.ts';
import { Timer } from './timers.ts';

type Read = (context: BrokerContext, now: number) => number | string;

/** What the limits rejected, by the counter that tells it. */
export const rejections = [
  ['clients/refused', 'connectionsRefused'],
  ['clients/refused/limit', 'connectionsOverLimit'],
  ['clients/refused/rate', 'connectionsTooFast'],
  ['clients/refused/unauthenticated bytes', 'unauthenticatedBytesExceeded'],
  ['clients/refused/authentication', 'authenticationFailed'],
  ['clients/disconnected/no connect', 'connectTimedOut'],
  ['clients/disconnected/keep alive', 'keepAliveTimedOut'],
  ['clients/disconnected/slow', 'slowClientsDisconnected'],
  ['clients/disconnected/publish rate', 'publishTooFast'],
  ['clients/disconnected/packet too large', 'packetsTooLarge'],
  ['clients/disconnected/incomplete packets', 'incompletePacketsRefused'],
  ['clients/disconnected/protocol error', 'protocolErrors'],
  ['clients/disconnected/topic name', 'topicNamesRefused'],
  ['clients/disconnected/topic alias', 'topicAliasesRefused'],
  ['clients/disconnected/receive maximum', 'receiveMaximumExceeded'],
  ['clients/evicted', 'sessionsEvicted'],
  ['publish/messages/dropped/queue full', 'droppedQueueFull'],
  ['publish/messages/dropped/slow', 'droppedSlowLink'],
  ['publish/messages/dropped/too large', 'droppedTooLarge'],
  ['publish/messages/dropped/expired', 'messagesExpired'],
  ['publish/messages/refused', 'publishRefused'],
  ['publish/messages/dropped/rule', 'droppedNotAuthorized'],
  ['publish/messages/refused/rule', 'publishNotAuthorized'],
  ['publish/messages/refused/payload format', 'payloadFormatInvalid'],
  ['subscriptions/refused', 'subscriptionsRefused'],
  ['subscriptions/refused/limit', 'subscriptionsOverLimit'],
  ['subscriptions/refused/rule', 'subscriptionsNotAuthorized'],
  ['retained messages/refused', 'retainedRefused'],
] as const satisfies readonly (readonly [topicName: string, counter: keyof Counters])[];

/** The counters that tell of something rejected. */
export type RejectionCounter = (typeof rejections)[number][1];

/** The topics that brokers share by custom, and where their values come from. */
const table: readonly (readonly [topicName: string, read: Read])[] = [
  ['$SYS/broker/version', ({ options }) => options.version],
  ['$SYS/broker/uptime', ({ startedAt }, now) => `${Math.floor((now - startedAt) / 1000)} seconds`],
  ['$SYS/broker/clients/connected', ({ counters }) => counters.clientsConnected],
  ['$SYS/broker/clients/disconnected', ({ offlineSessions }) => offlineSessions.size],
  ['$SYS/broker/clients/total', ({ counters }) => counters.sessions],
  ['$SYS/broker/clients/maximum', ({ counters }) => counters.clientsMaximum],
  ['$SYS/broker/clients/slow', ({ counters }) => counters.slowLinks],
  ['$SYS/broker/messages/queued/bytes', ({ counters }) => counters.queuedBytes],
  ['$SYS/broker/packets/incomplete/bytes', ({ counters }) => counters.incompleteBytes],
  ['$SYS/broker/clients/expired', ({ counters }) => counters.sessionsExpired],
  ['$SYS/broker/messages/received', ({ counters }) => counters.packetsReceived],
  ['$SYS/broker/messages/sent', ({ counters }) => counters.packetsSent],
  ['$SYS/broker/publish/messages/received', ({ counters }) => counters.publishReceived],
  ['$SYS/broker/publish/messages/sent', ({ counters }) => counters.publishSent],
  ['$SYS/broker/publish/messages/dropped', ({ counters }) => counters.publishDropped],
  ['$SYS/broker/bytes/received', ({ counters }) => counters.bytesReceived],
  ['$SYS/broker/bytes/sent', ({ counters }) => counters.bytesSent],
  ['$SYS/broker/subscriptions/count', ({ counters }) => counters.subscriptions],
  ['$SYS/broker/retained messages/count', ({ counters }) => counters.retainedMessages],
  ['$SYS/broker/retained messages/expired', ({ counters }) => counters.retainedExpired],
  ...rejections.map(
    ([topicName, counter]) =>
      [`$SYS/broker/${topicName}`, ({ counters }: BrokerContext) => counters[counter]] as const,
  ),
];

/** Publishes the `$SYS` topics, retained, every `sysInterval`; each only when its value changed. */
export function startSysTopics(context: BrokerContext, now: number): void {
  const { sysInterval } = context.options;
  if (sysInterval === 0) return;
  const last = new Map<string, string>();
  const timer = new Timer((time) => {
    context.timers.arm(timer, time + sysInterval);
    for (const [topicName, read] of table) {
      const value = String(read(context, time));
      if (last.get(topicName) === value) continue;
      last.set(topicName, value);
      publishValue(context, topicName, value, time);
    }
  });
  context.timers.arm(timer, now + sysInterval);
}

function publishValue(context: BrokerContext, topicName: string, value: string, now: number): void {
  const payload = encodeUtf8(value);
  const topic = context.topic(topicName);
  const content = { payload, qos: 0, retain: true } as const;
  const message = createMessage(topic, content, originatesHere, now, ++context.lastMessage);
  context.observer.message(topic, payload, 0, payload.length, 0, true, now, message.number);
  publish(context, message, undefined, now);
}
