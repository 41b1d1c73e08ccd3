import type { Field } from '../mqtt/packet.ts';

/** Characters of a topic that are shown beside its alias. */
const shownCharacters = 512;

/**
 * The field tree of a PUBLISH, in which its Topic Alias tells the topic name that it stands for (MQTT 5, 3.3.2.3.4).
 * @param topic as the broker has resolved it; undefined when it is not known.
 */
export function withTopicOfAlias(
  fields: readonly Field[],
  topic: string | undefined,
): readonly Field[] {
  if (topic === undefined) return fields;
  const text = topic.length > shownCharacters ? `${topic.slice(0, shownCharacters)}…` : topic;
  const shown = (field: Field): Field => ({
    ...field,
    ...(field.label === 'Topic Alias' && { meaning: `Stands for ${text}` }),
    ...(field.children && { children: field.children.map(shown) }),
  });
  return fields.map((field) =>
    hasAlias(field) ? { ...field, children: (field.children ?? []).map(shown) } : field,
  );
}

function hasAlias({ children = [] }: Field): boolean {
  const properties = children.find(({ label }) => label === 'Properties');
  return properties?.children?.some(({ label }) => label === 'Topic Alias') === true;
}
