import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withTopicOfAlias } from '../../src/capture/topic-of-alias.ts';
import { encode } from '../../src/mqtt/encode.ts';
import { inspect } from '../../src/mqtt/inspect.ts';
import type { Field } from '../../src/mqtt/packet.ts';
import { publish } from '../support/filtered.ts';

function fieldsOf(topicName: string, topicAlias?: number): Field[] {
  const properties = topicAlias === undefined ? {} : { topicAlias };
  return inspect(encode(publish(topicName, 'x', { properties }), 5), 5).fields;
}

/** What the fields with a label mean, wherever they are. */
function meanings(fields: readonly Field[], label: string): (string | undefined)[] {
  return fields.flatMap((field) => [
    ...(field.label === label ? [field.meaning] : []),
    ...meanings(field.children ?? [], label),
  ]);
}

describe('withTopicOfAlias', () => {
  it('tells at the alias which topic it stands for, and changes nothing that is shared', () => {
    const fields = fieldsOf('', 7);
    const before = structuredClone(fields);
    const shown = withTopicOfAlias(fields, 'home/lamp');
    assert.deepEqual(new Set(meanings(shown, 'Topic Alias')), new Set(['Stands for home/lamp']));
    assert.deepEqual(fields, before);
  });

  it('cuts a topic that would fill the page', () => {
    const [meaning] = meanings(
      withTopicOfAlias(fieldsOf('', 7), 'x'.repeat(60_000)),
      'Topic Alias',
    );
    assert.equal(meaning, `Stands for ${'x'.repeat(512)}…`);
  });

  it('leaves alone what has no alias, or whose topic is not known', () => {
    const plain = fieldsOf('a');
    assert.deepEqual(withTopicOfAlias(plain, 'a'), plain);
    const unknown = fieldsOf('', 7);
    assert.equal(withTopicOfAlias(unknown, undefined), unknown);
  });
});
