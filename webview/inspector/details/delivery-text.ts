/** What the delivery of a message is told with. */
import { t } from '../../../src/base/localise.ts';
import type { DeliveryOutcome, DeliveryReport, DeliveryRow } from '../../../src/engine/contract.ts';
import {
  formatBytes,
  formatCount,
  formatFullTime,
  formatLatency,
  formatPlural,
  formatTime,
} from '../format.ts';
import type { IconName } from '../icons.ts';
import { visibleLine } from '../visible-text.ts';

interface OutcomeText {
  /** In a row. */
  readonly label: string;
  /** After a count, `2 …`. */
  readonly counted: string;
  readonly icon: IconName;
  readonly tone: 'good' | 'open' | 'bad' | 'quiet';
}

export const outcomeTexts: Readonly<Record<DeliveryOutcome, OutcomeText>> = {
  dropped: { label: t('Dropped'), counted: t('dropped'), icon: 'failed', tone: 'bad' },
  refused: { label: t('Refused'), counted: t('refused'), icon: 'failed', tone: 'bad' },
  sessionEnded: {
    label: t('Session ended'),
    counted: t('lost with the session'),
    icon: 'failed',
    tone: 'bad',
  },
  offline: { label: t('Offline'), counted: t('offline'), icon: 'none', tone: 'bad' },
  unknown: { label: t('Not known'), counted: t('not known'), icon: 'unknown', tone: 'bad' },
  queued: { label: t('Queued'), counted: t('queued'), icon: 'waiting', tone: 'open' },
  inFlight: {
    label: t('Unacknowledged'),
    counted: t('not yet acknowledged'),
    icon: 'sent',
    tone: 'open',
  },
  delivered: { label: t('Delivered'), counted: t('delivered'), icon: 'done', tone: 'good' },
  noLocal: { label: t('No local'), counted: t('no local'), icon: 'none', tone: 'quiet' },
  otherMember: {
    label: t('Other member'),
    counted: t('left to another member'),
    icon: 'none',
    tone: 'quiet',
  },
};

/** `Delivered to 3 of 5 clients`: those who did not want it are not among them. */
export function summaryOf({ counts, notAccepted, notMatching }: DeliveryReport): string {
  if (notAccepted !== undefined) return t('Not delivered: the broker did not accept it');
  const delivered = counts.delivered ?? 0;
  const { noLocal = 0, otherMember = 0 } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const wanted = all - noLocal - otherMember;
  if (wanted > 0) {
    return t(
      'Delivered to {0} of {1}',
      formatCount(delivered),
      formatPlural(wanted, t('client'), t('clients')),
    );
  }
  if (all > 0) return t('Delivered to nobody');
  return notMatching.count === 0
    ? t('Delivered to nobody: no client was there')
    : t('Delivered to nobody: no subscription matched');
}

/** `panel-hall · QoS 1 · retained · 10:42:09.403 · PUBACK 0.4 ms`. */
export function publisherOf({ publisher, topic }: DeliveryReport): string {
  const { kind, client = '', qos, retain, dup, time, acknowledgements } = publisher;
  const who = {
    client: t('Published by {0}', visibleLine(client)),
    will: t('The will of {0}', visibleLine(client)),
    broker: t('Published by the broker itself'),
    restored: t(
      '{0} before the broker was started',
      client === '' ? t('Published') : t('Published by {0}', visibleLine(client)),
    ),
    unknown: t('The publisher is not known any more'),
  }[kind];
  const answers = acknowledgements.map(
    ({ packet, time: at, reasonCode, reason }) =>
      `${packet}${time === undefined ? '' : t(' after {0}', formatLatency(at - time))}${reasonCode === 0 ? '' : ` (${reason})`}`,
  );
  const parts = [
    who,
    visibleLine(topic),
    ...(qos === undefined ? [] : [`QoS ${qos}`]),
    ...(retain === true ? [t('retained')] : []),
    ...(dup === true ? [t('sent again (DUP)')] : []),
    // What is restored may be of another day.
    ...(time === undefined ? [] : [kind === 'restored' ? formatFullTime(time) : formatTime(time)]),
    ...answers,
  ];
  return parts.join(' · ');
}

/** What a person should know before reading the table. */
export function notesOf(report: DeliveryReport): string[] {
  const notes: string[] = [];
  const { notAccepted, isRetry, retainedLater, gaps } = report;
  if (notAccepted !== undefined) notes.push(refusals[notAccepted]);
  if (isRetry) {
    notes.push(
      t('The selected packet repeats a QoS 2 message: it was acknowledged, not delivered again.'),
    );
  }
  if (retainedLater > 0) {
    notes.push(
      t(
        '{0} as retained message, for later subscriptions.',
        formatPlural(retainedLater, t('delivery'), t('deliveries')),
      ),
    );
  }
  for (const gap of gaps) notes.push(gapTexts[gap]);
  return notes;
}

