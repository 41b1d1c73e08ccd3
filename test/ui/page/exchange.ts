import type {
  ExchangeReport,
  ExchangeStep,
  ExchangeSummary,
  ExchangeView,
} from '../../../src/engine/contract.ts';
import { templateOf, templates, timeOf } from './templates.ts';

/** Templates that only answer: no row of the view Flow begins with them. */
export const answering: ReadonlySet<number> = new Set([1, 4, 5, 9]);

type Answer = readonly [
  packet: string,
  direction: 0 | 1,
  milliseconds: number,
  more?: Partial<ExchangeStep>,
];

/** What follows the first packet, by template. */
const answers: Readonly<Record<number, readonly Answer[]>> = {
  0: [['CONNACK', 1, 1.2, { reasonCode: 0, reason: 'Success' }]],
  2: [['PUBACK', 1, 0.4, { reasonCode: 0, reason: 'Success' }]],
  3: [
    ['PUBLISH', 1, 20_000, { isRetry: true }],
    ['PUBACK', 0, 2.6, { reasonCode: 0, reason: 'Success' }],
  ],
  7: [['PUBREC', 1, 0.7, { reasonCode: 0, reason: 'Success' }]],
  8: [['SUBACK', 1, 0.3, { reasonCode: 0x8f, reason: 'Topic Filter invalid' }]],
};

/** @param isAcknowledged what is stuck otherwise has gone on. */
export function exchangeOf(frame: number, isAcknowledged: boolean): ExchangeSummary {
  const index = frame % templates.length;
  const template = templateOf(frame);
  const isOpen = index === 7 && !isAcknowledged;
  // What is waited for began not long ago, so that its time reads like one.
  const start = index === 7 ? Date.now() - 12_400 : timeOf(frame);
  const rest: Answer[] = [
    ...(answers[index] ?? []),
    ...(index === 7 && isAcknowledged
      ? ([
          ['PUBREL', 0, 1.1],
          ['PUBCOMP', 1, 0.2],
        ] satisfies Answer[])
      : []),
  ];
  const steps: ExchangeStep[] = [
    {
      frame,
      time: start,
      direction: template.direction,
      packet: template.packet,
      latency: 0,
      isRetry: false,
    },
  ];
  let time = start;
  rest.forEach(([packet, direction, latency, more], at) => {
    time += latency;
    steps.push({
      frame: frame + at + 2,
      time,
      direction,
      packet,
      latency,
      isRetry: false,
      ...more,
    });
  });
  const isFailed = steps.some(({ reasonCode = 0 }) => reasonCode >= 0x80);
  const isAbandoned = template.packet === 'PINGREQ';
  return {
    kind: template.packet === 'PUBLISH' ? 'publish' : 'connect',
    state: isFailed ? 'failed' : isOpen ? 'waiting' : isAbandoned ? 'abandoned' : 'complete',
    steps,
    stepCount: steps.length,
    retries: steps.filter(({ isRetry }) => isRetry).length,
    duration: time - start,
    ...(isOpen && { waitingFor: 'PUBREL' }),
    ...(isAbandoned && { waitingFor: 'PINGRESP' }),
    isDisconnected: isAbandoned,
    ...(index === 2 && { response: { frame: frame + 9, latency: 31.4 } }),
  };
}

/** The exchange of a frame; that of the lamp's switch with the one that it causes. */
export function exchangeReportOf(frame: number, isAcknowledged: boolean): ExchangeReport {
  const round = frame - (frame % templates.length);
  const index = frame % templates.length;
  const own = { 1: 0, 4: 2, 5: 3, 9: 8 }[index] ?? index;
  const view = (at: number, role: ExchangeView['role']): ExchangeView => {
    const { client, topic, summary, qos } = templateOf(at);
    return {
      ...exchangeOf(round + at, isAcknowledged),
      client,
      title: topic ?? summary ?? '',
      ...(qos !== undefined && { qos }),
      role,
    };
  };
  const exchanges =
    own === 2 || own === 3
      ? [2, 3].map((at) => view(at, at === own ? 'selected' : 'carries'))
      : [view(own, 'selected')];
  return { exchanges, omitted: 0 };
}
