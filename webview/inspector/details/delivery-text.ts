/** What the delivery of a message is told with. */
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
  dropped: { label: 'Dropped', counted: 'dropped', icon: 'failed', tone: 'bad' },
  refused: { label: 'Refused', counted: 'refused', icon: 'failed', tone: 'bad' },
  sessionEnded: {
    label: 'Session ended',
    counted: 'lost with the session',
    icon: 'failed',
    tone: 'bad',
  },
  offline: { label: 'Offline', counted: 'offline', icon: 'none', tone: 'bad' },
  unknown: { label: 'Not known', counted: 'not known', icon: 'unknown', tone: 'bad' },
  queued: { label: 'Queued', counted: 'queued', icon: 'waiting', tone: 'open' },
  inFlight: {
    label: 'Unacknowledged',
    counted: 'not yet acknowledged',
    icon: 'sent',
    tone: 'open',
  },
  delivered: { label: 'Delivered', counted: 'delivered', icon: 'done', tone: 'good' },
  noLocal: { label: 'No local', counted: 'no local', icon: 'none', tone: 'quiet' },
  otherMember: {
    label: 'Other member',
    counted: 'left to another member',
    icon: 'none',
    tone: 'quiet',
  },
};

/** `Delivered to 3 of 5 clients`: those who did not want it are not among them. */
export function summaryOf({ counts, notAccepted, notMatching }: DeliveryReport): string {
  if (notAccepted !== undefined) return 'Not delivered: the broker did not accept it';
  const delivered = counts.delivered ?? 0;
  const { noLocal = 0, otherMember = 0 } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const wanted = all - noLocal - otherMember;
  if (wanted > 0) {
    return `Delivered to ${formatCount(delivered)} of ${formatPlural(wanted, 'client', 'clients')}`;
  }
  if (all > 0) return 'Delivered to nobody';
  return notMatching.count === 0
    ? 'Delivered to nobody: no client was there'
    : 'Delivered to nobody: no subscription matched';
}

/** `panel-hall · QoS 1 · retained · 10:42:09.403 · PUBACK 0.4 ms`. */
export function publisherOf({ publisher, topic }: DeliveryReport): string {
  const { kind, client = '', qos, retain, dup, time, acknowledgements } = publisher;
  const who = {
    client: `Published by ${visibleLine(client)}`,
    will: `The will of ${visibleLine(client)}`,
    broker: 'Published by the broker itself',
    restored: `${client === '' ? 'Published' : `Published by ${visibleLine(client)}`} before the broker was started`,
    unknown: 'The publisher is not known any more',
  }[kind];
  const answers = acknowledgements.map(
    ({ packet, time: at, reasonCode, reason }) =>
      `${packet}${time === undefined ? '' : ` after ${formatLatency(at - time)}`}${reasonCode === 0 ? '' : ` (${reason})`}`,
  );
  const parts = [
    who,
    visibleLine(topic),
    ...(qos === undefined ? [] : [`QoS ${qos}`]),
    ...(retain === true ? ['retained'] : []),
    ...(dup === true ? ['sent again (DUP)'] : []),
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
      'The selected packet repeats a QoS 2 message: it was acknowledged, not delivered again.',
    );
  }
  if (retainedLater > 0) {
    notes.push(
      `${formatPlural(retainedLater, 'delivery', 'deliveries')} as retained message, for later subscriptions.`,
    );
  }
  for (const gap of gaps) notes.push(gapTexts[gap]);
  return notes;
}

const refusals = {
  systemTopic: '$SYS topics are the broker’s own: clients cannot publish to them.',
  rule: 'A rule does not let the client publish to this topic.',
  payloadFormat: 'The payload is not UTF-8, although its Payload Format Indicator says so.',
  receiveMaximum: 'The client had more messages in flight than the broker’s Receive Maximum.',
} as const;

