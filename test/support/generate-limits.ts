/**
 * Writes what is made from the table of limits and the shape of the broker's configuration: the JSON
 * schema, the settings of the manifest and their texts. `node test/support/generate-limits.ts`; a test
 * fails when they are not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../build.ts';
import { limitTable, type Limit } from '../../src/broker/limit-table.ts';
import { configSchema } from '../../src/cli/config/schema.ts';
import { limitSetting, section } from '../../src/vscode/ids.ts';

/** Where settings of limits begin among the others. */
const firstOrder = 100;

export const schemaFile = join(root, 'media/broker-config.schema.json');
const prefix = `${section}.broker.limits.`;

type Properties = Record<string, unknown>;

/** The settings of all limits, as the manifest has them. */
export function limitSettings(): Properties {
  return Object.fromEntries(
    limitTable.map((limit, index) => [
      `${section}.${limitSetting(limit.name)}`,
      {
        order: firstOrder + index,
        ...typeOf(limit),
        default: limit.usual,
        scope: 'window',
        description: `%setting.${limitSetting(limit.name)}%`,
      },
    ]),
  );
}

/** Their texts, as package.nls.json has them. */
export function limitTexts(): Record<string, string> {
  return Object.fromEntries(
    limitTable.map(({ name, description, unit }) => [
      `setting.${limitSetting(name)}`,
      unit === undefined ? description : `${description} Unit: ${unit}.`,
    ]),
  );
}

/** All settings of the broker: an untrusted workspace's own are not used. */
export function brokerSettings(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => name.startsWith(`${section}.broker.`));
}

function typeOf({ allowed }: Limit): Properties {
  switch (allowed.kind) {
    case 'number':
      return { type: 'integer', minimum: allowed.least, maximum: allowed.most };
    case 'choice':
      return { type: 'string', enum: allowed.choices };
    case 'switch':
      return { type: 'boolean' };
    case 'text':
      return { type: 'string', maxLength: allowed.longest };
  }
}

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: { configuration: { properties: Properties } };
}

async function write(file: string, value: unknown): Promise<void> {
  const options = { parser: file.endsWith('package.json') ? 'json-stringify' : 'json' };
  writeFileSync(
    file,
    await format(JSON.stringify(value, undefined, 2), { ...options, printWidth: 100 }),
  );
}

async function main(): Promise<void> {
  const manifestFile = join(root, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const { configuration } = manifest.contributes;
  const others = Object.entries(configuration.properties).filter(
    ([name]) => !name.startsWith(prefix),
  );
  configuration.properties = { ...Object.fromEntries(others), ...limitSettings() };
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = brokerSettings(
    configuration.properties,
  );
  await write(manifestFile, manifest);
  const textsFile = join(root, 'package.nls.json');
  const texts = JSON.parse(readFileSync(textsFile, 'utf8')) as Record<string, string>;
  const otherTexts = Object.entries(texts).filter(
    ([key]) => !key.startsWith('setting.broker.limits.'),
  );
  await write(textsFile, { ...Object.fromEntries(otherTexts), ...limitTexts() });
  await write(schemaFile, configSchema());
}

if (import.meta.main) await main();
