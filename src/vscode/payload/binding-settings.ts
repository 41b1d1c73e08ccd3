/** What the setting of payload bindings says: settings files are written by hand, their types are wishes. */
import { payloadDecoders, type PayloadDecoder } from '../../capture/views.ts';
import type { PayloadBinding } from '../../engine/payload-contract.ts';
import { topicFilterProblem } from '../../mqtt/topics.ts';
import { t } from '../../base/localise.ts';
import { schemaExtensions, schemaPathProblem } from './schema-files.ts';

/** Those that make sense for every message of a topic; a schema makes of `protobuf` the decoder with one. */
export const bindableDecoders = payloadDecoders.filter(
  (decoder) => decoder !== 'unpacked' && decoder !== 'protobufSchema',
);

/** Bindings that are used at most. */
const mostBindings = 1000;

/** A binding as the settings have it: its schema is only named. */
export interface NamedBinding extends Omit<PayloadBinding, 'schema'> {
  readonly schema?: { readonly file: string; readonly message?: string };
}

/** The bindings that can be used, in their order, and a sentence for each that cannot. */
export function bindingsIn(value: unknown): { bindings: NamedBinding[]; problems: string[] } {
  const bindings: NamedBinding[] = [];
  const problems: string[] = [];
  if (!Array.isArray(value)) return { bindings, problems };
  value.slice(0, mostBindings).forEach((entry: unknown, index) => {
    const problem = problemOf(entry);
    if (problem === undefined) {
      const { topicFilter, decoder, schema, message } = entry as Written;
      const named = schema !== undefined && {
        schema: { file: schema, ...(message !== undefined && { message }) },
      };
      bindings.push({ topicFilter, decoder, ...named });
    } else problems.push(t('Payload binding {0}: {1}', index + 1, problem));
  });
  return { bindings, problems };
}

/** An entry that has no problem. */
interface Written {
  readonly topicFilter: string;
  readonly decoder: PayloadBinding['decoder'];
  readonly schema?: string;
  readonly message?: string;
}

function problemOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return t('it is no object.');
  const { topicFilter, decoder, schema, message } = entry as Record<string, unknown>;
  if (typeof topicFilter !== 'string') return t('it has no topicFilter.');
  const problem = topicFilterProblem(topicFilter);
  if (problem) {
    return t('{0} is no topic filter: {1}', JSON.stringify(topicFilter), problem.message);
  }
  if (!bindableDecoders.some((known) => known === decoder)) {
    const known = bindableDecoders.join(', ');
    return t('{0} is no decoder. There are: {1}', JSON.stringify(decoder ?? null), known);
  }
  const extension = schemaExtensions.get(decoder as PayloadDecoder);
  if (schema === undefined && message === undefined && decoder !== 'avro') return undefined;
  if (extension === undefined) return t('only protobuf and avro have a schema and a message.');
  if (typeof schema !== 'string') return t('it has no schema, the path of a {0} file.', extension);
  if (message !== undefined && typeof message !== 'string') {
    return t('{0} is no name of a message.', JSON.stringify(message));
  }
  return schemaPathProblem(schema, extension);
}
