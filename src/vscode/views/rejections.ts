/** What the broker rejected, as the tree shows it: one row for each counter. */
import type { RejectionCounter, Rejections } from '../../engine/contract.ts';
import type { LimitName } from '../../engine/limits.ts';
import { limitSetting, section } from '../ids.ts';
import { t } from '../../base/localise.ts';
import { formatCount, type Detail } from './describe.ts';

interface Row {
  readonly label: () => string;
  /** The limits by which it is rejected. */
  readonly limits?: readonly LimitName[];
}

const rows: Readonly<Record<RejectionCounter, Row>> = {
  connectionsRefused: { label: () => t('Connections refused') },
  connectionsOverLimit: {
    label: () => t('Connections refused: too many'),
    limits: ['maximumConnections'],
  },
  connectionsTooFast: {
    label: () => t('Connections refused: too many at once'),
    limits: ['maximumConnectionRate'],
  },
  unauthenticatedBytesExceeded: {
    label: () => t('Connections refused: too much before they were accepted'),
    limits: ['maximumUnauthenticatedBytes'],
  },
  authenticationFailed: { label: () => t('Connections refused: authentication failed') },
  connectTimedOut: {
    label: () => t('Connections closed: no CONNECT came'),
    limits: ['connectTimeout'],
  },
  keepAliveTimedOut: {
    label: () => t('Clients disconnected: silent'),
    limits: ['serverKeepAlive'],
  },
  slowClientsDisconnected: {
    label: () => t('Clients disconnected: too slow'),
    limits: [
      'maximumPendingBytes',
      'maximumTotalPendingBytes',
      'maximumQueuedMessages',
      'maximumQueuedBytes',
      'maximumTotalQueuedBytes',
      'queuePolicy',
    ],
  },
  publishTooFast: {
    label: () => t('Clients disconnected: too many messages at once'),
    limits: ['maximumPublishRate'],
  },
  packetsTooLarge: {
    label: () => t('Clients disconnected: packet too large'),
    limits: ['maximumPacketSize'],
  },
  incompletePacketsRefused: {
    label: () => t('Clients disconnected: too much in incomplete packets'),
    limits: ['maximumIncompleteBytes'],
  },
  protocolErrors: { label: () => t('Clients disconnected: protocol error') },
  topicNamesRefused: {
    label: () => t('Clients disconnected: topic name refused'),
    limits: ['maximumTopicLevels'],
  },
  topicAliasesRefused: {
    label: () => t('Clients disconnected: topic alias refused'),
    limits: ['topicAliasMaximum'],
  },
  receiveMaximumExceeded: {
    label: () => t('Clients disconnected: too many QoS 2 messages in flight'),
    limits: ['receiveMaximum'],
  },
  sessionsEvicted: {
    label: () => t('Offline sessions ended: too many'),
    limits: ['maximumOfflineSessions'],
  },
  droppedQueueFull: {
    label: () => t('Messages dropped: queue full'),
    limits: ['maximumQueuedMessages', 'maximumQueuedBytes', 'maximumTotalQueuedBytes'],
  },
  droppedSlowLink: {
    label: () => t('Messages dropped: client too slow'),
    limits: ['maximumPendingBytes', 'maximumTotalPendingBytes'],
  },
  droppedTooLarge: {
    label: () => t("Messages dropped: larger than the client's Maximum Packet Size"),
  },
  messagesExpired: { label: () => t('Messages dropped: expired') },
  publishRefused: { label: () => t('Messages refused') },
  droppedNotAuthorized: { label: () => t('Messages dropped: a rule came') },
  publishNotAuthorized: { label: () => t('Messages refused: by a rule') },
  payloadFormatInvalid: {
    label: () => t('Messages refused: payload is not UTF-8'),
    limits: ['validatePayloadFormat'],
  },
  subscriptionsRefused: {
    label: () => t('Subscriptions refused'),
    limits: ['maximumSubscriptions', 'maximumTopicLevels'],
  },
  subscriptionsOverLimit: {
    label: () => t('Subscriptions refused: too many'),
    limits: ['maximumSubscriptions', 'maximumTotalSubscriptions'],
  },
  subscriptionsNotAuthorized: { label: () => t('Subscriptions refused: by a rule') },
  retainedRefused: {
    label: () => t('Messages not retained: too many'),
    limits: ['maximumRetainedMessages', 'maximumRetainedBytes'],
  },
};

export interface Rejection {
  readonly counter: RejectionCounter;
  readonly count: number;
}

/** What is not zero, in the order in which it is shown. */
export function rejectionList(rejections: Rejections): Rejection[] {
  return (Object.keys(rows) as RejectionCounter[]).flatMap((counter) => {
    const count = rejections[counter] ?? 0;
    return count > 0 ? [{ counter, count }] : [];
  });
}

export function rejectionTitle({ counter }: Rejection): string {
  return rows[counter].label();
}

/** The settings that change it. */
export function rejectionSettings({ counter }: Rejection): string[] {
  return (rows[counter].limits ?? []).map((name) => `${section}.${limitSetting(name)}`);
}

/** What its tooltip tells. */
export function rejectionDetails(rejection: Rejection): Detail[] {
  const settings = rejectionSettings(rejection);
  return [
    [t('Times since the broker started'), formatCount(rejection.count)],
    ...settings.map((setting): Detail => [t('Setting'), setting]),
  ];
}