const refusals = {
  systemTopic: t('$SYS topics are the broker’s own: clients cannot publish to them.'),
  rule: t('A rule does not let the client publish to this topic.'),
  payloadFormat: t('The payload is not UTF-8, although its Payload Format Indicator says so.'),
  receiveMaximum: t('The client had more messages in flight than the broker’s Receive Maximum.'),
} as const;

const gapTexts = {
  frames: t('A part of this message’s packets is no longer in the capture.'),
  sessions: t('Sessions of that time are no longer all known: clients may be missing here.'),
  drops: t('What was dropped at that time is no longer all known.'),
} as const;

/** Why a client did not get it (yet), with the limit that is the reason; else what is worth knowing. */
export function reasonOf(row: DeliveryRow, { limits, publisher }: DeliveryReport): string {
  const parts: string[] = [];
  const { outcome, drop, waiting, ended, sentAgain, lastSentAt } = row;
  if (drop) parts.push(dropText(row, limits));
  else if (ended) parts.push(t('{0} at {1}', endings[ended.how], formatTime(ended.at)));
  else if (waiting) parts.push(waitingText(waiting));
  else if (outcome === 'refused') {
    const answer = row.acknowledgements[0];
    const code = answer?.reasonCode.toString(16).padStart(2, '0') ?? '';
    parts.push(t('The client answered: {0} (0x{1})', answer?.reason ?? '', code));
  } else if (outcome === 'offline') parts.push(t('It was offline, and QoS 0 is not kept'));
  else if (outcome === 'noLocal')
    parts.push(t('It published the message itself and asked for no local'));
  else if (outcome === 'otherMember') {
    const who = row.otherMember === undefined ? t('Another member') : visibleLine(row.otherMember);
    parts.push(t('{0} got it, as a member of the same shared subscription', who));
  } else if (outcome === 'unknown') parts.push(t('What became of it is no longer known'));
  else if (outcome === 'inFlight') parts.push(t('Sent, and not yet acknowledged'));
  if (row.kind === 'retained') parts.push(t('As retained message, for a later SUBSCRIBE'));
  if (outcome === 'delivered' && row.kind !== 'retained' && row.qos !== undefined) {
    if (publisher.qos !== undefined && row.qos < publisher.qos) {
      parts.push(t('Its subscription was granted QoS {0}', row.qos));
    }
  }
  if (sentAgain > 0) {
    const last = lastSentAt === undefined ? '' : t(', last at {0}', formatTime(lastSentAt));
    parts.push(t('Sent again {0}{1}', formatPlural(sentAgain, t('time'), t('times')), last));
  }
  return parts.join(' · ');
}

function dropText(
  { drop, maximumPacketSize }: DeliveryRow,
  limits: DeliveryReport['limits'],
): string {
  switch (drop?.reason) {
    case 'queueFull':
      return limits
        ? t(
            'Its queue was full: {0} messages or {1} (maximumQueuedMessages, maximumQueuedBytes)',
            formatCount(limits.maximumQueuedMessages),
            formatBytes(limits.maximumQueuedBytes),
          )
        : t('Its queue was full');
    case 'slowLink':
      return limits
        ? t(
            'It does not read: more than {0} waited for it (maximumPendingBytes)',
            formatBytes(limits.maximumPendingBytes),
          )
        : t('It does not read what is sent to it');
    case 'tooLarge':
      return maximumPacketSize === undefined
        ? t('Larger than its Maximum Packet Size')
        : t('Larger than its Maximum Packet Size, {0}', formatBytes(maximumPacketSize));
    case 'expired':
      return t('The message expired while it waited');
    default:
      return t('A rule does not let the client have it');
  }
}

function waitingText({ place, why, ahead, window }: NonNullable<DeliveryRow['waiting']>): string {
  if (place === 'inFlight') {
    return why === 'offline'
      ? t('Not yet acknowledged: the client is offline, and gets it again when it is back')
      : t('Sent, and not yet acknowledged');
  }
  const before = ahead > 0 ? t(' · {0} before it in the queue', formatCount(ahead)) : '';
  switch (why) {
    case 'offline':
      return t('Waits for the client, which is offline{0}', before);
    case 'window':
      return t(
        'Waits for acknowledgements: {0} may be open at a time (Receive Maximum){1}',
        formatCount(window ?? 0),
        before,
      );
    case 'slow':
      return t('Waits for the client to read what was sent before{0}', before);
    case 'turn':
      return t('Is about to be sent{0}', before);
  }
}

const endings = {
  disconnected: t('Its session ended with its network connection'),
  cleanStart: t('It connected anew with a clean start'),
  expired: t('Its session expired'),
  evicted: t('Its session was ended, too many were offline (maximumOfflineSessions),'),
  brokerStopped: t('The broker was stopped'),
} as const;
