/** What a sequence diagram shows of exchanges: who takes part, and what went from whom to whom. */
import { t } from '../../../src/base/localise.ts';
import type { ExchangeReport, ExchangeStep, ExchangeView } from '../../../src/engine/contract.ts';
import { reasonText } from '../exchange-text.ts';
import { formatLatency } from '../format.ts';
import { visibleLine } from '../visible-text.ts';

/** Clients and packets in one diagram; what is more can be seen one by one. */
const mostClients = 8;
const mostArrows = 120;

export interface SequenceArrow {
  readonly frame: number;
  /** Indexes of lanes. */
  readonly from: number;
  readonly to: number;
  /** `PUBLISH QoS 1`, with a reason code that is a failure. */
  readonly label: string;
  /** Since the first packet of the diagram: `+0.4 ms`. */
  readonly time: string;
  readonly isRetry: boolean;
  readonly isFailure: boolean;
  /** Of the exchange that was asked about. */
  readonly isSelected: boolean;
}

export interface Sequence {
  /** The publisher, the broker, then the others. */
  readonly lanes: readonly string[];
  readonly arrows: readonly SequenceArrow[];
  /** Packets that are left out. */
  readonly omitted: number;
}

/** Index of the broker's lane. */
export const brokerLane = 1;

export function sequenceOf({ exchanges }: ExchangeReport): Sequence {
  const first = exchanges[0];
  const clients = [...new Set(exchanges.map(({ client }) => client))];
  const selected = exchanges.find(({ role }) => role === 'selected');
  const shown = clients.slice(0, mostClients);
  // Whatever is left out, it is not what was asked about.
  if (selected && !shown.includes(selected.client)) shown[shown.length - 1] = selected.client;
  const [leader = '', ...others] = shown;
  const lanes = [leader, t('Broker'), ...others].map((name) => visibleLine(name));
  const laneOf = (client: string): number | undefined => {
    const index = shown.indexOf(client);
    return index < 0 ? undefined : index === 0 ? 0 : index + 1;
  };
  const all = exchanges
    .flatMap((exchange) => exchange.steps.map((step) => ({ exchange, step })))
    .sort((one, other) => one.step.frame - other.step.frame);
  const start = first?.steps[0]?.time ?? 0;
  const center = all.findIndex(({ exchange }) => exchange === selected);
  const from = Math.max(0, Math.min(center - (mostArrows >> 1), all.length - mostArrows));
  const arrows = all
    .slice(from, from + mostArrows)
    .flatMap(({ exchange, step }): SequenceArrow[] => {
      const lane = laneOf(exchange.client);
      if (lane === undefined) return [];
      return [arrowOf(exchange, step, lane, start)];
    });
  return { lanes, arrows, omitted: all.length - arrows.length };
}

function arrowOf(
  exchange: ExchangeView,
  step: ExchangeStep,
  lane: number,
  start: number,
): SequenceArrow {
  const isFailure = (step.reasonCode ?? 0) >= 0x80;
  const qos = step.packet === 'PUBLISH' && exchange.qos !== undefined ? ` QoS ${exchange.qos}` : '';
  const retry = step.isRetry ? ' again' : '';
  const failure = isFailure ? ` ${reasonText(step)}` : '';
  return {
    frame: step.frame,
    from: step.direction === 0 ? lane : brokerLane,
    to: step.direction === 0 ? brokerLane : lane,
    label: `${step.packet}${qos}${retry}${failure}`,
    time: step.time === start ? '0 ms' : `+${formatLatency(step.time - start)}`,
    isRetry: step.isRetry,
    isFailure,
    isSelected: exchange.role === 'selected',
  };
}

/** The diagram in Mermaid's language, for a document or an issue. */
export function mermaidOf({ lanes, arrows }: Sequence): string {
  const lines = ['sequenceDiagram'];
  lanes.forEach((lane, index) => lines.push(`  participant P${index} as ${mermaidText(lane)}`));
  for (const { from, to, label, time, isRetry } of arrows) {
    const arrow = isRetry ? '-->>' : '->>';
    lines.push(`  P${from}${arrow}P${to}: ${mermaidText(`${label} (${time})`)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid has no quotes here: what would end a text, or begin markup, stands as its number. */
function mermaidText(text: string): string {
  return text.replaceAll(/[#;<>&"`%\\]/g, (character) => `#${character.charCodeAt(0)};`);
}
