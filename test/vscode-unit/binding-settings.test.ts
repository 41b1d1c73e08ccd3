import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bindableDecoders, bindingsIn } from '../../src/vscode/payload/binding-settings.ts';

const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as {
  contributes: { configuration: { properties: Record<string, { items: unknown }> } };
};

describe('the setting of payload bindings', () => {
  it('gives those that can be used, and says which cannot, and why', () => {
    const { bindings, problems } = bindingsIn([
      { topicFilter: 'a/+', decoder: 'cbor' },
      null,
      { decoder: 'cbor' },
      { topicFilter: 'a#', decoder: 'cbor' },
      { topicFilter: 'a', decoder: 'cobol' },
      { topicFilter: 'a' },
      { topicFilter: 'good', decoder: 'json', more: 1 },
    ]);
    assert.deepEqual(bindings, [
      { topicFilter: 'a/+', decoder: 'cbor' },
      { topicFilter: 'good', decoder: 'json' },
    ]);
    assert.equal(problems.length, 5);
    assert.match(problems[0] ?? '', /Payload binding 2: it is no object/);
    assert.match(problems[2] ?? '', /Payload binding 4: "a#" is no topic filter/);
    assert.match(problems[3] ?? '', /"cobol" is no decoder\. There are: json, xml/);
    assert.deepEqual(bindingsIn('nonsense'), { bindings: [], problems: [] });
  });

  it('offers the decoders that there are', () => {
    const property =
      manifest.contributes.configuration.properties['mqttWorkbench.payload.bindings'];
    const { items } = property as {
      items: { properties: { decoder: { enum: readonly string[] } } };
    };
    assert.deepEqual([...items.properties.decoder.enum].sort(), [...bindableDecoders].sort());
  });
});
