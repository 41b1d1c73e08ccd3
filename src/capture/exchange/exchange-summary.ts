import { PacketType } from '../../mqtt/packet.ts';
import type { CaptureLog } from '../log.ts';
import type { ExchangeIndex } from './exchange-index.ts';
import { readStep } from './exchange-steps.ts';
import type {
  ExchangeKind,
  ExchangeState,
  ExchangeStep,
  ExchangeSummary,
} from './exchange-views.ts';

/** Steps told of one exchange: a client that sends the same again and again makes many. */
const mostSteps = 64;

const kinds: Readonly<Record<number, ExchangeKind>> = {
  [PacketType.connect]: 'connect',
  [PacketType.connack]: 'connect',
  [PacketType.publish]: 'publish',
  [PacketType.puback]: 'publish',
  [PacketType.pubrec]: 'publish',
  [PacketType.pubrel]: 'publish',
  [PacketType.pubcomp]: 'publish',
  [PacketType.subscribe]: 'subscribe',
  [PacketType.suback]: 'subscribe',
  [PacketType.unsubscribe]: 'unsubscribe',
  [PacketType.unsuback]: 'unsubscribe',
  [PacketType.pingreq]: 'ping',
  [PacketType.pingresp]: 'ping',
  [PacketType.auth]: 'authenticate',
};

/** What answers the request of a kind, where one packet does. */
const answers: Readonly<Partial<Record<ExchangeKind, string>>> = {
  connect: 'CONNACK',
  subscribe: 'SUBACK',
  unsubscribe: 'UNSUBACK',
  ping: 'PINGRESP',
};

const headTypes: ReadonlySet<number> = new Set([
  PacketType.connect,
  PacketType.publish,
  PacketType.subscribe,
  PacketType.unsubscribe,
  PacketType.pingreq,
  PacketType.auth,
]);

/** The exchange whose first frame that is held is given. */
export function summarizeExchange(
  log: CaptureLog,
  index: ExchangeIndex,
  first: number,
): ExchangeSummary {
  const steps: ExchangeStep[] = [];
  const seen = new Set<number>();
  let before: number | undefined;
  let stepCount = 0;
  let retries = 0;
  for (const frame of index.framesFrom(first)) {
    const step = readStep(log, frame, before, seen);
    before = frame;
    stepCount++;
    if (step.isRetry) retries++;
    steps.push(step);
    // The first one stays, it tells what the exchange is about.
    if (steps.length > mostSteps) steps.splice(1, 1);
  }
  const last = before ?? first;
  const kind = kinds[log.firstByte(first) >> 4] ?? 'single';
  const isDisconnected = log.linkInfo(log.link(last))?.closedAt !== undefined;
  const waitingFor = dueNext(kind, (log.firstByte(first) >> 1) & 3, steps);
  const response = index.responseTo(first);
  return {
    kind,
    state: stateOf(log, kind, first, steps, waitingFor, isDisconnected),
    steps,
    stepCount,
    retries,
    duration: log.time(last) - log.time(first),
    ...(waitingFor !== undefined && { waitingFor }),
    isDisconnected,
    ...(response !== undefined && {
      response: { frame: response, latency: log.time(response) - log.time(first) },
    }),
  };
}

/** The packet that has to come next; undefined when none is due. */
function dueNext(
  kind: ExchangeKind,
  qos: number,
  steps: readonly ExchangeStep[],
): string | undefined {
  const has = (packet: string): boolean => steps.some((step) => step.packet === packet);
  if (kind === 'publish') {
    // [MQTT-4.3.3-4] a PUBREC with a failure ends it.
    if (steps.some((step) => (step.reasonCode ?? 0) >= 0x80)) return undefined;
    if (has('PUBCOMP') || has('PUBACK')) return undefined;
    if (has('PUBREL')) return 'PUBCOMP';
    if (has('PUBREC')) return 'PUBREL';
    return qos === 0 ? undefined : qos === 1 ? 'PUBACK' : 'PUBREC';
  }
  if (kind === 'authenticate') {
    const last = steps.at(-1);
    // 0x00 Success ends it, and so does whatever closes the network connection.
    return last?.packet === 'AUTH' && last.reasonCode !== 0 ? 'AUTH' : undefined;
  }
  const answer = answers[kind];
  return answer === undefined || has(answer) ? undefined : answer;
}

function stateOf(
  log: CaptureLog,
  kind: ExchangeKind,
  first: number,
  steps: readonly ExchangeStep[],
  waitingFor: string | undefined,
  isDisconnected: boolean,
): ExchangeState {
  const isFailure = (step: ExchangeStep): boolean =>
    (step.reasonCode ?? 0) >= 0x80 || (step.packet === 'CONNACK' && (step.reasonCode ?? 0) > 0);
  if (steps.some(isFailure)) return 'failed';
  if (kind !== 'single' && !headTypes.has(log.firstByte(first) >> 4)) return 'headless';
  if (waitingFor === undefined) return 'complete';
  // A session goes on with what it was sent: only what the network connection was needed for is given up.
  return isDisconnected && kind !== 'publish' ? 'abandoned' : 'waiting';
}
