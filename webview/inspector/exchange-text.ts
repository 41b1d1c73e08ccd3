/** What exchanges are told with, in a row and in the details. */
import { t } from '../../src/base/localise.ts';
import type { ExchangeState, ExchangeStep, ExchangeSummary } from '../../src/engine/contract.ts';
import { formatCount, formatDelta, formatLatency, formatPlural } from './format.ts';

/** Milliseconds after which an answer that is due is worth a warning. */
const stuckAfter = 5000;

/** How an exchange stands, to be coloured: `stuck` is waiting for long. */
export type ExchangeTone = 'good' | 'open' | 'stuck' | 'bad';

/** @param now milliseconds since the epoch. */
export function toneOfExchange(exchange: ExchangeSummary, now: number): ExchangeTone {
  switch (exchange.state) {
    case 'complete':
      return 'good';
    case 'failed':
      return 'bad';
    case 'waiting':
      return now - lastTime(exchange) > stuckAfter ? 'stuck' : 'open';
    case 'abandoned':
    case 'headless':
      return 'stuck';
  }
}

/** `PUBREC 0.4 ms → PUBREL 1.0 ms → waiting for PUBCOMP for 12 s`: what came after the first packet. */
export function stepsText(exchange: ExchangeSummary, now: number): string {
  const [first, ...rest] = exchange.steps;
  const parts: string[] = [];
  if (exchange.state === 'headless' && first) {
    parts.push(t('what {0} answers is not in the capture', first.packet));
  }
  // The packet that nothing answers says itself how it went.
  if (first?.reason !== undefined && (first.reasonCode ?? 0) >= 0x80) parts.push(reasonText(first));
  const omitted = exchange.stepCount - exchange.steps.length;
  if (omitted > 0) parts.push(`… ${formatPlural(omitted, t('packet'), t('packets'))} …`);
  for (const step of rest) parts.push(stepText(step));
  const state = stateText(exchange, now);
  if (state !== '') parts.push(state);
  if (exchange.response)
    parts.push(t('response after {0}', formatLatency(exchange.response.latency)));
  return parts.join(' → ');
}

/** `PUBREC again 0.4 ms 0x87 Not authorized`. */
function stepText(step: ExchangeStep): string {
  const again = step.isRetry ? ' again' : '';
  const failure = (step.reasonCode ?? 0) > 0 ? ` ${reasonText(step)}` : '';
  return `${step.packet}${again} ${formatLatency(step.latency)}${failure}`;
}

/** `0x87 Not authorized`; empty where the packet carries no reason code. */
export function reasonText({ reasonCode, reason }: ExchangeStep): string {
  if (reasonCode === undefined) return '';
  return `0x${reasonCode.toString(16).padStart(2, '0').toUpperCase()} ${reason ?? ''}`.trim();
}

/** `waiting for PUBCOMP for 12 s`; empty for what is complete. */
export function stateText(exchange: ExchangeSummary, now: number): string {
  const { state, waitingFor = t('an answer'), isDisconnected } = exchange;
  if (state === 'abandoned') return t('{0} never came: the connection ended', waitingFor);
  if (state !== 'waiting') return '';
  const elapsed = Math.max(0, now - lastTime(exchange));
  const since = elapsed < 1000 ? '' : t(' for {0}', waitedText(elapsed));
  const stuck = elapsed > stuckAfter ? t(`stuck: `) : '';
  return t(
    '{0}waiting for {1}{2}{3}',
    stuck,
    waitingFor,
    since,
    isDisconnected ? t(', the client is away') : '',
  );
}

/** Whole seconds, so that it changes once a second: `12 s`, `17:05`. */
function waitedText(elapsed: number): string {
  const seconds = Math.floor(elapsed / 1000);
  return seconds < 1000 ? `${formatCount(seconds)} s` : formatDelta(seconds * 1000).slice(1);
}

function lastTime({ steps }: ExchangeSummary): number {
  return steps.at(-1)?.time ?? 0;
}

const stateWords: Readonly<Record<ExchangeState, string>> = {
  complete: t('Complete'),
  failed: t('Failed'),
  waiting: t('Waiting'),
  abandoned: t('Abandoned'),
  headless: t('Beginning not captured'),
};

/** `Complete in 3.2 ms, 1 packet sent again`. */
export function outcomeText(exchange: ExchangeSummary, now: number): string {
  const { state, duration, retries, stepCount } = exchange;
  const parts = [
    state === 'complete' && stepCount > 1
      ? t('Complete in {0}', formatLatency(duration))
      : state === 'waiting'
        ? capitalized(stateText(exchange, now))
        : stateWords[state],
  ];
  if (retries > 0)
    parts.push(t('{0} sent again', formatPlural(retries, t('packet'), t('packets'))));
  return parts.join(', ');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
