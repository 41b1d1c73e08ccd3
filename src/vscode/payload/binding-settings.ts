/** What the setting of payload bindings says: settings files are written by hand, their types are wishes. */
import { payloadDecoders } from '../../capture/views.ts';
import type { PayloadBinding } from '../../engine/payload-contract.ts';
import { topicFilterProblem } from '../../mqtt/topics.ts';
import { t } from '../localise.ts';

/** Those that make sense for every message of a topic. */
export const bindableDecoders = payloadDecoders.filter((decoder) => decoder !== 'unpacked');

/** Bindings that are used at most. */
const mostBindings = 1000;

/** The bindings that can be used, in their order, and a sentence for each that cannot. */
export function bindingsIn(value: unknown): { bindings: PayloadBinding[]; problems: string[] } {
  const bindings: PayloadBinding[] = [];
  const problems: string[] = [];
  if (!Array.isArray(value)) return { bindings, problems };
  value.slice(0, mostBindings).forEach((entry: unknown, index) => {
    const problem = problemOf(entry);
    if (problem === undefined) {
      const { topicFilter, decoder } = entry as PayloadBinding;
      bindings.push({ topicFilter, decoder });
    } else problems.push(t('Payload binding {0}: {1}', index + 1, problem));
  });
  return { bindings, problems };
}

function problemOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return t('it is no object.');
  const { topicFilter, decoder } = entry as Record<string, unknown>;
  if (typeof topicFilter !== 'string') return t('it has no topicFilter.');
  const problem = topicFilterProblem(topicFilter);
  if (problem) {
    return t('{0} is no topic filter: {1}', JSON.stringify(topicFilter), problem.message);
  }
  if (!bindableDecoders.some((known) => known === decoder)) {
    const known = bindableDecoders.join(', ');
    return t('{0} is no decoder. There are: {1}', JSON.stringify(decoder ?? null), known);
  }
  return undefined;
}
