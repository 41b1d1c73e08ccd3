import type { DeliveryOutcome, DeliveryReport, DeliveryRow } from '../../../src/engine/contract.ts';

/** When the first made-up message was published. */
const publishedAt = Date.UTC(2026, 4, 4, 10, 42, 9, 402);

const subscription = {
  topicFilter: 'home/+/lamp/set',
  qos: 1,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const;

const plain = {
  kind: 'subscription',
  subscriptions: [subscription],
  qos: 1,
  sentAgain: 0,
  acknowledgements: [],
} as const;

function puback(after: number, reasonCode = 0, reason = 'Success') {
  return { packet: 'PUBACK' as const, frame: 5, time: publishedAt + after, reasonCode, reason };
}

/** One of every outcome. `acknowledged`: the lamp has answered. */
export function everyOutcome(frame: number, acknowledged: boolean): DeliveryRow[] {
  const sent = { frame: frame - (frame % 12) + 3, sentAt: publishedAt + 0.4 };
  const shared = { ...subscription, topicFilter: '$share/lamps/home/#' };
  return [
    {
      ...plain,
      client: 'logger-basement-of-the-other-building',
      outcome: 'dropped',
      drop: { reason: 'queueFull', from: publishedAt, to: publishedAt },
    },
    {
      ...plain,
      client: 'sensor-attic',
      outcome: 'dropped',
      drop: { reason: 'rule', from: publishedAt, to: publishedAt },
    },
    {
      ...plain,
      client: 'old-panel',
      outcome: 'refused',
      ...sent,
      frame: 10_000_000,
      acknowledgements: [puback(14, 0x97, 'Quota exceeded')],
    },
    {
      ...plain,
      client: 'phone',
      outcome: 'queued',
      subscriptions: [subscription, { ...subscription, topicFilter: 'home/#' }],
      waiting: { place: 'queue', why: 'offline', ahead: 3 },
    },
    acknowledged
      ? {
          ...plain,
          client: 'lamp-kitchen',
          outcome: 'delivered',
          ...sent,
          acknowledgements: [puback(28)],
        }
      : { ...plain, client: 'lamp-kitchen', outcome: 'inFlight', ...sent },
    { ...plain, client: 'display', outcome: 'delivered', ...sent, frame: sent.frame + 1, qos: 0 },
    {
      ...plain,
      client: '<img src=x onerror=alert(1)>',
      outcome: 'delivered',
      kind: 'shared',
      subscriptions: [shared],
      ...sent,
      frame: sent.frame + 2,
      sentAgain: 1,
      lastSentAt: publishedAt + 5000,
      acknowledgements: [puback(5012)],
    },
    {
      ...plain,
      client: 'panel-hall',
      outcome: 'noLocal',
      subscriptions: [{ ...subscription, noLocal: true }],
    },
    {
      ...plain,
      client: 'lamp-bath',
      outcome: 'otherMember',
      kind: 'shared',
      subscriptions: [shared],
      otherMember: 'lamp-kitchen',
    },
  ];
}

/** As the engine tells it: the first 500 rows of the outcome, all of them counted. */
export function reportOf(
  rows: readonly DeliveryRow[],
  outcome: DeliveryOutcome | undefined,
): DeliveryReport {
  const counts: Partial<Record<DeliveryOutcome, number>> = {};
  for (const row of rows) counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
  const wanted = rows.filter((row) => outcome === undefined || row.outcome === outcome);
  return {
    topic: 'home/kitchen/lamp/set',
    publisher: {
      kind: 'client',
      client: 'panel-hall',
      frame: 2,
      time: publishedAt,
      qos: 1,
      retain: true,
      dup: false,
      acknowledgements: [puback(1.2)],
    },
    isRetry: false,
    counts,
    retainedLater: 0,
    rows: wanted.slice(0, 500),
    total: wanted.length,
    notMatching: {
      count: 12,
      nearest: [
        { client: 'lamp-hall', topicFilter: 'home/hall/lamp/set' },
        { client: 'meter', topicFilter: 'energy/#' },
        { client: 'mobile' },
      ],
    },
    pending: rows.some((row) => row.outcome === 'inFlight' || row.outcome === 'queued'),
    gaps: [],
    limits: {
      maximumQueuedMessages: 10_000,
      maximumQueuedBytes: 33_554_432,
      maximumPendingBytes: 4_194_304,
    },
  };
}

/** Many subscribers who all got it. */
export function manyRows(count: number, frame: number): DeliveryRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...plain,
    client: `client-${index}`,
    outcome: index % 1000 === 999 ? 'queued' : 'delivered',
    frame: frame + 1,
    sentAt: publishedAt + index / 1000,
    acknowledgements: [puback(20)],
  }));
}
