import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { join } from 'node:path';
import { root } from '../../build.ts';
import { limitTable, valueProblem } from '../../src/broker/limit-table.ts';
import { defaultOptions, resolveOptions } from '../../src/broker/options.ts';
import { brokerHelp } from '../../src/cli/broker-help.ts';
import { configSchema } from '../../src/cli/config/schema.ts';
import { limitOption } from '../../src/cli/config/shape.ts';
import {
  brokerSettings,
  limitSettings,
  limitTexts,
  schemaFile,
} from '../support/generate-limits.ts';

interface Manifest {
  readonly capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  readonly contributes: { configuration: { properties: Record<string, unknown> } };
}

const advice = 'run node test/support/generate-limits.ts';
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read(join(root, 'package.json')) as Manifest;

describe('Table of limits', () => {
  it('has every option of the broker but its version', () => {
    const names = Object.keys(defaultOptions).filter((name) => name !== 'version');
    assert.deepEqual(limitTable.map(({ name }) => name).sort(), names.sort());
  });

  it('has defaults and bounds that the broker accepts, and no more', () => {
    for (const { name, allowed, usual } of limitTable) {
      assert.equal(valueProblem(allowed, usual), undefined, name);
      const accepts = (value: unknown): void => void resolveOptions({ [name]: value });
      switch (allowed.kind) {
        case 'number':
          for (const value of [allowed.least, allowed.most]) accepts(value);
          for (const value of [allowed.least - 1, allowed.most + 2]) {
            assert.throws(() => accepts(value), RangeError, name);
            assert.ok(valueProblem(allowed, value), name);
          }
          break;
        case 'choice':
          for (const value of allowed.choices) accepts(value);
          assert.throws(() => accepts('else'), RangeError, name);
          break;
        case 'switch':
          assert.throws(() => accepts('yes'), RangeError, name);
          break;
        case 'text':
          accepts('x'.repeat(allowed.longest));
          assert.throws(() => accepts('x'.repeat(allowed.longest + 1)), RangeError, name);
      }
    }
  });

  it('is in the settings of the manifest, their texts and the schema as it is now', () => {
    const { properties } = manifest.contributes.configuration;
    const limits = Object.entries(properties).filter(([name]) => name.includes('.limits.'));
    assert.deepEqual(Object.fromEntries(limits), limitSettings(), advice);
    const texts = Object.entries(read(join(root, 'package.nls.json')) as Record<string, string>);
    assert.deepEqual(
      Object.fromEntries(texts.filter(([key]) => key.startsWith('setting.broker.limits.'))),
      limitTexts(),
      advice,
    );
    assert.deepEqual(read(schemaFile), configSchema(), advice);
  });

  it('is in the help of the command line, which is no wider than 100 columns', () => {
    const help = brokerHelp();
    for (const { name } of limitTable) assert.ok(help.includes(`--${limitOption(name)} `), name);
    for (const line of help.split('\n')) assert.ok(line.length <= 100, line);
  });

  it('is among the settings that an untrusted workspace cannot make, as are all of the broker', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const { properties } = manifest.contributes.configuration;
    assert.deepEqual(
      [...restrictedConfigurations].sort(),
      brokerSettings(properties).sort(),
      advice,
    );
  });
});
