import type {
  ClientStatistics,
  StatisticsPage,
  StatisticsRequest,
  TopicStatisticsRow,
} from '../../../src/engine/statistics-contract.ts';

const since = Date.UTC(2026, 4, 4, 8, 40, 0);
const hostile = '<img src=x onerror="window.hacked=1">\u202Egnirts';

function wave(steps: number, most: number, phase: number): number[] {
  return Array.from({ length: steps }, (_, step) =>
    Math.round(most * Math.abs(Math.sin((step + phase) / 7))),
  );
}

function clientOf(
  name: string,
  scale: number,
  more: Partial<ClientStatistics> = {},
): ClientStatistics {
  const messages = 1000 * scale;
  const types = Array.from({ length: 16 }, (_, type) => (type === 3 ? messages : 0));
  types[4] = 210 * scale;
  types[1] = 1;
  types[2] = 1;
  types[12] = 4;
  types[13] = 4;
  return {
    name,
    packetsIn: messages + 5,
    packetsOut: 220 * scale,
    messagesIn: messages,
    messagesOut: 12 * scale,
    bytesIn: messages * 142,
    bytesOut: scale * 4000,
    again: scale === 9 ? 3 : 0,
    qos: scale % 2 === 0 ? [messages, 0, 0] : [790 * scale, 210 * scale, 0],
    types,
    latest: since + 300_000,
    rateIn: scale * 91.4,
    rateOut: scale * 1.2,
    shares: { messages: scale / 20, bytes: scale / 25 },
    recent: wave(60, scale * 90, scale),
    ...(scale % 2 === 1 && {
      latency: { count: 210 * scale, least: 0.2, mean: 1.3, p95: 4.6, most: 1204 },
    }),
    ...more,
  };
}

const clients: readonly ClientStatistics[] = [
  clientOf('sensor-attic', 9),
  clientOf('panel-hall', 4),
  clientOf('lamp-kitchen', 3),
  clientOf(hostile, 2),
  clientOf('idle', 1, {
    ...{ rateIn: 0, rateOut: 0, messagesIn: 0, messagesOut: 0, recent: wave(60, 0, 0) },
    ...{ shares: { messages: 0, bytes: 0 }, qos: [0, 0, 0] },
  }),
];

function topicOf(name: string, scale: number): TopicStatisticsRow {
  return {
    ...{ name, messagesIn: 500 * scale, messagesOut: 900 * scale, again: 0 },
    ...{ bytesIn: 71_000 * scale, bytesOut: 120_000 * scale, qos: [400 * scale, 100 * scale, 0] },
    ...{ latest: since + 299_000, rateIn: scale * 40, recent: wave(12, scale * 40, scale) },
    shares: { messages: scale / 20, bytes: scale / 25 },
    retained: scale === 3 ? 12 : 0,
    publisher: 'sensor-attic',
    hasSeveralPublishers: scale === 3,
  };
}

const topics: readonly TopicStatisticsRow[] = [
  topicOf('home/attic/lamp/temp', 9),
  topicOf('home/kitchen/lamp/state', 4),
  topicOf('home/kitchen/lamp/set', 3),
  topicOf(`${hostile}/x y`, 1),
];

export interface FakeStatistics {
  /** What was reset counts no more. */
  isEmpty: boolean;
  /** More clients than there is room for. */
  manyClients: number;
  /** Messages counted besides. */
  more: number;
}

/** What an engine would answer about made-up traffic. */
export function statisticsOf(request: StatisticsRequest, fake: FakeStatistics): StatisticsPage {
  const { by, order, descending, from, count, filter } = request;
  const many = Array.from({ length: fake.manyClients }, (_, index) =>
    clientOf(`device-${String(index).padStart(5, '0')}`, 1),
  );
  const others = { isOthers: true as const, name: '' };
  const all: readonly (ClientStatistics | TopicStatisticsRow)[] = fake.isEmpty
    ? []
    : by === 'client'
      ? [...clients, ...many, ...(fake.manyClients > 0 ? [clientOf('', 2, others)] : [])]
      : topics;
  const matching = all.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  const keyOf = (row: ClientStatistics | TopicStatisticsRow): number | string => {
    if (order === 'packets') return 'packetsIn' in row ? row.packetsIn + row.packetsOut : 0;
    if (order === 'latency') return 'latency' in row ? row.latency.p95 : 0;
    if (order === 'rateOut') return 'rateOut' in row ? row.rateOut : 0;
    if (order === 'retained') return 'retained' in row ? row.retained : 0;
    return row[order];
  };
  const sign = descending ? -1 : 1;
  const rows = matching
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -sign : keyOf(a) > keyOf(b) ? sign : 0))
    .slice(from, from + count);
  const scale = fake.isEmpty ? 0 : 1;
  return {
    since,
    now: since + 312_000,
    totals: {
      packetsIn: 23_040 * scale,
      packetsOut: 5124 * scale,
      messagesIn: (18_000 + fake.more) * scale,
      messagesOut: 240 * scale,
      bytesIn: 2_556_000 * scale,
      bytesOut: 84_000 * scale,
      qos: [14_220 * scale, 3780 * scale, 0],
      types: [0, 5, 5, 18_240, 3780, 0, 0, 0, 3, 3, 0, 0, 20, 20, 2, 0].map((one) => one * scale),
      rateIn: 1842 * scale,
      rateOut: 24.1 * scale,
      byteRateIn: 262_144 * scale,
      byteRateOut: 3412 * scale,
      recentIn: wave(60, 1842 * scale, 3),
      recentOut: wave(60, 24 * scale, 1),
      clients: (clients.length + fake.manyClients) * scale,
      topics: topics.length * scale,
      otherClientPackets: fake.manyClients > 0 ? 1204 : 0,
      otherTopicMessages: 0,
    },
    talkers: {
      clients: fake.isEmpty ? [] : clients.slice(0, 4),
      topics: fake.isEmpty ? [] : topics,
    },
    by,
    total: matching.length,
    from,
    clients: by === 'client' ? (rows as ClientStatistics[]) : [],
    topics: by === 'topic' ? (rows as TopicStatisticsRow[]) : [],
  };
}