const gapTexts = {
  frames: 'A part of this message’s packets is no longer in the capture.',
  sessions: 'Sessions of that time are no longer all known: clients may be missing here.',
  drops: 'What was dropped at that time is no longer all known.',
} as const;

/** Why a client did not get it (yet), with the limit that is the reason; else what is worth knowing. */
export function reasonOf(row: DeliveryRow, { limits, publisher }: DeliveryReport): string {
  const parts: string[] = [];
  const { outcome, drop, waiting, ended, sentAgain, lastSentAt } = row;
  if (drop) parts.push(dropText(row, limits));
  else if (ended) parts.push(`${endings[ended.how]} at ${formatTime(ended.at)}`);
  else if (waiting) parts.push(waitingText(waiting));
  else if (outcome === 'refused') {
    const answer = row.acknowledgements[0];
    const code = answer?.reasonCode.toString(16).padStart(2, '0') ?? '';
    parts.push(`The client answered: ${answer?.reason ?? ''} (0x${code})`);
  } else if (outcome === 'offline') parts.push('It was offline, and QoS 0 is not kept');
  else if (outcome === 'noLocal')
    parts.push('It published the message itself and asked for no local');
  else if (outcome === 'otherMember') {
    const who = row.otherMember === undefined ? 'Another member' : visibleLine(row.otherMember);
    parts.push(`${who} got it, as a member of the same shared subscription`);
  } else if (outcome === 'unknown') parts.push('What became of it is no longer known');
  else if (outcome === 'inFlight') parts.push('Sent, and not yet acknowledged');
  if (row.kind === 'retained') parts.push('As retained message, for a later SUBSCRIBE');
  if (outcome === 'delivered' && row.kind !== 'retained' && row.qos !== undefined) {
    if (publisher.qos !== undefined && row.qos < publisher.qos) {
      parts.push(`Its subscription was granted QoS ${row.qos}`);
    }
  }
  if (sentAgain > 0) {
    const last = lastSentAt === undefined ? '' : `, last at ${formatTime(lastSentAt)}`;
    parts.push(`Sent again ${formatPlural(sentAgain, 'time', 'times')}${last}`);
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
        ? `Its queue was full: ${formatCount(limits.maximumQueuedMessages)} messages or ${formatBytes(limits.maximumQueuedBytes)} (maximumQueuedMessages, maximumQueuedBytes)`
        : 'Its queue was full';
    case 'slowLink':
      return limits
        ? `It does not read: more than ${formatBytes(limits.maximumPendingBytes)} waited for it (maximumPendingBytes)`
        : 'It does not read what is sent to it';
    case 'tooLarge':
      return maximumPacketSize === undefined
        ? 'Larger than its Maximum Packet Size'
        : `Larger than its Maximum Packet Size, ${formatBytes(maximumPacketSize)}`;
    case 'expired':
      return 'The message expired while it waited';
    default:
      return 'A rule does not let the client have it';
  }
}

function waitingText({ place, why, ahead, window }: NonNullable<DeliveryRow['waiting']>): string {
  if (place === 'inFlight') {
    return why === 'offline'
      ? 'Not yet acknowledged: the client is offline, and gets it again when it is back'
      : 'Sent, and not yet acknowledged';
  }
  const before = ahead > 0 ? ` · ${formatCount(ahead)} before it in the queue` : '';
  switch (why) {
    case 'offline':
      return `Waits for the client, which is offline${before}`;
    case 'window':
      return `Waits for acknowledgements: ${formatCount(window ?? 0)} may be open at a time (Receive Maximum)${before}`;
    case 'slow':
      return `Waits for the client to read what was sent before${before}`;
    case 'turn':
      return `Is about to be sent${before}`;
  }
}

const endings = {
  disconnected: 'Its session ended with its network connection',
  cleanStart: 'It connected anew with a clean start',
  expired: 'Its session expired',
  evicted: 'Its session was ended, too many were offline (maximumOfflineSessions),',
  brokerStopped: 'The broker was stopped',
} as const;
